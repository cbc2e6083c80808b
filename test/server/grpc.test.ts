import { connect, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, type Served } from '../../src/server/index.ts';
import { routingFrom } from './routing-from.ts';

/** gRPC as it is on the wire: HTTP/2 without TLS on both sides, streams both ways, trailers behind. Below 1 s. */
let backend: Http2Server;
let served: Served;
let port = 0;
const sessions = new Set<ServerHttp2Session>();

beforeAll(async () => {
  backend = createServer();
  backend.on('session', (session) => void sessions.add(session));
  backend.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':path'] === '/only/Trailers') {
      stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '5' }, { endStream: true });
      return;
    }
    if (headers[':path'] === '/breaks/Off') {
      stream.respond({ ':status': 200 });
      stream.write('half', () => setTimeout(() => stream.destroy(new Error('on purpose')), 5));
      return;
    }
    stream.respond({ ':status': 200, 'content-type': 'application/grpc', 'x-te': String(headers['te']), 'x-authority': headers[':authority'] }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'fine' }));
    stream.on('data', (chunk: Buffer) => void stream.write(`got ${chunk.toString()};`)).on('end', () => void stream.end());
  });
  await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
  const url = `h2c://127.0.0.1:${String((backend.address() as AddressInfo).port)}`;
  const routing = routingFrom({ http: { routers: { g: { rule: 'PathPrefix(`/`)', service: 'g' }, d: { rule: 'Path(`/dead/End`)', service: 'd' } }, services: { g: { loadBalancer: { servers: [{ url }] } }, d: { loadBalancer: { servers: [{ url: 'h2c://127.0.0.1:1' }] } } } } });
  served = await serve(routing, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
  port = served.ports.get('web') ?? 0;
});
afterAll(async () => {
  await served.close();
  for (const session of sessions) session.destroy();
  await new Promise<void>((resolve) => void backend.close(() => resolve()));
});

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly chunks: readonly string[];
  readonly broken: boolean;
}

/** Sends one message after the answer to the one before has come. */
function call(path: string, messages: readonly string[]): Promise<Answer> {
  const session = connect(`http://127.0.0.1:${String(port)}`);
  return new Promise<Answer>((resolve, reject) => {
    const left = [...messages];
    const chunks: string[] = [];
    let headers = {};
    let trailers = {};
    let broken = false;
    const stream = session.request({ ':method': 'POST', ':path': path, ':authority': 'grpc.test', te: 'trailers', 'content-type': 'application/grpc' });
    const next = (): void => {
      const message = left.shift();
      if (message === undefined) stream.end();
      else stream.write(message);
    };
    session.on('error', reject);
    stream.on('response', (fields) => void (headers = fields)).on('trailers', (fields) => void (trailers = fields));
    stream.on('data', (chunk: Buffer) => {
      chunks.push(chunk.toString());
      next();
    });
    stream.on('error', () => void (broken = true)).on('close', () => resolve({ headers, trailers, chunks, broken }));
    next();
  }).finally(() => session.close());
}

describe('gRPC', () => {
  it('talks back and forth on one stream, and says at the end how it went', async () => {
    const { headers, trailers, chunks } = await call('/s.Echo/Talk', ['one', 'two', 'three']);
    expect(chunks).toEqual(['got one;', 'got two;', 'got three;']);
    expect({ ...headers }).toMatchObject({ ':status': 200, 'content-type': 'application/grpc', 'x-te': 'trailers', 'x-authority': 'grpc.test' });
    expect(Object.entries(trailers)).toEqual([['grpc-status', '0'], ['grpc-message', 'fine']]);
  });
  it('may say everything in its head', async () => {
    expect((await call('/only/Trailers', [])).headers).toMatchObject({ ':status': 200, 'grpc-status': '5' });
  });
  it('that breaks off does not look whole', async () => {
    expect(await call('/breaks/Off', [])).toMatchObject({ chunks: ['half'], broken: true, trailers: {} });
  });
  it('to a server that is not there is 502', async () => {
    expect((await call('/dead/End', [])).headers).toMatchObject({ ':status': 502 });
  });
});
