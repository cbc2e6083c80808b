import { asciiOnly, printable, withoutCommands } from '../paint.ts';
import type { Formatter, Report } from '../report.ts';

/** One line a finding, all of them: `file:line:column: severity rule: message`. */
export const concise: Formatter = {
  name: 'concise',
  format(report: Report, options): string {
    const lines = report.findings
      .filter((finding) => !options.quiet || finding.severity === 'error')
      .map((finding) => `${oneLine(finding.file)}:${String(finding.line)}:${String(finding.column)}: ${finding.severity} ${finding.rule}: ${oneLine(finding.message)}\n`)
      .join('');
    return withoutCommands(options.ascii === true ? asciiOnly(lines) : lines);
  },
};

function oneLine(text: string): string {
  return printable(text).replaceAll('\n', '\\u000a');
}
