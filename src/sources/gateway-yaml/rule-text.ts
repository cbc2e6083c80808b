import type { OriginId, Origins, Text } from '../../text/index.ts';
import type { SpecScalar } from './node.ts';

interface Run {
  readonly cooked: number;
  readonly cookedLength: number;
  readonly source: number;
  readonly sourceLength: number;
}

/** A text that is put together from letters of the author's and of ours; it knows where the author's stand. */
export class RuleText {
  readonly #origins: Origins;
  readonly #runs: Run[] = [];
  /** Variables without a value, and those that were put in; most rules have none. */
  #holes: Set<string> | undefined;
  #filled: Set<string> | undefined;
  #text = '';
  /** Undefined before the first run; null when they are spread over several files. */
  #file: string | null | undefined;

  constructor(origins: Origins) {
    this.#origins = origins;
  }

  literal(text: string): void {
    this.#text += text;
  }

  /** A part of what a scalar says. */
  written(scalar: SpecScalar, from: number, to: number): void {
    const text = scalar.text.text.slice(from, to);
    for (const hole of scalar.text.holes) if (text.includes(`\${${hole}`)) this.#note('holes', hole);
    for (const name of scalar.text.from ?? []) this.#note('filled', name);
    const span = text === '' ? undefined : this.#origins.within(scalar.origin, from, to);
    if (span !== undefined) {
      this.#file = this.#file === undefined || this.#file === span.file ? span.file : null;
      this.#runs.push({ cooked: this.#text.length, cookedLength: text.length, source: span.start, sourceLength: span.end - span.start });
    }
    this.#text += text;
  }

  #note(what: 'holes' | 'filled', name: string): void {
    if (what === 'holes') this.#holes = (this.#holes ?? new Set()).add(name);
    else this.#filled = (this.#filled ?? new Set()).add(name);
  }

  text(): Text {
    return { text: this.#text, holes: [...(this.#holes ?? [])], ...(this.#filled === undefined ? {} : { from: [...this.#filled] }) };
  }

  /** The span over all that was written, with the place of each part; `otherwise` where there is no such span. */
  place(otherwise: OriginId): OriginId {
    if (typeof this.#file !== 'string') return otherwise;
    let [start, end] = [Infinity, 0];
    for (const { source, sourceLength } of this.#runs) {
      start = Math.min(start, source);
      end = Math.max(end, source + sourceLength);
    }
    return this.#origins.span(this.#file, start, end, { runs: this.#runs });
  }
}
