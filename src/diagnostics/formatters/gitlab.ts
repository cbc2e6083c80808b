import type { Finding } from '../finding.ts';
import { printJson } from '../print-json.ts';
import type { Formatter, Report } from '../report.ts';
import { wholeText } from '../report.ts';

const SEVERITIES = { error: 'critical', warning: 'major', info: 'minor', note: 'info' } as const;

/** GitLab Code Quality: a list, lines counted from 1, fingerprints that survive moved lines. */
export const gitlab: Formatter = {
  name: 'gitlab',
  format(report: Report): string {
    return printJson(report.findings.map(issue));
  },
};

function issue(finding: Finding): unknown {
  return {
    description: wholeText(finding),
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: finding.blocking ? 'blocker' : SEVERITIES[finding.severity],
    location: { path: finding.file, lines: { begin: finding.line, end: finding.endLine } },
  };
}
