import type { Fix } from '../../diagnostics/index.ts';
import { containerSymbol } from '../../ir/index.ts';
import type { Container, RawLabel } from '../../ir/index.ts';
import { once, oncePer } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintContext } from '../rule.ts';
import { isPlain, writtenAt } from './edits.ts';

export interface OwnedLabel {
  readonly container: Container;
  readonly label: RawLabel;
}

interface Listed {
  readonly containers: readonly Container[];
  /** By container symbol and lower-case key; the first of several is kept. Most workspaces are never asked for one. */
  readonly labels: () => ReadonlyMap<string, OwnedLabel>;
}

/** Rules ask once per finding or router: without the lists a large workspace would cost the square of its size. */
const listed = oncePer(({ stacks }: LintContext['workspace']): Listed => {
  const containers = stacks.flatMap((stack) => stack.containers);
  return { containers, labels: once(() => bySymbol(containers)) };
});

function bySymbol(containers: readonly Container[]): ReadonlyMap<string, OwnedLabel> {
  const labels = new Map<string, OwnedLabel>();
  for (const container of containers) {
    for (const label of container.labels) {
      const symbol = `${containerSymbol(container)} ${label.key.value.text.toLowerCase()}`;
      if (!labels.has(symbol)) labels.set(symbol, { container, label });
    }
  }
  return labels;
}

/** All containers, in the order of the stacks. */
export function containersOf(context: LintContext): readonly Container[] {
  return listed(context.workspace).containers;
}

/** The label that a symbol like `shop/web traefik.http.routers.web.rule` names, whatever its case. */
export function labelBySymbol(context: LintContext, symbol: string): OwnedLabel | undefined {
  const blank = symbol.indexOf(' ');
  return blank === -1 ? undefined : listed(context.workspace).labels().get(symbol.slice(0, blank) + symbol.slice(blank).toLowerCase());
}

/** The first label of a container whose key begins so. */
export function labelBelow(container: Container, prefix: string): RawLabel | undefined {
  return container.labels.find((label) => label.key.value.text.toLowerCase().startsWith(prefix.toLowerCase()));
}

/** `traefik.http.routers.web.tls`: a label of a container by its whole key, without case. */
export function labelAt(container: Container, key: string): RawLabel | undefined {
  return container.labels.find((label) => label.key.value.text.toLowerCase() === key.toLowerCase());
}

/** A fix that writes one more label below another, in the same form; none where that one does not stand on a line of its own. */
export function addLabelFix(context: LintContext, beside: RawLabel, key: string, value: string, safety: Fix['safety']): { readonly fixes?: readonly Fix[] } {
  const place = context.origins.firstSpan(beside.origin);
  const source = place === undefined ? undefined : context.files.get(place.file);
  if (place === undefined || source === undefined || place.via !== undefined || !isPlain(`${key}=${value}`)) return {};
  const { line } = source.position(place.start);
  const text = source.line(line);
  const lineStart = place.start - (source.position(place.start).column - 1);
  const added = sameForm(text, beside, key, value);
  if (added === undefined || writtenAt(context, beside.key.origin) === undefined || text.includes(' #')) return {};
  const end = lineStart + text.length;
  if (context.origins.firstSpan(beside.value.origin)?.end !== undefined && (context.origins.firstSpan(beside.value.origin)?.end ?? 0) > end) return {};
  return { fixes: [{ title: `add ${key}=${value}`, safety, edits: [{ file: place.file, start: end, end, newText: `${source.text.startsWith('\r\n', end) ? '\r\n' : '\n'}${added}` }] }] };
}

function sameForm(text: string, beside: RawLabel, key: string, value: string): string | undefined {
  const item = /^(\s*-\s+)(["']?)[^"']*\2\s*$/.exec(text);
  if (item !== null) return `${item[1] ?? ''}${item[2] ?? ''}${key}=${value}${item[2] ?? ''}`;
  const entry = /^(\s*)(["']?)([^"':]+)\2:\s/.exec(text);
  if (entry === null || entry[3] !== beside.key.value.text) return undefined;
  return `${entry[1] ?? ''}${key}: "${value}"`;
}

/** The last part of the key that a symbol names, where it stands in a label: an option rather than its value. */
export function optionKeyAt(context: LintContext, symbol: string): OriginId | undefined {
  const label = labelBySymbol(context, symbol)?.label;
  if (label === undefined) return undefined;
  const key = label.key.value.text;
  return context.origins.slice(label.key.origin, key.lastIndexOf('.') + 1, key.length);
}
