import { printable } from '../paint.ts';
import type { Formatter, Report } from '../report.ts';

/** One line a finding: `file:line:column severity rule message`. */
export const concise: Formatter = {
  name: 'concise',
  format(report: Report, options): string {
    return report.findings
      .filter((finding) => !options.quiet || finding.severity === 'error')
      .map((finding) => `${printable(finding.file)}:${String(finding.line)}:${String(finding.column)}: ${finding.severity} ${finding.rule}: ${printable(finding.message)}\n`)
      .join('');
  },
};
