import type { Origins, Segment, Sourced, Text } from '../../text/index.ts';
import type { Reporter } from './report.ts';
import type { ScalarValue, Value } from './value.ts';
import type { Mark } from '../variables/index.ts';
import { scalarOf, scalarsOf, sourced } from './value.ts';
import { textOf } from '../variables/index.ts';

const NO_WORDS: readonly Sourced<Text>[] = [];

/** `command:` and `entrypoint:`: a list as it stands, text split as Compose splits it. */
export function readCommand(value: Value | undefined, origins: Origins, reporter: Reporter, symbol: string): readonly Sourced<Text>[] {
  if (value === undefined) return NO_WORDS;
  const scalar = scalarOf(value);
  if (scalar === undefined) return scalarsOf(value).map(sourced);
  const words = splitWords(scalar.text);
  if (words !== undefined) return words.map((word) => sourcedWord(scalar, word, origins));
  reporter.report({ rule: 'compose-schema', message: 'the command line has an open quote, escape or bracket', origin: scalar.origin, symbol, why: 'Compose refuses the file: invalid command line string' });
  return [];
}

interface Word {
  text: string;
  readonly segments: Segment[];
}

interface Cursor {
  readonly words: Word[];
  word: Word | undefined;
  quote: '"' | "'" | undefined;
  backtick: boolean;
  bracket: boolean;
}

const SPACE = /[ \t\r\n]/;
const STOP = /[;&|<>]/;

/**
 * Splits like go-shellwords, which Compose uses: quotes and backslashes go, an unquoted `;`, `&`, `|`, `<` or `>` ends the
 * command. Undefined = it refuses the text.
 */
function splitWords(text: string): readonly Word[] | undefined {
  const cursor: Cursor = { words: [], word: undefined, quote: undefined, backtick: false, bracket: false };
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char === '\\' && cursor.quote !== "'") {
      at += 1;
      if (at >= text.length) return undefined;
      append(cursor, text[at] ?? '', at - 1, 2);
    } else {
      const step = take(cursor, char, at);
      if (step === 'refuse') return undefined;
      if (step === 'stop') return ended(cursor, char);
    }
  }
  return cursor.quote !== undefined || cursor.backtick || cursor.bracket ? undefined : ended(cursor, '');
}

/** `2>` drops the number before it. */
function ended(cursor: Cursor, stop: string): readonly Word[] {
  if (stop === '>' && /^[0-9]/.test(cursor.word?.text ?? '')) return cursor.words;
  return cursor.word === undefined ? cursor.words : [...cursor.words, cursor.word];
}

function take(cursor: Cursor, char: string, at: number): 'go' | 'stop' | 'refuse' {
  const { quote, backtick, bracket } = cursor;
  if (SPACE.test(char) && quote === undefined && !backtick && !bracket) {
    if (cursor.word !== undefined) cursor.words.push(cursor.word);
    cursor.word = undefined;
    return 'go';
  }
  if ((char === '"' || char === "'") && !bracket && (quote === undefined || quote === char)) {
    cursor.quote = quote === undefined ? char : undefined;
    if (quote !== undefined) cursor.word ??= { text: '', segments: [] };
    return 'go';
  }
  if (quote === undefined && !bracketed(cursor, char)) return 'refuse';
  if (STOP.test(char) && quote === undefined && !backtick && !bracket) return 'stop';
  append(cursor, char, at, 1);
  return 'go';
}

/** Backticks and `$(…)` are kept as they stand, but must close; a bracket alone is refused. */
function bracketed(cursor: Cursor, char: string): boolean {
  if (char === '`' && !cursor.bracket) cursor.backtick = !cursor.backtick;
  if (cursor.backtick) return true;
  if (char === ')') cursor.bracket = !cursor.bracket;
  if (char !== '(') return true;
  if (cursor.bracket || !(cursor.word?.text.endsWith('$') ?? false)) return false;
  cursor.bracket = true;
  return true;
}

function append(cursor: Cursor, char: string, from: number, fromLength: number): void {
  const word = (cursor.word ??= { text: '', segments: [] });
  const last = word.segments.at(-1);
  const even = last !== undefined && fromLength === 1 && last.cookedLength === last.fromLength && last.from + last.fromLength === from;
  if (even) word.segments[word.segments.length - 1] = { ...last, cookedLength: last.cookedLength + 1, fromLength: last.fromLength + 1 };
  else word.segments.push({ cooked: word.text.length, cookedLength: char.length, from, fromLength });
  word.text += char;
}

function sourcedWord(scalar: ScalarValue, word: Word, origins: Origins): Sourced<Text> {
  const first = word.segments[0];
  const last = word.segments.at(-1);
  if (first === undefined || last === undefined) return { value: { text: '', holes: [] }, origin: scalar.origin };
  const from = first.from;
  const to = last.from + last.fromLength;
  const whole = origins.slice(scalar.origin, from, to);
  const marks = (scalar.marks ?? []).flatMap((mark) => movedMark(mark, word));
  const plain = word.segments.length === 1;
  const origin = plain ? whole : origins.rewrite(whole, word.segments.map((segment) => ({ ...segment, from: segment.from - from })));
  return { value: textOf({ text: word.text, marks }), origin };
}

/** A variable's place inside the word. */
function movedMark(mark: Mark, word: Word): readonly Mark[] {
  const segment = word.segments.find((piece) => mark.start >= piece.from && mark.end <= piece.from + piece.fromLength);
  if (segment === undefined) return [];
  const shift = segment.cooked - segment.from;
  return [{ ...mark, start: mark.start + shift, end: mark.end + shift }];
}
