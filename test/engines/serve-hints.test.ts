import { connect as connectHttp2, createServer as createHttp2, type ServerHttp2Session } from 'node:http2';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';
import { inOrder, talk } from '../support/talk.ts';

/** Answers ahead of the answer (102, 103), beside real Traefik: with every middleware that holds answers or writes fields before them. About 2 s and the start of Traefik. */
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const HINT = 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Early: 1\r\n\r\n';

/** What a server says, by path. */
const ANSWERS: Readonly<Record<string, string>> = {
  '/103': HINT + OK,
  '/102': `HTTP/1.1 102 Processing\r\n\r\n${OK}`,
  '/late': `${HINT}HTTP/1.1 102 Processing\r\n\r\n${OK}`,
  '/199': `HTTP/1.1 199 Mine\r\nX-Early: 1\r\n\r\n${OK}`,
  '/100': `HTTP/1.1 100 Continue\r\n\r\n${OK}`,
  '/two': `${HINT}${HINT.replace('</a.css>', '</b.css>')}${OK}`,
  '/hop': `HTTP/1.1 103 Early Hints\r\nConnection: close\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\nKeep-Alive: 1\r\nX-Early: 1\r\n\r\n${OK}`,
  '/500': `${HINT}HTTP/1.1 500 Mine\r\nContent-Length: 2\r\n\r\nno`,
  '/404': `${HINT}HTTP/1.1 404 Mine\r\nContent-Length: 2\r\n\r\nno`,
  '/long': `${HINT}HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n${'x'.repeat(4000)}`,
  '/typed': `${HINT}HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 2\r\n\r\nok`,
  '/dated': `HTTP/1.1 103 Early Hints\r\nDate: Sat, 01 Jan 2000 00:00:00 GMT\r\nServer: s\r\n\r\n${OK}`,
  '/awkward': `HTTP/1.1 103 Early Hints\r\nX-B: a\r\n b\r\nx_c: d\r\n\r\n${OK}`,
  '/named': `HTTP/1.1 103 Early Hints\r\nConnection: x-early\r\nX-Early: 1\r\nProxy-Connection: a\r\nUpgrade: b\r\nTrailer: c\r\n\r\n${OK}`,
  '/none': HINT,
  '/304': `${HINT}HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n`,
};

/** No client of HTTP/2 takes their fields: nobody sees more than that. */
const OF_A_CONNECTION = ['/hop', '/named'];

/** One router each, `NAME.test`. */
const MIDDLEWARES: Readonly<Record<string, unknown>> = {
  headers: { headers: { customResponseHeaders: { 'X-Mark': 'm', Link: '', 'X-Early': '' }, stsSeconds: 5, forceSTSHeader: true } },
  cors: { headers: { accessControlAllowOriginList: ['*'], addVaryHeader: true } },
  compress: { compress: { minResponseBodyBytes: 100_000 } },
  retry: { retry: { attempts: 3, initialInterval: '1ms', status: ['500'] } },
  plainretry: { retry: { attempts: 3, initialInterval: '1ms' } },
  errors: { errors: { status: ['500'], service: 's', query: '/103' } },
  buffering: { buffering: { maxResponseBodyBytes: 100_000 } },
  breaker: { circuitBreaker: { expression: 'NetworkErrorRatio() > 0.9' } },
  typed: { contentType: {} },
  limit: { rateLimit: { average: 1000, burst: 1000 } },
  inflight: { inFlightReq: { amount: 100 } },
};
const SERVICES = ['sticky', 'failover', 'mirror', 'passive', 'weighted'] as const;

const CASES: readonly (readonly [string, string])[] = [
  ...Object.keys(ANSWERS).map((path) => ['plain', path] as const),
  ...Object.keys(MIDDLEWARES).flatMap((name) => ['/103', '/two', '/500', '/long', '/304'].map((path) => [name, path] as const)),
  ['h2c', '/103'],
  ...SERVICES.flatMap((name) => ['/103', '/two', '/500'].map((path) => [name, path] as const)),
];

function dynamicFor(port: number, http2: number): Readonly<Record<string, unknown>> {
  const servers = [{ url: `http://127.0.0.1:${String(port)}` }];
  const names = ['plain', 'h2c', ...Object.keys(MIDDLEWARES), ...SERVICES];
  const own: readonly string[] = ['h2c', ...SERVICES];
  return {
    http: {
      routers: Object.fromEntries(names.map((name) => [name, { rule: `Host(\`${name}.test\`)`, service: own.includes(name) ? name : 's', ...(name in MIDDLEWARES ? { middlewares: [name] } : {}) }])),
      middlewares: MIDDLEWARES,
      services: {
        s: { loadBalancer: { servers } },
        h2c: { loadBalancer: { servers: [{ url: `h2c://127.0.0.1:${String(http2)}` }] } },
        sticky: { loadBalancer: { servers, sticky: { cookie: { name: 'c' } } } },
        passive: { loadBalancer: { servers, passiveHealthCheck: { maxFailedAttempts: 1000 } } },
        failover: { failover: { service: 's', fallback: 's', errors: { status: ['500'] } } },
        mirror: { mirroring: { service: 's', mirrors: [{ name: 's', percent: 100 }] } },
        weighted: { weighted: { services: [{ name: 's', weight: 1 }], sticky: { cookie: { name: 'w' } } } },
      },
    },
  };
}

describeEngine('traefik', 'answers ahead of the answer, beside real Traefik', (engine) => {
  let backend: Server;
  const sessions = new Set<ServerHttp2Session>();
  const http2 = createHttp2().on('session', (session) => void sessions.add(session)).on('stream', (stream) => {
    stream.on('error', () => undefined);
    stream.additionalHeaders({ ':status': 103, link: '</a.css>; rel=preload', 'x-early': '1' });
    stream.respond({ ':status': 200, 'content-length': 2 });
    stream.end('ok');
  });
  let beside: Beside;

  beforeAll(async () => {
    backend = createServer((socket) => void socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
      const path = /^\w+ (\S+)/.exec(bytes.toString('latin1'))?.[1] ?? '';
      socket.write(ANSWERS[path] ?? OK);
      if (path === '/none') socket.end();
    }));
    await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => void http2.listen(0, '127.0.0.1', resolve));
    beside = await serveBeside(engine, dynamicFor((backend.address() as AddressInfo).port, (http2.address() as AddressInfo).port));
  });
  afterAll(async () => {
    await beside.stop();
    for (const session of sessions) session.destroy();
    await Promise.all([backend, http2].map((server) => new Promise((resolve) => void server.close(resolve))));
  });
  const both = <T>(ask: (port: number) => Promise<T>): Promise<readonly [T, T]> => Promise.all([ask(beside.theirs), ask(beside.ours)]);

  it.concurrent.each(CASES)('%s %s over HTTP/1.1', async (name, path) => {
    const [theirs, ours] = await both((port) => told(port, `GET ${path} HTTP/1.1\r\nHost: ${name}.test\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`));
    expect(ours).toEqual(theirs);
  });
  it.concurrent.each(CASES.filter(([, path]) => !OF_A_CONNECTION.includes(path)))('%s %s over HTTP/2', async (name, path) => {
    const [theirs, ours] = await both((port) => talkHttp2(port, `${name}.test`, path));
    expect(ours).toEqual(theirs);
  });
});

/** All that comes until the other side ends; without dates, fields of each head in order. */
async function told(port: number, bytes: string): Promise<string> {
  const { text } = await talk(port, bytes, { idle: 3000 });
  return inOrder(text.replace(/Date: (?!Sat, 01 Jan 2000)[^\r]*\r\n/g, ''));
}

/** Every head that comes, as lines in order. */
function talkHttp2(port: number, host: string, path: string): Promise<readonly (readonly string[])[]> {
  return new Promise((resolve, reject) => {
    const heads: (readonly string[])[] = [];
    const session = connectHttp2(`http://127.0.0.1:${String(port)}`);
    const stream = session.on('error', reject).request({ ':path': path, ':authority': host, 'accept-encoding': 'gzip' });
    const keep = (fields: object): void => void heads.push(Object.entries(fields).map(([name, value]) => (name === 'date' && !String(value).includes('2000') ? 'date' : `${name}: ${String(value)}`)).toSorted((a, b) => (a < b ? -1 : 1)));
    stream.on('continue', () => heads.push(['100'])).on('headers', keep).on('response', keep).on('error', () => undefined);
    stream.on('close', () => {
      session.destroy();
      resolve(heads);
    }).resume();
  });
}
