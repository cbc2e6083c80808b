import { printable } from '../paint.ts';
import type { Finding } from '../finding.ts';
import type { Formatter, Report } from '../report.ts';
import { summary } from './text.ts';

/** A table for pull requests and job summaries. */
export const markdown: Formatter = {
  name: 'markdown',
  format(report: Report, options): string {
    const shown = report.findings.filter((finding) => !options.quiet || finding.severity === 'error');
    const table = shown.length === 0 ? '' : `| | where | rule | what |\n|---|---|---|---|\n${shown.map(row).join('')}\n`;
    return `### gateway lint\n\n${table}${cell(summary(report))}\n`;
  },
};

function row(finding: Finding): string {
  const text = [finding.message, finding.why, finding.help].filter((part) => part !== null && part !== '').map((part) => cell(part ?? '')).join('<br>');
  return `| ${finding.severity} | ${cell(`${finding.file}:${String(finding.line)}:${String(finding.column)}`)} | ${finding.rule} | ${text} |\n`;
}

/** Text from a file cannot leave its cell, become a link, a mention or markup. */
function cell(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[|<>&`\\[\]*_~!@#]/g, (char) => `&#${String(char.charCodeAt(0))};`);
}
