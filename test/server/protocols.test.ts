import { createServer, request as httpRequest, type IncomingMessage, type Server } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../src/server/index.ts';
import { selfSigned } from '../../src/server/self-signed.ts';
import { entryPointOf, hostRoute, resolveService, routingOf } from '../runtime/routing-of.ts';

/** HTTP/2, trailers and certificates, with real clients. */
let backend: Server;
let served: Served;
let port = 0;

beforeAll(async () => {
  backend = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(200, { 'X-Proto': request.headers['x-forwarded-proto'] ?? '', 'X-Cookie': request.headers.cookie ?? '', Trailer: 'X-Sum', 'Set-Cookie': ['a=1', 'b=2'] });
      response.write(`${request.method ?? ''} ${request.url ?? ''} ${request.headers.host ?? ''} ${Buffer.concat(chunks).toString()}`);
      response.addTrailers({ 'X-Sum': `of ${request.trailers['x-part'] ?? 'nothing'}` });
      response.end();
    });
  });
  await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
  const service = resolveService('s', { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}` }] } } });
  const plain = routingOf(entryPointOf('web'), [hostRoute('r', 'a.test', [], service)]);
  const both = { ...plain, listeners: plain.listeners.map((listener) => ({ ...listener, tls: listener.plain })) };
  served = await serve(both, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }), certificates: [selfSigned(['first.test']), selfSigned(['*.wild.test']), selfSigned(['a.test'])] });
  port = served.ports.get('web') ?? 0;
});
afterAll(async () => {
  await served.close();
  backend.closeAllConnections();
  await new Promise((resolve) => void backend.close(resolve));
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function ask2(headers: Readonly<Record<string, string | readonly string[]>>, body = ''): Promise<Answer> {
  const session = connectHttp2(`https://127.0.0.1:${String(port)}`, { rejectUnauthorized: false, servername: 'a.test' });
  return new Promise<Answer>((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request({ ':authority': 'a.test', ...headers, ...(body === '' ? {} : { ':method': 'POST' }) }, { endStream: body === '' });
    let seen: Readonly<Record<string, unknown>> = {};
    let trailers: Readonly<Record<string, unknown>> = {};
    let text = '';
    stream.on('response', (fields) => void (seen = fields));
    stream.on('trailers', (fields) => void (trailers = fields));
    stream.on('data', (chunk: Buffer) => void (text += chunk.toString()));
    stream.on('end', () => resolve({ status: Number(seen[':status']), headers: seen, trailers, body: text }));
    stream.on('error', reject);
    if (body !== '') stream.end(body);
  }).finally(() => session.close());
}

describe('HTTP/2', () => {
  it('is spoken to clients that offer it, and HTTP/1.1 to the backend', async () => {
    const answer = await ask2({ ':path': '/x?y', cookie: ['p=1', 'q=2'] });
    expect([answer.status, answer.body, answer.headers['x-proto'], answer.headers['x-cookie'], answer.headers['set-cookie']]).toEqual([200, 'GET /x?y a.test ', 'https', 'p=1; q=2', ['a=1', 'b=2']]);
  });
  it('carries bodies and trailers', async () => {
    const answer = await ask2({ ':path': '/post' }, 'a body');
    expect([answer.body, answer.trailers['x-sum']]).toEqual(['POST /post a.test a body', 'of nothing']);
  });
  it('answers what it does not know itself', async () => {
    expect(await ask2({ ':path': '/', ':authority': 'none.test' })).toMatchObject({ status: 404, body: '404 page not found\n' });
  });
  it('serves many streams of one connection at once', async () => {
    const session = connectHttp2(`https://127.0.0.1:${String(port)}`, { rejectUnauthorized: false, servername: 'a.test' });
    const one = (at: number): Promise<string> => new Promise((resolve, reject) => {
      let text = '';
      session.request({ ':authority': 'a.test', ':path': `/${String(at)}` }).on('data', (chunk: Buffer) => void (text += chunk.toString())).on('end', () => resolve(text)).on('error', reject);
    });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, at) => one(at)));
    session.close();
    expect(answers).toEqual(Array.from({ length: 100 }, (_, at) => `GET /${String(at)} a.test `));
  });
});

describe('trailers', () => {
  it('of the answer reach a client of HTTP/1.1', async () => {
    const response = await new Promise<IncomingMessage>((resolve, reject) => void httpRequest({ port, host: '127.0.0.1', headers: { Host: 'a.test' }, agent: false }, resolve).on('error', reject).end());
    for await (const chunk of response) expect(String(chunk)).toBe('GET / a.test ');
    expect(response.trailers).toEqual({ 'x-sum': 'of nothing' });
  });
});

describe('certificates', () => {
  it.each([['a.test', 'a.test'], ['x.wild.test', '*.wild.test'], ['unknown.test', 'localhost'], ['', 'localhost'], ['first.test', 'first.test']])('a client that asks for "%s" is shown that of %s', async (name, wanted) => {
    const shown = await new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ...(name === '' ? {} : { servername: name }) }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on('error', reject);
    });
    expect(shown).toBe(wanted);
  });
});
