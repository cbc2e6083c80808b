import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Incoming, RuntimeResponse } from '../runtime/index.ts';
import { bodyBy, isStream, outgoing } from './answer.ts';
import { ByteSource } from './byte-source.ts';
import type { ClientSide } from './exchange.ts';
import { clientAddress } from './listen.ts';
import { pairs, trailersOf } from './fields.ts';
import type { Upgraded } from './send.ts';

/** The client's side of an exchange over HTTP/1. */
export function http1Side(entryPoint: string, message: IncomingMessage, response: ServerResponse, client: Upgraded | undefined): ClientSide {
  return {
    protocol: `HTTP/${message.httpVersion}`,
    incoming: incoming(entryPoint, message),
    onGone: (then) => void response.once('close', () => {
      if (!response.writableFinished) then();
    }),
    write: (answer) => (isUpgraded(answer.upgrade) && client !== undefined ? tie(answer, answer.upgrade, client) : write(answer, response)),
    destroy: () => void response.destroy(),
  };
}

/** The message as it was sent: target and header values as bytes, names in their spelling. */
function incoming(entryPoint: string, message: IncomingMessage): Incoming {
  const headers = pairs(message.rawHeaders);
  const at = headers.findIndex(([name]) => name.toLowerCase() === 'host');
  const length = message.headers['content-length'];
  const chunked = message.headers['transfer-encoding'] !== undefined;
  return {
    entryPoint,
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    host: headers[at]?.[1] ?? null,
    headers: headers.filter(([name], index) => index !== at && !['transfer-encoding', 'trailer'].includes(name.toLowerCase())),
    tls: tlsState(message.socket),
    clientIp: clientAddress(message.socket),
    body: bodyBy({ length: chunked ? undefined : length, open: chunked || length !== undefined }, () => new ByteSource(message)),
    ...(message.httpVersion === '1.0' ? { http10: true } : {}),
  };
}

/** What a connection's TLS says about the client. */
export function tlsState(socket: Socket): Incoming['tls'] {
  if (!(socket instanceof TLSSocket)) return false;
  const certificate = socket.getPeerCertificate(true);
  const peerCertificates = certificate?.raw === undefined ? [] : [certificate.raw];
  const name: unknown = 'servername' in socket ? socket.servername : undefined;
  return { sni: typeof name === 'string' && name !== '' ? name : null, peerCertificates };
}

/** A server that breaks off its answer takes the client's connection with it, so that nobody takes half for all. */
async function write(answer: RuntimeResponse, response: ServerResponse): Promise<number> {
  const { status, headers, body } = outgoing(answer);
  if (response.destroyed) return 0;
  // Node throws for an announced trailer where none can follow.
  const counted = headers.some(([name]) => name.toLowerCase() === 'content-length');
  response.writeHead(status, headers.filter(([name]) => !counted || name.toLowerCase() !== 'trailer').flat());
  if (!isStream(body)) {
    response.end(body);
    return body?.length ?? 0;
  }
  let bytes = 0;
  body.on('data', (chunk: Buffer) => void (bytes += chunk.length));
  await new Promise<void>((resolve) => {
    body.once('error', () => response.destroy());
    body.once('end', () => response.addTrailers(trailersOf(answer.body)));
    response.once('close', () => {
      body.destroy();
      resolve();
    });
    body.pipe(response);
  });
  return bytes;
}

function isUpgraded(value: unknown): value is Upgraded {
  return typeof value === 'object' && value !== null && 'socket' in value && 'head' in value;
}

/** The answer's head by hand, then bytes both ways until either side ends. */
function tie(answer: RuntimeResponse, server: Upgraded, client: Upgraded): Promise<number> {
  const lines = answer.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  client.socket.write(Buffer.from(`HTTP/1.1 ${String(answer.status)} Switching Protocols\r\n${lines}\r\n`, 'latin1'));
  if (server.head.length > 0) client.socket.write(server.head);
  if (client.head.length > 0) server.socket.write(client.head);
  let bytes = server.head.length;
  return new Promise((resolve) => {
    const end = () => {
      client.socket.destroy();
      server.socket.destroy();
      resolve(bytes);
    };
    for (const side of [client.socket, server.socket]) side.once('close', end).once('error', end);
    server.socket.on('data', (chunk: Buffer) => void (bytes += chunk.length));
    client.socket.pipe(server.socket).pipe(client.socket);
  });
}
