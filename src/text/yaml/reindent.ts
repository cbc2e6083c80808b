import type { CST } from 'yaml';

/**
 * Go reads a flow collection or a quoted text whose further lines stand further left than YAML 1.2 allows (ran:
 * `command: [` with its items below the key); the parser here does not. Such lines are read with blanks put in front, and
 * every offset is led back to the text as it is.
 */
export interface Reindented {
  readonly text: string;
  /** The offset in the original text. */
  readonly back: (offset: number) => number;
}

/** Blanks to put in front of the line that begins at this offset of the original text. */
export type Inserts = ReadonlyMap<number, number>;

export const AS_IT_IS = (text: string): Reindented => ({ text, back: (offset) => offset });

export function reindent(text: string, inserts: Inserts): Reindented {
  const starts = [...inserts.keys()].sort((a, b) => a - b);
  const pieces: string[] = [];
  const shifts: { readonly from: number; readonly start: number; readonly sum: number }[] = [];
  let done = 0;
  let sum = 0;
  for (const start of starts) {
    const count = inserts.get(start) ?? 0;
    pieces.push(text.slice(done, start), ' '.repeat(count));
    shifts.push({ from: start + sum, start, sum: sum + count });
    done = start;
    sum += count;
  }
  pieces.push(text.slice(done));
  return { text: pieces.join(''), back: (offset) => backThrough(shifts, offset) };
}

function backThrough(shifts: readonly { readonly from: number; readonly start: number; readonly sum: number }[], offset: number): number {
  let low = 0;
  let high = shifts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((shifts[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  const shift = shifts[low - 1];
  return shift === undefined ? offset : Math.max(shift.start, offset - shift.sum);
}

/** The lines of the first construct that the parser gave up on, as inserts into the original; undefined = none is of this kind. */
export function insertsFor(tokens: readonly CST.Token[], read: Reindented, original: string): Inserts | undefined {
  const start = brokenStart(tokens, read.text);
  if (start === undefined) return undefined;
  const from = read.back(start);
  const end = original[from] === '"' || original[from] === "'" ? quoteEnd(original, from) : flowEnd(original, from);
  if (end === undefined) return undefined;
  const column = from - (original.lastIndexOf('\n', from - 1) + 1);
  const inserts = new Map<number, number>();
  for (let at = original.indexOf('\n', from); at !== -1 && at < end; at = original.indexOf('\n', at + 1)) inserts.set(at + 1, column + 1);
  return inserts.size === 0 ? undefined : inserts;
}

/** The first flow collection that ended in an error, or quoted text without its quote. */
function brokenStart(tokens: readonly CST.Token[], text: string): number | undefined {
  let first: number | undefined;
  const todo = [...tokens];
  for (let token = todo.pop(); token !== undefined; token = todo.pop()) {
    const start = brokenAt(token, text);
    if (start !== undefined && (first === undefined || start < first)) first = start;
    todo.push(...childTokens(token));
  }
  return first;
}

function brokenAt(token: CST.Token, text: string): number | undefined {
  if (token.type === 'flow-collection') return token.end.some((end) => end.type === 'flow-seq-end' || end.type === 'flow-map-end') ? undefined : token.offset;
  if (token.type !== 'double-quoted-scalar' && token.type !== 'single-quoted-scalar') return undefined;
  const end = quoteEnd(text, token.offset);
  return end === token.offset + token.source.length ? undefined : token.offset;
}

/** Behind the closing quote; a pattern would run out of stack on a scalar of megabytes. */
function quoteEnd(text: string, start: number): number | undefined {
  const quote = text.charAt(start) === '"' ? '"' : "'";
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\\' && quote === '"') at += 1;
    else if (char === quote && (quote === '"' || text.charAt(at + 1) !== "'")) return at + 1;
    else if (char === quote) at += 1;
  }
  return undefined;
}

/** Behind the bracket that closes the one at `start`; quotes and comments are stepped over. */
function flowEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '[' || char === '{') depth += 1;
    else if (char === ']' || char === '}') depth -= 1;
    else if ((char === '"' || char === "'") && /[\s,[{:]/.test(text[at - 1] ?? '')) at = (quoteEnd(text, at) ?? text.length) - 1;
    else if (char === '#' && /\s/.test(text[at - 1] ?? '')) at = lineEnd(text, at);
    if (depth === 0) return at + 1;
  }
  return undefined;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

/** The tokens inside a token, one level down. */
export function childTokens(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  const out: CST.Token[] = [];
  for (const item of token.items) {
    if (item.key !== undefined && item.key !== null) out.push(item.key);
    if (item.value !== undefined) out.push(item.value);
  }
  return out;
}
