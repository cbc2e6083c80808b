import { createServer, Agent, request, type Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { serve, type Served } from '../../src/server/index.ts';
import { routingFrom } from './routing-from.ts';

/** Memory under many requests and many slow clients: about 3 s; with FULL=1 a hundred thousand and two thousand, some minutes. */
const FULL = process.env['FULL'] === '1';
const REQUESTS = FULL ? 100_000 : 1000;
const WARM_UP = FULL ? 2000 : 300;
const CLIENTS = FULL ? 2000 : 200;
const MEGABYTE = 1024 * 1024;

let backend: Server;
let served: Served;
let port = 0;
const rejected: unknown[] = [];
const onRejection = (reason: unknown): void => void rejected.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onRejection);
  backend = createServer((message, response) => void message.resume().on('end', () => response.end('x'.repeat(2000))));
  await new Promise<void>((resolve) => void backend.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((backend.address() as AddressInfo).port)}`;
  const middlewares = { strip: { stripPrefix: { prefixes: ['/api'] } }, pack: { compress: {} }, limit: { rateLimit: { average: 1_000_000, burst: 1_000_000 } }, again: { retry: { attempts: 2 } }, breaker: { circuitBreaker: { expression: 'NetworkErrorRatio() > 0.9' } }, fields: { headers: { customResponseHeaders: { 'X-A': 'b' } } } };
  served = await serve(routingFrom({ http: { routers: { r: { rule: 'PathPrefix(`/api`)', service: 's', middlewares: Object.keys(middlewares) } }, middlewares, services: { s: { loadBalancer: { servers: [{ url }], sticky: { cookie: {} } } } } } }), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
  port = served.ports.get('web') ?? 0;
});
afterAll(async () => {
  process.off('unhandledRejection', onRejection);
  await served.close();
  backend.closeAllConnections();
  await new Promise((resolve) => void backend.close(resolve));
});

/** Bytes that are in use after everything that can go has gone. */
function heap(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('no gc');
  for (let turn = 0; turn < 3; turn += 1) Reflect.apply(collect, undefined, []);
  return process.memoryUsage().heapUsed;
}

const agent = new Agent({ keepAlive: true, maxSockets: 32 });

/** Every third is a POST, every fifth asks for packing, every seventh leaves before the answer. */
function one(at: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, port, host: '127.0.0.1', path: `/api/${String(at)}`, method: at % 3 === 0 ? 'POST' : 'GET', headers: at % 5 === 0 ? { 'Accept-Encoding': 'gzip' } : {} }, (response) => {
      if (response.statusCode !== 200) reject(new Error(String(response.statusCode)));
      response.resume().once('end', resolve);
    });
    outgoing.on('error', (error) => (at % 7 === 0 ? resolve() : reject(error)));
    if (at % 7 === 0) outgoing.once('finish', () => setImmediate(() => outgoing.destroy(new Error('left'))));
    outgoing.end(at % 3 === 0 ? 'a body' : undefined);
  });
}

async function many(count: number): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: 32 }, async () => {
    for (; next < count; ) await one((next += 1));
  }));
}

test(`${String(REQUESTS)} requests leave nothing behind`, { timeout: FULL ? 1_200_000 : 60_000 }, async () => {
  await many(WARM_UP);
  const before = heap();
  await many(REQUESTS);
  const after = heap();
  if (FULL) console.log(`heap before ${(before / MEGABYTE).toFixed(1)} MB, after ${String(REQUESTS)} requests ${(after / MEGABYTE).toFixed(1)} MB`);
  expect(after - before).toBeLessThan(8 * MEGABYTE);
  expect(rejected).toEqual([]);
});

test(`${String(CLIENTS)} clients that trickle their heads take little memory and nobody's turn`, { timeout: 120_000 }, async () => {
  const before = heap();
  const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => new Promise<Socket>((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', reject);
  })));
  for (const letter of 'GET /api/ HTTP/1.1\r\nHost: a.test\r\nX-Slow: ') {
    for (const socket of sockets) socket.write(letter);
    await new Promise((resolve) => setImmediate(resolve));
  }
  for (let turn = 0; turn < 20; turn += 1) {
    for (const socket of sockets) socket.write('slow');
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect((await sendRaw({ port, method: 'GET', target: '/api/x', host: 'a.test' })).status).toBe(200);
  const during = heap();
  if (FULL) console.log(`${String(CLIENTS)} slow clients: ${((during - before) / MEGABYTE).toFixed(1)} MB, both ends`);
  // Both ends of a connection live in this process.
  expect((during - before) / CLIENTS).toBeLessThan(64 * 1024);
  for (const socket of sockets) socket.removeAllListeners('error').on('error', () => undefined).destroy();
});
