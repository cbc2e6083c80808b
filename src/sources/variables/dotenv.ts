import type { OriginId, Origins, SourceFile, Text } from '../../text/index.ts';
import { interpolate } from './template.ts';
import type { Lookup } from './template.ts';
import { textOf } from './mark.ts';

export interface EnvEntry {
  readonly name: string;
  readonly value: Text;
  readonly nameOrigin: OriginId;
  readonly origin: OriginId;
}
export interface EnvFile {
  /** In file order; a later entry of one name wins. */
  readonly entries: readonly EnvEntry[];
  readonly problem?: { readonly message: string; readonly origin: OriginId };
}

interface State {
  readonly file: SourceFile;
  readonly origins: Origins;
  readonly text: string;
  readonly entries: EnvEntry[];
  readonly values: Map<string, Text>;
  readonly outside: Lookup;
  at: number;
}

/**
 * An env file as compose-go's `dotenv` package reads it (2.16): `NAME=value`, `NAME: value`, `export`, comments behind
 * ` #`, quotes over several lines, variables in unquoted and double-quoted values. Stops at the first mistake, as it does.
 * @param outside variables that win over those of the file
 */
export function readEnvFile(file: SourceFile, outside: Lookup, origins: Origins): EnvFile {
  const state: State = { file, origins, text: file.text, entries: [], values: new Map(), outside, at: file.text.startsWith('\uFEFF') ? 1 : 0 };
  for (;;) {
    skipBlank(state);
    if (state.at >= state.text.length) return { entries: state.entries };
    const problem = statement(state);
    if (problem !== undefined) return { entries: state.entries, problem };
  }
}

type Mistake = EnvFile['problem'];

const BLANK = /(?:\s|#[^\n]*)*/y;
const EXPORT = /export\s[^\S\n]*/y;
const KEY = /[\p{L}\p{N}_.\-[\]\t\v\f\r \u0085\u00A0]*/uy;
const SPACES = /[\t\v\f\r \u0085\u00A0]*/y;

function skip(state: State, pattern: RegExp): string {
  pattern.lastIndex = state.at;
  const found = pattern.exec(state.text)?.[0] ?? '';
  state.at += found.length;
  return found;
}

function skipBlank(state: State): void {
  skip(state, BLANK);
}

function statement(state: State): Mistake {
  skip(state, EXPORT);
  const start = state.at;
  const name = skip(state, KEY).trimEnd();
  const end = state.text[state.at];
  const nameOrigin = state.origins.span(state.file.path, start, start + name.length);
  if (end === undefined) return undefined;
  if (end !== '=' && end !== ':' && end !== '\n') return mistake(state, state.at, state.at + 1, `"${end}" cannot stand in a variable name`);
  if (name.includes(' ')) return mistake(state, start, start + name.length, 'a variable name cannot hold a blank');
  state.at += 1;
  skip(state, SPACES);
  if (end === '\n') return inherited(state, name, nameOrigin);
  return assignment(state, name, nameOrigin);
}

/** A name alone takes its value from outside. */
function inherited(state: State, name: string, nameOrigin: OriginId): undefined {
  const value = state.outside(name);
  if (value !== undefined) add(state, { name, value: { ...value, from: [name] }, nameOrigin, origin: nameOrigin });
  return undefined;
}

function assignment(state: State, name: string, nameOrigin: OriginId): Mistake {
  const quote = state.text[state.at];
  if (quote !== '"' && quote !== "'") return unquoted(state, name, nameOrigin);
  return quoted(state, name, nameOrigin, quote);
}

function unquoted(state: State, name: string, nameOrigin: OriginId): Mistake {
  const start = state.at;
  const stop = state.text.indexOf('\n', start);
  const line = state.text.slice(start, stop === -1 ? undefined : stop);
  state.at = stop === -1 ? state.text.length : stop + 1;
  const comment = line.indexOf(' #');
  const raw = (comment === -1 ? line : line.slice(0, comment)).trimEnd();
  const origin = state.origins.span(state.file.path, start, start + raw.length);
  return expanded(state, { name, nameOrigin, raw, origin });
}

function quoted(state: State, name: string, nameOrigin: OriginId, quote: string): Mistake {
  const start = state.at;
  const end = closingQuote(state.text, start, quote);
  if (end === -1) return mistake(state, start, lineEnd(state.text, start), 'a quoted value has no closing quote');
  state.at = end + 1;
  const inner = state.text.slice(start + 1, end);
  const raw = inner.replace(/\\([\s\S])/g, (pair, char: string) => (char === quote ? char : pair));
  const value = quote === '"' ? escapes(raw) : raw;
  const even = value === inner;
  const origin = state.origins.span(state.file.path, even ? start + 1 : start, even ? end : end + 1, even ? {} : { runs: [] });
  if (quote === '"') return expanded(state, { name, nameOrigin, raw: value, origin });
  add(state, { name, value: { text: value, holes: [] }, nameOrigin, origin });
  return undefined;
}

function closingQuote(text: string, start: number, quote: string): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === quote) return at;
  }
  return -1;
}

function lineEnd(text: string, from: number): number {
  const stop = text.indexOf('\n', from);
  return stop === -1 ? text.length : stop;
}

const LETTERS: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '\\': '\\' };

/** `\$` becomes `$$`, which interpolation turns into one dollar. */
function escapes(text: string): string {
  return text.replace(/\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g, (match, letter: string | undefined, digits: string | undefined) => {
    if (letter === '$') return '$$';
    if (letter !== undefined) return LETTERS[letter] ?? match;
    return /^[0-3][0-7]{2}$/.test(digits ?? '') ? String.fromCharCode(Number.parseInt(digits ?? '', 8)) : match;
  });
}

function expanded(state: State, part: { readonly name: string; readonly nameOrigin: OriginId; readonly raw: string; readonly origin: OriginId }): Mistake {
  const made = interpolate(part.raw, (name) => state.outside(name) ?? state.values.get(name));
  const problem = made.problems[0];
  if (problem !== undefined) return { message: problem.message, origin: state.origins.slice(part.origin, problem.start, problem.end) };
  const origin = made.segments === undefined ? part.origin : state.origins.rewrite(part.origin, made.segments);
  add(state, { name: part.name, value: textOf(made), nameOrigin: part.nameOrigin, origin });
  return undefined;
}

function add(state: State, entry: EnvEntry): void {
  state.entries.push(entry);
  state.values.set(entry.name, entry.value);
}

function mistake(state: State, start: number, end: number, message: string): Mistake {
  return { message, origin: state.origins.span(state.file.path, start, Math.max(end, start + 1)) };
}
