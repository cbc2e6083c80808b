import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import type { HeaderList } from '../ir/index.ts';
import { framingOf, headerValue, readBody, readHead, type Framing, type MessageHead } from './http-message.ts';

/** TLS of a request; the server's certificate is never judged. */
export interface RawTls {
  /** null = no server name is sent. */
  readonly sni: string | null;
  /** A client certificate, PEM. */
  readonly cert?: string;
  readonly key?: string;
  /** Protocols to offer. */
  readonly alpn?: readonly string[];
  /** The highest version to offer. */
  readonly maxVersion?: 'TLSv1.2' | 'TLSv1.3';
}

/** A request, byte for byte; strings are latin-1 views of bytes. */
export interface RawRequest {
  readonly port: number;
  readonly address?: string;
  /** The client's own address, any of 127.0.0.0/8 on Linux. */
  readonly localAddress?: string;
  readonly method: string;
  readonly target: string;
  /** null = no Host header. */
  readonly host: string | null;
  readonly headers?: HeaderList;
  readonly body?: string;
  readonly httpVersion?: '1.0' | '1.1';
  readonly tls?: false | RawTls;
  readonly timeoutMs?: number;
  /** Bytes before anything else, also before TLS: a PROXY line. */
  readonly prelude?: string;
}

/** What came back. A connection that was closed without an answer has status 0. */
export interface RawResponse {
  readonly status: number;
  readonly statusLine: string;
  readonly headers: HeaderList;
  /** Without transfer coding, content coding as sent; latin-1. */
  readonly body: string;
  /** Why there is no answer, or only part of one. */
  /** The name that the server's certificate is for, over TLS. */
  readonly certificate?: string;
  readonly failure: null | 'refused' | 'closed' | 'timeout' | 'tls' | 'malformed';
}

type Failure = NonNullable<RawResponse['failure']>;

/** Sends one request on its own connection and reads the answer. Never throws: trouble is in `failure`. */
export function sendRaw(request: RawRequest): Promise<RawResponse> {
  return new Promise((resolve) => {
    let received = '';
    let done = false;
    let certificate: string | undefined;
    const finish = (response: RawResponse): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      socket.destroy();
      resolve(certificate === undefined ? response : { ...response, certificate });
    };
    const isHead = request.method === 'HEAD';
    const giveUp = (failure: Failure): void => finish(partialResponse(received, failure));
    const socket = open(request, () => {
      if (socket instanceof TLSSocket) certificate = nameOf(socket);
      socket.write(serializeRequest(request), 'latin1');
    });
    const timer = setTimeout(() => giveUp('timeout'), request.timeoutMs ?? 10_000);
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      received += chunk;
      const response = readResponse(received, isHead, false);
      if (response !== null) finish(response);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => giveUp(failureOf(error, request, received)));
    socket.on('close', () => finish(readResponse(received, isHead, true) ?? partialResponse(received, 'closed')));
  });
}

/** The exact bytes of a request. `Connection: close` is added unless the headers already speak of the connection. */
export function serializeRequest({ method, target, host, headers = [], body, httpVersion = '1.1' }: RawRequest): string {
  const lines = [`${method} ${target} HTTP/${httpVersion}`];
  if (host !== null) lines.push(`Host: ${host}`);
  for (const [name, value] of headers) lines.push(`${name}: ${value}`);
  const framed = ['Content-Length', 'Transfer-Encoding'].some((name) => headerValue(headers, name) !== undefined);
  if (body !== undefined && !framed) lines.push(`Content-Length: ${body.length}`);
  if (headerValue(headers, 'Connection') === undefined) lines.push('Connection: close');
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}

function open({ port, address = '127.0.0.1', localAddress, tls = false, prelude }: RawRequest, ready: () => void): Socket {
  const place = { port, host: address, ...(localAddress === undefined ? {} : { localAddress }) };
  if (tls === false) {
    const socket = connect(place, ready);
    if (prelude !== undefined) socket.write(prelude, 'latin1');
    return socket;
  }
  const certificate = { ...(tls.cert === undefined ? {} : { cert: tls.cert }), ...(tls.key === undefined ? {} : { key: tls.key }) };
  const offered = { ...(tls.alpn === undefined ? {} : { ALPNProtocols: [...tls.alpn] }), ...(tls.maxVersion === undefined ? {} : { maxVersion: tls.maxVersion }) };
  const under = prelude === undefined ? place : { socket: preceded(place, prelude) };
  // Node sends a server name only when it is told one: the address alone sends none.
  return connectTls({ ...under, rejectUnauthorized: false, ...certificate, ...offered, ...(tls.sni === null ? {} : { servername: tls.sni }) }, ready);
}

/** A connection that says something before TLS begins. */
function preceded(place: TcpNetConnectOpts, prelude: string): Socket {
  const socket = connect(place);
  socket.write(prelude, 'latin1');
  return socket;
}

function nameOf(socket: TLSSocket): string {
  const { CN } = socket.getPeerCertificate().subject ?? {};
  return typeof CN === 'string' ? CN : '';
}

/** Before any byte of an answer: a refused connection, a failed handshake, or a peer that hung up. */
function failureOf(error: NodeJS.ErrnoException, request: RawRequest, received: string): Failure {
  if (error.code === 'ECONNREFUSED') return 'refused';
  const hungUp = error.code === 'ECONNRESET' || error.code === 'EPIPE';
  return !hungUp && received === '' && request.tls !== undefined && request.tls !== false ? 'tls' : 'closed';
}

/** The final answer when it is complete; interim answers (100, 103) are passed over. */
function readResponse(received: string, isHead: boolean, closed: boolean): RawResponse | null {
  const head = finalHead(received);
  if (head === null) return null;
  const status = statusOf(head);
  if (status === 0) return closed ? partialResponse(received, 'malformed') : null;
  const content = readBody(received, head.bodyStart, answerFraming(status, head.headers, isHead), closed);
  return content === null ? null : { status, statusLine: head.startLine, headers: head.headers, body: content.body, failure: null };
}

function finalHead(received: string): MessageHead | null {
  let head = readHead(received);
  while (head !== null && /^HTTP\/1\.[01] 1(?!01)\d\d/.test(head.startLine)) head = readHead(received, head.bodyStart);
  return head;
}

/** An answer without a body ends with its head; 101 hands the connection over, which is the end for us. */
function answerFraming(status: number, headers: HeaderList, isHead: boolean): Framing {
  const empty = isHead || status === 101 || status === 204 || status === 304;
  return empty ? { kind: 'length', length: 0 } : framingOf(headers, { kind: 'untilClose' });
}

function statusOf(head: MessageHead): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.startLine)?.[1] ?? 0);
}

function partialResponse(received: string, failure: Failure): RawResponse {
  const head = finalHead(received);
  const status = head === null ? 0 : statusOf(head);
  if (head === null || status === 0) return { status: 0, statusLine: '', headers: [], body: received, failure: received === '' ? failure : 'malformed' };
  return { status, statusLine: head.startLine, headers: head.headers, body: received.slice(head.bodyStart), failure };
}
