import type { Run } from '../origin.ts';
import type { ScalarStyle } from './node.ts';

/** A cooked text with the runs that lead back to its source. */
interface Cooking {
  text: string;
  readonly runs: Run[];
}

/**
 * How a scalar's cooked text maps to `source.slice(start, end)`: undefined = letter by letter from `start`, empty = not
 * at all. The text is cooked again here and compared, so a disagreement with the parser costs columns, never truth.
 */
export function scalarRuns(source: string, start: number, end: number, style: ScalarStyle, cooked: string): readonly Run[] | undefined {
  if (style === 'literal' || style === 'folded') return blockRuns(source, start, end, cooked);
  const quote = style === 'plain' ? 0 : 1;
  const inner = { start: start + quote, end: Math.max(start + quote, end - quote) };
  if (source.slice(inner.start, inner.end) === cooked) {
    return quote === 0 ? undefined : letterRuns(inner.start, cooked.length);
  }
  const cooking = cookFlow(source, inner.start, inner.end, style);
  return cooking.text === cooked ? cooking.runs : [];
}

/** Of a quoted text that stands between its quotes as it is. */
export function letterRuns(start: number, length: number): readonly Run[] {
  return [{ cooked: 0, cookedLength: length, source: start, sourceLength: length }];
}

/** A block scalar's range runs on over blank lines: it ends with its last line that has content. */
export function blockEnd(source: string, start: number, end: number): number {
  return start + source.slice(start, end).trimEnd().length;
}

function push(cooking: Cooking, text: string, source: number, sourceLength: number): void {
  const last = cooking.runs.at(-1);
  const even = text.length === sourceLength;
  if (last !== undefined && even && last.cookedLength === last.sourceLength && last.source + last.sourceLength === source) {
    cooking.runs[cooking.runs.length - 1] = { ...last, cookedLength: last.cookedLength + text.length, sourceLength: last.sourceLength + sourceLength };
  } else if (text.length > 0 || sourceLength > 0) {
    cooking.runs.push({ cooked: cooking.text.length, cookedLength: text.length, source, sourceLength });
  }
  cooking.text += text;
}

/** The text of a quoted scalar whose source stands between the quotes at these offsets. */
export function cookQuoted(source: string, start: number, end: number, style: 'single' | 'double'): string {
  return cookFlow(source, start, end, style).text;
}

/** Plain and quoted scalars: line folding, `''`, and the escapes of double quotes. */
function cookFlow(source: string, start: number, end: number, style: ScalarStyle): Cooking {
  const cooking: Cooking = { text: '', runs: [] };
  let at = start;
  while (at < end) {
    const piece = nextPiece(source, at, end, style);
    push(cooking, piece.text, at, piece.length);
    at += piece.length;
  }
  return cooking;
}

interface Piece {
  readonly text: string;
  readonly length: number;
}

const FOLD = /[ \t]*\r?\n(?:[ \t]*\r?\n)*[ \t]*/y;
const LETTERS = /[^'\\ \t\r\n]+/y;

function nextPiece(source: string, at: number, end: number, style: ScalarStyle): Piece {
  const letters = match(LETTERS, source, at);
  if (letters !== undefined) return { text: letters.slice(0, end - at), length: Math.min(letters.length, end - at) };
  const fold = match(FOLD, source, at);
  if (fold !== undefined) return { text: folded(fold), length: Math.min(fold.length, end - at) };
  const char = source[at] ?? '';
  if (style === 'single' && char === "'" && source[at + 1] === "'") return { text: "'", length: 2 };
  if (style === 'double' && char === '\\') return escapePiece(source, at);
  return { text: char, length: 1 };
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function folded(fold: string): string {
  const breaks = fold.split('\n').length - 1;
  return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
  N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029', ' ': ' ', '"': '"', '/': '/', '\\': '\\', '\t': '\t',
};
const ESCAPED_BREAK = /\\\r?\n[ \t]*/y;
const CODE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

function escapePiece(source: string, at: number): Piece {
  const line = match(ESCAPED_BREAK, source, at);
  if (line !== undefined) return { text: '', length: line.length };
  const code = match(CODE, source, at);
  if (code !== undefined) return { text: codePoint(Number.parseInt(code.slice(2), 16)), length: code.length };
  return { text: ESCAPES[source[at + 1] ?? ''] ?? source.slice(at, at + 2), length: 2 };
}

function codePoint(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '';
}

/** Block scalars line by line; what stands between (indentation, folded breaks) belongs to no character. */
function blockRuns(source: string, start: number, end: number, cooked: string): readonly Run[] {
  const runs: Run[] = [];
  const header = source.indexOf('\n', start);
  if (header === -1 || header >= end) return [];
  const lines = blockLines(source, header + 1, end, cooked);
  let at = 0;
  for (const line of lines) {
    while (at < cooked.length && !cooked.startsWith(line.text, at) && isBreak(cooked[at])) at += 1;
    if (!cooked.startsWith(line.text, at)) return [];
    runs.push({ cooked: at, cookedLength: line.text.length, source: line.start, sourceLength: line.text.length });
    at += line.text.length;
  }
  return withGaps(runs, cooked.length, end);
}

function isBreak(char: string | undefined): boolean {
  return char === '\n' || char === ' ';
}

/** The lines with content, without their indentation. The indentation is that of the cooked text's first line. */
function blockLines(source: string, from: number, end: number, cooked: string): readonly { readonly text: string; readonly start: number }[] {
  const out: { text: string; start: number }[] = [];
  let indent: number | undefined;
  for (let at = from; at < end; ) {
    const stop = source.indexOf('\n', at);
    const next = stop === -1 || stop >= end ? end : stop;
    const line = source.slice(at, next).replace(/\r$/, '');
    if (line.trim() !== '') {
      indent ??= indentation(line, cooked);
      out.push({ text: line.slice(indent), start: at + indent });
    }
    at = next + 1;
  }
  return out;
}

/** Leading blanks of the source's first line with content that the cooked text does not have. */
function indentation(line: string, cooked: string): number {
  const first = cooked.split('\n').find((text) => text.trim() !== '') ?? '';
  return Math.max(0, leading(line) - leading(first));
}

function leading(line: string): number {
  return line.length - line.trimStart().length;
}

/** Fills the characters between two lines (a break, a folded blank) with runs that stand for the whole gap. */
function withGaps(runs: readonly Run[], length: number, end: number): readonly Run[] {
  const out: Run[] = [];
  let cooked = 0;
  let source = runs[0]?.source ?? end;
  for (const run of runs) {
    if (run.cooked > cooked) out.push({ cooked, cookedLength: run.cooked - cooked, source, sourceLength: run.source - source });
    out.push(run);
    cooked = run.cooked + run.cookedLength;
    source = run.source + run.sourceLength;
  }
  if (length > cooked) out.push({ cooked, cookedLength: length - cooked, source, sourceLength: Math.max(0, end - source) });
  return out;
}
