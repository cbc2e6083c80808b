import { isMerge } from '../merge-key.ts';
import type { ScalarStyle, YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../node.ts';
import { letterRuns, scalarRuns } from '../runs.ts';
import type { Cursor, Props } from './cursor.ts';

/** A plain text on one line: it is its source letter by letter. */
export function plainScalar({ text, spans }: Cursor, start: number, end: number): YamlScalar {
  return { kind: 'scalar', text: text.slice(start, end), style: 'plain', start, end, origin: spans.add(start, end) };
}

/** A quoted text that stands between its quotes as it is. */
export function quotedScalar({ text, spans }: Cursor, style: ScalarStyle, start: number, end: number): YamlScalar {
  const runs = letterRuns(start + 1, end - start - 2);
  const origin = spans.add(start, end);
  spans.runs.set(origin, runs);
  return { kind: 'scalar', text: text.slice(start + 1, end - 1), style, start, end, origin, runs };
}

/** A text that stands in the file in other letters: in several lines, with escapes. `whole` is where its source ends, white space counted in. */
export function cookedScalar(cursor: Cursor, scalar: Pick<YamlScalar, 'text' | 'style' | 'start' | 'end'>, whole: number): YamlScalar {
  const { text, style, start, end } = scalar;
  const runs = scalarRuns(cursor.text, start, whole, style, text);
  const origin = cursor.spans.add(start, end);
  if (runs === undefined) return { kind: 'scalar', text, style, start, end, origin };
  cursor.spans.runs.set(origin, runs);
  return { kind: 'scalar', text, style, start, end, origin, runs };
}

/** A list that grew has room for more, most of it empty: the copy has none. */
export function mapping(cursor: Cursor, entries: readonly YamlEntry[], start: number, end: number): YamlMapping {
  cursor.keys += entries.length;
  if (hasUnfinished(entries)) cursor.unfinished = true;
  return { kind: 'mapping', entries: entries.slice(), start, end, origin: cursor.spans.add(start, end) };
}

export function sequence({ spans }: Cursor, items: readonly YamlNode[], start: number, end: number): YamlSequence {
  return { kind: 'sequence', items: items.slice(), start, end, origin: spans.add(start, end) };
}

/** Whether a key is a merge key, or stands there twice. */
function hasUnfinished(entries: readonly YamlEntry[]): boolean {
  const keys = new Set<string>();
  return entries.some(({ key }) => isMerge(key) || keys.size === keys.add(key.text).size);
}

/** The node with its tag and its anchor. */
export function withProps<T extends YamlNode>(cursor: Cursor, node: T | undefined, { tag, anchor }: Props): T | undefined {
  if (node === undefined || (anchor === undefined && tag === undefined)) return node;
  const made = tag === undefined ? node : { ...node, tag };
  if (anchor !== undefined) cursor.anchors.set(made, anchor);
  return made;
}

/** Where a block collection ends that counts white space in. */
export function contentEnd({ text }: Cursor, start: number, end: number): number {
  const last = text.charCodeAt(end - 1);
  const visible = last > 0x20 && last < 0x7f;
  return visible ? end : start + text.slice(start, end).trimEnd().length;
}
