import type { Counts, Report } from './report.ts';
import { countFindings } from './report.ts';

/** `1 error (1 fixable), 2 notes, 11 checks skipped for missing facts. 11 labels, 3 services`. */
export function summary(report: Report): string {
  const counts = countFindings(report);
  const hidden = (report.hidden ?? []).filter(({ count }) => count > 0).map(({ reason, count }) => `${String(count)} ${reason}`);
  const parts = [...words(counts), ...hidden, ...(counts.skipped > 0 ? [`${plural(counts.skipped, 'check')} skipped for missing facts${unnoted(report)}`] : [])];
  return `${parts.length === 0 ? 'no problems' : parts.join(', ')}. ${facts(report.facts)}`;
}

/** A note tells of every other fact that is missing; of images, whose facts are seldom at hand, the count alone does. */
function unnoted({ skipped }: Report): string {
  const rules = [...new Set(skipped.filter(({ needs }) => needs === 'image').map(({ rule }) => rule))];
  return rules.length === 0 ? '' : ` (${rules.join(', ')}: what images expose)`;
}

/** What was looked at; a gateway.yaml alone has no labels and no services that could be counted. */
function facts({ labels, services, routes }: Report['facts']): string {
  const ofStacks = routes === undefined || labels + services > 0 ? [plural(labels, 'label'), plural(services, 'service')] : [];
  return [...(routes === undefined ? [] : [plural(routes, 'route')]), ...ofStacks].join(', ');
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
