import type { Readable } from 'node:stream';
import type { HeaderList } from '../ir/index.ts';
import type { RuntimeResponse } from '../runtime/index.ts';
import { isStream, outgoing, type Outgoing } from './answer.ts';
import { lengthOf } from './body.ts';

/**
 * An answer as it goes out. What comes from a source of known length is only flushed after a while
 * (`responseForwarding.flushInterval`), or when more than `most` bytes are there (ran). What is short and whole before that goes in
 * one piece, with its length; of what breaks off before that nothing is told, not even the head: its stream is destroyed.
 */
export function counted(answer: RuntimeResponse, most: number, onStream: (body: Readable) => void): Outgoing | Promise<Outgoing> {
  const out = outgoing(answer);
  const { body } = out;
  const patience = patienceWith(answer);
  if (!isStream(body)) return patience > 0 && body !== undefined && body.length <= most ? { ...out, headers: withLength(out.headers, body) } : out;
  onStream(body);
  return patience <= 0 || body.readableLength > most ? out : shortly(body, most, patience).then((whole) => (whole === undefined ? out : { ...out, headers: withLength(out.headers, whole), body: whole }));
}

/** A length that is said already stays: who breaks it breaks off. */
function withLength(headers: HeaderList, { length }: Uint8Array): HeaderList {
  return headers.some(([name]) => name === 'Content-Length') ? headers : [...headers, ['Content-Length', String(length)]];
}

/** It ended before its end while nothing of it was told. */
export function brokeOff(body: Readable): boolean {
  return body.destroyed && !body.readableEnded;
}

/** Milliseconds; 0 or less = every piece goes at once. */
function patienceWith({ body, headers, route }: RuntimeResponse): number {
  const source = body.kind === 'transformed' ? body.from : body;
  if (lengthOf(source) === undefined) return 0;
  if (source.kind === 'bytes') return Infinity;
  if (headers.some(([name, value]) => name === 'Content-Type' && /^\s*text\/event-stream\s*(?:;|$)/i.test(value))) return 0;
  const spec = route?.service.service.spec;
  const interval = spec?.kind === 'loadBalancer' ? spec.flushInterval : 100;
  // Go knows no interval of 0: what comes is held until there is enough (ran).
  return interval === 0 ? Infinity : interval;
}

/** The whole body when it is short and soon there; undefined = neither, and all of it is still in the stream. */
function shortly(body: Readable, most: number, milliseconds: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const pieces: Buffer[] = [];
    let length = 0;
    const settle = (whole: boolean): void => {
      clearTimeout(timer);
      body.off('readable', onReadable).off('end', onEnd).off('close', onClose);
      if (!whole && length > 0 && !body.destroyed) body.unshift(Buffer.concat(pieces));
      resolve(whole ? Buffer.concat(pieces) : undefined);
    };
    const onReadable = (): void => {
      for (let piece: unknown = body.read(); piece instanceof Buffer; piece = body.read()) {
        pieces.push(piece);
        length += piece.length;
        if (length > most) return settle(false);
      }
    };
    const onEnd = (): void => settle(true);
    const onClose = (): void => settle(false);
    const timer = milliseconds === Infinity ? undefined : setTimeout(onClose, milliseconds);
    // An error shows as an early end to whoever goes on with the stream.
    body.on('error', () => undefined).on('readable', onReadable).on('end', onEnd).on('close', onClose);
  });
}
