import { createMemory } from '../../../text/index.ts';

/**
 * Patterns of the Rust `regex` crate (what atc-router compiles) as JavaScript ones. Classes are always written as code
 * points, so that nothing of one dialect is read in the other; case-insensitive parts are spelled out, because Node 20 has
 * no scoped flags.
 */
export type RustRegex = { readonly ok: true; readonly regex: RegExp } | { readonly ok: false; readonly message: string };

interface Flags {
  readonly i: boolean;
  readonly s: boolean;
  readonly m: boolean;
  readonly swap: boolean;
  readonly unicode: boolean;
  readonly x: boolean;
}
const DEFAULTS: Flags = { i: false, s: false, m: false, swap: false, unicode: true, x: false };
const WORD = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}';
const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z', alpha: 'A-Za-z', ascii: '\\u{0}-\\u{7f}', blank: '\\u{9}\\u{20}', cntrl: '\\u{0}-\\u{1f}\\u{7f}', digit: '0-9', graph: '\\u{21}-\\u{7e}',
  lower: 'a-z', print: '\\u{20}-\\u{7e}', punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}', space: '\\u{9}-\\u{d}\\u{20}', upper: 'A-Z', word: '0-9A-Za-z_', xdigit: '0-9A-Fa-f',
};
const SIMPLE: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11, a: 7 };
const remembered = createMemory<RustRegex>(50_000);

export function rustRegex(pattern: string): RustRegex {
  return remembered(pattern, () => compile(pattern));
}

function compile(pattern: string): RustRegex {
  const reader = new Reader(pattern);
  const source = alternation(reader, DEFAULTS);
  if (!reader.done) reader.fail('unopened group');
  if (reader.fault !== undefined) return { ok: false, message: `regex parse error: ${reader.fault}` };
  try {
    return { ok: true, regex: new RegExp(source, 'v') };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : 'bad pattern' };
  }
}

class Reader {
  readonly #chars: readonly string[];
  #at = 0;
  fault: string | undefined;
  constructor(text: string) {
    this.#chars = [...text];
  }
  get done(): boolean {
    return this.#at >= this.#chars.length || this.fault !== undefined;
  }
  peek(ahead = 0): string {
    return this.#chars[this.#at + ahead] ?? '';
  }
  take(): string {
    const char = this.peek();
    this.#at += 1;
    return char;
  }
  /** @param text of ASCII */
  accept(text: string): boolean {
    for (let index = 0; index < text.length; index += 1) if (this.peek(index) !== text[index]) return false;
    this.#at += text.length;
    return true;
  }
  until(end: string): string {
    let out = '';
    while (!this.done && this.peek() !== end) out += this.take();
    if (!this.accept(end)) this.fail(`missing ${end}`);
    return out;
  }
  fail(message: string): void {
    this.fault ??= message;
  }
}

/** Inline flags such as `(?i)` hold to the end of their group, across `|`. */
function alternation(reader: Reader, given: Flags): string {
  let flags = given;
  let out = '';
  while (!reader.done && reader.peek() !== ')') {
    if (reader.accept('|')) {
      out += '|';
      continue;
    }
    const inline = inlineFlags(reader, flags);
    if (inline !== undefined) {
      flags = inline;
      continue;
    }
    out += repeated(atomOf(reader, flags), reader);
  }
  return out;
}

/** Operators may follow one another: `a**` repeats what `a*` matches. */
function repeated(atom: string, reader: Reader): string {
  if (atom === '') return '';
  let text = atom;
  for (let operator = repetition(reader); operator !== ''; operator = repetition(reader)) text = text === atom ? atom + operator : `(?:${text})${operator}`;
  return text;
}

function inlineFlags(reader: Reader, flags: Flags): Flags | undefined {
  let length = 0;
  if (reader.peek() !== '(' || reader.peek(1) !== '?') return undefined;
  for (length = 2; /^[imsUuxR-]$/.test(reader.peek(length)); length += 1);
  if (reader.peek(length) !== ')' || length === 2) return undefined;
  const changed = flagsOf(reader, flags, length);
  reader.take();
  return changed;
}

/** No letter twice, and one behind the sign that takes flags away. */
function checkFlags(reader: Reader, text: string): void {
  const letters = text.replace('-', '');
  if (letters.includes('-') || text.endsWith('-')) reader.fail('dangling flag negation operator');
  if (new Set(letters).size < letters.length) reader.fail('duplicate flag');
}

function flagsOf(reader: Reader, flags: Flags, end: number): Flags {
  let text = '';
  for (let index = 0; index < end; index += 1) text += reader.take();
  checkFlags(reader, text.slice(2));
  const [on = '', off = ''] = text.slice(2).split('-');
  const pick = (letter: string, before: boolean): boolean => (off.includes(letter) ? false : on.includes(letter) ? true : before);
  return { i: pick('i', flags.i), s: pick('s', flags.s), m: pick('m', flags.m), swap: pick('U', flags.swap), unicode: pick('u', flags.unicode), x: pick('x', flags.x) };
}

function atomOf(reader: Reader, flags: Flags): string {
  const char = reader.take();
  if (flags.x && /\s/.test(char)) return '';
  switch (char) {
    case '(':
      return group(reader, flags);
    case '[':
      return classOf(reader, flags);
    case '.':
      return flags.s ? '[\\s\\S]' : '[^\\n]';
    case '^':
      return flags.m ? '(?:^|(?<=\\n))' : '(?:^)';
    case '$':
      return flags.m ? '(?:$|(?=\\n))' : '(?:$)';
    case '\\':
      return escapeOf(reader, flags);
    case '*':
    case '+':
    case '?':
    case '{':
      reader.fail('repetition operator missing expression');
      return '';
    default:
      return literal(char, flags);
  }
}

function group(reader: Reader, flags: Flags): string {
  if (!reader.accept('?')) return `(${closed(reader, flags)})`;
  if (reader.accept('P<') || (reader.peek() === '<' && reader.peek(1) !== '=' && reader.peek(1) !== '!' && reader.accept('<'))) {
    return `(?<${reader.until('>')}>${closed(reader, flags)})`;
  }
  if (/^[=!<]$/.test(reader.peek())) {
    reader.fail('look-around, including look-ahead and look-behind, is not supported');
    return '';
  }
  let length = 0;
  while (/^[imsUuxR-]$/.test(reader.peek(length))) length += 1;
  let text = '(?';
  for (let index = 0; index < length; index += 1) text += reader.take();
  checkFlags(reader, text.slice(2));
  const inner = flagsOf(new Reader(text), flags, text.length);
  if (!reader.accept(':')) reader.fail('unrecognized flag');
  return `(?:${closed(reader, inner)})`;
}

function closed(reader: Reader, flags: Flags): string {
  const inner = alternation(reader, flags);
  if (!reader.accept(')')) reader.fail('unclosed group');
  return inner;
}

function repetition(reader: Reader): string {
  let out = '';
  if (reader.peek() === '{') {
    reader.take();
    const body = reader.until('}').replaceAll(' ', '');
    if (!/^\d+(?:,\d*)?$/.test(body)) reader.fail('repetition quantifier expects a valid decimal');
    out = `{${body}}`;
  } else if (/^[*+?]$/.test(reader.peek())) out = reader.take();
  return out !== '' && reader.accept('?') ? `${out}?` : out;
}

/** What stands for itself wherever it is in a pattern. */
const PLAIN = /^[A-Za-z0-9]$/;
const escaped = (code: number): string => `\\u{${code.toString(16)}}`;

function literal(char: string, flags: Flags): string {
  if (!flags.i) return PLAIN.test(char) ? char : escaped(char.codePointAt(0) ?? 0);
  return spelled(char, () => spelling(char));
}

/** What stands for a character and its variants: patterns are of few. */
const spelled = createMemory<string>();

function spelling(char: string): string {
  const codes = folded(char).map((variant) => escaped(variant.codePointAt(0) ?? 0));
  return codes.length === 1 ? codes.join('') : `[${codes.join('')}]`;
}

/** Simple case folding: the characters that Unicode holds equal to this one. */
function folded(char: string): readonly string[] {
  const all = new Set([char]);
  for (const form of [char.toLowerCase(), char.toUpperCase(), char.toUpperCase().toLowerCase()]) if ([...form].length === 1) all.add(form);
  if (all.has('k')) all.add('\u212a');
  if (all.has('s')) all.add('\u017f');
  return [...all];
}

function escapeOf(reader: Reader, flags: Flags): string {
  const char = reader.peek();
  switch (char) {
    case 'A':
      reader.take();
      return '(?<![\\s\\S])';
    case 'z':
      reader.take();
      return '(?![\\s\\S])';
    case 'b':
    case 'B':
      reader.take();
      return boundary(char === 'b', flags);
    case '<':
    case '>':
      reader.take();
      return edge(char, flags);
    default: {
      const set = setEscape(reader, flags);
      if (set !== undefined) return `[${set}]`;
      const code = codeEscape(reader);
      return code === undefined ? '' : literal(String.fromCodePoint(code), flags);
    }
  }
}

/** Where a word begins or ends. */
function edge(side: '<' | '>', flags: Flags): string {
  const word = flags.unicode ? `[${WORD}]` : '[0-9A-Za-z_]';
  return side === '<' ? `(?:(?<!${word})(?=${word}))` : `(?:(?<=${word})(?!${word}))`;
}

function boundary(at: boolean, flags: Flags): string {
  const word = flags.unicode ? `[${WORD}]` : '[0-9A-Za-z_]';
  return at ? `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))` : `(?:(?<=${word})(?=${word})|(?<!${word})(?!${word}))`;
}

/** `\d`, `\pL` and their kin as the inside of a JavaScript class. */
function setEscape(reader: Reader, flags: Flags): string | undefined {
  const char = reader.peek();
  const inside = { d: flags.unicode ? '\\p{Nd}' : '0-9', s: flags.unicode ? '\\p{White_Space}' : '\\u{9}-\\u{d}\\u{20}', w: flags.unicode ? WORD : '0-9A-Za-z_' }[char.toLowerCase()];
  if (inside !== undefined) {
    reader.take();
    return char === char.toLowerCase() ? inside : `[^${inside}]`;
  }
  if (char !== 'p' && char !== 'P') return undefined;
  reader.take();
  const name = reader.accept('{') ? reader.until('}') : reader.take().toUpperCase();
  return property(name.replace(/^\^/, ''), (char === 'P') !== name.startsWith('^'));
}

function property(name: string, negated: boolean): string {
  const letter = negated ? 'P' : 'p';
  const plain = `\\${letter}{${name}}`;
  const script = `\\${letter}{Script=${name}}`;
  try {
    return new RegExp(plain, 'v').source;
  } catch {
    return script;
  }
}

function codeEscape(reader: Reader): number | undefined {
  const char = reader.take();
  const simple = SIMPLE[char];
  if (simple !== undefined) return simple;
  if (char === 'x' || char === 'u' || char === 'U') {
    const width = { x: 2, u: 4, U: 8 }[char];
    let digits = '';
    const isBraced = reader.accept('{');
    if (isBraced) digits = reader.until('}');
    else for (let index = 0; index < width; index += 1) digits += reader.take();
    const code = Number.parseInt(digits, 16);
    if (/^[0-9A-Fa-f]+$/.test(digits) && (isBraced || digits.length === width) && code <= 0x10ffff) return code;
    reader.fail('invalid hexadecimal');
    return undefined;
  }
  if (/^[0-9A-Za-z<>]$/.test(char) || char === '' || char > '\x7f') {
    reader.fail(/^[0-9]$/.test(char) ? 'backreferences are not supported' : 'unrecognized escape sequence');
    return undefined;
  }
  return char.codePointAt(0);
}

/** A bracketed class. An operator takes all that stands before it as one set, which JavaScript's `v` mode wants in brackets. */
function classOf(reader: Reader, flags: Flags): string {
  const negated = reader.accept('^');
  let out = '';
  while (reader.accept('-')) out += '\\-';
  let before: string | undefined;
  for (let isFirst = out === ''; !reader.done && (isFirst || reader.peek() !== ']'); isFirst = false) {
    const operator = isFirst ? undefined : ['&&', '--'].find((candidate) => reader.accept(candidate));
    if (operator === undefined) out += member(reader, flags);
    else {
      before = before === undefined ? `[${out}]${operator}` : `[${before}[${out}]]${operator}`;
      out = '';
    }
  }
  if (!reader.accept(']')) reader.fail('unclosed character class');
  return `[${negated ? '^' : ''}${before === undefined ? out : `${before}[${out}]`}]`;
}

function member(reader: Reader, flags: Flags): string {
  if (reader.accept('[:')) return posix(reader);
  if (reader.accept('[')) return classOf(reader, flags);
  if (reader.accept('~~')) {
    reader.fail('symmetric difference of classes is not modelled');
    return '';
  }
  const from = endpoint(reader, flags);
  const isRange = reader.peek() === '-' && !['', ']', '-'].includes(reader.peek(1));
  if (typeof from !== 'number') {
    if (isRange) reader.fail('invalid range boundary, must be a literal');
    return from;
  }
  if (!isRange) return range(from, from, flags);
  reader.take();
  const to = endpoint(reader, flags);
  if (typeof to === 'number' && to >= from) return range(from, to, flags);
  reader.fail('invalid character class range');
  return '';
}

function endpoint(reader: Reader, flags: Flags): number | string {
  if (!reader.accept('\\')) return reader.take().codePointAt(0) ?? 0;
  const set = setEscape(reader, flags);
  return set ?? codeEscape(reader) ?? '';
}

function posix(reader: Reader): string {
  const text = reader.until(':');
  if (!reader.accept(']')) reader.fail('unclosed character class');
  const inside = POSIX[text.replace(/^\^/, '')];
  if (inside === undefined) reader.fail('unrecognized POSIX class');
  return text.startsWith('^') ? `[^${inside ?? ''}]` : (inside ?? '');
}

/** With `(?i)` every member of a range stands for its case variants too; beyond the letters in use nothing folds. */
function range(from: number, to: number, flags: Flags): string {
  const plain = from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`;
  if (!flags.i) return plain;
  const extra = new Set<number>();
  for (let code = from; code <= Math.min(to, 0x24ff); code += 1) {
    for (const variant of folded(String.fromCodePoint(code))) {
      const folds = variant.codePointAt(0) ?? 0;
      if (folds < from || folds > to) extra.add(folds);
    }
  }
  return plain + [...extra].map(escaped).join('');
}
