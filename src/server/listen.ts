import { createServer as createHttp, ServerResponse, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttp2, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createServer as createSocket, type AddressInfo, type Server as SocketServer, type Socket } from 'node:net';
import { createServer as createTls, type TLSSocket, type Server as TlsServer } from 'node:tls';
import type { TcpRoute } from '../ir/index.ts';
import type { Duplex } from 'node:stream';
import { Connections } from './connections.ts';
import { readHello, type Hello } from './hello.ts';
import type { RawStream } from './http2.ts';
import type { Upgraded } from './send.ts';
import type { TcpChoice, TcpDoor } from './tcp.ts';
import type { TlsFace } from './tls.ts';

export interface Listening {
  readonly port: number;
  readonly connections: Connections;
  readonly close: (grace: number) => Promise<void>;
}

/** What an entry point does with those who come in; asked anew each time, since a reload may change it. */
export interface Doors {
  readonly request: (message: IncomingMessage, response: ServerResponse, client?: Upgraded) => void;
  readonly stream: (stream: RawStream) => void;
  readonly tcp: () => TcpDoor;
  readonly tcpRoute: (client: Socket, choice: Extract<TcpChoice, { kind: 'route' }>, clientIp: string) => void;
  /** undefined = nothing is shown to such a client. */
  readonly tls: (serverName: string) => TlsFace | undefined;
  readonly tcpTls: (route: TcpRoute, serverName: string) => TlsFace | undefined;
}

const OPTIONS = { requireHostHeader: false, maxHeaderSize: 1_048_576, keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 } as const;

/** Opens one entry point: plain, TLS and bare TCP on the same port, told apart by the first bytes, as Traefik does. */
export async function listen(at: { readonly host: string; readonly port: number }, doors: Doors): Promise<Listening> {
  const connections = new Connections();
  const http = httpServer(doors, connections);
  const http2 = http2Server(doors, connections);
  const secure = tlsServers(http, http2);
  const front = createSocket({ noDelay: true, allowHalfOpen: true });
  front.on('connection', (socket: Socket) => {
    connections.add(socket);
    socket.on('error', () => socket.destroy());
    void admit(socket, { doors, connections, http, http2, secure });
  });
  await opened(front, at);
  return { port: portOf(front), connections, close: (grace) => connections.close(front, grace) };
}

interface Halls {
  readonly doors: Doors;
  readonly connections: Connections;
  readonly http: Server;
  readonly http2: Http2Server;
  readonly secure: (face: TlsFace) => TlsServer;
}

function httpServer(doors: Doors, connections: Connections): Server {
  const server = createHttp(OPTIONS);
  // Node would leave out fields beyond the two thousandth without a word.
  server.maxHeadersCount = 0;
  const begin = (message: IncomingMessage, response: ServerResponse, client?: Upgraded): void => {
    if (!isReadable(message)) {
      message.socket.end(answerText('501 Not Implemented', 'Unsupported transfer encoding'));
      return;
    }
    response.once('close', connections.begin(message.socket));
    if (connections.closing) response.shouldKeepAlive = false;
    doors.request(message, response, client);
  };
  server.on('request', begin);
  server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(message);
    response.assignSocket(message.socket);
    response.once('finish', () => socket.end());
    connections.begin(message.socket);
    doors.request(message, response, { socket, head });
  });
  server.on('connect', (message: IncomingMessage, socket: Duplex) => socket.end(`HTTP/1.1 ${canMeet(message) ? '501 Not Implemented' : '417 Expectation Failed'}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`));
  // The runtime answers what cannot be met, with what it may be able to.
  server.on('checkExpectation', begin);
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (socket.writable) socket.end(refusal(error));
    else socket.destroy();
  });
  return server;
}

/** Node's own reading of CONNECT asks nobody. */
function canMeet({ headers: { expect = '' } }: IncomingMessage): boolean {
  return expect === '' || /(?:^|[ ,\t])100-continue(?:$|[ ,\t])/i.test(expect);
}

/** One transfer coding and no other: what a server behind could read otherwise goes no further. */
function isReadable({ rawHeaders }: IncomingMessage): boolean {
  const codings = rawHeaders.flatMap((name, at) => (at % 2 === 0 && name.toLowerCase() === 'transfer-encoding' ? [rawHeaders[at + 1] ?? ''] : []));
  return codings.length === 0 || (codings.length === 1 && codings[0]?.toLowerCase() === 'chunked');
}

/** Go's words for what is no request. */
function refusal(error: Error): string {
  const code = 'code' in error ? error.code : '';
  const reason = 'reason' in error ? String(error.reason) : '';
  const isName = code === 'HPE_INVALID_HEADER_TOKEN' && !/value/i.test(reason);
  if (code === 'HPE_HEADER_OVERFLOW') return answerText('431 Request Header Fields Too Large');
  if (code === 'HPE_INVALID_TRANSFER_ENCODING' && !/content-length/i.test(reason)) return answerText('501 Not Implemented', 'Unsupported transfer encoding');
  return answerText('400 Bad Request', `400 Bad Request${isName ? ': invalid header name' : ''}`);
}

function answerText(status: string, text = status): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${text}`;
}

/** A server for each face, as long as somebody knows the face. */
function tlsServers(http: Server, http2: Http2Server): Halls['secure'] {
  const known = new WeakMap<TlsFace, TlsServer>();
  return (face) => {
    const found = known.get(face);
    if (found !== undefined) return found;
    const server = tlsServer(face, (socket) => void (socket.alpnProtocol === 'h2' ? http2 : http).emit('connection', socket));
    known.set(face, server);
    return server;
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

function secureOrPlain(socket: Socket, hello: Hello, { doors, http, http2, secure }: Halls): void {
  if (hello.kind !== 'tls') {
    (hello.kind === 'plain' && hello.http2 ? http2 : http).emit('connection', socket);
    return;
  }
  const face = doors.tls(hello.serverName);
  if (face === undefined) socket.destroy();
  else secure(face).emit('connection', socket);
}

/** A TCP route: TLS is passed through, or taken off here. */
function enter(socket: Socket, choice: Extract<TcpChoice, { kind: 'route' }>, { doors, connections, clientIp, hello }: Halls & { readonly clientIp: string; readonly hello?: Hello }): void {
  connections.begin(socket);
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

/** An IPv4 client of a socket for both families. */
export function clientAddress(socket: { readonly remoteAddress?: string | undefined }): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
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
