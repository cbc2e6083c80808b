import type { Readable, Writable } from 'node:stream';
import type { HeaderList } from '../../ir/index.ts';
import { trailerLines } from './lines.ts';

/** In chunks, as it comes, or so many bytes and no other number. */
export type OutFraming = 'chunked' | 'bare' | number;

interface Course {
  readonly framing: OutFraming;
  /** Asked when the body is over. */
  readonly trailers: () => HeaderList;
  /** Called once: the bytes that went, and whether they were all that was promised. */
  readonly over: (bytes: number, whole: boolean) => void;
}

const CRLF = Buffer.from('\r\n');
const SMALL = 4096;

/** Sends a body piece by piece, no faster than the other end takes it. */
export function pump(source: Readable, to: Writable, { framing, trailers, over }: Course): void {
  let bytes = 0;
  let settled = false;
  const settle = (whole: boolean): void => {
    if (settled) return;
    settled = true;
    to.off('drain', onDrain);
    over(bytes, whole);
  };
  const onDrain = (): void => void source.resume();
  const onData = (piece: Buffer): void => {
    if (settled || piece.length === 0) return;
    bytes += piece.length;
    if (typeof framing === 'number' && bytes > framing) return settle(false);
    if (!(framing === 'chunked' ? writeChunk(to, piece) : to.write(piece))) source.pause();
  };
  if (source.destroyed) return settle(source.readableEnded);
  to.on('drain', onDrain);
  source.on('data', onData).once('error', () => settle(false)).once('close', () => settle(false)).once('end', () => {
    if (settled) return;
    if (framing === 'chunked') to.write(lastChunk(trailers()), 'latin1');
    settle(typeof framing !== 'number' || bytes === framing);
  });
}

function writeChunk(to: Writable, piece: Buffer): boolean {
  const size = `${piece.length.toString(16)}\r\n`;
  if (piece.length < SMALL) return to.write(`${size}${piece.toString('latin1')}\r\n`, 'latin1');
  to.cork();
  to.write(size, 'latin1');
  to.write(piece);
  const more = to.write(CRLF);
  to.uncork();
  return more;
}

/** One write for a head and a body up to here. */
const TOGETHER = 16_384;

/** A head and a body that is there whole. */
export function writeWhole(to: Writable, head: string, body: Buffer, chunked: boolean, trailers: () => HeaderList): void {
  const before = chunked && body.length > 0 ? `${body.length.toString(16)}\r\n` : '';
  const after = chunked ? (body.length > 0 ? '\r\n' : '') + lastChunk(trailers()) : '';
  if (body.length <= TOGETHER) {
    to.write(body.length === 0 ? head + after : head + before + body.toString('latin1') + after, 'latin1');
    return;
  }
  to.cork();
  to.write(head + before, 'latin1');
  to.write(body);
  if (after !== '') to.write(after, 'latin1');
  to.uncork();
}

function lastChunk(trailers: HeaderList): string {
  return trailers.length === 0 ? '0\r\n\r\n' : `0\r\n${trailerLines(trailers)}\r\n`;
}
