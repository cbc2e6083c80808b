import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { framingOf, headerValue, readBody, readHead } from './http-message.ts';
import type { HeaderList } from '../ir/index.ts';

/** A request as it arrived, byte for byte; strings are latin-1 views of bytes. */
export interface ReceivedRequest {
  readonly requestLine: string;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
  readonly body: string;
  /** What a PROXY line in front of the connection said: protocol and client. */
  readonly proxied?: string;
}

/** What to answer, and how badly to behave. */
export interface Reply {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: string;
  readonly delayMs?: number;
  /** Closes the connection without an answer. */
  readonly drop?: boolean;
}

/** A listening server. */
export interface RawServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * An HTTP/1.1 server that judges nothing: Node's own parser refuses or rewrites requests that a proxy may well send,
 * and exactly those are of interest.
 */
export function startRawServer(address: string, port: number, answer: (request: ReceivedRequest) => Reply, tls?: { readonly cert: string; readonly key: string }): Promise<RawServer> {
  const open = new Set<Socket>();
  const accept = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    // A proxy that gives up on us is no event of interest.
    socket.on('error', () => socket.destroy());
    serve(socket, answer);
  };
  const server = tls === undefined ? createServer({ noDelay: true }, accept) : createTlsServer({ ...tls, noDelay: true }, accept);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: address }, () => resolve({ port: portOf(server), stop: () => close(server, open) }));
  });
}

/** Requests of one connection, one after the other. */
function serve(socket: Socket, answer: (request: ReceivedRequest) => Reply): void {
  let received = '';
  let busy = false;
  let proxied: string | undefined;
  const next = (): void => {
    const line = proxied === undefined ? /^PROXY (\S+ \S+).*\r\n/.exec(received) : null;
    if (line !== null) {
      proxied = line[1] ?? '';
      received = received.slice(line[0].length);
    }
    const taken = busy ? null : takeRequest(received, socket);
    if (taken === null) return;
    received = received.slice(taken.end);
    busy = true;
    const reply = answer(proxied === undefined ? taken.request : { ...taken.request, proxied });
    const finish = (): void => {
      busy = false;
      if (sendReply(socket, taken.request, reply)) next();
    };
    if (reply.delayMs === undefined || reply.delayMs === 0) finish();
    else setTimeout(finish, reply.delayMs);
  };
  socket.setEncoding('latin1');
  socket.on('data', (chunk: string) => {
    received += chunk;
    next();
  });
}

function takeRequest(received: string, socket: Socket): { readonly request: ReceivedRequest; readonly end: number } | null {
  const head = readHead(received);
  if (head === null) return null;
  const content = readBody(received, head.bodyStart, framingOf(head.headers, { kind: 'length', length: 0 }), false);
  if (content === null) {
    if (received.length === head.bodyStart && headerValue(head.headers, 'Expect') !== undefined) socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    return null;
  }
  const [method = '', ...rest] = head.startLine.split(' ');
  const target = rest.slice(0, -1).join(' ');
  return { request: { requestLine: head.startLine, method, target, headers: head.headers, body: content.body }, end: content.end };
}

/** True when the connection stays open. */
function sendReply(socket: Socket, request: ReceivedRequest, reply: Reply): boolean {
  if (reply.drop === true) {
    socket.destroy();
    return false;
  }
  const keep = request.requestLine.endsWith('HTTP/1.1') && headerValue(request.headers, 'Connection')?.toLowerCase() !== 'close';
  const bodiless = reply.status === 204 || reply.status === 304;
  const lines = [`HTTP/1.1 ${reply.status} ${reply.status === 200 ? 'OK' : 'Status'}`, ...reply.headers.map(([name, value]) => `${name}: ${value}`)];
  if (!bodiless) lines.push(`Content-Length: ${reply.body.length}`);
  if (!keep) lines.push('Connection: close');
  socket.write(`${lines.join('\r\n')}\r\n\r\n${bodiless || request.method === 'HEAD' ? '' : reply.body}`, 'latin1');
  if (!keep) socket.end();
  return keep;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function close(server: Server, open: ReadonlySet<Socket>): Promise<void> {
  for (const socket of open) socket.destroy();
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}
