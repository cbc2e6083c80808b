/**
 * Reads the YAML that generated files are written in: block mappings and lists, one value a line, texts that are plain
 * beyond doubt or in double quotes. It knows no places and no errors: undefined means that the text holds something else,
 * and that a reader of all of YAML has to look at it. `whole` makes the value of a whole number.
 */
export function readPlainYaml(text: string, whole: (digits: string) => unknown): Tree | undefined {
  if (UNUSUAL.test(text)) return undefined;
  const lines = new Lines(text, whole);
  lines.next();
  const root = lines.indent === 0 ? readMap(lines, 0) : undefined;
  return lines.indent === ENDED ? root : undefined;
}

type Tree = Readonly<Record<string, unknown>>;

/** Everything but ASCII that can be seen: tabs, carriage returns and letters of other scripts have rules of their own. */
const UNUSUAL = /[^\n -~]/;
const KEY = /^(?:[A-Za-z_/][A-Za-z0-9_./@-]{0,200}|"[^"\\]{1,200}"):(?: |$)/;
/** No colon, no `#`, no bracket: nothing that ends a plain text or begins something else. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./()`&|^$+<>=~@*!?;,\\-]*(?: [A-Za-z0-9_./()`&|^$+<>=~@*!?;,\\-]+)*$/;
const NO_TEXT = /^(?:null|true|false)$/i;
const WHOLE = /^(?:0|-?[1-9][0-9]{0,14})$/;
const QUOTED = /^"(?:[^"\\]|\\["\\bfnrt])*"$/;
const MAX_INDENT = 60;
const ENDED = -1;
/** No key of its own where it is assigned. */
const PROTOTYPE = '__proto__';

/** Lines that are neither empty nor a comment, without the blanks in front. */
class Lines {
  line = '';
  indent = ENDED;
  #at = 0;
  readonly whole: (digits: string) => unknown;
  readonly #text: string;

  constructor(text: string, whole: (digits: string) => unknown) {
    this.#text = text;
    this.whole = whole;
  }

  next(): void {
    const text = this.#text;
    while (this.#at < text.length) {
      const from = this.#at;
      const found = text.indexOf('\n', from);
      const end = found === -1 ? text.length : found;
      let start = from;
      while (text.charCodeAt(start) === 0x20) start += 1;
      this.#at = end + 1;
      if (start === end || text.charCodeAt(start) === 0x23) continue;
      this.indent = start - from;
      this.line = text.slice(start, end);
      return;
    }
    this.indent = ENDED;
  }
}

/** The mapping whose keys stand at this indentation. Filled key by key: made of a list of entries, an object of a thousand keys costs V8 ten times as much. */
function readMap(lines: Lines, indent: number): Tree | undefined {
  const entries: Record<string, unknown> = {};
  while (lines.indent === indent) {
    const written = KEY.exec(lines.line)?.[0];
    if (written === undefined) return undefined;
    const end = written.lastIndexOf(':');
    const key = written.startsWith('"') ? written.slice(1, end - 1) : written.slice(0, end);
    const value = readValue(lines, indent, lines.line.slice(written.length));
    if (value === undefined || key === PROTOTYPE || Object.hasOwn(entries, key)) return undefined;
    entries[key] = value;
  }
  return lines.indent > indent || indent > MAX_INDENT ? undefined : entries;
}

/** What stands behind a colon; `rest` is what its own line has of it. */
function readValue(lines: Lines, indent: number, rest: string): unknown {
  const value = rest === '' ? undefined : readScalar(lines, rest);
  if (rest !== '' && value === undefined) return undefined;
  lines.next();
  if (rest !== '') return value;
  if (lines.indent <= indent) return undefined;
  return lines.line.startsWith('- ') ? readList(lines, lines.indent) : readMap(lines, lines.indent);
}

function readList(lines: Lines, indent: number): readonly unknown[] | undefined {
  // Most lists have one item: one that is made empty and added to takes several times the memory.
  const first = readItem(lines, indent, lines.line.slice(2));
  if (first === undefined) return undefined;
  const items = [first];
  while (lines.indent === indent && lines.line.startsWith('- ')) {
    const item = readItem(lines, indent, lines.line.slice(2));
    if (item === undefined) return undefined;
    items.push(item);
  }
  return lines.indent > indent ? undefined : items;
}

function readItem(lines: Lines, indent: number, rest: string): unknown {
  if (KEY.test(rest)) {
    // Its first key stands behind the dash, the others below it.
    lines.line = rest;
    lines.indent = indent + 2;
    return readMap(lines, indent + 2);
  }
  const value = readScalar(lines, rest);
  lines.next();
  return value;
}

/** What a value on one line means to Go's YAML and to YAML 1.2 alike. */
function readScalar({ whole }: Lines, text: string): unknown {
  if (QUOTED.test(text)) return JSON.parse(text);
  if (WHOLE.test(text)) return whole(text);
  if (text === 'true' || text === 'false') return text === 'true';
  if (PLAIN.test(text)) return NO_TEXT.test(text) ? undefined : text;
  if (text === '[]') return [];
  return text === '{}' ? {} : undefined;
}
