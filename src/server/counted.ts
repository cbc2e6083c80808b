import type { Readable } from 'node:stream';
import type { RuntimeResponse } from '../runtime/index.ts';
import { isStream, outgoing, type Outgoing } from './answer.ts';
import { lengthOf } from './body.ts';

/**
 * An answer as it goes out. What is packed from a source of known length is only flushed after a while
 * (`responseForwarding.flushInterval`): when it is short and whole before that, its length is said, else it goes in pieces (ran).
 */
export function counted(answer: RuntimeResponse, most: number, onStream: (body: Readable) => void): Outgoing | Promise<Outgoing> {
  const out = outgoing(answer);
  const { body } = out;
  if (!isStream(body)) return out;
  onStream(body);
  const patience = patienceWith(answer);
  return patience <= 0 ? out : shortly(body, most, patience).then((whole) => (whole === undefined ? out : { ...out, headers: [...out.headers, ['Content-Length', String(whole.length)]], body: whole }));
}

/** Milliseconds; 0 = every piece goes at once. */
function patienceWith({ body, headers, route }: RuntimeResponse): number {
  if (body.kind !== 'transformed' || lengthOf(body.from) === undefined) return 0;
  if (body.from.kind === 'bytes') return Infinity;
  if (headers.some(([name, value]) => name === 'Content-Type' && /^\s*text\/event-stream\s*(?:;|$)/i.test(value))) return 0;
  const spec = route?.service.service.spec;
  return spec?.kind === 'loadBalancer' ? spec.flushInterval : 100;
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
