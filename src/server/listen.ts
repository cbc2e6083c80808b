import { createServer as createPlain, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { createServer as createSocket, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Upgraded } from './send.ts';

export interface Listening {
  readonly port: number;
  readonly close: () => Promise<void>;
}
export type OnRequest = (message: IncomingMessage, response: ServerResponse, client?: Upgraded) => void;
export interface Tls {
  readonly choose: (serverName: string) => SecureContext;
}

const OPTIONS = { requireHostHeader: false, maxHeaderSize: 1_048_576, keepAliveTimeout: 180_000, requestTimeout: 0 } as const;

/** Opens one entry point: plain, and TLS beside it on the same port where certificates are given (told apart by the first byte, as Traefik does). */
export async function listen(at: { readonly host: string; readonly port: number }, onRequest: OnRequest, tls: Tls | undefined): Promise<Listening> {
  const plain = prepared(createPlain(OPTIONS), onRequest);
  const secure = tls === undefined ? undefined : prepared(createSecure({ ...OPTIONS, requestCert: true, rejectUnauthorized: false, SNICallback: (name, done) => done(null, tls.choose(name)) }), onRequest);
  const front = secure === undefined ? plain : sorted(plain, secure);
  const sockets = new Set<Socket>();
  front.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await opened(front, at);
  return { port: portOf(front), close: () => closed(front, sockets) };
}

function prepared<T extends Server>(server: T, onRequest: OnRequest): T {
  server.on('request', onRequest);
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(message);
    if ('remoteAddress' in socket) response.assignSocket(message.socket);
    response.once('finish', () => socket.end());
    onRequest(message, response, { socket, head });
  });
  server.on('connect', (_: IncomingMessage, socket: Duplex) => socket.end('HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'));
  server.on('clientError', (_: Error, socket: Duplex) => {
    if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request');
  });
  return server;
}

/** A TLS connection begins with a handshake record. */
function sorted(plain: Server, secure: Server): SocketServer {
  return createSocket((socket) => {
    socket.once('error', () => socket.destroy());
    socket.once('readable', () => {
      const first: unknown = socket.read();
      if (!(first instanceof Buffer)) return;
      socket.unshift(first);
      (first[0] === 0x16 ? secure : plain).emit('connection', socket);
    });
  });
}

function opened(server: SocketServer, at: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: at.port, ...(at.host === '' ? {} : { host: at.host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: SocketServer): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function closed(server: SocketServer, sockets: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets) socket.destroy();
  });
}
