import type { RawDocument, RawMapping, RawNode, RawPair, RawScalar, RawSequence } from '../raw.ts';
import { readBlockScalar } from './block-scalar.ts';
import { Cursor } from './cursor.ts';
import type { Props } from './cursor.ts';
import { readFlow } from './flow.ts';
import { readAlias, readKey, readPlain, readQuoted } from './scalars.ts';

/** Characters that need a closer look: control characters, and line breaks that are none in Go or none here. */
// oxlint-disable-next-line no-control-regex
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/;
/** Deeper files are for the other reader, which says where it is too deep. */
const MAX_BLOCK_DEPTH = 50;

/**
 * Reads, in one pass, the YAML that Compose files are written in. It knows no errors: undefined = there is something in the
 * text that it does not understand to the letter, and the thorough reader must read the file.
 */
export function readFast(text: string): RawDocument | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const cursor = new Cursor(text);
  cursor.nextContent();
  if (/^---(?: *\n)/.test(text.slice(cursor.at, cursor.at + 80)) && cursor.indent === 0) {
    cursor.at = cursor.lineEnd() + 1;
    cursor.nextContent();
  }
  const contents = cursor.column === 0 ? readRoot(cursor) : undefined;
  return contents === undefined || cursor.indent !== -1 ? undefined : { start: contents.start, contents };
}

function readRoot(cursor: Cursor): RawMapping | RawSequence | undefined {
  return cursor.atDash() ? readSequence(cursor, {}) : readMapping(cursor, {});
}

/** A block mapping whose keys stand where the cursor stands. */
function readMapping(cursor: Cursor, props: Props): RawMapping | undefined {
  const { at: start, column } = cursor;
  const key = readKey(cursor);
  return key === undefined ? undefined : mappingFrom(cursor, { key, start, column }, props);
}

interface FirstKey {
  readonly key: RawScalar;
  readonly start: number;
  readonly column: number;
}

/** The same, where the first key was read already: whether something is a mapping shows at the end of its first key. */
function mappingFrom(cursor: Cursor, { key: first, start, column }: FirstKey, props: Props): RawMapping | undefined {
  const pairs: RawPair[] = [];
  if (cursor.depth >= MAX_BLOCK_DEPTH || props.tag === '!!str') return undefined;
  cursor.depth += 1;
  for (let key: RawScalar | undefined = first; ; key = readKey(cursor)) {
    cursor.forgetComments();
    const value = key === undefined ? undefined : readValue(cursor, column);
    if (key === undefined || value === undefined) return undefined;
    pairs.push({ kind: 'pair', key, value });
    if (cursor.indent !== column) break;
  }
  if (cursor.indent > column) return undefined;
  cursor.depth -= 1;
  const end = cursor.tail;
  cursor.closeCollection(column);
  return { kind: 'mapping', pairs, ...props, start, end };
}

function readSequence(cursor: Cursor, props: Props): RawSequence | undefined {
  const { at: start, column } = cursor;
  const items: RawNode[] = [];
  if (cursor.depth >= MAX_BLOCK_DEPTH || props.tag === '!!str') return undefined;
  cursor.depth += 1;
  do {
    cursor.forgetComments();
    cursor.at += 1;
    const item = readItem(cursor, column);
    if (item === undefined) return undefined;
    items.push(item);
  } while (cursor.indent === column && cursor.atDash());
  if (cursor.indent > column) return undefined;
  cursor.depth -= 1;
  const end = cursor.tail;
  cursor.closeCollection(column);
  return { kind: 'sequence', items, ...props, start, end };
}

/** What stands behind the colon of a mapping at column `holder`. */
function readValue(cursor: Cursor, holder: number): RawNode | undefined {
  cursor.skipSpaces();
  const before = cursor.at;
  const props = cursor.props();
  if (props === undefined) return undefined;
  if (!atLineRest(cursor)) return readInline(cursor, holder, props);
  if (!cursor.restIsEmpty()) return undefined;
  if (cursor.indent > holder) return readNested(cursor, holder, props);
  if (cursor.indent === holder && cursor.atDash()) return readSequence(cursor, props);
  if (props.anchor !== undefined || props.tag !== undefined) return undefined;
  cursor.endEmpty(before);
  return { kind: 'scalar', text: '', style: 'plain', start: before, end: before };
}

/** What stands behind the dash of a sequence at column `holder`. */
function readItem(cursor: Cursor, holder: number): RawNode | undefined {
  cursor.skipSpaces();
  const props = cursor.props();
  if (props === undefined) return undefined;
  if (atLineRest(cursor)) return cursor.restIsEmpty() && cursor.indent > holder ? readNested(cursor, holder, props) : undefined;
  // Behind an anchor on the same line a key would have the anchor, not the mapping.
  if (props.anchor === undefined && props.tag === undefined) {
    if (cursor.atDash()) return readSequence(cursor, props);
    const first = firstKey(cursor);
    if (first !== undefined) return mappingFrom(cursor, first, props);
  }
  return readInline(cursor, holder, props);
}

/** A node on a line of its own. */
function readNested(cursor: Cursor, holder: number, props: Props): RawNode | undefined {
  cursor.forgetComments();
  if (cursor.atDash()) return readSequence(cursor, props);
  const first = firstKey(cursor);
  if (first !== undefined) return mappingFrom(cursor, first, props);
  const char = cursor.char();
  return char === '|' || char === '>' || char === '*' ? undefined : readInline(cursor, holder, props);
}

function firstKey(cursor: Cursor): FirstKey | undefined {
  const { at: start, column } = cursor;
  const key = readKey(cursor);
  return key === undefined ? undefined : { key, start, column };
}

function atLineRest(cursor: Cursor): boolean {
  const char = cursor.char();
  return char === '' || char === '\n' || char === '#';
}

/** A scalar, an alias or a flow collection, with the rest of its line. */
function readInline(cursor: Cursor, holder: number, props: Props): RawNode | undefined {
  switch (cursor.char()) {
    case '|':
    case '>':
      return blockScalar(cursor, holder, props);
    case '[':
    case '{':
      return props.tag === '!!str' ? undefined : ended(cursor, holder, withProps(readFlow(cursor, holder), props));
    case '"':
    case "'":
      return ended(cursor, holder, withProps(readQuoted(cursor), props));
    case '*':
      return props.anchor === undefined && props.tag === undefined ? ended(cursor, holder, readAlias(cursor)) : undefined;
    default:
      return ended(cursor, holder, withProps(readPlain(cursor, holder), props));
  }
}

function withProps<T extends RawScalar | RawMapping | RawSequence>(node: T | undefined, props: Props): T | undefined {
  if (node === undefined || (props.anchor === undefined && props.tag === undefined)) return node;
  return { ...node, ...props };
}

function ended(cursor: Cursor, holder: number, node: RawNode | undefined): RawNode | undefined {
  return node !== undefined && cursor.endLeaf(node.end, holder) ? node : undefined;
}

function blockScalar(cursor: Cursor, holder: number, props: Props): RawScalar | undefined {
  const node = withProps(readBlockScalar(cursor, holder), props);
  if (node === undefined) return undefined;
  cursor.tail = node.end;
  cursor.forgetComments();
  cursor.nextContent();
  return node;
}
