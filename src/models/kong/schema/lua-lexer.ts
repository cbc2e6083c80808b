/** A token of a Lua chunk; strings and numbers carry no value: only the form matters. */
export interface LuaToken {
  readonly kind: 'name' | 'keyword' | 'string' | 'number' | 'symbol' | 'end';
  readonly text: string;
}

const KEYWORDS = new Set('and break do else elseif end false for function goto if in local nil not or repeat return then true until while'.split(' '));
const SYMBOLS = ['...', '..', '::', '==', '~=', '<=', '>=', '+', '-', '*', '/', '%', '^', '#', '<', '>', '=', '(', ')', '{', '}', '[', ']', ';', ':', ',', '.'] as const;
/** A fraction or an exponent has no size. */
const NUMBER = /^(?:0[xX](?:[0-9a-fA-F]+\.[0-9a-fA-F]*|\.[0-9a-fA-F]+)(?:[pP][+-]?\d+)?|0[xX][0-9a-fA-F]+[pP][+-]?\d+|(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+)(?:[uU]?[lL][lL])?)[iI]?/;
const ESCAPE = /^\\(?:[abfnrtv\\"'\n]|z\s*|x[0-9a-fA-F]{2}|u\{0*(?:10|[0-9a-fA-F])?[0-9a-fA-F]{1,4}\}|25[0-5]|2[0-4]\d|[01]\d\d|\d\d?(?!\d))/;

/** The tokens of a chunk (Lua 5.1 with LuaJIT's additions), or undefined where something is none. */
export function luaTokens(chunk: string): readonly LuaToken[] | undefined {
  const tokens: LuaToken[] = [];
  let rest = chunk.replace(/^\ufeff?(?:#[^\n]*)?/, '');
  for (;;) {
    rest = rest.replace(/^[ \t\r\n\v\f]+/, '');
    if (rest === '') return [...tokens, { kind: 'end', text: '' }];
    const length = rest.startsWith('--') ? commentLength(rest) : undefined;
    if (length !== undefined) {
      rest = rest.slice(length);
      continue;
    }
    const token = tokenAt(rest);
    if (token === undefined) return undefined;
    tokens.push(token.token);
    rest = rest.slice(token.length);
  }
}

/** `--[[ ... ]]` over several lines, else up to the end of the line; an open block comment has no end. */
function commentLength(text: string): number | undefined {
  const level = /^--\[(=*)\[/.exec(text)?.[1];
  if (level === undefined) return (/^--[^\n]*/.exec(text)?.[0] ?? '').length;
  const end = text.indexOf(`]${level}]`, 4 + level.length);
  return end === -1 ? undefined : end + level.length + 2;
}

function tokenAt(text: string): { readonly token: LuaToken; readonly length: number } | undefined {
  const made = (kind: LuaToken['kind'], found: string): { readonly token: LuaToken; readonly length: number } => ({ token: { kind, text: found }, length: found.length });
  const name = /^[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*/.exec(text)?.[0];
  if (name !== undefined) return made(KEYWORDS.has(name) ? 'keyword' : 'name', name);
  const number = NUMBER.exec(text)?.[0];
  if (number !== undefined) return /^[A-Za-z0-9_.]/.test(text.slice(number.length)) ? undefined : made('number', number);
  if (text.startsWith('"') || text.startsWith("'")) return quoted(text);
  const level = /^\[(=*)\[/.exec(text)?.[1];
  if (level !== undefined) {
    const end = text.indexOf(`]${level}]`, 2 + level.length);
    return end === -1 ? undefined : made('string', text.slice(0, end + level.length + 2));
  }
  const symbol = SYMBOLS.find((candidate) => text.startsWith(candidate));
  return symbol === undefined || text.startsWith('--') ? undefined : made('symbol', symbol);
}

function quoted(text: string): { readonly token: LuaToken; readonly length: number } | undefined {
  const quote = text.charAt(0);
  let at = 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === quote) return { token: { kind: 'string', text: text.slice(0, at + 1) }, length: at + 1 };
    if (char === '\n' || char === '\r') return undefined;
    const escape = char === '\\' ? ESCAPE.exec(text.slice(at))?.[0] : char;
    if (escape === undefined) return undefined;
    at += escape.length;
  }
  return undefined;
}
