export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'punctuation' | 'end';
  readonly text: string;
  readonly at: number;
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n', r: '\r', t: '\t' };
const PUNCTUATION = ['&&', '||', '==', '!=', '^=', '=^', '>=', '<=', '>', '<', '~', '!', '(', ')'] as const;

/** An address with or without a prefix length, or a whole number: octal, hexadecimal or decimal. */
const NUMBER = /^(?:\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?|(?::|[0-9A-Fa-f]{1,4}):(?:[0-9A-Fa-f]{1,4}|:)*(?:\/\d{1,3})?|-?(?:0[0-7]+|0x[0-9A-Fa-f]+|\d+))/;

/** Tokens of the ATC language (atc-router 1.6), or the place that is none. */
export function tokenize(text: string): readonly Token[] | { readonly at: number; readonly message: string } {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const blank = /^[ \t\r\n]+/.exec(text.slice(at));
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const found = next(text, at);
    if (found === undefined) return { at, message: 'unexpected character' };
    tokens.push(found.token);
    at = found.end;
  }
  return [...tokens, { kind: 'end', text: '', at }];
}

function next(text: string, at: number): { readonly token: Token; readonly end: number } | undefined {
  if (text.startsWith('r#"', at)) return rawString(text, at);
  if (text[at] === '"') return quotedString(text, at);
  const rest = text.slice(at);
  const punctuation = PUNCTUATION.find((candidate) => rest.startsWith(candidate));
  if (punctuation !== undefined) return made('punctuation', punctuation, at, punctuation.length);
  const number = NUMBER.exec(rest);
  if (number !== null) return made('number', number[0], at, number[0].length);
  const name = /^[A-Za-z][A-Za-z0-9_.]*/.exec(rest);
  return name === null ? undefined : made('name', name[0], at, name[0].length);
}

function made(kind: Token['kind'], text: string, at: number, length: number): { readonly token: Token; readonly end: number } {
  return { token: { kind, text, at }, end: at + length };
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
