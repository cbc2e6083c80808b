import { Spans } from '../../origin.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../node.ts';
import type { RawDocument } from '../raw.ts';
import { readBlockScalar } from './block-scalar.ts';
import { Cursor, NO_PROPS } from './cursor.ts';
import type { Props } from './cursor.ts';
import { readFlow } from './flow.ts';
import { contentEnd, mapping, sequence, withProps } from './nodes.ts';
import { readAlias, readKey, readPlain, readPlainStart, readQuoted, startsPlain, startsQuoted, takeColon } from './scalars.ts';

/** Characters that need a closer look: control characters, and line breaks that are none in Go or none here. */
// oxlint-disable-next-line no-control-regex
const UNUSUAL = /[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]/;
/** Deeper files are for the other reader, which says where it is too deep. */
const MAX_BLOCK_DEPTH = 50;

/**
 * Reads, in one pass, the YAML that Compose files are written in. It knows no errors: undefined = there is something in the
 * text that it does not understand to the letter, and the thorough reader must read the file. Its nodes have their places at
 * once, with ids from `firstId` on: where no alias is to be followed, they are the document as it is.
 */
export function readFast(text: string, firstId = 0): RawDocument | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const cursor = new Cursor(text, new Spans(firstId));
  cursor.nextContent();
  if (/^---(?: *\n)/.test(text.slice(cursor.at, cursor.at + 80)) && cursor.indent === 0) {
    cursor.at = cursor.lineEnd() + 1;
    cursor.nextContent();
  }
  const root = cursor.column === 0 ? readRoot(cursor) : undefined;
  return root === undefined || cursor.indent !== -1 ? undefined : documentOf(root, cursor);
}

function documentOf(root: YamlNode, { spans, keys, anchors, aliases, unfinished }: Cursor): RawDocument {
  const document = { start: root.start, contents: root, anchors, aliases };
  return unfinished || aliases.size > 0 ? document : { ...document, placed: { root, spans, values: spans.size - keys } };
}

function readRoot(cursor: Cursor): YamlMapping | YamlSequence | undefined {
  if (cursor.atDash()) return readSequence(cursor, NO_PROPS);
  const { at: start, column } = cursor;
  const key = readKey(cursor);
  return key === undefined ? undefined : readMapping(cursor, { key, start, column }, NO_PROPS);
}

interface FirstKey {
  readonly key: YamlScalar;
  readonly start: number;
  readonly column: number;
}

/** A block mapping whose first key was read already: whether something is a mapping shows at the end of its first key. */
function readMapping(cursor: Cursor, { key: first, start, column }: FirstKey, props: Props): YamlMapping | undefined {
  const entries: YamlEntry[] = [];
  if (cursor.depth >= MAX_BLOCK_DEPTH || props.tag === '!!str') return undefined;
  cursor.depth += 1;
  for (let key: YamlScalar | undefined = first; ; key = readKey(cursor)) {
    cursor.forgetComments();
    const value = key === undefined ? undefined : readValue(cursor, column);
    if (key === undefined || value === undefined) return undefined;
    entries.push({ key, value });
    if (cursor.indent !== column) break;
  }
  if (cursor.indent > column) return undefined;
  cursor.depth -= 1;
  const end = contentEnd(cursor, start, cursor.tail);
  cursor.closeCollection(column);
  return withProps(cursor, mapping(cursor, entries, start, end), props);
}

function readSequence(cursor: Cursor, props: Props): YamlSequence | undefined {
  const { at: start, column } = cursor;
  const items: YamlNode[] = [];
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
  const end = contentEnd(cursor, start, cursor.tail);
  cursor.closeCollection(column);
  return withProps(cursor, sequence(cursor, items, start, end), props);
}

/** What stands behind the colon of a mapping at column `holder`. */
function readValue(cursor: Cursor, holder: number): YamlNode | undefined {
  cursor.skipSpaces();
  if (startsPlain(cursor)) return readPlain(cursor, holder);
  const before = cursor.at;
  const props = cursor.props();
  if (props === undefined) return undefined;
  if (!atLineRest(cursor)) return readInline(cursor, holder, props);
  if (!cursor.restIsEmpty()) return undefined;
  if (cursor.indent > holder) return readNested(cursor, holder, props);
  if (cursor.indent === holder && cursor.atDash()) return readSequence(cursor, props);
  if (props.anchor !== undefined || props.tag !== undefined) return undefined;
  cursor.endEmpty(before);
  return { kind: 'scalar', text: '', style: 'plain', start: before, end: before, origin: cursor.spans.add(before, before) };
}

/** What stands behind the dash of a sequence at column `holder`. */
function readItem(cursor: Cursor, holder: number): YamlNode | undefined {
  cursor.skipSpaces();
  if (startsPlain(cursor)) return readPlainLine(cursor, holder, NO_PROPS);
  const props = cursor.props();
  if (props === undefined) return undefined;
  if (atLineRest(cursor)) return cursor.restIsEmpty() && cursor.indent > holder ? readNested(cursor, holder, props) : undefined;
  // Behind an anchor on the same line a key would have the anchor, not the mapping.
  if (props.anchor !== undefined || props.tag !== undefined) return readInline(cursor, holder, props);
  if (cursor.atDash()) return readSequence(cursor, props);
  return startsQuoted(cursor) ? readQuotedLine(cursor, holder, props) : readInline(cursor, holder, props);
}

/** A node on a line of its own. */
function readNested(cursor: Cursor, holder: number, props: Props): YamlNode | undefined {
  cursor.forgetComments();
  if (cursor.atDash()) return readSequence(cursor, props);
  if (startsPlain(cursor)) return readPlainLine(cursor, holder, props);
  if (startsQuoted(cursor)) return readQuotedLine(cursor, holder, props);
  const char = cursor.char();
  return char === '|' || char === '>' || char === '*' ? undefined : readInline(cursor, holder, props);
}

/** A mapping where the plain text turns out to be a key, else the text. */
function readPlainLine(cursor: Cursor, holder: number, props: Props): YamlNode | undefined {
  const { at: start, column } = cursor;
  const read = readPlainStart(cursor);
  if (typeof read === 'object') return readMapping(cursor, { key: read, start, column }, props);
  return read === undefined ? undefined : withProps(cursor, readPlain(cursor, holder, start, read), props);
}

function readQuotedLine(cursor: Cursor, holder: number, props: Props): YamlNode | undefined {
  const { at: start, column } = cursor;
  const quoted = readQuoted(cursor);
  if (quoted === undefined) return undefined;
  if (takeColon(cursor, start, quoted.end)) return readMapping(cursor, { key: quoted, start, column }, props);
  return ended(cursor, holder, withProps(cursor, quoted, props));
}

function atLineRest(cursor: Cursor): boolean {
  const char = cursor.char();
  return char === '' || char === '\n' || char === '#';
}

/** A scalar, an alias or a flow collection, with the rest of its line. */
function readInline(cursor: Cursor, holder: number, props: Props): YamlNode | undefined {
  switch (cursor.char()) {
    case '|':
    case '>':
      return blockScalar(cursor, holder, props);
    case '[':
    case '{':
      return props.tag === '!!str' ? undefined : ended(cursor, holder, withProps(cursor, readFlow(cursor, holder), props));
    case '"':
    case "'":
      return ended(cursor, holder, withProps(cursor, readQuoted(cursor), props));
    case '*':
      return props.anchor === undefined && props.tag === undefined ? ended(cursor, holder, readAlias(cursor)) : undefined;
    default:
      return startsPlain(cursor) ? withProps(cursor, readPlain(cursor, holder), props) : undefined;
  }
}

function ended(cursor: Cursor, holder: number, node: YamlNode | undefined): YamlNode | undefined {
  return node !== undefined && cursor.endLeaf(node.end, holder) ? node : undefined;
}

function blockScalar(cursor: Cursor, holder: number, props: Props): YamlScalar | undefined {
  const node = withProps(cursor, readBlockScalar(cursor, holder), props);
  if (node === undefined) return undefined;
  cursor.forgetComments();
  cursor.nextContent();
  return node;
}
