import type { Finding } from '../finding.ts';
import { printable } from '../paint.ts';
import type { Formatter, Report } from '../report.ts';
import { limitFindings, wholeText } from '../report.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice', note: 'notice' } as const;

/**
 * GitHub Actions annotations. Label text cannot start a command of its own: line breaks and `%` are escaped, other
 * control characters are shown.
 */
export const github: Formatter = {
  name: 'github',
  format(report: Report): string {
    const { shown, more } = limitFindings(report.findings);
    return [...shown.map(annotation), ...more.map(({ rule, count }) => `::notice title=${property(rule)}::${String(count)} more of ${data(rule)}\n`)].join('');
  },
};

function annotation(finding: Finding): string {
  const properties = [
    `file=${property(finding.file)}`,
    `line=${String(finding.line)}`,
    `endLine=${String(finding.endLine)}`,
    // The runner refuses columns of an annotation over several lines.
    ...(finding.endLine === finding.line ? [`col=${String(finding.column)}`, `endColumn=${String(finding.endColumn)}`] : []),
    `title=${property(finding.rule)}`,
  ];
  return `::${COMMANDS[finding.severity]} ${properties.join(',')}::${data(wholeText(finding))}\n`;
}

function data(text: string): string {
  return printable(text).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
