import { connect as connectHttp2, constants } from 'node:http2';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';

/** How packed answers are framed, beside real Traefik: counted where they are short and come at once, else in pieces. About 4 s and the start of Traefik. */
const noise = (length: number): string => Array.from({ length }, (_, at) => String.fromCharCode(97 + ((at * at * 31 + ((at * 7919) >> 3)) % 26))).join('');
const BODIES: Readonly<Record<string, string>> = { '/none': '', '/short': 'x'.repeat(100), '/packs': 'x'.repeat(60_000), '/words': noise(1500), '/long': Array.from({ length: 60_000 }, (_, at) => (at * 7919 * at).toString(36)).join('').slice(0, 60_000) };

const counted = (body: string, more = ''): readonly string[] => [`HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length)}\r\n${more}\r\n${body}`];
const inChunks = (body: string, more = ''): readonly string[] => [`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n${more}\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`];
const halves = ([text = '']: readonly string[]): readonly string[] => [text.slice(0, text.length / 2), text.slice(text.length / 2)];

/** What a server says, in pieces between which it rests. */
const ANSWERS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(Object.entries(BODIES).map(([path, body]) => [path, counted(body)])),
  '/chunked': inChunks(BODIES['/packs'] ?? ''),
  '/chunked-short': inChunks('ok'),
  '/slow': halves(counted(BODIES['/packs'] ?? '')),
  '/slow-words': halves(counted(BODIES['/words'] ?? '')),
  '/events': counted(BODIES['/packs'] ?? '', 'Content-Type: text/event-stream\r\n'),
  '/packed': counted(BODIES['/packs'] ?? '', 'Content-Encoding: x\r\n'),
  '/404': counted(BODIES['/packs'] ?? '').map((text) => text.replace('200 OK', '404 Not Found')),
  '/204-length': ['HTTP/1.1 204 No Content\r\nContent-Length: 5\r\nContent-Type: a/b\r\n\r\n'],
  '/304-typed': ['HTTP/1.1 304 Not Modified\r\nContent-Type: a/b\r\nContent-Encoding: gzip\r\n\r\n'],
  '/204': ['HTTP/1.1 204 No Content\r\n\r\n'],
  '/304': ['HTTP/1.1 304 Not Modified\r\nContent-Length: 5000\r\n\r\n'],
};
/** Twice the time in which a busy machine must have sent the rest. */
const REST = 1000;

/** One router each, `NAME.test`. */
const MIDDLEWARES: Readonly<Record<string, readonly unknown[]>> = {
  packs: [{ compress: { minResponseBodyBytes: 10 } }],
  usual: [{ compress: {} }],
  held: [{ buffering: { maxResponseBodyBytes: 1_000_000 } }, { compress: {} }],
  holds: [{ compress: {} }, { buffering: { maxResponseBodyBytes: 1_000_000 } }],
  page: [{ compress: {} }, { errors: { status: ['404'], service: 's', query: '/packs' } }],
  'outer-page': [{ errors: { status: ['404'], service: 's', query: '/packs' } }, { compress: {} }],
  again: [{ retry: { attempts: 2, initialInterval: '1ms' } }, { compress: {} }],
};
const PLAIN = ['at-once', 'patient'] as const;

const CASES: readonly (readonly [string, string, string])[] = [
  ...Object.keys(ANSWERS).flatMap((path) => ['gzip', 'br'].map((coding) => ['packs', path, coding] as const)),
  ...Object.keys(MIDDLEWARES).flatMap((name) => ['/packs', '/words', '/long', '/404', '/slow', '/chunked'].map((path) => [name, path, 'gzip'] as const)),
  ...['held', 'holds', 'page', 'usual'].flatMap((name) => ['/none', '/short', '/packs', '/chunked', '/chunked-short', '/404', '/packed'].map((path) => [name, path, 'identity'] as const)),
  ...PLAIN.flatMap((name) => ['/packs', '/slow'].map((path) => [name, path, 'gzip'] as const)),
];

function dynamicFor(port: number): Readonly<Record<string, unknown>> {
  const servers = [{ url: `http://127.0.0.1:${String(port)}` }];
  const rule = (name: string): string => `Host(\`${name}.test\`)`;
  return {
    http: {
      routers: Object.fromEntries<unknown>([
        ...Object.entries(MIDDLEWARES).map(([name, list]) => [name, { rule: rule(name), service: 's', middlewares: list.map((_, at) => `${name}-${String(at)}`) }] as const),
        ...PLAIN.map((name) => [name, { rule: rule(name), service: name, middlewares: ['packs-0'] }] as const),
      ]),
      middlewares: Object.fromEntries(Object.entries(MIDDLEWARES).flatMap(([name, list]) => list.map((one, at) => [`${name}-${String(at)}`, one]))),
      services: { s: { loadBalancer: { servers, responseForwarding: { flushInterval: '500ms' } } }, 'at-once': { loadBalancer: { servers, responseForwarding: { flushInterval: '-1ms' } } }, patient: { loadBalancer: { servers, responseForwarding: { flushInterval: '3s' } } } },
    },
  };
}

describeEngine('traefik', 'packed answers, beside real Traefik', (engine) => {
  let backend: Server;
  let beside: Beside;

  beforeAll(async () => {
    backend = createServer((socket) => void socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
      const [first = '', second] = ANSWERS[/^\w+ (\S+)/.exec(bytes.toString('latin1'))?.[1] ?? ''] ?? [];
      socket.write(first);
      if (second !== undefined) setTimeout(() => socket.write(second), REST);
    }));
    await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
    beside = await serveBeside(engine, dynamicFor((backend.address() as AddressInfo).port));
  });
  afterAll(async () => {
    await beside.stop();
    await new Promise((resolve) => void backend.close(resolve));
  });
  const both = <T>(ask: (port: number) => Promise<T>): Promise<readonly [T, T]> => Promise.all([ask(beside.theirs), ask(beside.ours)]);

  it.concurrent.each(CASES)('%s %s as %s over HTTP/1.1', async (name, path, coding) => {
    const [theirs, ours] = await both((port) => talk(port, `GET ${path} HTTP/1.1\r\nHost: ${name}.test\r\nAccept-Encoding: ${coding}\r\nConnection: close\r\n\r\n`));
    expect(ours).toEqual(theirs);
  });
  it.concurrent.each(CASES.slice(0, 12))('%s %s as %s over HTTP/1.0 and to HEAD', async (name, path, coding) => {
    for (const [method, version] of [['GET', '1.0'], ['HEAD', '1.1']] as const) {
      const [theirs, ours] = await both((port) => talk(port, `${method} ${path} HTTP/${version}\r\nHost: ${name}.test\r\nAccept-Encoding: ${coding}\r\nConnection: close\r\n\r\n`));
      expect(ours).toEqual(theirs);
    }
  });
  // No client that counts takes Traefik's 204 with a length.
  it.concurrent.each(CASES.filter(([, path]) => path !== '/204-length'))('%s %s as %s over HTTP/2', async (name, path, coding) => {
    const [theirs, ours] = await both((port) => talkHttp2(port, `${name}.test`, path, coding));
    expect(ours).toEqual(theirs);
  });
});

/** An answer without what two packers do differently: the length, where there is one, and the bytes. */
interface Said {
  readonly fields: readonly string[];
  readonly body: string;
}

function said(fields: readonly (readonly [string, string])[], body: Buffer): Said {
  const coding = fields.find(([name]) => name === 'content-encoding')?.[1];
  const shown = fields.filter(([name]) => name !== 'date').map(([name, value]) => `${name}: ${name === 'content-length' && coding !== undefined && coding !== 'x' ? (value === String(body.length) ? 'right' : value) : value}`);
  const whole = body.length === 0 ? body : coding === 'gzip' ? gunzipSync(body) : coding === 'br' ? brotliDecompressSync(body) : body;
  return { fields: shown.toSorted((a, b) => (a < b ? -1 : 1)), body: whole.toString('latin1') };
}

function talk(port: number, bytes: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setTimeout(3000, () => reject(new Error('nothing more came')));
    socket.on('error', reject).on('data', (piece: Buffer) => void pieces.push(piece)).on('close', () => {
      const all = Buffer.concat(pieces);
      const end = all.indexOf('\r\n\r\n');
      const [start = '', ...lines] = all.subarray(0, end).toString('latin1').split('\r\n');
      const fields = lines.map((line): [string, string] => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]);
      const body = all.subarray(end + 4);
      resolve(said([['start', start], ...fields], fields.some(([, value]) => value === 'chunked') ? joined(body) : body));
    });
  });
}

function joined(chunked: Buffer): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; ;) {
    const end = chunked.indexOf('\r\n', at);
    const size = Number.parseInt(chunked.subarray(at, end).toString('latin1'), 16);
    if (size === 0) return Buffer.concat(pieces);
    pieces.push(chunked.subarray(end + 2, end + 2 + size));
    at = end + 4 + size;
  }
}

function talkHttp2(port: number, host: string, path: string, coding: string): Promise<Said> {
  return new Promise((resolve, reject) => {
    const session = connectHttp2(`http://127.0.0.1:${String(port)}`).on('error', reject);
    const stream = session.request({ ':path': path, ':authority': host, 'accept-encoding': coding }).on('error', reject);
    const pieces: Buffer[] = [];
    let fields: (readonly [string, string])[] = [];
    stream.on('response', (head) => void (fields = Object.entries(head).map(([name, value]) => [name === constants.HTTP2_HEADER_STATUS ? 'start' : name, String(value)] as const)));
    stream.on('data', (piece: Buffer) => void pieces.push(piece)).on('close', () => {
      session.destroy();
      resolve(said(fields, Buffer.concat(pieces)));
    });
  });
}
