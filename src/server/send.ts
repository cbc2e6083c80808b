import { request as plainRequest, type Agent, type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as secureRequest, type Agent as SecureAgent } from 'node:https';
import { isIP } from 'node:net';
import { Readable, type Duplex } from 'node:stream';
import type { Body, Destination, Failure, UpstreamRequest, UpstreamResponse } from '../runtime/index.ts';
import type { EffectResult } from '../runtime/index.ts';
import { lengthOf, streamOf } from './body.ts';
import { ByteSource } from './byte-source.ts';
import { pairs, trailersOf } from './fields.ts';
import { sendHttp2, type Http2Sessions } from './send-http2.ts';
import { fileOrContent, type ReadFile } from './tls-settings.ts';
import type { ClientTls } from './transport.ts';
import type { TcpEndpoint, Transport } from '../ir/index.ts';

type Sent = Extract<EffectResult, { kind: 'sent' }>['outcome'];

/** Where an endpoint really is, when it is not where the configuration says (`--endpoint`). */
export interface Place {
  readonly host: string;
  readonly port: number;
  /** It speaks plain HTTP, whatever the configuration says: an echo backend. */
  readonly plain?: true;
}
export interface Senders {
  readonly http: Agent;
  readonly https: SecureAgent;
  readonly http2: Http2Sessions;
  readonly place: (to: Extract<Destination, { kind: 'endpoint' }>['endpoint']) => Place;
  readonly streamPlace: (to: TcpEndpoint, protocol: 'tcp' | 'udp') => Place;
  /** How TLS is spoken through a transport. */
  readonly transportTls: (transport: Transport | undefined) => ClientTls;
  readonly readFile: ReadFile;
}
/** Both ends of a connection that left HTTP. */
export interface Upgraded {
  readonly socket: Duplex;
  readonly head: Buffer;
}

interface Connection {
  readonly secure: boolean;
  readonly options: RequestOptions;
  /** Milliseconds until the answer must have begun; 0 = for ever. */
  readonly timeout: number;
}

const DIAL_TIMEOUT = 30_000;

/** Sends a request as the runtime wrote it; nothing is added but length and connection handling. */
export function sendUpstream(to: Destination, request: UpstreamRequest, senders: Senders, signal: AbortSignal): Promise<Sent> {
  if (to.kind === 'endpoint' && to.endpoint.scheme === 'h2c' && senders.place(to.endpoint).plain !== true) {
    const { host, port } = senders.place(to.endpoint);
    return sendHttp2(senders.http2.at(bare(host), port === 0 ? 80 : port), request, { timeout: to.transport?.responseHeaderTimeout ?? 0, signal });
  }
  const connection = connectionTo(to, senders);
  if (connection === undefined) return Promise.resolve({ kind: 'failure', failure: 'unsupported' });
  return new Promise((resolve) => {
    const outgoing = begin(connection, request, senders, signal);
    let connected = false;
    let late = false;
    const expire = (): void => {
      late = true;
      outgoing.destroy();
    };
    const timer = connection.timeout > 0 ? setTimeout(expire, connection.timeout) : undefined;
    const settle = (outcome: Sent): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    outgoing.on('socket', (socket) => {
      const start = () => {
        connected = true;
        write(outgoing, request.body);
      };
      if (socket.connecting) socket.once(connection.secure ? 'secureConnect' : 'connect', start);
      else start();
    });
    outgoing.on('response', (response) => settle({ kind: 'response', response: received(response) }));
    outgoing.on('upgrade', (response, socket, head) => settle({ kind: 'response', response: { ...received(response), upgrade: { socket, head } satisfies Upgraded } }));
    outgoing.on('error', () => settle({ kind: 'failure', failure: failureOf(signal.aborted, late, connected) }));
  });
}

function failureOf(aborted: boolean, late: boolean, connected: boolean): Failure {
  if (aborted) return 'cancelled';
  if (late) return 'timeout';
  return connected ? 'closed' : 'refused';
}

/** Undefined = not to be had here: an unknown scheme, a transport with SPIFFE. */
function connectionTo(to: Destination, senders: Senders): Connection | undefined {
  if (to.kind === 'url') return urlConnection(to, senders.readFile);
  const { endpoint, transport } = to;
  // A made-up backend of a gRPC service speaks plain HTTP.
  if (!['http', 'https', 'h2c'].includes(endpoint.scheme)) return undefined;
  const { host, port, plain } = senders.place(endpoint);
  const secure = endpoint.scheme === 'https' && plain !== true;
  const tls = senders.transportTls(transport);
  if (secure && tls === undefined) return undefined;
  return { secure, timeout: transport?.responseHeaderTimeout ?? 0, options: { host: bare(host), port: port === 0 ? (secure ? 443 : 80) : port, timeout: transport?.dialTimeout ?? DIAL_TIMEOUT, ...(secure ? { servername: serverName(host), ...tls } : {}) } };
}

function urlConnection(to: Extract<Destination, { kind: 'url' }>, readFile: ReadFile): Connection {
  const url = new URL(to.url);
  const secure = url.protocol === 'https:';
  const text = (name: 'ca' | 'cert' | 'key'): Readonly<Record<string, string>> => {
    const read = (to.tls?.[name] ?? '') === '' ? undefined : fileOrContent(to.tls?.[name] ?? '', readFile);
    return read === undefined ? {} : { [name]: read };
  };
  const tls = { rejectUnauthorized: to.tls?.insecureSkipVerify !== true, servername: serverName(url.hostname), ...text('ca'), ...text('cert'), ...text('key') };
  return { secure, timeout: to.timeout, options: { host: bare(url.hostname), port: url.port === '' ? (secure ? 443 : 80) : Number(url.port), ...(secure ? tls : {}) } };
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** An address is no name to ask for. */
function serverName(host: string): string {
  return isIP(bare(host)) === 0 ? host : '';
}

function begin(connection: Connection, request: UpstreamRequest, senders: Senders, signal: AbortSignal): ClientRequest {
  const headers = [...headerLines(request)];
  const options = { ...connection.options, method: request.method, path: request.target, headers, setHost: false, signal };
  const outgoing = connection.secure ? secureRequest({ ...options, agent: senders.https }) : plainRequest({ ...options, agent: senders.http });
  // The dial timeout ends with the connection: an established one may be idle.
  outgoing.on('timeout', () => {
    if (outgoing.socket?.connecting === true) outgoing.destroy();
  });
  return outgoing;
}

/** Host first, then the fields in order, with the body's own length. */
function* headerLines(request: UpstreamRequest): Generator<string> {
  yield* ['Host', request.host];
  for (const [name, value] of request.headers) if (name !== 'Content-Length' && name !== 'Transfer-Encoding') yield* [name, value];
  const length = lengthOf(request.body);
  const counts = length !== undefined && (length > 0 || ['POST', 'PUT', 'PATCH'].includes(request.method));
  if (counts) yield* ['Content-Length', String(length)];
  else if (length === undefined) yield* ['Transfer-Encoding', 'chunked'];
}

/** The body waits for the connection, so that a refused one leaves it for the next attempt. */
function write(outgoing: ClientRequest, body: Body): void {
  const stream = streamOf(body);
  if (!(stream instanceof Readable)) {
    outgoing.end(stream);
    return;
  }
  stream.on('error', (error) => outgoing.destroy(error));
  stream.once('end', () => outgoing.addTrailers(trailersOf(body)));
  stream.pipe(outgoing);
}

function received(message: IncomingMessage): UpstreamResponse {
  const headers = pairs(message.rawHeaders);
  const length = message.headers['content-length'];
  const empty = message.statusCode === 204 || message.statusCode === 304;
  if (empty) message.resume();
  return {
    status: message.statusCode ?? 502,
    headers,
    body: empty ? { kind: 'none' } : { kind: 'stream', source: new ByteSource(message), length: length === undefined ? undefined : Number(length) },
  };
}
