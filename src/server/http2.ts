import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import type { HeaderList } from '../ir/index.ts';
import { HELD_BACK } from '../runtime/index.ts';
import type { Incoming, RuntimeResponse } from '../runtime/index.ts';
import { bodyBy, isStream } from './answer.ts';
import { ByteSource } from './byte-source.ts';
import { brokeOff, counted } from './counted.ts';
import type { ClientSide } from './exchange.ts';
import { clientAddress, tlsState } from './peer.ts';
import { announcedIn, announcement } from './announced.ts';
import { fieldsOfHttp2, pairs, trailersOf } from './fields.ts';

/** A request of an HTTP/2 client. */
export interface RawStream {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** All fields in order, flat. */
  readonly raw: readonly string[];
  /** Nothing follows the head. */
  readonly ended: boolean;
}

/** The client's side of an exchange over HTTP/2. */
export function http2Side(entryPoint: string, arrived: RawStream): ClientSide {
  const { stream } = arrived;
  return {
    protocol: 'HTTP/2.0',
    incoming: incoming(entryPoint, arrived),
    onGone: (then) => void stream.once('close', () => {
      if (!stream.writableFinished) then();
    }),
    inform: (status, headers) => {
      if (stream.destroyed || stream.closed || stream.headersSent || stream.writableLength > 0) return;
      stream.additionalHeaders({ ':status': status, ...fieldsOfHttp2(headers.filter(([name]) => name.toLowerCase() !== 'content-length')) });
    },
    write: (answer) => write(answer, stream),
    destroy: () => reset(stream),
  };
}

function incoming(entryPoint: string, { stream, headers, raw, ended }: RawStream): Incoming {
  const fields = pairs(raw).filter(([name]) => !name.startsWith(':'));
  const authority = headers[':authority'] ?? headers.host;
  const socket = stream.session?.socket;
  return {
    entryPoint,
    method: headers[':method'] ?? 'GET',
    target: headers[':path'] ?? '/',
    host: authority ?? null,
    headers: oneCookie(fields.filter(([name, value]) => name !== 'host' && name !== 'trailer' && !(name === 'expect' && /^100-continue$/i.test(value)))),
    http2: true,
    tls: socket === undefined ? false : tlsState(socket),
    clientIp: clientAddress(socket ?? {}),
    body: bodyBy({ length: headers['content-length'], open: !ended }, () => arriving(stream, fields)),
  };
}

/** Bogus names are passed over (Go's http2 server). */
function arriving(stream: ServerHttp2Stream, fields: HeaderList): ByteSource {
  const source = new ByteSource(stream);
  source.announced = announcement(announcedIn(fields) ?? []);
  return source;
}

/** HTTP/2 clients send cookies apart; servers of HTTP/1 know one field. */
function oneCookie(fields: HeaderList): HeaderList {
  const cookies = fields.filter(([name]) => name === 'cookie').map(([, value]) => value);
  if (cookies.length < 2) return fields;
  return [...fields.filter(([name]) => name !== 'cookie'), ['cookie', cookies.join('; ')]];
}

async function write(answer: RuntimeResponse, stream: ServerHttp2Stream): Promise<number> {
  stream.on('error', () => undefined);
  const { status, headers, body } = await counted(answer, HELD_BACK.http2, (source) => void stream.once('close', () => source.destroy()));
  if (stream.destroyed || stream.closed) {
    if (isStream(body)) body.destroy();
    return 0;
  }
  // A status below 100 cannot be told: Go's server gives up (ran).
  if (status < 100 || (isStream(body) && brokeOff(body))) {
    reset(stream);
    return 0;
  }
  const empty = body === undefined;
  const trailing = isStream(body) || (!empty && trailersOf(answer.body).length > 0);
  stream.respond({ ':status': status, ...fieldsOfHttp2(headers) }, { endStream: empty, waitForTrailers: trailing });
  if (trailing) stream.once('wantTrailers', () => stream.sendTrailers(fieldsOfHttp2(trailersOf(answer.body))));
  if (!isStream(body)) {
    if (!empty) stream.end(body);
    return body?.length ?? 0;
  }
  let bytes = 0;
  body.on('data', (chunk: Buffer) => void (bytes += chunk.length));
  return new Promise((resolve) => {
    body.once('error', () => reset(stream));
    stream.once('close', () => {
      body.destroy();
      resolve(bytes);
    });
    body.pipe(stream);
  });
}

/** `close` with a code ends the stream first, and half an answer would look whole. */
function reset(stream: ServerHttp2Stream): void {
  stream.on('error', () => undefined);
  stream.destroy(new Error('the answer broke off'));
}
