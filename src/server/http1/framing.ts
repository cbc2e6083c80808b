import type { HeaderList } from '../../ir/index.ts';

/** What a head says about its connection and about the body behind it. */
export interface Marks {
  /** undefined = none is written. */
  readonly length: string | undefined;
  /** Lengths that contradict each other. */
  readonly torn: boolean;
  readonly codings: readonly string[];
  readonly close: boolean;
  readonly keepAlive: boolean;
}

const NO_CODINGS: readonly string[] = [];

export function marksOf(fields: HeaderList): Marks {
  let length: string | undefined;
  let torn = false;
  let codings = NO_CODINGS;
  let connection = '';
  for (const [name, value] of fields) {
    if (is(name, 'content-length')) {
      torn ||= length !== undefined && length !== value;
      length = value;
    } else if (is(name, 'transfer-encoding')) codings = [...codings, value];
    else if (is(name, 'connection')) connection += `,${value}`;
  }
  return { length, torn, codings, close: connection !== '' && CLOSE.test(connection), keepAlive: connection !== '' && KEEP.test(connection) };
}

export const CLOSE = /(?:^|,)[ \t]*close[ \t]*(?:,|$)/i;
const KEEP = /(?:^|,)[ \t]*keep-alive[ \t]*(?:,|$)/i;

/** Compares a field's name with one in lower case. */
export function is(name: string, wanted: string): boolean {
  return name.length === wanted.length && (name === wanted || name.toLowerCase() === wanted);
}

/** Whether a body waits until it is asked for: the first line counts, as in Go. */
export function expectsGoAhead(headers: HeaderList): boolean {
  const expected = headers.find(([name]) => is(name, 'expect'))?.[1] ?? '';
  return /(?:^|[ ,\t])100-continue(?:$|[ ,\t])/i.test(expected);
}

/** How far a body goes. */
export type Framing = { readonly kind: 'length'; readonly length: number } | { readonly kind: 'chunked' } | { readonly kind: 'close' };
export type FramingRead = Framing | { readonly kind: 'broken'; readonly coding: boolean };

export const EMPTY: Framing = { kind: 'length', length: 0 };

/** A request's: whatever a server behind could read otherwise is refused. */
export function requestFraming({ length, torn, codings }: Marks, http10: boolean): FramingRead {
  if (torn || (length !== undefined && codings.length > 0) || (http10 && codings.length > 0)) return { kind: 'broken', coding: false };
  if (codings.length > 0) return chunkedOnly(codings) ? { kind: 'chunked' } : { kind: 'broken', coding: true };
  return length === undefined ? EMPTY : counted(length);
}

/** An answer's: chunks win over a length, as in Go's client, and without either it ends with its connection. */
export function responseFraming({ length, torn, codings }: Marks, bodiless: boolean): FramingRead {
  if (codings.length > 0 && !chunkedOnly(codings)) return { kind: 'broken', coding: true };
  if (codings.length === 0 && torn) return { kind: 'broken', coding: false };
  if (bodiless) return EMPTY;
  if (codings.length > 0) return { kind: 'chunked' };
  return length === undefined ? { kind: 'close' } : counted(length);
}

function chunkedOnly(codings: readonly string[]): boolean {
  return codings.length === 1 && codings[0]?.toLowerCase() === 'chunked';
}

/** Digits only, and no more than can be counted. */
function counted(text: string): FramingRead {
  return /^\d{1,15}$/.test(text) ? { kind: 'length', length: Number(text) } : { kind: 'broken', coding: false };
}
