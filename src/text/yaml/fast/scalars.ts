import type { YamlScalar } from '../node.ts';
import { cookQuoted } from '../runs.ts';
import type { Cursor } from './cursor.ts';
import { isBlank } from './cursor.ts';
import { cookedScalar, plainScalar, quotedScalar } from './nodes.ts';

/** Longer keys are refused by YAML; the other reader says so. */
const MAX_KEY = 1000;
/** What a plain scalar may not begin with, the text's end among it; `-`, `?` and `:` may, with a letter behind them, but only `-` is common. */
const NO_START = new Set([...Array.from(',[]{}#&*!|>\'"%@`?:\t\n ', (char) => char.charCodeAt(0)), Number.NaN]);
const COLON = 0x3a;
const SPACE = 0x20;
const TAB = 0x09;
const DASH = 0x2d;
const SINGLE = 0x27;
const DOUBLE = 0x22;
const BACKSLASH = 0x5c;

/** What ends a line of a plain scalar: what is before is for the regular expression's own loop, which needs no warming up. */
const STOP = /[\n\t]|:(?=[ \n\t]|$)|(?<= )#/g;

/** Where a line of a plain scalar ends: before the blanks in front of a colon, a comment or the line's end. */
function plainEnd(text: string, from: number): number | undefined {
  STOP.lastIndex = from;
  const stop = STOP.test(text) ? STOP.lastIndex - 1 : text.length;
  const code = text.charCodeAt(stop);
  if (code === TAB || (code === COLON && text.charCodeAt(stop + 1) === TAB)) return undefined;
  let end = stop;
  while (end > from && text.charCodeAt(end - 1) === SPACE) end -= 1;
  return end;
}

export function startsPlain(cursor: Cursor): boolean {
  const code = cursor.code();
  return !NO_START.has(code) && !(code === DASH && isBlank(cursor.code(1)));
}

export function startsQuoted(cursor: Cursor): boolean {
  const code = cursor.code();
  return code === SINGLE || code === DOUBLE;
}

/** Takes the colon behind a key that begins at `start` and ends at `end`; without one it leaves the cursor at the end. */
export function takeColon(cursor: Cursor, start: number, end: number): boolean {
  cursor.at = end;
  cursor.skipSpaces();
  if (cursor.code() === COLON && isBlank(cursor.code(1)) && end - start < MAX_KEY && !isMarker(cursor, start)) {
    cursor.at += 1;
    return true;
  }
  cursor.at = end;
  return false;
}

/** `---` and `...` at the start of a line are no keys. */
function isMarker({ text }: Cursor, start: number): boolean {
  if (start > 0 && text[start - 1] !== '\n') return false;
  return text.startsWith('---', start) || text.startsWith('...', start);
}

/** A key with its colon, on one line. */
export function readKey(cursor: Cursor): YamlScalar | undefined {
  const { at: start, text } = cursor;
  if (startsPlain(cursor)) {
    const end = plainEnd(text, start);
    return end !== undefined && takeColon(cursor, start, end) ? plainScalar(cursor, start, end) : undefined;
  }
  const key = startsQuoted(cursor) ? readQuoted(cursor) : undefined;
  return key !== undefined && takeColon(cursor, start, key.end) ? key : undefined;
}

/** A key with its colon, or the end of a plain text that is none; the cursor stands behind it. */
export function readPlainStart(cursor: Cursor): YamlScalar | number | undefined {
  const { at: start, text } = cursor;
  const end = plainEnd(text, start);
  return end !== undefined && takeColon(cursor, start, end) ? plainScalar(cursor, start, end) : end;
}

/** A plain scalar with the rest of its line; further lines that stand further right than `holder` go on with it. `end` is its first line's. */
export function readPlain(cursor: Cursor, holder: number, start = cursor.at, end = plainEnd(cursor.text, start)): YamlScalar | undefined {
  if (end === undefined) return undefined;
  cursor.at = end;
  if (!cursor.endLeaf(end, holder)) return undefined;
  return cursor.indent > holder ? readLines(cursor, holder, start, end) : plainScalar(cursor, start, end);
}

function readLines(cursor: Cursor, holder: number, start: number, firstEnd: number): YamlScalar | undefined {
  const { text } = cursor;
  let cooked = text.slice(start, firstEnd);
  let end = firstEnd;
  for (let next = continuation(text, end, holder); next !== undefined; next = continuation(text, end, holder)) {
    const stop = plainEnd(text, next.at);
    if (stop === undefined) return undefined;
    cooked += (next.blanks === 0 ? ' ' : '\n'.repeat(next.blanks)) + text.slice(next.at, stop);
    end = stop;
  }
  cursor.at = end;
  return cursor.endLeaf(end, holder) ? cookedScalar(cursor, { text: cooked, style: 'plain', start, end }, end) : undefined;
}

/** The next line with content where it goes on with a scalar that ends at `from`, and how many empty ones are between. */
function continuation(text: string, from: number, holder: number): { readonly at: number; readonly blanks: number } | undefined {
  const lineEnd = pastSpaces(text, from);
  // A comment or a colon ends the scalar.
  if (text[lineEnd] !== '\n') return undefined;
  let lineStart = lineEnd + 1;
  for (let blanks = 0; ; blanks += 1) {
    const at = pastSpaces(text, lineStart);
    if (at >= text.length) return undefined;
    if (text[at] !== '\n') return at - lineStart > holder && text[at] !== '#' ? { at, blanks } : undefined;
    lineStart = at + 1;
  }
}

function pastSpaces(text: string, from: number): number {
  let at = from;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return at;
}

/** A quoted scalar on one line. */
export function readQuoted(cursor: Cursor): YamlScalar | undefined {
  const { at: start, text } = cursor;
  const double = cursor.code() === DOUBLE;
  const close = double ? doubleEnd(text, start + 1) : singleEnd(text, start + 1);
  if (close === undefined) return undefined;
  const end = close.at + 1;
  cursor.at = end;
  const style = double ? 'double' : 'single';
  if (!close.escapes) return quotedScalar(cursor, style, start, end);
  // Go knows no such escape: that is said when the nodes are put together.
  if (double && text.slice(start, end).includes('\\/')) cursor.unfinished = true;
  return cookedScalar(cursor, { text: cookQuoted(text, start + 1, close.at, style), style, start, end }, end);
}

interface Close {
  readonly at: number;
  readonly escapes: boolean;
}

const SINGLE_LETTERS = /[^'\n]*/y;
const DOUBLE_LETTERS = /[^"\\\n]*/y;

/** Where the letters from here on end that mean themselves. */
function letters(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  pattern.test(text);
  return pattern.lastIndex;
}

function singleEnd(text: string, from: number): Close | undefined {
  let escapes = false;
  for (let at = letters(SINGLE_LETTERS, text, from); text.charCodeAt(at) === SINGLE; at = letters(SINGLE_LETTERS, text, at + 2)) {
    if (text.charCodeAt(at + 1) !== SINGLE) return { at, escapes };
    escapes = true;
  }
  return undefined;
}

const ESCAPE = /[0abefnrtv "/\\]|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}/y;

function doubleEnd(text: string, from: number): Close | undefined {
  let escapes = false;
  for (let at = letters(DOUBLE_LETTERS, text, from); ; at = letters(DOUBLE_LETTERS, text, ESCAPE.lastIndex)) {
    const char = text.charCodeAt(at);
    if (char === DOUBLE) return { at, escapes };
    if (char !== BACKSLASH) return undefined;
    ESCAPE.lastIndex = at + 1;
    if (!ESCAPE.test(text)) return undefined;
    escapes = true;
  }
}

const ALIAS = /\*([A-Za-z0-9_.-]+)(?=[ \n,\]}]|$)/y;

/** A scalar that stands for it. */
export function readAlias(cursor: Cursor): YamlScalar | undefined {
  ALIAS.lastIndex = cursor.at;
  const found = ALIAS.exec(cursor.text);
  if (found === null) return undefined;
  const start = cursor.at;
  cursor.at += found[0].length;
  const alias = plainScalar(cursor, start, cursor.at);
  cursor.aliases.set(alias, found[1] ?? '');
  return alias;
}

const FLOW_INDICATORS = new Set([',', '[', ']', '{', '}']);

/** A plain scalar inside a flow collection, on one line. */
export function readFlowPlain(cursor: Cursor): YamlScalar | undefined {
  const { at: start, text } = cursor;
  if (!startsPlain(cursor) || (cursor.char() === '-' && FLOW_INDICATORS.has(cursor.char(1)))) return undefined;
  let end = start;
  for (let at = start; at < text.length; at += 1) {
    const char = text.charAt(at);
    const next = text.charAt(at + 1);
    if (char === '\t') return undefined;
    if (char === '\n' || FLOW_INDICATORS.has(char)) break;
    if (char === ':' && (next === '' || next === ' ' || next === '\n' || FLOW_INDICATORS.has(next))) break;
    if (char === ' ') {
      if (next === '#') break;
    } else end = at + 1;
  }
  cursor.at = end;
  return plainScalar(cursor, start, end);
}
