import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';
import { talk, type Said } from '../support/talk.ts';

/** Answers that break off, statuses that nobody can say and careless chunks, beside real Traefik: how much of them a client is told. About 15 s and the start of Traefik. */
const SIZES = [1, 10, 1000, 2048, 2049, 3000, 4096, 4097, 5000];
const CHUNKED = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
const counted = (size: number, fields = ''): string => `HTTP/1.1 200 OK\r\nContent-Length: 200000\r\n${fields}\r\n${'a'.repeat(size)}`;

/** What the backend says before it hangs up, by path; `-later` = only after a while. */
const TORN: Readonly<Record<string, string>> = {
  '/nothing': counted(0),
  ...Object.fromEntries(SIZES.flatMap((size) => [[`/counted-${String(size)}`, counted(size)], [`/chunk-${String(size)}`, `${CHUNKED}${size.toString(16)}\r\n${'a'.repeat(size)}\r\n`]])),
  '/counted-later': counted(10),
  '/events': counted(10, 'Content-Type: text/event-stream\r\n'),
  '/error': counted(10).replace('200 OK', '503 No'),
};
/** One of each kind. */
const FEW = ['/nothing', '/counted-10', '/counted-3000', '/chunk-10', '/counted-later', '/events', '/error'];
const STATUSES = ['099 X', '000 X', '0 X', '20 X', '1000 X', '+99 X', '+20 X', '-01 X', '010', ' 200 OK', '600 X', '999'];
const CHUNKS = ['2 \r\nok\r\n0\r\n\r\n', '2\t \r\nok\r\n0 \r\n\r\n', '2;\x01\r\nok\r\n0\r\n\r\n', '0000000000000002\r\nok\r\n0\r\n\r\n', '2\r\nok\r\n0\r\nX y: 1\r\n\r\n', '2\r\nok\r\n0\r\nX: 1\r\n 2\r\n\r\n', '2\r\nok\r\n00\r\n\r\n', '2\r\nok\r\nzz\r\n', '2\r\nok\r\n2\nok\r\n', '2\r\nokk\r\n0\r\n\r\n', '2\r\nok\r\n0\r\nX\r\n\r\n'];
const ANSWERS: Readonly<Record<string, string>> = {
  ...TORN,
  ...Object.fromEntries(STATUSES.map((status, at) => [`/status-${String(at)}`, `HTTP/1.1 ${status}\r\nContent-Length: 2\r\n\r\nok`])),
  ...Object.fromEntries(CHUNKS.map((chunks, at) => [`/chunks-${String(at)}`, CHUNKED + chunks])),
};
/** Of services and chains. */
const FLUSHES: Readonly<Record<string, string>> = { never: '0s', 'at-once': '-1ms' };
const HELD: Readonly<Record<string, unknown>> = { buffering: { buffering: { maxResponseBodyBytes: 1_000_000 } }, auth: { forwardAuth: { address: '' } }, unlengthened: { headers: { customResponseHeaders: { 'Content-Length': '' } } } };

describeEngine('traefik', 'what is left of an answer, beside real Traefik', (engine) => {
  let backend: Server;
  let beside: Beside;
  beforeAll(async () => {
    backend = createServer((socket) => void socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
      const path = /^\w+ (\S+)/.exec(bytes.toString('latin1'))?.[1] ?? '';
      socket.write(ANSWERS[path] ?? 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      if (path in TORN) setTimeout(() => socket.end(), path.endsWith('-later') ? 250 : 20);
    }));
    await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}`;
    const service = (flushInterval?: string): unknown => ({ loadBalancer: { servers: [{ url }], ...(flushInterval === undefined ? {} : { responseForwarding: { flushInterval } }) } });
    const router = (name: string): unknown => ({ rule: `Host(\`${name}.test\`)`, service: name in FLUSHES ? name : 's', ...(name in HELD ? { middlewares: [name] } : {}) });
    beside = await serveBeside(engine, {
      http: {
        routers: Object.fromEntries(['plain', ...Object.keys(FLUSHES), ...Object.keys(HELD)].map((name) => [name, router(name)])),
        middlewares: { ...HELD, auth: { forwardAuth: { address: `${url}/counted-10` } } },
        services: { s: service(), ...Object.fromEntries(Object.entries(FLUSHES).map(([name, interval]) => [name, service(interval)])) },
      },
    });
  });
  afterAll(async () => {
    await beside.stop();
    await new Promise((resolve) => void backend.close(resolve));
  });

  const others = [...Object.keys(FLUSHES), ...Object.keys(HELD)];
  it.each([...Object.keys(TORN).map((path) => ['plain', path] as const), ...others.flatMap((host) => FEW.map((path) => [host, path] as const))])('%s: %s', async (host, path) => {
    const [theirs, ours] = await both((port) => told(port, `GET ${path} HTTP/1.1\r\nHost: ${host}.test\r\n\r\n`));
    expect(ours).toEqual(theirs);
  });
  it.each(FEW)('HTTP/1.0: %s', async (path) => {
    const [theirs, ours] = await both((port) => told(port, `GET ${path} HTTP/1.0\r\nHost: plain.test\r\nConnection: keep-alive\r\n\r\n`));
    expect(ours).toEqual(theirs);
  });
  it.each([...Object.keys(TORN), '/status-0', '/status-5'])('HTTP/2: %s', async (path) => {
    const [theirs, ours] = await both((port) => talkHttp2(port, path));
    expect(ours).toEqual(theirs);
  });
  it.each(STATUSES.flatMap((status, at) => ['GET', 'HEAD'].map((method) => [method, status, at] as const)))('%s, answered with %j', async (method, _, at) => {
    const [theirs, ours] = await both((port) => told(port, `${method} /status-${String(at)} HTTP/1.1\r\nHost: plain.test\r\n\r\n`));
    expect(ours).toEqual(theirs);
  });
  it.each(CHUNKS.map((chunks, at) => [chunks, at] as const))('%j in an answer and in a request', async (chunks, at) => {
    for (const bytes of [`GET /chunks-${String(at)} HTTP/1.1\r\nHost: plain.test\r\n\r\n`, ...['plain', 'buffering'].map((host) => `POST /x HTTP/1.1\r\nHost: ${host}.test\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`)]) {
      const [theirs, ours] = await both((port) => told(port, bytes));
      expect(ours).toEqual(theirs);
    }
  });

  function both<T>(ask: (port: number) => Promise<T>): Promise<readonly T[]> {
    return Promise.all([ask(beside.theirs), ask(beside.ours)]);
  }
});

/** Lines of a head in their own order, the body at the end. */
async function told(port: number, bytes: string): Promise<Said> {
  const { text, ended } = await talk(port, bytes);
  const [head = '', ...body] = text.split('\r\n\r\n');
  return { text: [...head.split('\r\n').filter((line) => !line.startsWith('Date: ')).toSorted(), '', ...body].join('\r\n'), ended };
}

/** Status and bytes of an answer, and how its stream ended. */
function talkHttp2(port: number, path: string): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve) => {
    const session: ClientHttp2Session = connectHttp2(`http://127.0.0.1:${String(port)}`);
    session.on('error', () => undefined);
    const stream = session.request({ ':authority': 'plain.test', ':path': path });
    let [status, bytes] = [0, 0];
    stream.on('response', (headers) => void (status = headers[':status'] ?? 0)).on('data', (piece: Buffer) => void (bytes += piece.length)).on('error', () => undefined).on('close', () => {
      session.destroy();
      resolve({ status, bytes, code: stream.rstCode });
    });
  });
}
