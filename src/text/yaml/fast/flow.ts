import type { YamlEntry, YamlMapping, YamlNode, YamlSequence } from '../node.ts';
import type { Cursor } from './cursor.ts';
import { isBlank } from './cursor.ts';
import { mapping, sequence } from './nodes.ts';
import { readAlias, readFlowPlain, readQuoted } from './scalars.ts';

/** Deeper ones are for the other reader. */
const MAX_FLOW_DEPTH = 20;

/** `[…]` or `{…}` whose further lines stand further right than `holder`; undefined = not understood. */
export function readFlow(cursor: Cursor, holder: number): YamlMapping | YamlSequence | undefined {
  return collection(cursor, holder, 1);
}

function collection(cursor: Cursor, holder: number, depth: number): YamlMapping | YamlSequence | undefined {
  const start = cursor.at;
  const close = cursor.char() === '[' ? ']' : '}';
  const items: YamlNode[] = [];
  const entries: YamlEntry[] = [];
  cursor.at += 1;
  for (;;) {
    if (!skip(cursor, holder, depth)) return undefined;
    if (cursor.char() === close) break;
    const more = close === ']' ? push(items, node(cursor, holder, depth)) : push(entries, pair(cursor, holder, depth));
    if (!more || !skip(cursor, holder, depth)) return undefined;
    if (cursor.char() === close) break;
    if (cursor.char() !== ',') return undefined;
    cursor.at += 1;
  }
  cursor.at += 1;
  return close === ']' ? sequence(cursor, items, start, cursor.at) : mapping(cursor, entries, start, cursor.at);
}

function push<T>(list: T[], item: T | undefined): boolean {
  if (item !== undefined) list.push(item);
  return item !== undefined;
}

function node(cursor: Cursor, holder: number, depth: number): YamlNode | undefined {
  switch (cursor.char()) {
    case '[':
    case '{':
      return depth >= MAX_FLOW_DEPTH ? undefined : collection(cursor, holder, depth + 1);
    case '"':
    case "'":
      return readQuoted(cursor);
    case '*':
      return readAlias(cursor);
    default:
      return readFlowPlain(cursor);
  }
}

/** `key: value`; keys alone and empty values are for the other reader. */
function pair(cursor: Cursor, holder: number, depth: number): YamlEntry | undefined {
  const quoted = cursor.char() === '"' || cursor.char() === "'";
  const key = quoted ? readQuoted(cursor) : readFlowPlain(cursor);
  if (key === undefined) return undefined;
  cursor.skipSpaces();
  if (cursor.char() !== ':' || (!quoted && !isBlank(cursor.text.charCodeAt(cursor.at + 1)))) return undefined;
  cursor.at += 1;
  if (!skip(cursor, holder, depth)) return undefined;
  const value = node(cursor, holder, depth);
  return value === undefined ? undefined : { key, value };
}

/** White space, comments and line breaks; false where a line stands too far left. */
function skip(cursor: Cursor, holder: number, depth: number): boolean {
  let broken = false;
  for (;;) {
    const from = cursor.at;
    cursor.skipSpaces();
    const char = cursor.char();
    if (char === '\n') {
      cursor.newLine(cursor.at + 1);
      broken = true;
    } else if (char === '#') {
      if (cursor.at === from && !(broken && cursor.column === 0)) return false;
      cursor.at = cursor.lineEnd();
    } else if (char === '') return false;
    else return !broken || cursor.column > holder || (depth === 1 && cursor.column === holder && (char === ']' || char === '}'));
  }
}
