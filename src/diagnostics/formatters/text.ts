import type { Severity } from '../diagnostic.ts';
import type { Finding } from '../finding.ts';
import { codeFrame } from '../frame.ts';
import type { Paint } from '../paint.ts';
import { printable } from '../paint.ts';
import type { Counts, FormatOptions, Formatter, Report } from '../report.ts';
import { countFindings } from '../report.ts';

/** How many findings of one rule are shown in full before the rest is only counted. */
const SHOWN_PER_RULE = 20;

/** For people: the fact, the exact place, the consequence, the way out. */
export const text: Formatter = {
  name: 'text',
  format(report, options): string {
    const shown = limit(report.findings.filter((finding) => !options.quiet || finding.severity === 'error'));
    const blocks = shown.map((item) => (typeof item === 'string' ? [item] : block(item, report, options)));
    return [...blocks.map((lines) => `${lines.join('\n')}\n`), ...(options.quiet ? [] : [`${summary(report)}\n`])].join('\n');
  },
};

function limit(findings: readonly Finding[]): readonly (Finding | string)[] {
  const counts = new Map<string, number>();
  const kept: (Finding | string)[] = [];
  for (const finding of findings) {
    const count = (counts.get(finding.rule) ?? 0) + 1;
    counts.set(finding.rule, count);
    if (count <= SHOWN_PER_RULE) kept.push(finding);
  }
  for (const [rule, count] of counts) if (count > SHOWN_PER_RULE) kept.push(`${String(count - SHOWN_PER_RULE)} more of ${rule} (see --format concise)`);
  return kept;
}

function block(finding: Finding, report: Report, options: FormatOptions): readonly string[] {
  const { paint } = options;
  const where = `${printable(finding.file)}:${String(finding.line)}:${String(finding.column)}`;
  const head = `${paint.bold(where)}  ${severityPaint(finding.severity, paint)(finding.severity)}  ${paint.dim(finding.rule)}  ${printable(finding.message)}`;
  const source = report.sources.get(finding.file);
  const frame = source === undefined ? [] : codeFrame(source, finding, finding.label ?? '', { width: options.width, paint, context: 0 });
  const related = finding.related.map((place) => `  ${paint.dim('also')}  ${printable(place.file)}:${String(place.line)}:${String(place.column)}  ${printable(place.message)}`);
  return [head, ...frame, ...said('Why', finding.why, paint), ...related, ...said('Fix', fixText(finding), paint)];
}

function said(word: string, value: string | null, paint: Paint): readonly string[] {
  if (value === null || value === '') return [];
  const [first = '', ...rest] = value.split('\n');
  return [`  ${paint.dim(word)}   ${printable(first)}`, ...rest.map((line) => `        ${printable(line)}`)];
}

function fixText(finding: Finding): string | null {
  const fix = finding.fixes[0];
  if (fix === undefined) return finding.help;
  const how = fix.safety === 'safe' ? 'safe: gateway lint --fix' : 'needs a look: gateway lint --fix-unsafe';
  return finding.help === null ? `${how} (${fix.title})` : `${finding.help}\n${how} (${fix.title})`;
}

function severityPaint(severity: Severity, paint: Paint): (text: string) => string {
  return paint[severity];
}

/** `1 error (1 fixable), 2 notes, 11 checks skipped for missing facts. 11 labels, 3 services`. */
export function summary(report: Report): string {
  const counts = countFindings(report);
  const parts = [...words(counts), ...(counts.skipped > 0 ? [`${plural(counts.skipped, 'check')} skipped for missing facts`] : [])];
  const facts = `${plural(report.facts.labels, 'label')}, ${plural(report.facts.services, 'service')}`;
  return `${parts.length === 0 ? 'no problems' : parts.join(', ')}. ${facts}`;
}

function words(counts: Counts): readonly string[] {
  const fixable = counts.fixable > 0 ? ` (${String(counts.fixable)} fixable)` : '';
  const kinds = [['error', counts.errors], ['warning', counts.warnings], ['info', counts.infos], ['note', counts.notes]] as const;
  const shown = kinds.filter(([, count]) => count > 0).map(([word, count]) => plural(count, word));
  return shown.length === 0 ? [] : [`${shown[0] ?? ''}${fixable}`, ...shown.slice(1)];
}

/** `1 label`, `2 labels`. */
export function plural(count: number, word: string): string {
  return `${String(count)} ${word}${count === 1 || word === 'info' ? '' : 's'}`;
}
