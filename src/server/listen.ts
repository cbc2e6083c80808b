import { createServer as createHttp2, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createServer as createSocket, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { TcpRoute } from '../ir/index.ts';
import { boundHost } from './bound-host.ts';
import { Connections, type Held } from './connections.ts';
import type { ClientSide } from './exchange.ts';
import { readHello, type Hello } from './hello.ts';
import { ServerConnection } from './http1/connection.ts';
import type { RawStream } from './http2.ts';
import { clientAddress } from './peer.ts';
import type { TcpChoice, TcpDoor } from './tcp.ts';
import type { TlsFace } from './tls.ts';

export interface Listening {
  readonly port: number;
  readonly connections: Connections;
  readonly close: (grace: number) => Promise<void>;
}

/** What an entry point does with those who come in; asked anew each time, since a reload may change it. */
export interface Doors {
  readonly entryPoint: string;
  readonly request: (client: ClientSide) => void;
  readonly stream: (stream: RawStream) => void;
  readonly tcp: () => TcpDoor;
  readonly tcpRoute: (client: Socket, choice: Extract<TcpChoice, { kind: 'route' }>, clientIp: string) => void;
  /** undefined = nothing is shown to such a client. */
  readonly tls: (serverName: string) => TlsFace | undefined;
  readonly tcpTls: (route: TcpRoute, serverName: string) => TlsFace | undefined;
}

/** Opens one entry point: plain, TLS and bare TCP on the same port, told apart by the first bytes, as Traefik does. */
export async function listen(at: { readonly host: string; readonly port: number }, doors: Doors): Promise<Listening> {
  const connections = new Connections();
  const http2 = http2Server(doors, connections);
  const secure = tlsServers((socket, inside) => {
    if (socket.alpnProtocol === 'h2') http2.emit('connection', socket);
    else http1(socket, inside);
  });
  const http1 = (socket: Socket, held: Held): void => void new ServerConnection(socket, { entryPoint: doors.entryPoint, held, handle: doors.request });
  const front = createSocket({ noDelay: true, allowHalfOpen: true });
  front.on('connection', (socket: Socket) => {
    const held = connections.add(socket);
    socket.on('error', () => socket.destroy());
    void admit(socket, { doors, held, http1, http2, secure });
  });
  await opened(front, at);
  return { port: portOf(front), connections, close: (grace) => connections.close(front, grace) };
}

interface Halls {
  readonly doors: Doors;
  readonly held: Held;
  readonly http1: (socket: Socket, held: Held) => void;
  readonly http2: Http2Server;
  /** Takes TLS off a connection. */
  readonly secure: (face: TlsFace, socket: Socket, held: Held) => void;
}

/** A server for each face, as long as somebody knows the face. */
function tlsServers(enters: (socket: TLSSocket, held: Held) => void): Halls['secure'] {
  const known = new WeakMap<TlsFace, TlsServer>();
  // What comes out of a handshake does not say which connection went in; its ends do.
  const inside = new Map<string, Held>();
  const key = ({ remoteAddress = '', remotePort = 0 }: Socket): string => `${remoteAddress} ${String(remotePort)}`;
  return (face, socket, held) => {
    const id = key(socket);
    inside.set(id, held);
    socket.once('close', () => void inside.delete(id));
    const server = known.get(face) ?? tlsServer(face, (secured) => {
      const found = inside.get(key(secured));
      if (found === undefined) secured.destroy();
      else enters(secured, found);
    });
    known.set(face, server);
    server.emit('connection', socket);
  };
}

function tlsServer({ options, admits }: TlsFace, enters: (socket: TLSSocket) => void): TlsServer {
  const server = createTls(options);
  server.on('secureConnection', (socket: TLSSocket) => {
    socket.on('error', () => socket.destroy());
    if (admits(socket)) enters(socket);
    else socket.destroy();
  });
  server.on('tlsClientError', (_: Error, socket: TLSSocket) => socket.destroy());
  return server;
}

function http2Server(doors: Doors, connections: Connections): Http2Server {
  const server = createHttp2({ maxSessionInvalidFrames: 100 });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: readonly string[]) => {
    const socket = stream.session?.socket;
    if (socket === undefined) return;
    stream.once('close', connections.begin(socket));
    doors.stream({ stream, headers, raw, ended: (flags & 1) === 1 });
  });
  server.on('sessionError', () => undefined);
  return server;
}

/** Reads as much as it takes to know what the connection is, and hands it on with its first byte. */
async function admit(socket: Socket, halls: Halls): Promise<void> {
  const door = halls.doors.tcp();
  const clientIp = clientAddress(socket);
  if (door.blind) {
    const found = door.plain({ serverName: '', clientIp, alpn: [] });
    if (found.kind === 'route') return enter(socket, found, { ...halls, clientIp });
  }
  const hello = await firstBytes(socket);
  if (hello === undefined) return;
  const choice = hello.kind === 'tls' ? door.tls({ ...hello, clientIp }) : door.plain({ serverName: '', clientIp, alpn: [] });
  if (choice.kind === 'none') socket.destroy();
  else if (choice.kind === 'http') secureOrPlain(socket, hello, halls);
  else enter(socket, choice, { ...halls, clientIp, hello });
}

function secureOrPlain(socket: Socket, hello: Hello, { doors, held, http1, http2, secure }: Halls): void {
  if (hello.kind !== 'tls') {
    if (hello.kind === 'plain' && hello.http2) http2.emit('connection', socket);
    else http1(socket, held);
    return;
  }
  const face = doors.tls(hello.serverName);
  if (face === undefined) socket.destroy();
  else secure(face, socket, held);
}

/** A TCP route: TLS is passed through, or taken off here. */
function enter(socket: Socket, choice: Extract<TcpChoice, { kind: 'route' }>, { doors, held, clientIp, hello }: Halls & { readonly clientIp: string; readonly hello?: Hello }): void {
  held.begin();
  if (hello?.kind !== 'tls' || choice.route.tls?.passthrough === true) return doors.tcpRoute(socket, choice, clientIp);
  const face = doors.tcpTls(choice.route, hello.serverName);
  if (face === undefined) socket.destroy();
  else tlsServer(face, (inside) => doors.tcpRoute(inside, choice, clientIp)).emit('connection', socket);
}

/** Undefined when the client left without saying anything. */
function firstBytes(socket: Socket): Promise<Hello | undefined> {
  return new Promise((resolve) => {
    let held = Buffer.alloc(0);
    const onReadable = (): void => {
      const chunk: unknown = socket.read();
      if (!(chunk instanceof Buffer)) return;
      held = Buffer.concat([held, chunk]);
      const hello = readHello(held);
      if (hello.kind === 'more') return;
      socket.off('readable', onReadable).off('end', onClose).off('close', onClose);
      socket.unshift(held);
      resolve(hello);
    };
    const onClose = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket.on('readable', onReadable).once('end', onClose).once('close', onClose);
  });
}

function opened(server: SocketServer, at: { readonly host: string; readonly port: number }): Promise<void> {
  const host = boundHost(at);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: at.port, ...(host === undefined ? {} : { host }) }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function portOf(server: SocketServer): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
