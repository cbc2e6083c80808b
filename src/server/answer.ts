import { Readable } from 'node:stream';
import type { Body, RuntimeResponse } from '../runtime/index.ts';
import { streamOf } from './body.ts';
import type { HeaderList } from '../ir/index.ts';

/** An answer as it goes out. */
export interface Outgoing {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: Readable | Uint8Array | undefined;
}

export function outgoing(answer: RuntimeResponse): Outgoing {
  return { status: answer.status, headers: answer.headers, body: streamOf(answer.body) };
}

/** Whether the body may come to nothing before its end: only then its end has to be told apart. */
export function isStream(body: Outgoing['body']): body is Readable {
  return body instanceof Readable;
}

/** A body of the length that was announced, of an unknown one, or none. */
export function bodyBy(framing: { readonly length: string | undefined; readonly open: boolean }, source: () => unknown): Body {
  const { length, open } = framing;
  if (!open || length === '0') return { kind: 'none' };
  return { kind: 'stream', source: source(), length: length === undefined ? undefined : Number(length) };
}

/** The bytes of a body that is none or there already. */
export function bodyOf(body: Uint8Array | undefined): Buffer {
  return body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
