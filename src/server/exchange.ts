import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { Readable } from 'node:stream';
import { runAsync, type Body, type Incoming, type Runtime, type RuntimeResponse } from '../runtime/index.ts';
import { canPack, streamOf } from './body.ts';
import { ByteSource } from './byte-source.ts';
import { performer } from './performer.ts';
import { pairs, type Senders, type Upgraded } from './send.ts';

export interface Exchange {
  readonly entryPoint: string;
  readonly runtime: Runtime;
  readonly senders: Senders;
}

/** One request from its first byte to the last of its answer. */
export async function exchange({ entryPoint, runtime, senders }: Exchange, message: IncomingMessage, response: ServerResponse, client?: Upgraded): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  const answer = await runAsync(runtime.handle(incoming(entryPoint, message)), performer(senders, gone.signal));
  try {
    if (isUpgraded(answer.upgrade) && client !== undefined) await tie(answer, answer.upgrade, client);
    else await write(answer, response);
  } finally {
    for (const done of answer.finalizers) done();
  }
}

/** The message as it was sent: target and header values as bytes, names in their spelling. */
function incoming(entryPoint: string, message: IncomingMessage): Incoming {
  const headers = pairs(message.rawHeaders);
  const at = headers.findIndex(([name]) => name.toLowerCase() === 'host');
  return {
    entryPoint,
    method: message.method ?? 'GET',
    target: message.url ?? '/',
    host: headers[at]?.[1] ?? null,
    headers: headers.filter(([name], index) => index !== at && !['transfer-encoding', 'trailer'].includes(name.toLowerCase())),
    tls: tlsOf(message.socket),
    clientIp: (message.socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, ''),
    body: bodyOf(message),
    ...(message.httpVersion === '1.0' ? { http10: true } : {}),
  };
}

function tlsOf(socket: Socket): Incoming['tls'] {
  if (!(socket instanceof TLSSocket)) return false;
  const certificate = socket.getPeerCertificate(true);
  const peerCertificates = certificate.raw === undefined ? [] : [certificate.raw];
  const name: unknown = 'servername' in socket ? socket.servername : undefined;
  return { sni: typeof name === 'string' && name !== '' ? name : null, peerCertificates };
}

function bodyOf(message: IncomingMessage): Body {
  const length = message.headers['content-length'];
  const chunked = message.headers['transfer-encoding'] !== undefined;
  if (!chunked && (length === undefined || length === '0')) return { kind: 'none' };
  return { kind: 'stream', source: new ByteSource(message), length: chunked ? undefined : Number(length) };
}

async function write(answer: RuntimeResponse, response: ServerResponse): Promise<void> {
  if (response.destroyed) return;
  const plain = answer.body.kind === 'transformed' && !canPack(answer.body.by);
  const headers = answer.headers.filter(([name]) => !(plain && name === 'Content-Encoding'));
  response.writeHead(answer.status, headers.flat());
  const body = streamOf(answer.body);
  if (!(body instanceof Readable)) {
    response.end(body);
    return;
  }
  await piped(body, response);
}

/** A server that breaks off its answer takes the client's connection with it, so that nobody takes half for all. */
function piped(body: Readable, response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    body.once('error', () => response.destroy());
    response.once('close', () => {
      body.destroy();
      resolve();
    });
    body.pipe(response);
  });
}

function isUpgraded(value: unknown): value is Upgraded {
  return typeof value === 'object' && value !== null && 'socket' in value && 'head' in value;
}

/** The answer's head by hand, then bytes both ways until either side ends. */
function tie(answer: RuntimeResponse, server: Upgraded, client: Upgraded): Promise<void> {
  const lines = answer.headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  client.socket.write(Buffer.from(`HTTP/1.1 ${String(answer.status)} Switching Protocols\r\n${lines}\r\n`, 'latin1'));
  if (server.head.length > 0) client.socket.write(server.head);
  if (client.head.length > 0) server.socket.write(client.head);
  return new Promise((resolve) => {
    const end = () => {
      client.socket.destroy();
      server.socket.destroy();
      resolve();
    };
    for (const side of [client.socket, server.socket]) side.once('close', end).once('error', end);
    client.socket.pipe(server.socket).pipe(client.socket);
  });
}
