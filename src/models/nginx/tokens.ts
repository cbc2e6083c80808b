/** A word, or one of the three signs that end one. */
export interface Token {
  readonly kind: 'word' | ';' | '{' | '}';
  readonly text: string;
  readonly line: number;
}

export class ConfigError extends Error {}

interface Cursor {
  readonly text: string;
  at: number;
  line: number;
}

/** The words of a file as `ngx_conf_read_token` cuts them: quotes, backslashes, `${` that opens no block, comments. */
export function tokenize(text: string): readonly Token[] {
  const cursor: Cursor = { text, at: 0, line: 1 };
  const out: Token[] = [];
  for (let token = next(cursor); token !== undefined; token = next(cursor)) out.push(token);
  return out;
}

function next(cursor: Cursor): Token | undefined {
  skipBlanks(cursor);
  const char = cursor.text[cursor.at];
  const { line } = cursor;
  if (char === undefined) return undefined;
  if (char === ';' || char === '{' || char === '}') {
    cursor.at += 1;
    return { kind: char, text: char, line };
  }
  return { kind: 'word', text: char === '"' || char === "'" ? quoted(cursor, char) : plain(cursor), line };
}

function skipBlanks(cursor: Cursor): void {
  for (;;) {
    const char = cursor.text[cursor.at];
    if (char === '\n') cursor.line += 1;
    else if (char === '#') {
      const end = cursor.text.indexOf('\n', cursor.at);
      cursor.at = end < 0 ? cursor.text.length : end;
      continue;
    } else if (char !== ' ' && char !== '\t' && char !== '\r') return;
    cursor.at += 1;
  }
}

/** Behind the closing quote only a blank, `;`, `{` or `)` may stand. */
function quoted(cursor: Cursor, quote: string): string {
  const start = cursor.at + 1;
  let at = start;
  for (; cursor.text[at] !== quote; at += cursor.text[at] === '\\' ? 2 : 1) {
    if (at >= cursor.text.length) throw new ConfigError(`line ${String(cursor.line)}: a quote is not closed`);
    if (cursor.text[at] === '\n') cursor.line += 1;
  }
  const after = cursor.text[at + 1] ?? ' ';
  if (!/[\s;{)]/.test(after)) throw new ConfigError(`line ${String(cursor.line)}: unexpected "${after}"`);
  cursor.at = at + 1;
  return unescape(cursor.text.slice(start, at));
}

function plain(cursor: Cursor): string {
  const start = cursor.at;
  let at = start;
  for (let char = cursor.text[at]; char !== undefined; char = cursor.text[at]) {
    if (char === '\\') at += 1;
    else if (char === '$' && cursor.text[at + 1] === '{') at += 1;
    else if (/[\s;{]/.test(char)) break;
    at += 1;
  }
  cursor.at = at;
  return unescape(cursor.text.slice(start, at));
}

/** Only these six pairs mean something; every other backslash stays. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(["'\\trn])/g, (_, char: string) => ({ t: '\t', r: '\r', n: '\n' })[char] ?? char);
}
