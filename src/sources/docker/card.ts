import type { OriginId, Origins, Run } from '../../text/index.ts';
import { SourceFile } from '../../text/index.ts';

/** What ends a line or moves the cursor. */
const BREAKING = /([\u0000-\u001f\u007f-\u009f\u2028\u2029])/;

/**
 * A container as a page of text, so that findings have a place to point at and a line to show: its facts, one a line, then
 * its labels. Whatever would break a line is written as an escape.
 */
export class Card {
  readonly #path: string;
  readonly #origins: Origins;
  #text = '';

  constructor(path: string, origins: Origins) {
    this.#path = path;
    this.#origins = origins;
  }

  /** A line `key: value`; the place of the value. */
  fact(key: string, value: string): OriginId {
    this.#text += `${key}: `;
    const origin = this.#write(value);
    this.#text += '\n';
    return origin;
  }

  /** A line `  key=value`: the places of both and of the whole. */
  pair(key: string, value: string): { readonly key: OriginId; readonly value: OriginId; readonly whole: OriginId } {
    this.#text += '  ';
    const start = this.#text.length;
    const keyOrigin = this.#write(key);
    this.#text += '=';
    const valueOrigin = this.#write(value);
    const whole = this.#origins.span(this.#path, start, this.#text.length);
    this.#text += '\n';
    return { key: keyOrigin, value: valueOrigin, whole };
  }

  /** A line that is a place by itself. */
  heading(text: string): void {
    this.#text += `${text}\n`;
  }

  file(): SourceFile {
    return new SourceFile(this.#path, this.#text);
  }

  #write(text: string): OriginId {
    const start = this.#text.length;
    if (!BREAKING.test(text)) {
      this.#text += text;
      return this.#origins.span(this.#path, start, this.#text.length);
    }
    const runs: Run[] = [];
    let cooked = 0;
    for (const part of text.split(BREAKING)) {
      if (part === '') continue;
      const shown = BREAKING.test(part) ? `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}` : part;
      runs.push({ cooked, cookedLength: part.length, source: this.#text.length, sourceLength: shown.length });
      cooked += part.length;
      this.#text += shown;
    }
    return this.#origins.span(this.#path, start, this.#text.length, { runs });
  }
}
