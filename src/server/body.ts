import { Readable, Transform as NodeTransform } from 'node:stream';
import * as zlib from 'node:zlib';
import type { Body, Read, Transform } from '../runtime/index.ts';
import { ByteSource } from './byte-source.ts';

/** A body of the runtime as a stream or bytes; undefined = none. */
export function streamOf(body: Body): Readable | Uint8Array | undefined {
  switch (body.kind) {
    case 'none':
      return undefined;
    case 'bytes':
      return body.bytes;
    case 'stream':
      return body.source instanceof ByteSource ? (body.source.whole() ?? body.source.stream()) : undefined;
    case 'transformed':
      return transformed(streamOf(body.from), body.by);
  }
}

/** Node has zstd from 22.15 on. */
const makeZstd: unknown = Reflect.get(zlib, 'createZstdCompress');

/** What answers can be packed with here: a client that would take another coding too is given that one. */
export const PACKS: readonly ('gzip' | 'br' | 'zstd')[] = typeof makeZstd === 'function' ? ['gzip', 'br', 'zstd'] : ['gzip', 'br'];

function transformed(from: Readable | Uint8Array | undefined, by: Transform): Readable | Uint8Array | undefined {
  const through = transformer(by);
  if (from === undefined || through === undefined) return from;
  const source = from instanceof Readable ? from : Readable.from([from]);
  source.on('error', (error) => through.destroy(error));
  return source.pipe(through);
}

/** As Traefik's: Node's own is the best there is, at twenty times the time. */
const BROTLI_QUALITY = 6;

/** Packed answers are flushed chunk by chunk, as Traefik flushes streams. */
function transformer(by: Transform): NodeTransform | undefined {
  switch (by) {
    case 'gzip':
      return zlib.createGzip({ flush: zlib.constants.Z_SYNC_FLUSH });
    case 'br':
      return zlib.createBrotliCompress({ flush: zlib.constants.BROTLI_OPERATION_FLUSH, params: { [zlib.constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } });
    case 'gunzip':
      return zlib.createGunzip();
    case 'zstd':
      return zstd();
  }
}

function zstd(): NodeTransform | undefined {
  const made: unknown = typeof makeZstd === 'function' ? Reflect.apply(makeZstd, zlib, [{ flush: Reflect.get(zlib.constants, 'ZSTD_e_flush') }]) : undefined;
  return made instanceof NodeTransform ? made : undefined;
}

/** How long a body is, where that is known before it is sent. */
export function lengthOf(body: Body): number | undefined {
  if (body.kind === 'none') return 0;
  if (body.kind === 'bytes') return body.bytes.length;
  if (body.kind === 'stream') return body.length;
  return undefined;
}

export async function peek(body: Body, atMost: number): Promise<Read> {
  if (body.kind === 'none') return { bytes: new Uint8Array(), complete: true, rest: body };
  if (body.kind === 'bytes') return { bytes: body.bytes.subarray(0, atMost), complete: body.bytes.length <= atMost, rest: body };
  const from = body.kind === 'stream' ? body.source : sourceOf(streamOf(body));
  if (!(from instanceof ByteSource)) return { bytes: new Uint8Array(), complete: true, rest: { kind: 'none' } };
  const found = await from.peek(atMost);
  return { ...found, rest: { kind: 'stream', source: from, length: body.kind === 'stream' ? body.length : undefined } };
}

function sourceOf(stream: Readable | Uint8Array | undefined): ByteSource | undefined {
  if (stream === undefined) return undefined;
  return new ByteSource(stream instanceof Readable ? stream : Readable.from([stream]));
}
