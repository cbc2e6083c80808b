import type { OriginId, Origins, SourceFile } from '../text/index.ts';
import { fileText, floatText } from './file-value.ts';
import type { FileMapping, FileScalar, FileValue, GoKind } from './file-value.ts';

export interface TomlFile {
  readonly root?: FileMapping;
  readonly problems: readonly { readonly message: string; readonly origin: OriginId }[];
}

/** Reads TOML 1.0 into a tree with places. Never throws; the first mistake ends the file, as in the engine. */
export function parseToml(file: SourceFile, origins: Origins): TomlFile {
  const reader = new Reader(file, origins);
  const root = table('open', origins.span(file.path, 0, 0));
  let current = root;
  while (reader.nextLine()) {
    const next = reader.peek() === '[' ? header(reader, root) : keyValue(reader, current) ? current : undefined;
    if (next === undefined || !reader.endOfLine()) break;
    current = next;
  }
  if (reader.problem !== undefined) return { problems: [reader.problem] };
  return { root: freeze(root), problems: [] };
}

interface Key {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}
interface Table {
  readonly kind: 'table';
  /** How it came to be: what may still be added to it depends on that. */
  state: 'open' | 'header' | 'dotted' | 'inline';
  readonly origin: OriginId;
  readonly entries: Map<string, { readonly origin: OriginId; readonly value: Draft }>;
}
interface Tables {
  readonly kind: 'tables';
  readonly origin: OriginId;
  readonly items: Table[];
}
type Draft = Table | Tables | FileScalar | { readonly kind: 'array'; readonly items: readonly Draft[]; readonly origin: OriginId };

function table(state: Table['state'], origin: OriginId): Table {
  return { kind: 'table', state, origin, entries: new Map() };
}

function freeze(draft: Table): FileMapping {
  return { kind: 'mapping', entries: [...draft.entries].map(([key, { origin, value }]) => ({ key, origin, value: freezeValue(value) })), origin: draft.origin };
}

function freezeValue(draft: Draft): FileValue {
  if (draft.kind === 'table') return freeze(draft);
  if (draft.kind === 'scalar') return draft;
  return { kind: 'sequence', items: draft.items.map(freezeValue), origin: draft.origin };
}

/** `[a.b]` and `[[a.b]]`. */
function header(reader: Reader, root: Table): Table | undefined {
  const start = reader.at;
  const list = reader.text.startsWith('[[', start);
  reader.at += list ? 2 : 1;
  const keys = reader.keys();
  const last = keys?.at(-1);
  if (keys === undefined || last === undefined) return undefined;
  if (!reader.take(list ? ']]' : ']')) return reader.fail('a table header is not closed', start);
  const parent = descend(reader, root, keys.slice(0, -1), 'open');
  if (parent === undefined) return undefined;
  return list ? addListTable(reader, parent, last) : addTable(reader, parent, last);
}

function addTable(reader: Reader, parent: Table, key: Key): Table | undefined {
  const found = parent.entries.get(key.name);
  if (found === undefined) {
    const made = table('header', reader.origin(key.start, key.end));
    parent.entries.set(key.name, { origin: made.origin, value: made });
    return made;
  }
  if (found.value.kind !== 'table' || found.value.state !== 'open') return reader.fail(`the table "${key.name}" is defined twice`, key.start, key.end);
  found.value.state = 'header';
  return found.value;
}

function addListTable(reader: Reader, parent: Table, key: Key): Table | undefined {
  const origin = reader.origin(key.start, key.end);
  const found = parent.entries.get(key.name);
  const made = table('header', origin);
  if (found === undefined) parent.entries.set(key.name, { origin, value: { kind: 'tables', origin, items: [made] } });
  else if (found.value.kind === 'tables') found.value.items.push(made);
  else return reader.fail(`"${key.name}" is no list of tables`, key.start, key.end);
  return made;
}

/** The table at a path; a list of tables stands for its last one. */
function descend(reader: Reader, from: Table, keys: readonly Key[], state: 'open' | 'dotted'): Table | undefined {
  let at = from;
  for (const key of keys) {
    const found = at.entries.get(key.name);
    const value = found?.value.kind === 'tables' && state === 'open' ? found.value.items.at(-1) : found?.value;
    if (value === undefined) {
      const made = table(state, reader.origin(key.start, key.end));
      at.entries.set(key.name, { origin: made.origin, value: made });
      at = made;
    } else if (value.kind === 'table' && value.state !== 'inline' && (state === 'open' || value.state !== 'header')) at = value;
    else return reader.fail(`"${key.name}" cannot be extended here`, key.start, key.end);
  }
  return at;
}

function keyValue(reader: Reader, into: Table): boolean {
  const keys = reader.keys();
  const last = keys?.at(-1);
  if (keys === undefined || last === undefined) return false;
  if (!reader.take('=')) return reader.fail('expected "=" after the key', reader.at) !== undefined;
  const parent = descend(reader, into, keys.slice(0, -1), 'dotted');
  if (parent === undefined) return false;
  if (parent.entries.has(last.name)) return reader.fail(`the key "${last.name}" is written twice`, last.start, last.end) !== undefined;
  reader.blanks();
  const value = readValue(reader);
  if (value === undefined) return false;
  parent.entries.set(last.name, { origin: reader.origin(last.start, last.end), value });
  return true;
}

function readValue(reader: Reader): Draft | undefined {
  const start = reader.at;
  const char = reader.peek();
  if (char === '"' || char === "'") return readString(reader);
  if (char === '[') return readArray(reader);
  if (char === '{') return readInline(reader);
  const word = /[^\s,\]}#=]*(?: [0-9]{2}:[0-9:.]+(?:Z|[-+][0-9:]+)?)?/y;
  word.lastIndex = start;
  const text = word.exec(reader.text)?.[0] ?? '';
  const value = bare(text);
  if (value === undefined) return reader.fail(text === '' ? 'a value is missing' : `"${text}" is no TOML value`, start, start + text.length);
  reader.at += text.length;
  return { kind: 'scalar', go: value[0], text: fileText(value[1]), origin: reader.origin(start, reader.at) };
}

const INTEGER = /^[-+]?(?:0|[1-9](?:_?[0-9])*)$/;
const PREFIXED = /^0(?:x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|o[0-7](?:_?[0-7])*|b[01](?:_?[01])*)$/;
const FLOAT = /^[-+]?(?:0|[1-9](?:_?[0-9])*)(?:\.[0-9](?:_?[0-9])*)?(?:[eE][-+]?[0-9](?:_?[0-9])*)?$/;
const TIME = /^(?:[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ][0-9]{2}:[0-9]{2}.*)?|[0-9]{2}:[0-9]{2}:[0-9]{2}.*)$/;

/** Booleans, numbers and times: Go's kind and the engine's text. */
function bare(text: string): readonly [GoKind, string] | undefined {
  if (text === 'true' || text === 'false') return ['bool', text];
  const digits = text.replaceAll('_', '');
  if (INTEGER.test(text)) return ['int64', String(BigInt(digits.replace(/^\+/, '')))];
  if (PREFIXED.test(text)) return ['int64', String(BigInt(digits))];
  if (FLOAT.test(text)) return ['float64', floatText(Number(digits))];
  if (/^[-+]?(?:inf|nan)$/.test(text)) return ['float64', floatText(text.endsWith('nan') ? Number.NaN : text.startsWith('-') ? -Infinity : Infinity)];
  return TIME.test(text) ? ['struct', text] : undefined;
}

function readString(reader: Reader): FileScalar | undefined {
  const start = reader.at;
  const read = reader.string(true);
  return read === undefined ? undefined : { kind: 'scalar', go: 'string', text: fileText(read.text), origin: read.plain ? reader.origin(read.from, read.to) : reader.origin(start, reader.at) };
}

function readArray(reader: Reader): Draft | undefined {
  const start = reader.at;
  const items: Draft[] = [];
  reader.at += 1;
  for (reader.skipAll(); !reader.take(']'); reader.skipAll()) {
    const item = readValue(reader);
    if (item === undefined) return undefined;
    items.push(item);
    reader.skipAll();
    if (reader.take(',')) continue;
    if (reader.peek() !== ']') return reader.fail('a list is not closed', start);
  }
  return { kind: 'array', items, origin: reader.origin(start, reader.at) };
}

function readInline(reader: Reader): Draft | undefined {
  const start = reader.at;
  const made = table('dotted', reader.origin(start, start + 1));
  reader.at += 1;
  reader.blanks();
  while (!reader.take('}')) {
    if (!keyValue(reader, made)) return reader.problem === undefined ? reader.fail('an inline table is not closed', start) : undefined;
    reader.blanks();
    if (reader.take(',')) continue;
    if (reader.peek() !== '}') return reader.fail('an inline table is not closed', start);
  }
  made.state = 'inline';
  return made;
}

/** A string as read; `plain` = its text is the source between `from` and `to`. */
interface Quoted {
  readonly text: string;
  readonly plain: boolean;
  readonly from: number;
  readonly to: number;
}

/** The place in the text, and the first problem. */
class Reader {
  readonly text: string;
  at = 0;
  problem: { readonly message: string; readonly origin: OriginId } | undefined;
  readonly #path: string;
  readonly #origins: Origins;

  constructor(file: SourceFile, origins: Origins) {
    this.text = file.text;
    this.#path = file.path;
    this.#origins = origins;
  }

  origin(from: number, to: number): OriginId {
    return this.#origins.span(this.#path, from, to);
  }

  fail(message: string, from: number, to = from + 1): undefined {
    this.problem ??= { message, origin: this.origin(from, Math.min(to, this.text.length)) };
    return undefined;
  }

  peek(): string {
    return this.text[this.at] ?? '';
  }

  take(text: string): boolean {
    this.blanks();
    if (!this.text.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }

  blanks(): void {
    while (this.peek() === ' ' || this.peek() === '\t') this.at += 1;
  }

  /** Blanks, line ends and comments. */
  skipAll(): void {
    const gap = /(?:[ \t\r\n]+|#[^\n]*)*/y;
    gap.lastIndex = this.at;
    this.at += gap.exec(this.text)?.[0].length ?? 0;
  }

  /** Goes to the next thing written; false at the end. */
  nextLine(): boolean {
    this.skipAll();
    return this.at < this.text.length && this.problem === undefined;
  }

  endOfLine(): boolean {
    const rest = /[ \t]*(?:#[^\n]*)?(?:\r?\n|$)/y;
    rest.lastIndex = this.at;
    const found = rest.exec(this.text);
    if (found === null) return this.fail('expected the end of the line', this.at) !== undefined;
    this.at += found[0].length;
    return true;
  }

  /** `a."b c".d`. */
  keys(): readonly Key[] | undefined {
    const out: Key[] = [];
    do {
      this.blanks();
      const start = this.at;
      const quoted = this.peek() === '"' || this.peek() === "'" ? this.string(false) : undefined;
      const name = quoted?.text ?? this.#bareKey();
      if (name === undefined || this.problem !== undefined) return this.fail('expected a key', start);
      out.push({ name, start, end: this.at });
    } while (this.take('.'));
    return out;
  }

  #bareKey(): string | undefined {
    const word = /[A-Za-z0-9_-]+/y;
    word.lastIndex = this.at;
    const found = word.exec(this.text)?.[0];
    this.at += found?.length ?? 0;
    return found;
  }

  /** A string at the cursor; three quotes only where they are allowed. */
  string(multiline: boolean): Quoted | undefined {
    const start = this.at;
    const quote = this.peek();
    const long = multiline && this.text.startsWith(quote.repeat(3), start);
    const inner = quote === "'" ? (long ? /'''((?:(?!''')[\s\S])*'{3,5})/y : /'([^'\n]*)'/y) : long ? /"""((?:\\[\s\S]|(?!""")[^\\])*"{3,5})/y : /"((?:\\.|[^"\\\n])*)"/y;
    inner.lastIndex = start;
    const found = inner.exec(this.text);
    if (found === null) return this.fail('a string is not closed', start);
    this.at += found[0].length;
    const from = start + (long ? 3 : 1);
    const body = long ? (found[1] ?? '').slice(0, -3).replace(/^\r?\n/, '') : (found[1] ?? '');
    const text = quote === "'" ? body : this.#unescape(body, start);
    return text === undefined ? undefined : { text, plain: !long && text === body, from, to: from + body.length };
  }

  #unescape(body: string, start: number): string | undefined {
    let bad: string | undefined;
    const text = body.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([btnfre"\\])|[ \t]*\r?\n\s*|[\s\S])/g, (all: string, four?: string, eight?: string, letter?: string) => {
      const code = four ?? eight;
      if (code !== undefined && Number.parseInt(code, 16) <= 0x10ffff) return String.fromCodePoint(Number.parseInt(code, 16));
      if (letter !== undefined) return ESCAPES[letter] ?? letter;
      if (/^\\\s*\n/.test(all)) return '';
      bad = all;
      return '';
    });
    return bad === undefined ? text : this.fail(`"${bad}" is no escape`, start, this.at);
  }
}

const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' };
