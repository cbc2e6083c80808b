import { constants, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { HeaderList } from '../ir/index.ts';
import type { Incoming, RuntimeResponse } from '../runtime/index.ts';
import { bodyBy, isStream, outgoing } from './answer.ts';
import { ByteSource } from './byte-source.ts';
import type { ClientSide } from './exchange.ts';
import { tlsState } from './http1.ts';
import { clientAddress } from './listen.ts';
import { pairs, trailersOf } from './fields.ts';

/** A request of an HTTP/2 client. */
export interface RawStream {
  readonly stream: ServerHttp2Stream;
  readonly headers: IncomingHttpHeaders;
  /** All fields in order, flat. */
  readonly raw: readonly string[];
  /** Nothing follows the head. */
  readonly ended: boolean;
}

/** Fields that belong to a connection: HTTP/2 has none of them. */
const HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** The client's side of an exchange over HTTP/2. */
export function http2Side(entryPoint: string, arrived: RawStream): ClientSide {
  const { stream } = arrived;
  return {
    protocol: 'HTTP/2.0',
    incoming: incoming(entryPoint, arrived),
    onGone: (then) => void stream.once('close', () => {
      if (!stream.writableFinished) then();
    }),
    write: (answer) => write(answer, stream),
    destroy: () => stream.close(constants.NGHTTP2_INTERNAL_ERROR),
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
    headers: oneCookie(fields.filter(([name]) => name !== 'host' && name !== 'trailer')),
    tls: socket === undefined ? false : tlsState(socket),
    clientIp: clientAddress(socket ?? {}),
    body: bodyBy({ length: headers['content-length'], open: !ended }, () => new ByteSource(stream)),
  };
}

/** HTTP/2 clients send cookies apart; servers of HTTP/1 know one field. */
function oneCookie(fields: HeaderList): HeaderList {
  const cookies = fields.filter(([name]) => name === 'cookie').map(([, value]) => value);
  if (cookies.length < 2) return fields;
  return [...fields.filter(([name]) => name !== 'cookie'), ['cookie', cookies.join('; ')]];
}

function write(answer: RuntimeResponse, stream: ServerHttp2Stream): Promise<number> {
  const { status, headers, body } = outgoing(answer);
  if (stream.destroyed || stream.closed) return Promise.resolve(0);
  stream.on('error', () => undefined);
  const empty = body === undefined;
  stream.respond({ ':status': status, ...fieldsOf(headers) }, { endStream: empty, waitForTrailers: isStream(body) });
  if (!isStream(body)) {
    if (!empty) stream.end(body);
    return Promise.resolve(body?.length ?? 0);
  }
  let bytes = 0;
  body.on('data', (chunk: Buffer) => void (bytes += chunk.length));
  stream.once('wantTrailers', () => stream.sendTrailers(fieldsOf(trailersOf(answer.body))));
  return new Promise((resolve) => {
    body.once('error', () => stream.close(constants.NGHTTP2_INTERNAL_ERROR));
    stream.once('close', () => {
      body.destroy();
      resolve(bytes);
    });
    body.pipe(stream);
  });
}

function fieldsOf(headers: HeaderList): OutgoingHttpHeaders {
  const out: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (HOP.has(key) || key === 'trailer') continue;
    (out[key] ??= []).push(value);
  }
  // A field that may stand only once is not taken as a list.
  return Object.fromEntries(Object.entries(out).map(([name, values]) => [name, values.length === 1 ? values[0] : values]));
}
