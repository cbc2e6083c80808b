import { isToken } from '../../text/index.ts';
import type { Gather } from './gather.ts';

/** The lines before a body. Bytes as latin-1. */
export interface Head {
  readonly start: string;
  readonly fields: [string, string][];
}
/** Why there is none; `name` = all that is wrong is a blank inside a field's name. */
export interface BrokenHead {
  readonly broken: 'syntax' | 'name' | 'long';
}

/** As much as Go's server takes. */
const LONGEST = 1_048_576 + 4096;

/** Takes a head out of what has come so far, once it is whole. */
export class HeadReader {
  #searched = 0;

  take(input: Gather): Head | BrokenHead | undefined {
    const { bytes } = input;
    const end = bytes.indexOf('\r\n\r\n', Math.max(0, this.#searched - 3), 'latin1');
    if (end === -1) return this.#unfinished(bytes);
    this.#searched = 0;
    const text = bytes.toString('latin1', 0, end);
    input.drop(end + 4);
    return end > LONGEST ? { broken: 'long' } : parseHead(text, false);
  }

  /** A server's: lines may end in a line feed alone or be folded, as Go's client takes them; they are written anew. */
  takeLenient(input: Gather): Head | BrokenHead | undefined {
    const { bytes } = input;
    const from = Math.max(0, this.#searched - 3);
    const found = bytes.indexOf('\n\r\n', from, 'latin1');
    const bare = bytes.subarray(0, found === -1 ? bytes.length : found).indexOf('\n\n', from, 'latin1');
    const end = bare === -1 ? found : bare;
    if (end === -1) return this.#garbled(bytes);
    this.#searched = 0;
    const text = bytes.toString('latin1', 0, bytes[end - 1] === 13 ? end - 1 : end);
    input.drop(end + (bare === -1 ? 3 : 2));
    return parseHead(bare === -1 && !BARE_FEED.test(text) ? text : text.replace(/\r?\n/g, '\r\n'), true);
  }

  /** A first line that is none says enough. */
  #garbled(bytes: Buffer): BrokenHead | undefined {
    if (bytes.length > LONGEST) return { broken: 'long' };
    const known = this.#searched > 0 && bytes.subarray(0, this.#searched).includes(10);
    if (!known && bytes.includes(10) && !bytes.subarray(0, 5).equals(PROTOCOL)) return { broken: 'syntax' };
    this.#searched = bytes.length;
    return undefined;
  }

  /** A line that ends otherwise than with both bytes never becomes a head: nobody needs to wait for it. */
  #unfinished(bytes: Buffer): BrokenHead | undefined {
    if (bytes.length > LONGEST) return { broken: 'long' };
    for (let at = bytes.indexOf(10, this.#searched); at !== -1; at = bytes.indexOf(10, at + 1)) if (bytes[at - 1] !== 13) return { broken: 'syntax' };
    this.#searched = bytes.length;
    return undefined;
  }
}

const PROTOCOL = Buffer.from('HTTP/');
const BARE_FEED = /(?<!\r)\n/;
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

function parseHead(text: string, lenient: boolean): Head | BrokenHead {
  const first = text.indexOf('\r\n');
  const start = first === -1 ? text : text.slice(0, first);
  if (CONTROL.test(start)) return { broken: 'syntax' };
  const fields = first === -1 ? [] : parseFields(text, first + 2, lenient);
  return Array.isArray(fields) ? { start, fields } : fields;
}

/** Reads `name: value` lines. A folded line and a blank in a name are errors, or, where the reader is lenient, go on with a blank and are left out. */
export function parseFields(text: string, from: number, lenient: boolean): [string, string][] | BrokenHead {
  const out: [string, string][] = [];
  for (let at = from; at < text.length;) {
    const found = text.indexOf('\r\n', at);
    const end = found === -1 ? text.length : found;
    const trouble = isBlank(text.charCodeAt(at)) ? fold(out.at(-1), lenient ? text.slice(at, end) : undefined) : field(text, at, end, out);
    if (trouble !== undefined && !(lenient && trouble === 'name')) return { broken: trouble };
    at = end + 2;
  }
  return out;
}

function field(text: string, at: number, end: number, out: [string, string][]): BrokenHead['broken'] | undefined {
  const colon = text.indexOf(':', at);
  if (colon === -1 || colon >= end) return 'syntax';
  const name = text.slice(at, colon);
  if (!isToken(name)) return isToken(name.replaceAll(' ', '')) ? 'name' : 'syntax';
  const value = trimmed(text, colon + 1, end);
  if (CONTROL.test(value)) return 'syntax';
  out.push([name, value]);
  return undefined;
}

function fold(last: [string, string] | undefined, line: string | undefined): BrokenHead['broken'] | undefined {
  if (last === undefined || line === undefined) return 'syntax';
  const more = trimmed(line, 0, line.length);
  if (CONTROL.test(more)) return 'syntax';
  last[1] = `${last[1]} ${more}`;
  return undefined;
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}
