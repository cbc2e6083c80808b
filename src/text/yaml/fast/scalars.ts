import type { RawAlias, RawScalar } from '../raw.ts';
import { cookQuoted } from '../runs.ts';
import type { Cursor } from './cursor.ts';
import { isBlank } from './cursor.ts';

/** Longer keys are refused by YAML; the other reader says so. */
const MAX_KEY = 1000;
/** What a plain scalar may not begin with; `-`, `?` and `:` may, with a letter behind them, but only `-` is common. */
const NO_START = new Set([...',[]{}#&*!|>\'"%@`?:\t\n ', '']);
const COLON = 0x3a;
const HASH = 0x23;
const SPACE = 0x20;
const TAB = 0x09;
const SINGLE = 0x27;
const DOUBLE = 0x22;
const BACKSLASH = 0x5c;

interface PlainLine {
  /** Behind the last character that is no blank. */
  readonly end: number;
  readonly stop: 'line' | 'colon' | 'comment';
}

/** All that can end a line of a plain scalar: what is between is for the regular expression's own loop, which needs no warming up. */
const MAY_END = /[\n\t#:]/g;

/** One line of a plain scalar, up to a colon, a comment or the line's end. */
function plainLine(text: string, from: number): PlainLine | undefined {
  for (let at = from; ; at += 1) {
    MAY_END.lastIndex = at;
    at = MAY_END.test(text) ? MAY_END.lastIndex - 1 : text.length;
    const code = text.charCodeAt(at);
    if (code === TAB) return undefined;
    if (code === HASH) {
      if (text.charCodeAt(at - 1) === SPACE) return { end: withoutSpaces(text, from, at), stop: 'comment' };
    } else if (code === COLON) {
      const next = text.charCodeAt(at + 1);
      if (next === TAB) return undefined;
      if (isBlank(next)) return { end: withoutSpaces(text, from, at), stop: 'colon' };
    } else return { end: withoutSpaces(text, from, at), stop: 'line' };
  }
}

function withoutSpaces(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && text.charCodeAt(end - 1) === SPACE) end -= 1;
  return end;
}

function startsPlain(cursor: Cursor): boolean {
  const char = cursor.char();
  return !NO_START.has(char) && !(char === '-' && isBlank(cursor.text.charCodeAt(cursor.at + 1)));
}

/** A key with its colon, on one line; undefined leaves the cursor where it was. */
export function readKey(cursor: Cursor): RawScalar | undefined {
  const { at: start, text } = cursor;
  const key = cursor.char() === '"' || cursor.char() === "'" ? readQuoted(cursor) : plainKey(cursor);
  if (key !== undefined) {
    cursor.skipSpaces();
    const marker = start === 0 || text[start - 1] === '\n' ? text.slice(start, start + 3) : '';
    if (cursor.char() === ':' && isBlank(text.charCodeAt(cursor.at + 1)) && key.end - key.start < MAX_KEY && marker !== '---' && marker !== '...') {
      cursor.at += 1;
      return key;
    }
  }
  cursor.at = start;
  return undefined;
}

function plainKey(cursor: Cursor): RawScalar | undefined {
  if (!startsPlain(cursor)) return undefined;
  const start = cursor.at;
  const line = plainLine(cursor.text, start);
  if (line?.stop !== 'colon') return undefined;
  cursor.at = line.end;
  return { kind: 'scalar', text: cursor.text.slice(start, line.end), style: 'plain', start, end: line.end };
}

/** A plain scalar; further lines that stand further right than `holder` go on with it. */
export function readPlain(cursor: Cursor, holder: number): RawScalar | undefined {
  if (!startsPlain(cursor)) return undefined;
  const { at: start, text } = cursor;
  let line = plainLine(text, start);
  if (line === undefined || line.stop === 'colon') return undefined;
  let cooked = text.slice(start, line.end);
  while (line.stop === 'line') {
    const next = continuation(text, line.end, holder);
    if (next === undefined) break;
    const more = plainLine(text, next.at);
    if (more === undefined || more.stop === 'colon') return undefined;
    cooked += (next.blanks === 0 ? ' ' : '\n'.repeat(next.blanks)) + text.slice(next.at, more.end);
    line = more;
  }
  cursor.at = line.end;
  return { kind: 'scalar', text: cooked, style: 'plain', start, end: line.end };
}

/** The next line with content where it goes on with a scalar, and how many empty ones are between. */
function continuation(text: string, from: number, holder: number): { readonly at: number; readonly blanks: number } | undefined {
  let lineStart = text.indexOf('\n', from) + 1;
  for (let blanks = 0; lineStart > 0; blanks += 1) {
    let at = lineStart;
    while (text.charCodeAt(at) === SPACE) at += 1;
    if (at >= text.length) return undefined;
    if (text[at] !== '\n') return at - lineStart > holder && text[at] !== '#' ? { at, blanks } : undefined;
    lineStart = at + 1;
  }
  return undefined;
}

/** A quoted scalar on one line. */
export function readQuoted(cursor: Cursor): RawScalar | undefined {
  const { at: start, text } = cursor;
  const double = cursor.char() === '"';
  const close = double ? doubleEnd(text, start + 1) : singleEnd(text, start + 1);
  if (close === undefined) return undefined;
  cursor.at = close.at + 1;
  const style = double ? 'double' : 'single';
  const cooked = close.escapes ? cookQuoted(text, start + 1, close.at, style) : text.slice(start + 1, close.at);
  return { kind: 'scalar', text: cooked, style, start, end: close.at + 1 };
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

export function readAlias(cursor: Cursor): RawAlias | undefined {
  ALIAS.lastIndex = cursor.at;
  const found = ALIAS.exec(cursor.text);
  if (found === null) return undefined;
  const start = cursor.at;
  cursor.at += found[0].length;
  return { kind: 'alias', name: found[1] ?? '', start, end: cursor.at };
}

const FLOW_INDICATORS = new Set([',', '[', ']', '{', '}']);

/** A plain scalar inside a flow collection, on one line. */
export function readFlowPlain(cursor: Cursor): RawScalar | undefined {
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
  return { kind: 'scalar', text: text.slice(start, end), style: 'plain', start, end };
}
