import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { HeaderList } from '../../src/ir/index.ts';
import { BodyReader } from '../../src/server/http1/body-reader.ts';
import { Gather } from '../../src/server/http1/gather.ts';
import { HeadReader } from '../../src/server/http1/head.ts';
import { assert, array, integer, property, uint8Array } from '../support/fast-check.ts';
import { serve } from '../../src/server/index.ts';
import { routingFrom } from './routing-from.ts';

/** The bytes of HTTP/1 on both sides of the server, where pieces may end anywhere. About 2 s. */
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Cuts bytes wherever the numbers say. */
function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].toSorted((a, b) => a - b);
  return [...places, bytes.length].map((end, at) => bytes.subarray(at === 0 ? 0 : places[at - 1], end)).filter(({ length }) => length > 0);
}

describe('a head', () => {
  it('is the same whatever pieces it comes in, and what follows it stays', () => {
    const bytes = Buffer.from('GET /x HTTP/1.1\r\nHost: a.test\r\nX-A:  b \t\r\nx-b:\r\n\r\nrest');
    assert(property(array(integer({ min: 0, max: 100 }), { maxLength: 20 }), (cuts) => {
      const [input, reader] = [new Gather(), new HeadReader()];
      let head: ReturnType<HeadReader['take']>;
      for (const piece of pieces(bytes, cuts)) {
        input.add(piece);
        head ??= reader.take(input);
      }
      expect([head, input.bytes.toString()]).toEqual([{ start: 'GET /x HTTP/1.1', fields: [['Host', 'a.test'], ['X-A', 'b'], ['x-b', '']] }, 'rest']);
    }));
  });
  it.each([['a bare line feed, before the end', 'GET / HTTP/1.1\nHost: a', 'syntax'], ['a NUL', 'GET / HTTP/1.1\r\nA: b\0c\r\n\r\n', 'syntax'], ['a fold', 'GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n', 'syntax'], ['a blank before the colon', 'GET / HTTP/1.1\r\nA : b\r\n\r\n', 'name'], ['no colon', 'GET / HTTP/1.1\r\nA\r\n\r\n', 'syntax'], ['a bare return', 'GET / HTTP/1.1\r\nA: b\rc\r\n\r\n', 'syntax']])('with %s is none', (_, text, broken) => {
    const input = new Gather();
    input.add(Buffer.from(text, 'latin1'));
    expect(new HeadReader().take(input)).toEqual({ broken });
  });
  it.each(['HTTP/1.1 200 OK\nA: b\n\nbody\r\n\r\n', 'HTTP/1.1 200 OK\r\nX A: c\r\nA: b\r\n\r\nbody\r\n\r\n', 'HTTP/1.1 200 OK\nA: b\r\n\r\nbody\r\n\r\n'])('of an answer may be careless: %j', (text) => {
    const input = new Gather();
    input.add(Buffer.from(text));
    expect([new HeadReader().takeLenient(input), input.bytes.toString()]).toEqual([{ start: 'HTTP/1.1 200 OK', fields: [['A', 'b']] }, 'body\r\n\r\n']);
  });
  it('of an answer may be folded: Go joins the lines', () => {
    const input = new Gather();
    input.add(Buffer.from('HTTP/1.1 200 OK\r\nA: b\r\n\t c\r\n\r\n'));
    expect(new HeadReader().takeLenient(input)).toMatchObject({ fields: [['A', 'b c']] });
  });
});

describe('a body in chunks', () => {
  it('is the same whatever pieces it comes in', () => {
    assert(property(array(uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 5 }), array(integer({ min: 0, max: 400 }), { maxLength: 20 }), (chunks, cuts) => {
      const wire = Buffer.concat([...chunks.map((chunk) => Buffer.concat([Buffer.from(`${chunk.length.toString(16)};x=y\r\n`), chunk, Buffer.from('\r\n')])), Buffer.from('0\r\nX-Sum: 1\r\nContent-Length: 9\r\n\r\nnext')]);
      const reader = new BodyReader({ kind: 'chunked' });
      const got: Buffer[] = [];
      let used = 0;
      for (const piece of pieces(wire, cuts)) used += reader.read(piece, (bytes) => void got.push(bytes));
      expect([Buffer.concat(got), reader.done, reader.broken, reader.trailers, wire.subarray(used).toString()]).toEqual([Buffer.concat(chunks), true, false, [['X-Sum', '1']], 'next']);
    }));
  });
  it.each(['3 \t\r\nabc\r\n0 \r\n\r\n', '0000000000000003\r\nabc\r\n0\r\n\r\n', '3;\x01\r\nabc\r\n0\r\n\r\n', '3\r\nabc\r\n0\r\nX y: z\r\n\r\n', '3\r\nabc\r\n0\r\nX: y\r\n z\r\n\r\n'])('may be written as %j: Go takes it', (text) => {
    const reader = new BodyReader({ kind: 'chunked' });
    const got: Buffer[] = [];
    reader.read(Buffer.from(text), (piece) => void got.push(piece));
    expect([Buffer.concat(got).toString(), reader.done, reader.broken]).toEqual(['abc', true, false]);
  });
  it.each(['3 ;a\r\nabc\r\n0\r\n\r\n', '3;a\rb\r\nabc\r\n0\r\n\r\n', '3\nabc\r\n0\r\n\r\n', '0x3\r\nabc\r\n0\r\n\r\n', '3\r\nabcd\r\n0\r\n\r\n', '-1\r\n\r\n', '\r\n', '10000000000000000\r\n', '0\r\n X: y\r\n\r\n', '0\r\nX: \x01\r\n\r\n', `1;${'x'.repeat(4000)}\r\na\r\n`.repeat(5)])('%j is refused', (text) => {
    const reader = new BodyReader({ kind: 'chunked' });
    reader.read(Buffer.from(text), () => undefined);
    expect([reader.done, reader.broken]).toEqual([false, true]);
  });
});

async function listening(answer: (socket: Socket, head: string) => void): Promise<{ readonly port: number; readonly heads: string[]; readonly connections: () => number }> {
  const heads: string[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    open.add(socket);
    socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
      heads.push(bytes.toString('latin1'));
      answer(socket, bytes.toString('latin1'));
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => {
    server.close(() => resolve());
    open.forEach((socket) => socket.destroy());
  }));
  return { port: (server.address() as AddressInfo).port, heads, connections: () => connections };
}

async function serving(backend: number, fields: HeaderList = []): Promise<number> {
  const middlewares = { m: { headers: { customResponseHeaders: Object.fromEntries([['X-Mark', 'm'], ...fields]) } } };
  const served = await serve(routingFrom({ http: { routers: { r: { rule: 'PathPrefix(`/`)', service: 's', middlewares: ['m'] } }, middlewares, services: { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(backend)}` }] } } } } }), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
  closing.push(() => served.close());
  return served.ports.get('web') ?? 0;
}

/** Says something and reads until what is wanted has come, or the other side ends. */
function talk(port: number, parts: readonly string[], wanted?: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const left = [...parts];
    const socket = connect(port, '127.0.0.1', () => socket.write(left.shift() ?? '', 'latin1'));
    socket.setTimeout(5000, () => reject(new Error(`nothing more after ${JSON.stringify(text)}`)));
    socket.on('error', reject).on('close', () => resolve(text)).on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1');
      const next = left.shift();
      if (next !== undefined) socket.write(next, 'latin1');
      else if (wanted?.test(text) === true) socket.destroy();
    });
  });
}

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const GET = 'GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n';

describe('a client', () => {
  it('may send requests ahead: answers come in their order', async () => {
    const backend = await listening((socket, head) => {
      const path = /^GET (\S+)/.exec(head)?.[1] ?? '';
      setTimeout(() => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${String(path.length)}\r\n\r\n${path}`), path === '/1' ? 60 : 0);
    });
    const text = await talk(await serving(backend.port), [`${GET}${GET.replace('/1', '/two')}${GET.replace('/1', '/three')}`], /\/three$/);
    expect(text.match(/\r\n\r\n\/(?:1|two|three)/g)).toEqual(['\r\n\r\n/1', '\r\n\r\n/two', '\r\n\r\n/three']);
  });
  it('that asks first is told to go on when somebody wants its body, and only then', async () => {
    const backend = await listening((socket, head) => void (head.endsWith('body') && socket.write(OK)));
    const port = await serving(backend.port);
    const head = 'POST /1 HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n';
    expect(await talk(port, [head, 'body'], /ok$/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    // Refused before anybody reads: the body must not be taken for a request, so that the connection ends.
    expect(await talk(port, [head.replace('a.test', 'a b')])).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nConnection: close\r\n/);
  });
  it('of HTTP/1.0 gets no chunks and the end of the connection', async () => {
    const backend = await listening((socket) => socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n'));
    const text = await talk(await serving(backend.port), ['GET / HTTP/1.0\r\n\r\n']);
    expect(text).toMatch(/\r\n\r\nok$/);
    expect(text).not.toMatch(/transfer-encoding/i);
  });
  it('that asks for HEAD gets fields and no body, and the next answer right behind', async () => {
    const backend = await listening((socket, head) => socket.write(head.startsWith('HEAD') ? 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n' : OK));
    const text = await talk(await serving(backend.port), [`HEAD /1 HTTP/1.1\r\nHost: a.test\r\n\r\n${GET}`], /ok$/);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*Content-Length: 99\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
  });
  it('may send targets with bytes beyond ASCII, as Go takes them', async () => {
    const backend = await listening((socket) => socket.write(OK));
    expect(await talk(await serving(backend.port), [GET.replace('/1', '/\xc3\xa4')], /ok$/)).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a server behind', () => {
  it('is asked over one connection, again and again', async () => {
    const backend = await listening((socket) => socket.write(OK));
    const port = await serving(backend.port);
    for (let turn = 0; turn < 5; turn += 1) expect(await talk(port, [GET], /ok$/)).toMatch(/ok$/);
    expect([backend.connections(), backend.heads.length]).toEqual([1, 5]);
  });
  it('that closed a kept connection in the meantime is asked once more, but not for what it may have done', async () => {
    let seen = 0;
    // The second request of a connection finds nobody.
    const backend = await listening((socket) => {
      seen += 1;
      if (seen % 2 === 1) socket.write(OK);
      else socket.destroy();
    });
    const port = await serving(backend.port);
    const status = async (request: string): Promise<string> => /^HTTP\/1\.1 (\d+)/.exec(await talk(port, [request], /ok$|Gateway$/))?.[1] ?? '';
    expect([await status(GET), await status(GET)]).toEqual(['200', '200']);
    expect(seen).toBe(3);
    expect(await status('POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 1\r\n\r\nx')).toBe('502');
    expect(seen).toBe(4);
  });
  it('that says more than it announced does not get to say the next answer', async () => {
    const backend = await listening((socket, head) => socket.write(head.startsWith('GET /1') ? `${OK}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil` : OK));
    const port = await serving(backend.port);
    await talk(port, [GET], /ok$/);
    expect(await talk(port, [GET.replace('/1', '/2')], /\r\n\r\n[^]{2,}$/)).toMatch(/\r\n\r\nok$/);
  });
  it.each(['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok', 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nok', 'HTTP/2 200\r\n\r\n', 'HTTP/1.1 2000 OK\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'])('that answers %j is no server: 500', async (answer) => {
    const backend = await listening((socket) => socket.write(answer));
    expect(await talk(await serving(backend.port), [GET], /Server Error$/)).toMatch(/^HTTP\/1\.1 500 /);
  });
  it('may answer in the middle of a request, and after hints, which the client is told', async () => {
    const backend = await listening((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${OK}`));
    expect(await talk(await serving(backend.port), ['POST / HTTP/1.1\r\nHost: a.test\r\nContent-Length: 10\r\n\r\nhalf'], /ok$/)).toMatch(/^HTTP\/1\.1 103 Early Hints\r\nLink: <\/a>\r\n\r\nHTTP\/1\.1 200 OK\r\n[^]*ok$/);
  });
  it('may end its answer with the connection', async () => {
    const backend = await listening((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nall of it'));
    expect(await talk(await serving(backend.port), [GET], /0\r\n\r\n$/)).toMatch(/9\r\nall of it\r\n0\r\n\r\n$/);
  });
});

describe('an answer that is shown to nobody', () => {
  it('does not hold its connection', async () => {
    let closed: () => void = () => undefined;
    const ended = new Promise<void>((resolve) => void (closed = resolve));
    // An error that never ends, and a page that is shown instead of it.
    const backend = await listening((socket, head) => {
      if (head.startsWith('GET /page')) return void socket.write(OK);
      socket.write(`HTTP/1.1 500 Oh\r\nContent-Length: 1000000\r\n\r\n${'x'.repeat(100)}`);
      socket.once('close', closed);
    });
    const middlewares = { e: { errors: { status: ['500'], service: 's', query: '/page' } } };
    const served = await serve(routingFrom({ http: { routers: { r: { rule: 'PathPrefix(`/`)', service: 's', middlewares: ['e'] } }, middlewares, services: { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(backend.port)}` }] } } } } }), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
    closing.push(() => served.close());
    expect(await talk(served.ports.get('web') ?? 0, [GET], /ok$/)).toMatch(/^HTTP\/1\.1 500 /);
    await ended;
  });
});

describe('fields that a middleware writes', () => {
  it('cannot begin a line of their own', async () => {
    const backend = await listening((socket) => socket.write(OK));
    const text = await talk(await serving(backend.port, [['X-Evil', 'a\r\nSet-Cookie: x=1'], ['X-Wide', 'a\u010d\u010aSet-Cookie: y=1']]), [GET], /ok$/);
    expect(text.split('\r\n').filter((line) => /^Set-Cookie/i.test(line))).toEqual([]);
  });
  it('cannot make two answers of one', async () => {
    const backend = await listening((socket) => socket.write(OK));
    expect(await talk(await serving(backend.port, [['Content-Length', '1']]), [GET])).not.toContain('ok');
  });
});
