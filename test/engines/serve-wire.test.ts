import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTls, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { selfSigned } from '../../src/server/self-signed.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';
import { inOrder, talk, type Said } from '../support/talk.ts';

/** Servers behind TLS that something is wrong with, by the host that asks them. */
const DISTRUSTED = ['right', 'self-signed', 'other-name', 'no-tls', 'noise', 'hangs-up', 'old-version', 'new-version', 'wants-certificate', 'resets'] as const;

/** Every byte of an answer, beside real Traefik: what the connection does, odd requests, careless servers. About 3 s and the start of Traefik. */
const HOST = 'Host: a.test\r\n';
const get = (path: string, fields = ''): string => `GET ${path} HTTP/1.1\r\n${HOST}${fields}\r\n`;
const post = (fields: string, body: string): string => `POST /x HTTP/1.1\r\n${HOST}${fields}\r\n${body}`;
const CHUNKED = 'Transfer-Encoding: chunked\r\n';

/** What a server says, by path. */
const ANSWERS: Readonly<Record<string, string>> = {
  '/chunked': `HTTP/1.1 200 OK\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
  '/204': 'HTTP/1.1 204 No Content\r\n\r\n',
  '/304': 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n',
  '/both': `HTTP/1.1 200 OK\r\nContent-Length: 3\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\n\r\n`,
  '/fold': 'HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok',
  '/299': 'HTTP/1.1 299 Mine\r\nContent-Length: 2\r\n\r\nok',
  '/413': 'HTTP/1.1 413 Mine\r\nContent-Length: 2\r\n\r\nok',
  '/twice': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok',
  '/feeds': 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok',
  '/noreason': 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok',
  '/name': 'HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\nok',
  '/garbage': 'garbage\r\n\r\n',
  '/garbage-on': 'garbage\r\nand more',
  '/garbage-long': `${'garbage '.repeat(1000)}\r\n\r\n`,
  '/version': 'HTTP/2 200\r\n\r\n',
  '/digits': 'HTTP/1.1 2000 OK\r\n\r\n',
  '/letters': 'HTTP/1.1 abc OK\r\n\r\n',
  '/coding': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
  '/lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok',
  '/no-length': 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok',
  '/101': 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
  '/no-colon': 'HTTP/1.1 200 OK\r\nabc\r\n\r\n',
  '/part-end': 'HTTP/1.1 200 OK\r\nX-A: b',
  '/half-end': 'HTTP/1.1 2',
  '/nothing-end': '',
  '/after-hint-end': 'HTTP/1.1 103 Early Hints\r\nX-A: b\r\n\r\n',
  '/return': 'HTTP/1.1 200 OK\r\nX-A: b\rSet-Cookie: x\r\nContent-Length: 0\r\n\r\n',
  '/nul': 'HTTP/1.1 200 OK\r\nX-A: b\0c\r\nContent-Length: 2\r\n\r\nok',
  '/trailer': `HTTP/1.1 200 OK\r\nTrailer: X-T\r\n${CHUNKED}\r\n2\r\nok\r\n0\r\nX-T: 1\r\n\r\n`,
};
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

const CASES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.keys(ANSWERS).map((path) => [`answer ${path}`, get(path)])),
  'the end asked for': get('/x', 'Connection: close\r\n'),
  'HEAD': `HEAD /x HTTP/1.1\r\n${HOST}\r\n`,
  ...Object.fromEntries(DISTRUSTED.map((name) => [`a server: ${name}`, `GET / HTTP/1.1\r\nHost: ${name}.test\r\n\r\n`])),
  'nobody there': 'GET / HTTP/1.1\r\nHost: none.test\r\n\r\n',
  'HTTP/1.0': `GET /x HTTP/1.0\r\n${HOST}\r\n`,
  'HTTP/1.0, kept': `GET /x HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`,
  'HTTP/1.0, chunks': `GET /chunked HTTP/1.0\r\n${HOST}Connection: keep-alive\r\n\r\n`,
  'two requests at once': get('/x') + get('/299'),
  'the same length twice': post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'),
  'an empty length': post('Content-Length:\r\n', ''),
  'an extension': post(CHUNKED, '2;a=b\r\nab\r\n0\r\n\r\n'),
  'chunked in capitals': post('Transfer-Encoding: CHUNKED\r\n', '2\r\nab\r\n0\r\n\r\n'),
  'another coding': post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n'),
  'a bad chunk': post(CHUNKED, 'zz\r\nab\r\n0\r\n\r\n'),
  'another version': `GET /x HTTP/3.0\r\n${HOST}\r\n`,
  'an unknown protocol': `GET /x HTP/1.1\r\n${HOST}\r\n`,
  'an empty line first': `\r\n${get('/x')}`,
  'a blank in a name': get('/x', 'A b: c\r\n'),
  'a bracket in a name': get('/x', 'A(: c\r\n'),
  'no colon': get('/x', 'A\r\n'),
  'a NUL': get('/x', 'A: b\0c\r\n'),
  'another expectation': get('/x', 'Expect: other\r\n'),
  'CONNECT': `CONNECT a:1 HTTP/1.1\r\n${HOST}\r\n`,
  'OPTIONS *': `OPTIONS * HTTP/1.1\r\n${HOST}\r\n`,
  'bytes beyond ASCII': get('/\xe4x'),
  'a blank in the target': get('/a b'),
  'more than a head may be': get('/x', `A: ${'x'.repeat(1_100_000)}\r\n`),
};

function answering(socket: Socket): void {
  let held = '';
  socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
    held += bytes.toString('latin1');
    const path = /^\w+ (\S+)/.exec(held)?.[1] ?? '';
    const whole = /transfer-encoding/i.test(held) ? held.endsWith('0\r\n\r\n') : held.includes('\r\n\r\n') && held.length >= held.indexOf('\r\n\r\n') + 4 + Number(/content-length: (\d+)/i.exec(held)?.[1] ?? 0);
    if (!whole) return;
    held = '';
    socket.write(ANSWERS[path] ?? OK);
    if (path.endsWith('-end')) socket.end();
  });
}

const OPTIONS: Readonly<Record<string, TlsOptions>> = { 'old-version': { maxVersion: 'TLSv1.2' }, 'new-version': { minVersion: 'TLSv1.3' }, 'wants-certificate': { requestCert: true, rejectUnauthorized: true } };
const PAIR = selfSigned(['inner.test']);

function distrustedServer(name: (typeof DISTRUSTED)[number]): Server {
  if (name === 'no-tls') return createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
  if (name === 'noise') return createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.end('what do you want')));
  if (name === 'hangs-up') return createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.end()));
  if (name === 'resets') return createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.resetAndDestroy()));
  return createTls({ ...PAIR, ...OPTIONS[name] }, answering).on('tlsClientError', () => undefined);
}

/** How Traefik and we go to the servers of TLS. */
const TRANSPORTS: Readonly<Record<string, unknown>> = {
  'other-name': { rootCAs: [PAIR.cert], serverName: 'other.test' },
  'old-version': { rootCAs: [PAIR.cert], serverName: 'inner.test', minVersion: 'VersionTLS13', maxVersion: 'VersionTLS13' },
  'new-version': { rootCAs: [PAIR.cert], serverName: 'inner.test', maxVersion: 'VersionTLS12' },
  'wants-certificate': { rootCAs: [PAIR.cert], serverName: 'inner.test' },
  'right': { rootCAs: [PAIR.cert], serverName: 'inner.test' },
};

function dynamicFor(plain: number, distrusted: readonly (readonly [string, number])[]): Readonly<Record<string, unknown>> {
  const balancer = (url: string, name: string): unknown => ({ loadBalancer: { servers: [{ url }], ...(name in TRANSPORTS ? { serversTransport: name } : {}) } });
  return {
    http: {
      routers: Object.fromEntries([['a', plain] as const, ...distrusted].map(([name]) => [name, { rule: `Host(\`${name}.test\`)`, service: name }])),
      services: { a: balancer(`http://127.0.0.1:${String(plain)}`, ''), ...Object.fromEntries(distrusted.map(([name, port]) => [name, balancer(`https://127.0.0.1:${String(port)}`, name)])) },
      serversTransports: TRANSPORTS,
    },
  };
}

describeEngine('traefik', 'the server on the wire, beside real Traefik', (engine) => {
  const servers: Server[] = [];
  let beside: Beside;

  beforeAll(async () => {
    const listening = async (server: Server): Promise<number> => {
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      return (server.address() as AddressInfo).port;
    };
    const plain = await listening(createServer(answering));
    const distrusted = await Promise.all(DISTRUSTED.map(async (name) => [name, await listening(distrustedServer(name))] as const));
    beside = await serveBeside(engine, dynamicFor(plain, distrusted));
  });
  afterAll(async () => {
    await beside.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  });

  it.concurrent.each(Object.keys(CASES))('%s', async (name) => {
    const bytes = CASES[name] ?? '';
    const [theirs, ours] = await Promise.all([told(beside.theirs, bytes), told(beside.ours, bytes)]);
    expect(ours).toEqual(theirs);
    expect(theirs.text).not.toBe('');
  });
});

/** Without dates, fields of each head in order of their names. */
async function told(port: number, bytes: string): Promise<Said> {
  const { text, ended } = await talk(port, bytes);
  return { text: inOrder(text.replace(/Date: [^\r]*\r\n/g, '')), ended };
}
