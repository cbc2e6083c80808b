import type { Segment, Text } from '../../text/index.ts';
import type { Mark } from './mark.ts';

/** The value of a variable, or undefined when nobody gave one. */
export type Lookup = (name: string) => Text | undefined;

export interface TemplateProblem {
  readonly message: string;
  /** Characters of the template. */
  readonly start: number;
  readonly end: number;
}

/** A text with its variables put in. */
export interface Interpolated {
  readonly text: string;
  readonly marks: readonly Mark[];
  /** How the new text stands for the template's; undefined = they are equal. */
  readonly segments: readonly Segment[] | undefined;
  readonly problems: readonly TemplateProblem[];
}

/** Defaults in defaults in defaults: nobody writes more, and each level costs stack. */
const MAX_DEPTH = 40;

/** `[_a-z]` without case in Go also takes the long s and the Kelvin sign, as `iu` does here. */
const NAME = /[_a-z][_a-z0-9]*/iuy;
const OPERATOR = /:?[-+?]/y;

interface Builder {
  text: string;
  readonly marks: Mark[];
  readonly segments: Segment[];
  readonly problems: TemplateProblem[];
  readonly lookup: Lookup;
}

/**
 * Puts variables in as compose-go's `template` package does (2.16, read and run): `$V`, `${V}`, `${V:-d}`, `${V-d}`,
 * `${V:?e}`, `${V?e}`, `${V:+r}`, `${V+r}`, nested, `$$` for a dollar. A `$` before anything else stays; `${` before
 * anything else is an error. A variable without a value stays as `${V}` and is marked as a hole.
 */
export function interpolate(template: string, lookup: Lookup): Interpolated {
  if (!template.includes('$')) return { text: template, marks: [], segments: undefined, problems: [] };
  const builder: Builder = { text: '', marks: [], segments: [], problems: [], lookup };
  run(builder, template, 0, 0);
  return { text: builder.text, marks: builder.marks, segments: builder.segments, problems: builder.problems };
}

/** @param base where `template` begins in the whole text */
function run(builder: Builder, template: string, base: number, depth: number): void {
  let done = 0;
  for (let at = template.indexOf('$'); at !== -1; at = template.indexOf('$', at)) {
    const found = reference(template, at);
    if (found === undefined) {
      at += 1;
      continue;
    }
    literal(builder, template.slice(done, at), base + done);
    replace(builder, found, base, at, depth);
    done = found.end;
    at = done;
  }
  literal(builder, template.slice(done), base + done);
}

interface Reference {
  readonly kind: 'dollar' | 'variable' | 'invalid';
  readonly end: number;
  readonly name: string;
  readonly operator: string;
  readonly argument: string;
  /** Where the argument begins in the template. */
  readonly argumentAt: number;
}

const NONE = { name: '', operator: '', argument: '', argumentAt: 0 };

/** What the `$` at `at` begins; undefined = it stands for itself. */
function reference(template: string, at: number): Reference | undefined {
  const next = template[at + 1];
  if (next === '$') return { kind: 'dollar', end: at + 2, ...NONE };
  if (next === '{') return braced(template, at);
  const name = sticky(NAME, template, at + 1);
  return name === undefined ? undefined : { kind: 'variable', end: at + 1 + name.length, ...NONE, name };
}

function braced(template: string, at: number): Reference {
  const invalid: Reference = { kind: 'invalid', end: at + 2, ...NONE };
  const name = sticky(NAME, template, at + 2);
  if (name === undefined) return invalid;
  const after = at + 2 + name.length;
  if (template[after] === '}') return { kind: 'variable', end: after + 1, ...NONE, name };
  const operator = sticky(OPERATOR, template, after);
  if (operator === undefined) return invalid;
  const argumentAt = after + operator.length;
  const last = lastBraceOfLine(template, argumentAt);
  if (last === -1) return invalid;
  const close = firstClosing(template, at, last);
  return { kind: 'variable', end: close + 1, name, operator, argument: template.slice(argumentAt, close), argumentAt };
}

function sticky(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The `.` of Go's pattern does not cross a line break. */
function lastBraceOfLine(template: string, from: number): number {
  const stop = template.indexOf('\n', from);
  const last = template.lastIndexOf('}', stop === -1 ? template.length : stop);
  return last >= from ? last : -1;
}

/**
 * The brace that closes the first one. Like compose-go's own count it does not look at the character behind an opening
 * brace, so `{}` in a default counts as open; when none closes, the last brace of the line does.
 */
function firstClosing(template: string, from: number, last: number): number {
  let open = 0;
  for (let at = from; at <= last; at += 1) {
    if (template[at] === '}') {
      open -= 1;
      if (open === 0) return at;
    } else if (template[at] === '{') {
      open += 1;
      at += 1;
    }
  }
  return last;
}

function literal(builder: Builder, text: string, from: number): void {
  if (text === '') return;
  builder.segments.push({ cooked: builder.text.length, cookedLength: text.length, from, fromLength: text.length });
  builder.text += text;
}

function whole(builder: Builder, text: string, from: number, fromLength: number): void {
  builder.segments.push({ cooked: builder.text.length, cookedLength: text.length, from, fromLength });
  builder.text += text;
}

function replace(builder: Builder, found: Reference, base: number, at: number, depth: number): void {
  const length = found.end - at;
  if (found.kind === 'dollar') return whole(builder, '$', base + at, length);
  if (found.kind === 'invalid') return invalid(builder, base + at, length, 'a "${" must be followed by a variable name');
  if (depth > MAX_DEPTH) return invalid(builder, base + at, length, 'variables nest too deep');
  const given = builder.lookup(found.name);
  const value = found.operator.startsWith(':') && given?.text === '' ? undefined : given;
  const place = { name: found.name, from: base + at, fromLength: length };
  switch (found.operator.at(-1)) {
    case '-':
      return value === undefined ? run(builder, found.argument, base + found.argumentAt, depth + 1) : fill(builder, place, value);
    case '+':
      return value === undefined ? undefined : run(builder, found.argument, base + found.argumentAt, depth + 1);
    case '?':
      return value === undefined ? hole(builder, place, true) : fill(builder, place, value);
    default:
      return value === undefined ? hole(builder, place, false) : fill(builder, place, value);
  }
}

interface Place {
  readonly name: string;
  readonly from: number;
  readonly fromLength: number;
}

function invalid(builder: Builder, start: number, length: number, message: string): void {
  builder.problems.push({ message, start, end: start + length });
}

function hole(builder: Builder, place: Place, required: boolean): void {
  const text = `\${${place.name}}`;
  const start = builder.text.length;
  builder.marks.push({ kind: 'hole', name: place.name, start, end: start + text.length, ...(required ? { required } : {}) });
  whole(builder, text, place.from, place.fromLength);
}

/** A value may hold holes itself: a line of `.env` that names an unset variable. */
function fill(builder: Builder, place: Place, value: Text): void {
  const start = builder.text.length;
  const end = start + value.text.length;
  builder.marks.push({ kind: 'fill', name: place.name, start, end });
  for (const inner of value.holes) builder.marks.push({ kind: 'hole', name: inner, start, end });
  whole(builder, value.text, place.from, place.fromLength);
}
