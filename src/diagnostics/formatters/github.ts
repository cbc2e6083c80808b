import type { Finding } from '../finding.ts';
import type { Formatter, Report } from '../report.ts';

const COMMANDS = { error: 'error', warning: 'warning', info: 'notice', note: 'notice' } as const;

/** GitHub Actions annotations. Label text cannot start a command of its own: line breaks and `%` are escaped. */
export const github: Formatter = {
  name: 'github',
  format(report: Report): string {
    return report.findings.map(annotation).join('');
  },
};

function annotation(finding: Finding): string {
  const properties = [`file=${property(finding.file)}`, `line=${String(finding.line)}`, `endLine=${String(finding.endLine)}`, `col=${String(finding.column)}`, `endColumn=${String(finding.endColumn)}`, `title=${property(finding.rule)}`];
  const text = [finding.message, finding.why, finding.help].filter((part) => part !== null && part !== '').join('\n');
  return `::${COMMANDS[finding.severity]} ${properties.join(',')}::${data(text)}\n`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
