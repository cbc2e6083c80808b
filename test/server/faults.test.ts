import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sendRaw } from '../../src/engines/raw-client.ts';
import type { Transport } from '../../src/ir/index.ts';
import { serve, type ExchangeRecord, type Served, type ServeOptions } from '../../src/server/index.ts';
import { entryPointOf, hostRoute, resolveService, routingOf } from '../runtime/routing-of.ts';

/** Backends and clients that misbehave: nobody else notices, nothing stays open, nobody takes half for all. */
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Answer = (socket: Socket) => void;

/** A backend that speaks TCP and decides for itself what that means. */
async function bareBackend(answer: Answer): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined);
    socket.once('data', () => answer(socket));
  });
  return listening(server, () => open.forEach((socket) => socket.destroy()));
}

async function httpBackend(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<number> {
  const server = createHttp(answer);
  return listening(server, () => server.closeAllConnections());
}

async function listening(server: Server | ReturnType<typeof createServer>, cut: () => void): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => {
    server.close(() => resolve());
    cut();
  }));
  return (server.address() as AddressInfo).port;
}

async function serving(port: number, options: ServeOptions & { readonly transport?: Partial<Transport> } = {}): Promise<Served & { readonly port: number }> {
  const service = resolveService('s', { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(port)}` }] } } });
  const transported = options.transport === undefined ? service : { ...service, transport: { insecureSkipVerify: false, serverName: '', rootCAs: [], certificates: [], dialTimeout: 30_000, responseHeaderTimeout: 0, raw: undefined, places: new Map(), symbol: 't', origin: service.service.origin, ref: service.service.ref, ...options.transport } };
  const served = await serve(routingOf(entryPointOf('web'), [hostRoute('r', 'a.test', [], transported)]), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }), ...options });
  closing.push(() => served.close());
  return { ...served, port: served.ports.get('web') ?? 0 };
}

async function ask(port: number): Promise<string> {
  const { status, body, failure } = await sendRaw({ port, method: 'GET', target: '/', host: 'a.test' });
  return failure === null ? `${String(status)} ${body}` : `${String(status)} ${failure}`;
}

describe('a backend that', () => {
  it('is not there: 502', async () => {
    const { port } = await serving(1);
    expect(await ask(port)).toBe('502 Bad Gateway');
  });
  it('hangs up without a word: 502', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.destroy()));
    expect(await ask(port)).toBe('502 Bad Gateway');
  });
  it('answers with garbage: 500, as Traefik says', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.end('\0\x01garbage\r\n\r\n')));
    expect(await ask(port)).toBe('500 Internal Server Error');
  });
  it('never answers: 504 where a timeout is set', async () => {
    const { port } = await serving(await bareBackend(() => undefined), { transport: { responseHeaderTimeout: 50 } });
    expect(await ask(port)).toBe('504 Gateway Timeout');
  });
  it('breaks off in the middle of a counted body: the client sees that something is missing', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n${'half'.repeat(1000)}`, () => socket.destroy())));
    expect(await ask(port)).toBe('200 closed');
  });
  it('breaks off in the first bytes of a counted body: the client is told nothing', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', () => socket.destroy())));
    expect(await ask(port)).toBe('0 closed');
  });
  it('breaks its frame behind a good chunk: the client gets the chunk', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nno size\r\n')));
    expect(await ask(port)).toBe('200 closed');
  });
  it('says a status that cannot be passed on: the client is told nothing', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.write('HTTP/1.1 099 X\r\nContent-Length: 2\r\n\r\nok')));
    expect(await ask(port)).toBe('0 closed');
  });
  it('breaks off in the middle of chunks: the last chunk never comes', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n', () => socket.destroy())));
    expect(await ask(port)).toBe('200 closed');
  });
  it('tries to add a header with a line break: 500', async () => {
    const { port } = await serving(await bareBackend((socket) => socket.end('HTTP/1.1 200 OK\r\nX-A: b\rSet-Cookie: x\r\nContent-Length: 0\r\n\r\n')));
    expect((await ask(port)).startsWith('500')).toBe(true);
  });
});

describe('a client that', () => {
  it('leaves takes its request to the backend with it', async () => {
    const left = new Promise<void>((resolve) => void httpBackend((request) => void request.once('close', resolve)).then(async (backend) => {
      const { port } = await serving(backend);
      const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n', () => setTimeout(() => socket.destroy(), 50)));
    }));
    await left;
  });
  it('reads slowly slows the backend down instead of filling the memory', async () => {
    const size = 64 * 1024 * 1024;
    let written = 0;
    const backend = await httpBackend((_, response) => {
      response.writeHead(200, { 'Content-Length': size });
      const piece = Buffer.alloc(65_536);
      const more = (): void => {
        while (written < size) {
          written += piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    const { port } = await serving(backend);
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a.test\r\n\r\n'));
    await new Promise<void>((resolve) => void socket.once('readable', resolve));
    let before = -1;
    while (before !== written) {
      before = written;
      await new Promise((resolve) => void setTimeout(resolve, 200));
    }
    socket.destroy();
    expect(written).toBeLessThan(size / 2);
  });
  it('sends a request that two servers could read differently is refused, and the backend never sees it', async () => {
    const seen: string[] = [];
    const backend = await httpBackend((request, response) => {
      seen.push(request.url ?? '');
      request.resume();
      response.end('ok');
    });
    const { port } = await serving(backend);
    const head = 'POST /first HTTP/1.1\r\nHost: a.test\r\n';
    const hostile: Readonly<Record<string, string>> = {
      'a length and chunks': `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n`,
      'chunks and a length': `${head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
      'two lengths': `${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
      'a signed length': `${head}Content-Length: +4\r\n\r\nabcd`,
      'an unknown coding': `${head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
      'a coding twice': `${head}Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      'a blank before the colon': `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
      'a folded field': `${head}X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n`,
      'a folded length': `${head}Content-Length:\r\n 4\r\n\r\nabcd`,
      'a NUL in a value': `${head}X-A: b\0c\r\n\r\n`,
      'a bare return in a value': `${head}X-A: b\rContent-Length: 4\r\n\r\nabcd`,
      'a bare line feed in the head': 'POST /first HTTP/1.1\nHost: a.test\n\n',
      'a version of its own': 'GET /first HTTP/1.7\r\nHost: a.test\r\n\r\n',
      'two hosts': 'GET /first HTTP/1.1\r\nHost: a.test\r\nHost: b.test\r\n\r\n',
    };
    const answers: Record<string, string> = {};
    for (const [name, bytes] of Object.entries(hostile)) answers[name] = (await talk(port, bytes)).slice(0, 12);
    const unsupported = ['an unknown coding', 'a coding twice'];
    expect(answers).toEqual(Object.fromEntries(Object.keys(hostile).map((name) => [name, `HTTP/1.1 ${unsupported.includes(name) ? '501' : '400'}`])));
    expect(seen).toEqual([]);
  });
  it('sends a bad chunk loses its connection, and nothing behind it is a request', async () => {
    const seen: string[] = [];
    const backend = await httpBackend((request, response) => {
      seen.push(request.url ?? '');
      request.on('error', () => undefined).resume().once('end', () => response.end('ok'));
    });
    const { port } = await serving(backend);
    for (const chunk of ['zz\r\nabc\r\n0\r\n\r\n', '3\r\nabcX0\r\n\r\n', '-3\r\nabc\r\n0\r\n\r\n', '3 \nabc\r\n0\r\n\r\n']) {
      const answer = await talk(port, `POST /first HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n`);
      expect([chunk, answer.includes('200 OK')]).toEqual([chunk, false]);
    }
    expect(seen).not.toContain('/smuggled');
  });
});

describe('a server under way', () => {
  it('ends what has begun before it stops, and takes nothing new', async () => {
    let finish: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => void (finish = resolve));
    let answer: () => void = () => undefined;
    const backend = await httpBackend((_, response) => {
      answer = () => response.end('whole');
      finish();
    });
    const served = await serving(backend);
    const asked = ask(served.port);
    await reached;
    const closed = served.close(5000);
    expect(await ask(served.port)).toBe('0 refused');
    answer();
    expect(await asked).toBe('200 whole');
    await closed;
  });
  it('takes another routing under load without one failed request', async () => {
    const backend = await httpBackend((_, response) => void response.end('ok'));
    const served = await serving(backend);
    const service = resolveService('s', { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(backend)}` }] } } });
    const many = routingOf(entryPointOf('web'), [...Array.from({ length: process.env['FULL'] === '1' ? 10_000 : 2000 }, (_, at) => hostRoute(`r${String(at)}`, `h${String(at)}.test`, [], service)), hostRoute('r', 'a.test', [], service)]);
    const answers: string[] = [];
    const state = { stop: false };
    const load = Array.from({ length: 8 }, async () => {
      while (!state.stop) answers.push(await ask(served.port));
    });
    // On a busy machine a reload of ten thousand takes longer than some requests.
    for (let count = 0; count < 10 || (answers.length <= 40 && count < 200); count += 1) {
      served.update(many);
      await new Promise((resolve) => void setTimeout(resolve, 20));
    }
    state.stop = true;
    await Promise.all(load);
    expect(answers.length).toBeGreaterThan(20);
    expect(new Set(answers)).toEqual(new Set(['200 ok']));
  });
  it('tells of every request, also of those that nobody answered', async () => {
    const records: ExchangeRecord[] = [];
    const served = await serving(1, { observer: { began: () => undefined, ended: (record) => void records.push(record) } });
    await ask(served.port);
    await sendRaw({ port: served.port, method: 'GET', target: '/x?secret=1', host: 'b.test' });
    expect(records.map(({ status, router, endpoint, target }) => [status, router, endpoint, target])).toEqual([[502, 'r@file', 'http://127.0.0.1:1', '/'], [404, null, null, '/x?secret=1']]);
  });
});

/** Everything that comes back until the other side closes, or says no more. */
function talk(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
    socket.on('data', (chunk: Buffer) => void (text += chunk.toString('latin1')));
    socket.on('error', () => resolve(text));
    socket.on('close', () => resolve(text));
    socket.setTimeout(1500, () => socket.destroy());
  });
}
