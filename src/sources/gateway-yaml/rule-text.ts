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
  readonly #holes = new Set<string>();
  readonly #filled = new Set<string>();
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
    for (const hole of scalar.text.holes) if (text.includes(`\${${hole}`)) this.#holes.add(hole);
    for (const name of scalar.text.from ?? []) this.#filled.add(name);
    const span = text === '' ? undefined : this.#origins.firstSpan(this.#origins.slice(scalar.origin, from, to));
    if (span !== undefined) {
      this.#file = this.#file === undefined || this.#file === span.file ? span.file : null;
      this.#runs.push({ cooked: this.#text.length, cookedLength: text.length, source: span.start, sourceLength: span.end - span.start });
    }
    this.#text += text;
  }

  text(): Text {
    return { text: this.#text, holes: [...this.#holes], ...(this.#filled.size === 0 ? {} : { from: [...this.#filled] }) };
  }

  /** The span over all that was written, with the place of each part; `otherwise` where there is no such span. */
  place(otherwise: OriginId): OriginId {
    if (typeof this.#file !== 'string') return otherwise;
    const start = Math.min(...this.#runs.map((run) => run.source));
    const end = Math.max(...this.#runs.map((run) => run.source + run.sourceLength));
    return this.#origins.span(this.#file, start, end, { runs: this.#runs });
  }
}
