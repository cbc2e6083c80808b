export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'punctuation' | 'end';
  readonly text: string;
  readonly at: number;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n', r: '\r', t: '\t' };

// Sticky: they are tried at a place, and the rest of a long expression is never copied.
const BLANKS = /[ \t\r\n]+/y;
const PUNCTUATION = /&&|\|\||[=!^><]=|=\^|[><~!()]/y;
const NAME = /[A-Za-z][A-Za-z0-9_.]*/y;

/** An address with or without a prefix length, or a whole number: octal, hexadecimal or decimal. */
const NUMBER = /(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|(?::|[0-9A-Fa-f]{1,4}):(?:[0-9A-Fa-f]{1,4}|:)*(?:\/\d{1,3})?|-?(?:0[0-7]+|0x[0-9A-Fa-f]+|\d+))/y;

/** Tokens of the ATC language (atc-router 1.6), or the place that is none. */
export function tokenize(text: string): readonly Token[] | { readonly at: number; readonly message: string } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    at += lengthAt(BLANKS, text, at);
    if (at === text.length) break;
    const found = next(text, at);
    if (found === undefined) return { at, message: 'unexpected character' };
    tokens.push(found.token);
    at = found.end;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function lengthAt(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex - at : 0;
}

function next(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  if (text.startsWith('r#"', at)) return rawString(text, at);
  if (text[at] === '"') return quotedString(text, at);
  return made('punctuation', PUNCTUATION, text, at) ?? made('number', NUMBER, text, at) ?? made('name', NAME, text, at);
}

function made(kind: Token['kind'], pattern: RegExp, text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  const end = at + lengthAt(pattern, text, at);
  return end === at ? undefined : { token: { kind, text: text.slice(at, end), at }, end };
}

function rawString(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  const end = text.indexOf('"#', at + 3);
  return end === -1 ? undefined : { token: { kind: 'string', text: text.slice(at + 3, end), at }, end: end + 2 };
}

function quotedString(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  let out = '';
  for (let index = at + 1; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (char === '"') return { token: { kind: 'string', text: out, at }, end: index + 1 };
    if (char !== '\\') {
      out += char;
      continue;
    }
    index += 1;
    const escaped = ESCAPES[text.charAt(index)];
    if (escaped === undefined) return undefined;
    out += escaped;
  }
  return undefined;
}
