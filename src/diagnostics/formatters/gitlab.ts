import type { Finding } from '../finding.ts';
import type { Formatter, Report } from '../report.ts';

const SEVERITIES = { error: 'critical', warning: 'major', info: 'minor', note: 'info' } as const;

/** GitLab Code Quality: a list, lines counted from 1, fingerprints that survive moved lines. */
export const gitlab: Formatter = {
  name: 'gitlab',
  format(report: Report): string {
    return `${JSON.stringify(report.findings.map(issue), null, 2)}\n`;
  },
};

function issue(finding: Finding): unknown {
  return {
    description: finding.message,
    check_name: finding.rule,
    fingerprint: finding.fingerprint,
    severity: finding.blocking ? 'blocker' : SEVERITIES[finding.severity],
    location: { path: finding.file, lines: { begin: finding.line, end: finding.endLine } },
  };
}
