import { decodeUtf8, encodeRune, encodeUtf8 } from './bytes.ts';

export type TokenKind = 'string' | 'char' | 'int' | 'float' | 'imag' | 'ident' | 'operator' | 'newline' | 'end';

/** A token of Go's scanner; offsets are UTF-16 units into the rule. */
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** String literals: the unquoted value. */
  readonly value?: string;
}

/** A complaint of Go's scanner or parser. */
export interface LexError {
  readonly message: string;
  readonly at: number;
  readonly to: number;
  readonly quote: boolean;
}

/** Longer ones win: none has more than three characters. */
const OPERATORS = new Set(['&^=', '<<=', '>>=', '...', '&&', '||', '==', '!=', '<=', '>=', '<<', '>>', '&^', '<-', ':=', '++', '--', '+=', '-=', '*=', '/=', '%=', '&=', '|=', '^=']);
/** What stands second in one of them: behind most operators nothing of the kind does. */
const SECOND = new Set([...OPERATORS].map((operator) => operator.charAt(1)));
const SINGLE = new Set('+-*/%&|^<>=!()[]{},;.:~');
const CLOSING = new Set([')', ']', '}', '++', '--']);
const ENDING = new Set(['break', 'continue', 'fallthrough', 'return']);
const LETTER = /[\p{L}_]/u;
const WORD = /[\p{L}\p{Nd}_]*/uy;
const KEYWORDS = new Set(
  'break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var'.split(' '),
);

/** True for words that Go does not take as names. */
export function isKeyword(word: string): boolean {
  return KEYWORDS.has(word);
}

/** Reads a rule as Go's scanner reads an expression; never fails, bad literals become errors beside their token. */
export function lex(text: string): { readonly tokens: readonly Token[]; readonly errors: readonly LexError[] } {
  const scanner = new Scanner(text);
  const tokens: Token[] = [];
  for (let token = scanner.next(); ; token = scanner.next()) {
    tokens.push(token);
    if (token.kind === 'end') return { tokens, errors: withForbidden(text, scanner.errors) };
  }
}

const ANY_FORBIDDEN = /[\0\ufeff]/;
const FORBIDDEN: readonly (readonly [string, string])[] = [['\0', 'illegal character NUL'], ['\ufeff', 'illegal byte order mark']];

/** Two characters may stand nowhere, not even in quotes; the second is skipped in the first place. */
function withForbidden(text: string, errors: readonly LexError[]): readonly LexError[] {
  if (!ANY_FORBIDDEN.test(text)) return errors;
  const found = FORBIDDEN.flatMap(([char, message]) => {
    const at = text.indexOf(char, char === '\0' ? 0 : 1);
    return at < 0 ? [] : [{ message, at, to: at + 1, quote: false }];
  });
  if (found.length === 0) return errors;
  return [...errors.filter(({ at }) => found.every((one) => one.at !== at)), ...found].sort((a, b) => a.at - b.at);
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

class Scanner {
  readonly errors: LexError[] = [];
  readonly #text: string;
  #at = 0;
  /** Go ends an expression at a line break behind a name, a literal or a closing bracket. */
  #lineEnds = false;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith('\ufeff')) this.#at = 1;
  }

  next(): Token {
    const newline = this.#skipBlanks();
    if (newline !== undefined) return newline;
    const from = this.#at;
    if (from >= this.#text.length) return this.#token('end', from);
    const char = this.#text[from] ?? '';
    const token = this.#scan(char, from);
    this.#lineEnds = token.kind !== 'operator' || CLOSING.has(token.text);
    if (token.kind === 'ident' && isKeyword(token.text)) this.#lineEnds = ENDING.has(token.text);
    return token;
  }

  #scan(char: string, from: number): Token {
    if (char === '`') return this.#raw(from);
    if (char === '"') return this.#quoted(from);
    if (char === "'") return this.#rune(from);
    if (isDigit(char) || (char === '.' && isDigit(this.#text[from + 1]))) return this.#number(from);
    if (SINGLE.has(char)) return this.#operator(from);
    return LETTER.test(this.#codePoint()) ? this.#word(from) : this.#operator(from);
  }

  #skipBlanks(): Token | undefined {
    for (;;) {
      const char = this.#text[this.#at];
      const atEnd = char === undefined;
      if (this.#lineEnds && (atEnd || char === '\n')) {
        this.#lineEnds = false;
        return { kind: 'newline', text: '\n', from: this.#at, to: this.#at };
      }
      if (atEnd) return undefined;
      if (char === ' ' || char === '\t' || char === '\r' || char === '\n') this.#at += 1;
      else if (!this.#skipComment()) return undefined;
    }
  }

  #skipComment(): boolean {
    if (this.#text[this.#at] !== '/') return false;
    const kind = this.#text.slice(this.#at, this.#at + 2);
    if (kind === '//') {
      const end = this.#text.indexOf('\n', this.#at);
      this.#at = end < 0 ? this.#text.length : end;
      return true;
    }
    if (kind !== '/*') return false;
    const end = this.#text.indexOf('*/', this.#at + 2);
    if (end < 0) this.#error('comment not terminated', this.#at, this.#text.length, false);
    this.#at = end < 0 ? this.#text.length : end + 2;
    return true;
  }

  #raw(from: number): Token {
    const close = this.#text.indexOf('`', from + 1);
    this.#at = close < 0 ? this.#text.length : close + 1;
    if (close < 0) this.#error('raw string literal not terminated', from, this.#text.length, true);
    const inside = this.#text.slice(from + 1, close < 0 ? undefined : close);
    return this.#token('string', from, inside.replaceAll('\r', ''));
  }

  #quoted(from: number): Token {
    this.#at = from + 1;
    let bytes = '';
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === '\n') {
        this.#error('string literal not terminated', from, this.#at, true);
        break;
      }
      if (char === '"') {
        this.#at += 1;
        break;
      }
      bytes += char === '\\' ? this.#escape('"') : encodeUtf8(this.#take());
    }
    return this.#token('string', from, decodeUtf8(bytes));
  }

  #rune(from: number): Token {
    const before = this.errors.length;
    let count = 0;
    let value = '';
    this.#at = from + 1;
    for (;;) {
      const char = this.#text[this.#at];
      if (char === undefined || char === '\n') {
        if (this.errors.length === before) this.#error('rune literal not terminated', from, this.#at, true);
        break;
      }
      if (char === "'") {
        this.#at += 1;
        break;
      }
      count += 1;
      value += char === '\\' ? decodeUtf8(this.#escape("'")) : this.#take();
    }
    if (count !== 1 && this.errors.length === before) this.#error('illegal rune literal', from, this.#at, true);
    return this.#token('char', from, value);
  }

  /** An escape of a Go literal, as bytes. */
  #escape(quote: string): string {
    const start = this.#at;
    this.#at += 1;
    const char = this.#text[this.#at];
    const simple = char === undefined ? undefined : SIMPLE_ESCAPES[char];
    if (char !== undefined && (simple !== undefined || char === quote)) {
      this.#at += 1;
      return simple ?? quote;
    }
    const shape = char === undefined ? undefined : /[0-7]/.test(char) ? { digits: 3, base: 8, skip: 0 } : NUMERIC_ESCAPES[char];
    if (shape === undefined) {
      this.#error(char === undefined ? 'escape sequence not terminated' : 'unknown escape sequence', this.#at, this.#at + 1, true);
      return this.#text.slice(start, this.#at);
    }
    return this.#numericEscape(shape.digits, shape.base, shape.skip, char ?? '');
  }

  #numericEscape(digits: number, base: number, skip: number, kind: string): string {
    const start = this.#at;
    this.#at += skip;
    const text = this.#text.slice(this.#at, this.#at + digits);
    const valid = new RegExp(base === 8 ? `^[0-7]{${digits}}$` : `^[0-9A-Fa-f]{${digits}}$`).test(text);
    if (!valid) {
      this.#badDigit(text, base, start);
      return '';
    }
    this.#at += digits;
    const value = Number.parseInt(text, base);
    const isByte = base === 8 || kind === 'x';
    if (isByte ? value > 255 : value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) {
      this.#error('escape sequence is invalid Unicode code point', start, this.#at, true);
      return '';
    }
    return isByte ? String.fromCharCode(value) : encodeRune(value);
  }

  #badDigit(text: string, base: number, start: number): void {
    const good = (base === 8 ? /^[0-7]*/ : /^[0-9A-Fa-f]*/).exec(text)?.[0].length ?? 0;
    this.#at += good;
    const message = this.#at < this.#text.length ? `illegal character ${goChar(this.#codePoint())} in escape sequence` : 'escape sequence not terminated';
    this.errors.push({ message, at: this.#at, to: Math.max(start, this.#at), quote: true });
  }

  #number(from: number): Token {
    const text = /^(?:0[xX][0-9A-Fa-f_]+|[0-9_]*\.?[0-9_]*(?:[eE][+-]?[0-9_]+)?)i?/.exec(this.#text.slice(from))?.[0] ?? '';
    this.#at = from + Math.max(1, text.length);
    const kind = text.endsWith('i') ? 'imag' : /^0[xX]/.test(text) || !/[.eE]/.test(text) ? 'int' : 'float';
    return this.#token(kind, from);
  }

  #word(from: number): Token {
    WORD.lastIndex = from;
    WORD.test(this.#text);
    this.#at = WORD.lastIndex;
    return this.#token('ident', from);
  }

  #operator(from: number): Token {
    const found = this.#compound(from);
    const char = this.#codePoint();
    this.#at = from + (found ?? char).length;
    if (found === undefined && !SINGLE.has(char)) {
      const curly = char === '\u201c' || char === '\u201d';
      this.#error(curly ? `curly quotation mark '${char}' (use neutral '"')` : `illegal character ${goChar(char)}`, from, this.#at, QUOTE_LIKE.test(char));
    }
    return this.#token('operator', from);
  }

  /** An operator of several characters. */
  #compound(from: number): string | undefined {
    if (!SECOND.has(this.#text.charAt(from + 1))) return undefined;
    const three = this.#text.slice(from, from + 3);
    if (OPERATORS.has(three)) return three;
    const two = three.slice(0, 2);
    return OPERATORS.has(two) ? two : undefined;
  }

  #take(): string {
    const char = this.#codePoint();
    this.#at += char.length;
    return char;
  }

  #codePoint(): string {
    const rune = this.#text.codePointAt(this.#at);
    return rune === undefined ? '' : String.fromCodePoint(rune);
  }

  #token(kind: TokenKind, from: number, value?: string): Token {
    const text = this.#text.slice(from, this.#at);
    return value === undefined ? { kind, text, from, to: this.#at } : { kind, text, from, to: this.#at, value };
  }

  #error(message: string, at: number, to: number, quote: boolean): void {
    this.errors.push({ message, at, to, quote });
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' };
const NUMERIC_ESCAPES: Readonly<Record<string, { readonly digits: number; readonly base: number; readonly skip: number }>> = {
  x: { digits: 2, base: 16, skip: 1 },
  u: { digits: 4, base: 16, skip: 1 },
  U: { digits: 8, base: 16, skip: 1 },
};
/** Word processors' quotes. */
const QUOTE_LIKE = /[\u2018-\u201f\u00b4\u2032\u2033]/;

/** Go's `%#U`. */
function goChar(char: string): string {
  const rune = char.codePointAt(0) ?? 0;
  const hex = rune.toString(16).toUpperCase().padStart(4, '0');
  return /[\p{C}\p{Z}]/u.test(char) ? `U+${hex}` : `U+${hex} '${char}'`;
}
