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
  return { kind: 'word', text: char === '"' || char === "'" ? quoted(cursor, char) : unescape(take(cursor, WORD)), line };
}

// Sticky: a file has hundreds of thousands of letters, which are not looked at one by one.
const BLANKS = /(?:[ \t\r\n]+|#[^\n]*)+/y;
const WORD = /(?:[^ \t\r\n;{\\$]+|\\[^]?|\$\{?)+/y;
const QUOTED: Readonly<Record<'"' | "'", RegExp>> = { '"': /(?:[^"\\]+|\\[^]?)*/y, "'": /(?:[^'\\]+|\\[^]?)*/y };

/** The text from here on that a pattern takes; what comes behind it is next. */
function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at;
  const taken = pattern.exec(cursor.text)?.[0] ?? '';
  cursor.at += taken.length;
  return taken;
}

function skipBlanks(cursor: Cursor): void {
  countLines(cursor, take(cursor, BLANKS));
}

function countLines(cursor: Cursor, taken: string): void {
  for (let at = taken.indexOf('\n'); at >= 0; at = taken.indexOf('\n', at + 1)) cursor.line += 1;
}

/** Behind the closing quote only a blank, `;`, `{` or `)` may stand. */
function quoted(cursor: Cursor, quote: '"' | "'"): string {
  cursor.at += 1;
  const inside = take(cursor, QUOTED[quote]);
  countLines(cursor, inside);
  if (cursor.at >= cursor.text.length) throw new ConfigError(`line ${String(cursor.line)}: a quote is not closed`);
  cursor.at += 1;
  const after = cursor.text[cursor.at] ?? ' ';
  if (!/[ \t\r\n;{)]/.test(after)) throw new ConfigError(`line ${String(cursor.line)}: unexpected "${after}"`);
  return unescape(inside);
}

/** Only these six pairs mean something; every other backslash stays. */
function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(["'\\trn])/g, (_, char: string) => ({ t: '\t', r: '\r', n: '\n' })[char] ?? char);
}
