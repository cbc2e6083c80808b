import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sendRaw } from '../../src/engines/raw-client.ts';
import type { Routing } from '../../src/ir/index.ts';
import { serve, type Served, type ServeOptions } from '../../src/server/index.ts';
import { entryPointOf, hostRoute, middlewareOf, resolveService, routingOf } from '../runtime/routing-of.ts';

/** What only sockets show: protocol changes, streams, TLS, reloads, health checks. */
let backend: Server;
let port = 0;
let healthy = true;
const open: Served[] = [];

beforeAll(async () => {
  backend = createServer((request, response) => {
    if (request.url === '/health') response.writeHead(healthy ? 200 : 500).end();
    else if (request.url === '/events') stream(response);
    else response.writeHead(200, { 'X-Seen-Proto': request.headers['x-forwarded-proto'] }).end(`${request.url ?? ''} ${request.headers.host ?? ''}`);
  });
  backend.on('upgrade', (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Hello: ws\r\n\r\n');
    socket.on('end', () => socket.end());
    socket.on('data', (data: Buffer) => socket.write(`echo ${data.toString()}`));
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  port = (backend.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((served) => served.close()));
});
afterAll(() => new Promise<void>((resolve) => {
  backend.closeAllConnections();
  backend.close(() => resolve());
}));

/** One event now, one later: a proxy that waits for the end shows nothing. */
function stream(response: NodeJS.WritableStream & { writeHead: (status: number, headers: Record<string, string>) => unknown }): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('data: 1\n\n');
  setTimeout(() => response.end('data: 2\n\n'), 300);
}

function routing(path = '', options: { readonly tls?: boolean; readonly healthCheck?: object } = {}): Routing {
  const chain = path === '' ? [] : [middlewareOf('m', { addPrefix: { prefix: path } })];
  const service = resolveService('s', { s: { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(port)}` }], ...(options.healthCheck === undefined ? {} : { healthCheck: options.healthCheck }) } } });
  const route = hostRoute('r', 'a.test', chain, service);
  const plain = routingOf(entryPointOf('web'), [route]);
  const [listener] = plain.listeners;
  return options.tls === true && listener !== undefined ? { ...plain, listeners: [{ ...listener, tls: [{ ...route, chain: [middlewareOf('t', { addPrefix: { prefix: '/secure' } })] }] }] } : plain;
}

async function start(of: Routing, options: ServeOptions = {}): Promise<Served & { readonly port: number }> {
  const served = await serve(of, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }), ...options });
  open.push(served);
  return { ...served, port: served.ports.get('web') ?? 0 };
}

async function ask(at: number, target = '/x', host = 'a.test'): Promise<string> {
  const { status, body } = await sendRaw({ port: at, method: 'GET', target, host, headers: [['Connection', 'close']] });
  return `${String(status)} ${body}`;
}

describe('a server', () => {
  it('forwards, and answers 404 for what it does not know', async () => {
    const served = await start(routing('/p'));
    expect(await ask(served.port)).toBe('200 /p/x a.test');
    expect(await ask(served.port, '/x', 'b.test')).toBe('404 404 page not found\n');
    expect(await ask(served.port, '/a/../b//c')).toBe('200 /p/b/c a.test');
  });
  it('takes another routing without closing', async () => {
    const served = await start(routing('/old'));
    expect(await ask(served.port)).toBe('200 /old/x a.test');
    served.update(routing('/new'));
    expect(await ask(served.port)).toBe('200 /new/x a.test');
  });
  it('lets a connection change its protocol', async () => {
    const served = await start(routing());
    const lines = await talk(served.port, 'GET /chat HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n', 'ping', 'echo ping');
    expect(lines).toContain('101 Switching Protocols');
    expect(lines).toContain('X-Hello: ws');
    expect(lines).toContain('echo ping');
  });
  it('passes events on as they come, packed or not', async () => {
    const served = await start(routing());
    expect(await firstChunk(served.port, '/events')).toBeLessThan(250);
  });
  it('takes a failing server out and back', async () => {
    healthy = false;
    const served = await start(routing('', { healthCheck: { path: '/health', interval: '50ms', timeout: '1s' } }));
    await until(async () => (await ask(served.port)) === '503 no available server\n');
    healthy = true;
    await until(async () => (await ask(served.port)).startsWith('200'));
  });
  it('reports a port that is taken', async () => {
    const served = await start(routing());
    await expect(serve(routing(), { entryPoint: () => ({ host: '127.0.0.1', port: served.port }) })).rejects.toThrow('EADDRINUSE');
  });
});

describe('a server with certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'serve-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  it('speaks TLS and plain on one port, each with its own routes', async () => {
    const pair = selfSigned(folder, 'a.test');
    const served = await start(routing('/p', { tls: true }), { certificates: [pair] });
    expect(await ask(served.port)).toBe('200 /p/x a.test');
    const secure = await sendRaw({ port: served.port, method: 'GET', target: '/x', host: 'a.test', headers: [['Connection', 'close']], tls: { sni: 'a.test' } });
    expect([secure.status, secure.body, secure.headers.find(([name]) => name === 'X-Seen-Proto')?.[1]]).toEqual([200, '/secure/x a.test', 'https']);
  });
  it('keeps a plain connection alive behind the sorting', async () => {
    const served = await start(routing('/p', { tls: true }), { certificates: [selfSigned(folder, 'a.test')] });
    const twice = await talk(served.port, 'GET /1 HTTP/1.1\r\nHost: a.test\r\n\r\n', 'GET /2 HTTP/1.1\r\nHost: a.test\r\n\r\n', '/p/2 a.test');
    expect(twice).toContain('/p/1 a.test');
  });
});

function selfSigned(folder: string, name: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}

/** Sends a text, then another at the first answer, and reads until the wanted text has come. */
function talk(at: number, first: string, second: string, wanted: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(at, '127.0.0.1', () => socket.write(first));
    socket.setTimeout(3000, () => reject(new Error(`timeout after ${JSON.stringify(text)}`)));
    socket.on('error', reject);
    socket.on('data', (data: Buffer) => {
      if (text === '') socket.write(second);
      text += data.toString('latin1');
      if (!text.includes(wanted)) return;
      socket.destroy();
      resolve(text);
    });
  });
}

function firstChunk(at: number, path: string): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port: at, path, headers: { Host: 'a.test' }, agent: false }, (response) => {
      response.once('data', () => {
        resolve(performance.now() - start);
        response.destroy();
      });
    }).on('error', reject);
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 40; left > 0; left -= 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('it never came true');
}
