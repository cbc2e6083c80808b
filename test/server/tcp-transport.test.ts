import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { serve } from '../../src/server/index.ts';
import { routingFrom } from './routing-from.ts';

/** How long a TCP connection lives on when one side is done, and how servers are told apart by checks. About 1 s. */
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise((resolve) => void server.close(resolve)));
  return `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

async function serving(tcp: Readonly<Record<string, unknown>>): Promise<number> {
  const served = await serve(routingFrom({ tcp: { routers: { r: { rule: 'HostSNI(`*`)', service: 's' } }, ...tcp } }), { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
  closing.push(() => served.close());
  return served.ports.get('web') ?? 0;
}

it('ends a connection whose client is done when the terminationDelay of its transport is over', async () => {
  let over: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => void (over = resolve));
  const address = await listening(createServer({ allowHalfOpen: true }, (socket) => {
    // A server that goes on speaking to a client that left: it hears of the end as soon as nobody listens.
    socket.once('end', () => {
      const speaking = setInterval(() => socket.write('more'), 20);
      socket.once('close', () => {
        clearInterval(speaking);
        over();
      });
    }).on('error', () => undefined).resume();
  }));
  const port = await serving({ services: { s: { loadBalancer: { serversTransport: 't', servers: [{ address }] } } }, serversTransports: { t: { terminationDelay: '100ms' } } });
  const client = connect(port, '127.0.0.1', () => client.end('done')).on('error', () => undefined).resume();
  await ended;
});

it('passes over a server that fails its check until it is back', async () => {
  let word = 'PANG';
  const checked = await listening(createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.write(`${word} first`))));
  const other = await listening(createServer((socket) => void socket.on('error', () => undefined).on('data', () => socket.write('PONG other'))));
  const port = await serving({ services: { s: { loadBalancer: { servers: [{ address: checked }, { address: other }], healthCheck: { send: 'PING', expect: 'PONG', interval: '50ms', timeout: '1s' } } } } });
  const answers = async (): Promise<readonly string[]> => [await said(port), await said(port)].toSorted();
  await until(async () => (await answers()).every((answer) => answer === 'PONG other'));
  word = 'PONG';
  await until(async () => (await answers()).includes('PONG first'));
  expect(await answers()).toEqual(['PONG first', 'PONG other']);
});

function said(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('hello'));
    socket.on('error', () => undefined).on('close', () => resolve('nobody')).on('data', (bytes: Buffer) => {
      resolve(bytes.toString());
      socket.destroy();
    });
  });
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => void setTimeout(resolve, 20));
}
