import type { Finding } from '../finding.ts';
import { printable } from '../paint.ts';
import type { Formatter, Report } from '../report.ts';
import { limitFindings } from '../report.ts';
import { summary } from '../summary.ts';

/** A table for pull requests and job summaries. */
export const markdown: Formatter = {
  name: 'markdown',
  format(report: Report, options): string {
    const { shown, more } = limitFindings(report.findings.filter((finding) => !options.quiet || finding.severity === 'error'));
    const rest = more.map(({ rule, count }) => `| | | ${cell(rule)} | ${String(count)} more |\n`);
    const table = shown.length === 0 ? '' : `| | where | rule | what |\n|---|---|---|---|\n${shown.map(row).join('')}${rest.join('')}\n`;
    return `### gateway lint\n\n${table}${cell(summary(report))}\n`;
  },
};

function row(finding: Finding): string {
  const text = [finding.message, finding.why, finding.help].flatMap((part) => (part === null || part === '' ? [] : [cell(part)])).join('<br>');
  return `| ${finding.severity} | ${cell(`${finding.file}:${String(finding.line)}:${String(finding.column)}`)} | ${cell(finding.rule)} | ${text} |\n`;
}

/**
 * Text from a file cannot leave its cell, become markup, a link, a mention or a reference. Entities alone are not
 * enough: mentions and links are looked for in the rendered text, so what would start one is cut by a character
 * without width.
 */
function cell(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[|<>&`\\[\]*_~!@#$"'()]/g, (char) => `&#${String(char.charCodeAt(0))};${'@#'.includes(char) ? '&zwnj;' : ''}`)
    .replace(/:(?=\/\/|\w)/g, ':&zwnj;')
    .replace(/(www(?=\.)|\bgh(?=-))/gi, '$1&zwnj;');
}
