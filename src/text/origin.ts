import { composeRuns } from './runs.ts';
import type { Run, Segment } from './runs.ts';

export type { Run } from './runs.ts';

/**
 * Where a value came from. An origin is a small number until a message needs it: 300,000 leaves cost a few
 * arrays instead of 300,000 objects.
 */
export type OriginId = number & { readonly __origin: unique symbol };

/** A value together with the place it was written at. */
export interface Sourced<T> {
  readonly value: T;
  readonly origin: OriginId;
}

/** Built only when a message needs it. `via` links hops: alias, merge key, override file, interpolation. */
export type Origin =
  | { readonly kind: 'span'; readonly file: string; readonly start: number; readonly end: number; readonly via?: OriginId }
  | { readonly kind: 'container'; readonly name: string; readonly label: string }
  | { readonly kind: 'default'; readonly setBy: string }
  | { readonly kind: 'derived'; readonly by: string; readonly from: readonly OriginId[] };

const FIRST_CAPACITY = 1024;

/** Spans of one file that are not in the table yet, with the ids that they will have there. */
export class Spans {
  /** The id of the first one. */
  readonly first: number;
  size = 0;
  starts: Int32Array = new Int32Array(FIRST_CAPACITY);
  ends: Int32Array = new Int32Array(FIRST_CAPACITY);
  /** Only for spans whose text is not its source text letter by letter. */
  readonly runs = new Map<number, readonly Run[]>();

  constructor(first = 0) {
    this.first = first;
  }

  add(start: number, end: number): OriginId {
    const at = this.size;
    if (at === this.starts.length) this.#grow();
    this.starts[at] = start;
    this.ends[at] = end;
    this.size = at + 1;
    return brand(this.first + at);
  }

  #grow(): void {
    this.starts = withCapacity(this.starts, this.size * 2);
    this.ends = withCapacity(this.ends, this.size * 2);
  }
}

function withCapacity(column: Int32Array, capacity: number): Int32Array {
  const larger = new Int32Array(capacity);
  larger.set(column);
  return larger;
}

const NO_FILE = 0;

/** The table behind {@link OriginId}: one per compilation. Offsets are UTF-16 units into the file's text. */
export class Origins {
  /** A span is three numbers, each in a column: as many objects would cost more than all that is done with them. */
  #files: Int32Array = new Int32Array(FIRST_CAPACITY);
  #starts: Int32Array = new Int32Array(FIRST_CAPACITY);
  #ends: Int32Array = new Int32Array(FIRST_CAPACITY);
  #size = 0;
  /** Files by their number in the column; {@link NO_FILE} stands for all that is no span. */
  readonly #names: (string | undefined)[] = [undefined];
  readonly #numbers = new Map<string, number>();
  readonly #vias = new Map<number, OriginId>();
  readonly #others = new Map<number, Exclude<Origin, Span>>();
  /** Only for spans whose text is not its source text letter by letter. */
  readonly #runs = new Map<number, readonly Run[]>();

  /** The id that comes next. */
  get next(): number {
    return this.#size;
  }

  /** Spans of a file with the ids that they were given; false where others have come in between. */
  take(file: string, spans: Spans): boolean {
    if (spans.first !== this.#size) return false;
    const size = spans.first + spans.size;
    this.#reserve(size);
    this.#files.fill(this.#numberOf(file), spans.first, size);
    this.#starts.set(spans.starts.subarray(0, spans.size), spans.first);
    this.#ends.set(spans.ends.subarray(0, spans.size), spans.first);
    spans.runs.forEach((runs, id) => this.#runs.set(id, runs));
    this.#size = size;
    return true;
  }

  /**
   * A place in a file.
   * @param runs how the value's characters map to the source; absent = the value is exactly the text between start and end
   */
  span(file: string, start: number, end: number, options?: { readonly via?: OriginId; readonly runs?: readonly Run[] }): OriginId {
    const id = this.#push(this.#numberOf(file), start, end);
    if (options?.via !== undefined) this.#vias.set(id, options.via);
    if (options?.runs !== undefined) this.#runs.set(id, options.runs);
    return id;
  }

  container(name: string, label: string): OriginId {
    return this.#other({ kind: 'container', name, label });
  }

  default(setBy: string): OriginId {
    return this.#other({ kind: 'default', setBy });
  }

  derived(by: string, from: readonly OriginId[]): OriginId {
    return this.#other({ kind: 'derived', by, from });
  }

  get(id: OriginId): Origin {
    const file = this.#fileOf(id);
    const item = file === undefined ? this.#others.get(id) : this.#spanOf(id, file);
    if (item === undefined) throw new RangeError(`unknown origin ${String(id)}`);
    return item;
  }

  #spanOf(id: number, file: string): Span {
    const start = this.#starts[id] ?? 0;
    const end = this.#ends[id] ?? 0;
    const via = this.#vias.get(id);
    return via === undefined ? { kind: 'span', file, start, end } : { kind: 'span', file, start, end, via };
  }

  /**
   * The place of characters `from..to` of the value that has this origin; the whole place where the text cannot be
   * mapped (a block scalar, a folded line).
   */
  slice(id: OriginId, from: number, to: number): OriginId {
    const runs = this.#runs.get(id);
    if (runs === undefined) return this.#sliceOfLetters(id, from, to);
    const whole = this.get(id);
    if (whole.kind !== 'span') return id;
    const start = toSource(runs, from, 'start');
    const end = from === to ? start : toSource(runs, to, 'end');
    if (start === undefined || end === undefined || end < start) return id;
    const inner = sliceRuns(runs, from, to);
    return this.span(whole.file, start, end, { ...(whole.via === undefined ? {} : { via: whole.via }), runs: inner });
  }

  /** The place of a text's letters alone: without the quotes around it, without the head of a block scalar. */
  inner(id: OriginId): OriginId {
    const last = this.#runs.get(id)?.at(-1);
    return last === undefined ? id : this.slice(id, 0, last.cooked + last.cookedLength);
  }

  /** A part of a text that stands in its file as it is. */
  #sliceOfLetters(id: OriginId, from: number, to: number): OriginId {
    const file = this.#files[id] ?? NO_FILE;
    if (file === NO_FILE) return id;
    const start = this.#starts[id] ?? 0;
    if (from < 0 || to < from || to > (this.#ends[id] ?? 0) - start) return id;
    const made = this.#push(file, start + from, start + to);
    const via = this.#vias.get(id);
    if (via !== undefined) this.#vias.set(made, via);
    return made;
  }

  /** Where characters `from..to` of a value stand, for who needs the offsets and no origin; undefined where they cannot be mapped. */
  within(id: OriginId, from: number, to: number): { readonly file: string; readonly start: number; readonly end: number } | undefined {
    const whole = this.firstSpan(id);
    if (whole === undefined) return undefined;
    if (this.#fileOf(id) === undefined) return whole;
    const runs = this.#runs.get(id);
    if (runs === undefined) return to <= whole.end - whole.start ? { file: whole.file, start: whole.start + from, end: whole.start + to } : whole;
    const start = toSource(runs, from, 'start');
    const end = from === to ? start : toSource(runs, to, 'end');
    return start === undefined || end === undefined || end < start ? whole : { file: whole.file, start, end };
  }

  /**
   * The place of a text that was made from the text at `id`, piece by piece (interpolation, shell quotes): pieces of
   * equal length keep their letters, others stand for the whole piece that they came from.
   */
  rewrite(id: OriginId, segments: readonly Segment[]): OriginId {
    const whole = this.get(id);
    if (whole.kind !== 'span') return id;
    const length = whole.end - whole.start;
    const runs = this.#runs.get(id) ?? [{ cooked: 0, cookedLength: length, source: whole.start, sourceLength: length }];
    return this.span(whole.file, whole.start, whole.end, { ...(whole.via === undefined ? {} : { via: whole.via }), runs: composeRuns(segments, runs) });
  }

  /** The same place and letters, reached by way of `via` (an `extends`); hops that it has already stay in front. */
  through(id: OriginId, via: OriginId): OriginId {
    const whole = this.get(id);
    if (whole.kind !== 'span') return id;
    const hop = whole.via === undefined ? via : this.through(whole.via, via);
    const runs = this.#runs.get(id);
    return this.span(whole.file, whole.start, whole.end, { via: hop, ...(runs === undefined ? {} : { runs }) });
  }

  /** The first place in a file behind this origin, following derived origins; undefined for defaults and live containers. */
  firstSpan(id: OriginId): Span | undefined {
    const origin = this.get(id);
    if (origin.kind === 'span') return origin;
    if (origin.kind !== 'derived') return undefined;
    for (const from of origin.from) {
      const found = this.firstSpan(from);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #fileOf(id: number): string | undefined {
    return this.#names[this.#files[id] ?? NO_FILE];
  }

  #numberOf(file: string): number {
    const known = this.#numbers.get(file);
    if (known !== undefined) return known;
    const number = this.#names.push(file) - 1;
    this.#numbers.set(file, number);
    return number;
  }

  #push(file: number, start: number, end: number): OriginId {
    const id = this.#size;
    if (id === this.#files.length) this.#reserve(id + 1);
    this.#files[id] = file;
    this.#starts[id] = start;
    this.#ends[id] = end;
    this.#size = id + 1;
    return brand(id);
  }

  #reserve(size: number): void {
    if (size <= this.#files.length) return;
    const capacity = Math.max(size, this.#files.length * 2);
    this.#files = withCapacity(this.#files, capacity);
    this.#starts = withCapacity(this.#starts, capacity);
    this.#ends = withCapacity(this.#ends, capacity);
  }

  #other(origin: Exclude<Origin, Span>): OriginId {
    const id = this.#push(NO_FILE, 0, 0);
    this.#others.set(id, origin);
    return id;
  }
}

type Span = Extract<Origin, { readonly kind: 'span' }>;

function brand(value: number): OriginId {
  return value as OriginId;
}

/** The first run that ends behind `at` (or at it); runs are in order, and a hostile text has very many. */
function firstRun(runs: readonly Run[], at: number, edge: 'start' | 'end'): number {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    const last = run === undefined ? 0 : run.cooked + run.cookedLength;
    if (edge === 'start' ? last > at : last >= at) high = middle;
    else low = middle + 1;
  }
  return low;
}

function toSource(runs: readonly Run[], at: number, edge: 'start' | 'end'): number | undefined {
  const run = runs[firstRun(runs, at, edge)];
  if (run !== undefined && (edge === 'start' ? at >= run.cooked : at > run.cooked)) {
    if (run.cookedLength === run.sourceLength) return run.source + (at - run.cooked);
    return edge === 'start' ? run.source : run.source + run.sourceLength;
  }
  const tail = runs.at(-1);
  if (tail !== undefined && at === tail.cooked + tail.cookedLength) return tail.source + tail.sourceLength;
  return runs.length === 0 ? undefined : at === 0 ? runs[0]?.source : undefined;
}

function sliceRuns(runs: readonly Run[], from: number, to: number): readonly Run[] {
  const out: Run[] = [];
  for (let index = firstRun(runs, from, 'start'); index < runs.length; index += 1) {
    const run = runs[index];
    if (run === undefined || run.cooked >= to) break;
    const a = Math.max(from, run.cooked);
    const b = Math.min(to, run.cooked + run.cookedLength);
    if (a >= b) continue;
    const even = run.cookedLength === run.sourceLength;
    out.push(
      even
        ? { cooked: a - from, cookedLength: b - a, source: run.source + (a - run.cooked), sourceLength: b - a }
        : { cooked: a - from, cookedLength: b - a, source: run.source, sourceLength: run.sourceLength },
    );
  }
  return out;
}
