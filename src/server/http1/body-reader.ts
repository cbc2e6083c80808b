import { is, type Framing } from './framing.ts';
import { parseFields } from './head.ts';

const LONGEST_LINE = 4096;
const LONGEST_TRAILERS = 65_536;
/** A size in hexadecimal, and blanks or extensions that nobody reads (Go's chunkedReader; ran, both ways). */
const SIZE = /^([0-9A-Fa-f]{1,16})(?:;[^\r]*|[\t ]*)$/;
/** What Go takes of bytes that are not data, beside 16 for each chunk and twice its data. */
const MOST_OVERHEAD = 16_384;
/** A body's end must not speak about its frame. */
const NEVER_LAST = ['content-length', 'transfer-encoding', 'host', 'trailer'];

type State = 'size' | 'data' | 'after' | 'trailers' | 'bare';

/** Takes a body off the wire. What does not fit the frame makes it `broken`, and nothing more is read. */
export class BodyReader {
  #state: State;
  #left: number;
  #line = '';
  #trailerBytes = 0;
  #overhead = 0;
  #last = '';
  done: boolean;
  broken = false;
  trailers: [string, string][] = [];

  constructor(framing: Framing) {
    this.#state = framing.kind === 'chunked' ? 'size' : framing.kind === 'length' ? 'data' : 'bare';
    this.#left = framing.kind === 'length' ? framing.length : 0;
    this.#counted = framing.kind === 'length';
    this.done = this.#counted && this.#left === 0;
  }
  readonly #counted: boolean;

  /** Passes on what belongs to the body; returns how many bytes were used up. */
  read(bytes: Buffer, pass: (piece: Buffer) => void): number {
    let at = 0;
    while (at < bytes.length && !this.done && !this.broken) at = this.#step(bytes, at, pass);
    return at;
  }

  #step(bytes: Buffer, at: number, pass: (piece: Buffer) => void): number {
    if (this.#state === 'data') return this.#data(bytes, at, pass);
    if (this.#state === 'bare') {
      pass(at === 0 ? bytes : bytes.subarray(at));
      return bytes.length;
    }
    const found = bytes.indexOf(10, at);
    const end = found === -1 ? bytes.length : found + 1;
    this.#line += bytes.toString('latin1', at, end);
    if (this.#line.length > (this.#state === 'trailers' ? LONGEST_TRAILERS : LONGEST_LINE)) this.broken = true;
    else if (found !== -1) this.#endOfLine();
    return end;
  }

  #data(bytes: Buffer, at: number, pass: (piece: Buffer) => void): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    if (end > at) pass(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
    if (this.#left === 0) {
      if (this.#counted) this.done = true;
      else this.#state = 'after';
    }
    return end;
  }

  #endOfLine(): void {
    const line = this.#line.slice(0, -2);
    this.broken = !this.#line.endsWith('\r\n');
    this.#line = '';
    if (this.broken) return;
    if (this.#state === 'after') {
      this.broken = line !== '';
      this.#state = 'size';
    } else if (this.#state === 'size') this.#size(line);
    else this.#trailer(line);
  }

  #size(line: string): void {
    const digits = SIZE.exec(line)?.[1];
    if (digits === undefined) {
      this.broken = true;
      return;
    }
    this.#left = Number.parseInt(digits, 16);
    this.#overhead = Math.max(0, this.#overhead + line.length + 2 - 16 - 2 * this.#left);
    this.broken = this.#overhead > MOST_OVERHEAD;
    this.#state = this.#left === 0 ? 'trailers' : 'data';
  }

  #trailer(line: string): void {
    this.#trailerBytes += line.length + 2;
    if (line !== '') {
      this.#last += `${line}\r\n`;
      this.broken = this.#trailerBytes > LONGEST_TRAILERS;
      return;
    }
    const fields = parseFields(this.#last, 0, true);
    if (!Array.isArray(fields)) {
      this.broken = true;
      return;
    }
    this.trailers = fields.filter(([name]) => !NEVER_LAST.some((never) => is(name, never)));
    this.done = true;
  }
}
