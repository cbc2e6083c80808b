import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2';
import { PassThrough, Readable } from 'node:stream';
import type { Failure, Inform, UpstreamRequest, UpstreamResponse } from '../runtime/index.ts';
import { placeText } from '../text/index.ts';
import { streamOf } from './body.ts';
import { ByteSource } from './byte-source.ts';
import type { Waiter } from './waiter.ts';
import { announcedBy, fieldsOfHttp2, pairs, rememberTrailers } from './fields.ts';

type Sent = { readonly kind: 'response'; readonly response: UpstreamResponse } | { readonly kind: 'failure'; readonly failure: Failure };

/** Connections of HTTP/2 without TLS, one for each server: gRPC. */
export interface Http2Sessions {
  readonly at: (host: string, port: number) => ClientHttp2Session;
  readonly destroy: () => void;
}

export function http2Sessions(): Http2Sessions {
  const open = new Map<string, ClientHttp2Session>();
  return {
    at: (host, port) => {
      const authority = `http://${placeText({ host, port })}`;
      const known = open.get(authority);
      if (known !== undefined && !known.closed && !known.destroyed) return known;
      const session = connect(authority);
      session.on('error', () => undefined);
      session.once('close', () => {
        if (open.get(authority) === session) open.delete(authority);
      });
      open.set(authority, session);
      // A connection that nobody uses keeps no process alive.
      session.unref();
      return session;
    },
    destroy: () => {
      for (const session of open.values()) session.destroy();
      open.clear();
    },
  };
}

/** Sends a request as a stream of its own. Of its trailers the names are told, never the values; those of an answer come back. */
export function sendHttp2(session: ClientHttp2Session, request: UpstreamRequest, { timeout, waiter, informed }: { readonly timeout: number; readonly waiter: Waiter; readonly informed: Inform | undefined }): Promise<Sent> {
  return new Promise((resolve) => {
    const body = streamOf(request.body);
    const stream = session.request(headersOf(request), { endStream: body === undefined });
    let late = false;
    const timer = timeout > 0 ? setTimeout(() => {
      late = true;
      stream.destroy(new Error('the answer is late'));
    }, timeout) : undefined;
    const settle = (outcome: Sent): void => {
      clearTimeout(timer);
      forget();
      resolve(outcome);
    };
    const forget = waiter.onLeave(() => stream.destroy());
    const fail = (): void => settle({ kind: 'failure', failure: waiter.gone ? 'cancelled' : late ? 'timeout' : session.connecting || session.destroyed ? 'refused' : 'closed' });
    stream.on('error', fail).on('close', fail);
    stream.on('headers', (headers: IncomingHttpHeaders, _: number, raw?: readonly string[]) => informed?.(Number(headers[':status']), pairs(raw ?? []).filter(([name]) => !name.startsWith(':'))));
    stream.on('response', (headers: IncomingHttpHeaders, _: number, raw?: readonly string[]) => settle({ kind: 'response', response: received(headers, raw ?? [], stream) }));
    write(stream, body);
  });
}

function headersOf({ method, target, host, headers, body }: UpstreamRequest): OutgoingHttpHeaders {
  const trailer = announcedBy(body);
  return { ...fieldsOfHttp2(headers), ...(trailer === undefined ? {} : { trailer }), ':method': method, ':path': target, ':authority': host, ':scheme': 'http' };
}

function write(stream: ClientHttp2Stream, source: Readable | Uint8Array | undefined): void {
  if (!(source instanceof Readable)) {
    if (source !== undefined) stream.end(source);
    return;
  }
  // `close` with a code would end the stream first, and half a request would look whole.
  source.on('error', (error) => stream.destroy(error));
  source.pipe(stream);
}

function received(headers: IncomingHttpHeaders, raw: readonly string[], stream: ClientHttp2Stream): UpstreamResponse {
  const length = headers['content-length'];
  return {
    status: Number(headers[':status'] ?? 502),
    headers: pairs(raw).filter(([name]) => !name.startsWith(':')),
    body: { kind: 'stream', source: new ByteSource(wholeOf(stream)), length: length === undefined ? undefined : Number(length) },
  };
}

/** Node says `end` for a stream that was reset too, and only then that it was: half an answer must not look whole. */
function wholeOf(stream: ClientHttp2Stream): Readable {
  const whole = new PassThrough();
  const over = (): void => {
    if (stream.rstCode === constants.NGHTTP2_NO_ERROR) whole.end();
    else whole.destroy(new Error('the stream was reset'));
  };
  stream.on('trailers', (_, __, raw?: readonly string[]) => rememberTrailers(whole, pairs(raw ?? [])));
  stream.once('end', () => setImmediate(over)).once('close', over).once('error', over);
  whole.once('close', () => {
    if (!stream.closed) stream.destroy(new Error('nobody wants the rest'));
  });
  stream.pipe(whole, { end: false });
  return whole;
}
