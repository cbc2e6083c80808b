import { createSocket, type Socket } from 'node:dgram';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Routing } from '../../src/ir/index.ts';
import { serve, startMocks, unservable, type Served, type StreamEndpoint } from '../../src/server/index.ts';
import { routingFrom } from './routing-from.ts';

/** What is not HTTP: packets, bytes, and made-up servers for both. About 2 s. */
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const ENTRY_POINTS = { dns: { address: ':53/udp', udp: { timeout: '700ms' } }, db: { address: ':5432' } };

function routing(servers: readonly string[]): Routing {
  const service = { loadBalancer: { servers: servers.map((address) => ({ address })) } };
  return routingFrom({ udp: { routers: { u: { entryPoints: ['dns'], service: 's' } }, services: { s: service } }, tcp: { routers: { t: { entryPoints: ['db'], rule: 'HostSNI(`*`)', service: 's' } }, services: { s: service } } }, ENTRY_POINTS);
}

function streamsOf({ listeners }: Routing): readonly StreamEndpoint[] {
  return listeners.flatMap(({ tcp, udp }) => [...tcp.map(({ service }) => ({ service, protocol: 'tcp' as const })), ...(udp === undefined ? [] : [{ service: udp.service, protocol: 'udp' as const }])])
    .flatMap(({ service: { spec }, protocol }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map((endpoint) => ({ endpoint, protocol })) : []));
}

async function mocked(of: Routing): Promise<Served> {
  const mocks = await startMocks([], streamsOf(of));
  const served = await serve(of, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }), streamEndpoint: mocks.streamPlace });
  closing.push(mocks.close, () => served.close());
  return served;
}

function client(): Socket {
  const socket = createSocket('udp4');
  closing.push(() => new Promise((resolve) => void socket.close(() => resolve())));
  return socket;
}

function exchange(socket: Socket, port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    socket.once('message', (data) => resolve(data.toString()));
    socket.send(text, port, '127.0.0.1');
  });
}

describe('UDP', () => {
  it('keeps a client with its server until it was silent for the timeout, and takes servers in turn', async () => {
    const served = await mocked(routing(['one.test:53', 'two.test:53']));
    const port = served.ports.get('dns') ?? 0;
    const [first, second] = [client(), client()];
    const at = async (socket: Socket): Promise<string> => /\((.*?):53\)/.exec(await exchange(socket, port, 'query'))?.[1] ?? '';
    expect([await at(first), await at(first), await at(second), await at(first)]).toEqual(['one.test', 'one.test', 'two.test', 'one.test']);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    // Its turn, and no longer its server.
    expect([await at(second), await at(first)]).toEqual(['one.test', 'two.test']);
  });
  it('brings the whole packet there and back', async () => {
    const served = await mocked(routing(['one.test:53']));
    expect(await exchange(client(), served.ports.get('dns') ?? 0, 'x'.repeat(4000))).toBe(`mock of one.test (one.test:53)\n${'x'.repeat(4000)}`);
  });
});

describe('a made-up TCP server', () => {
  it('says its name, then whatever it is told', async () => {
    const served = await mocked(routing(['one.test:53']));
    const text = await new Promise<string>((resolve, reject) => {
      let held = '';
      const socket = connect(served.ports.get('db') ?? 0, '127.0.0.1', () => socket.write('ping'));
      socket.on('error', reject).on('data', (data: Buffer) => {
        held += data.toString();
        if (held.endsWith('pong')) {
          socket.destroy();
          resolve(held);
        } else if (held.endsWith('ping')) socket.write('pong');
      });
    });
    expect(text).toBe('mock of one.test (one.test:53)\npingpong');
  });
});

describe('what only Traefik can run', () => {
  it('answers 501, and is told before anybody asks', async () => {
    const web = routingFrom({ http: { routers: { g: { rule: 'Path(`/g`)', service: 's', middlewares: ['grpc'] }, n: { rule: 'Path(`/n`)', service: 'noop@internal' } }, middlewares: { grpc: { grpcWeb: { allowOrigins: ['*'] } } }, services: { s: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1' }] } } } } });
    const served = await serve(web, { entryPoint: () => ({ host: '127.0.0.1', port: 0 }) });
    closing.push(() => served.close());
    const status = async (path: string): Promise<number> => (await fetch(`http://127.0.0.1:${String(served.ports.get('web'))}${path}`, { method: 'POST', headers: { 'Content-Type': 'application/grpc-web' } })).status;
    expect([await status('/g'), await status('/n')]).toEqual([501, 418]);
    expect(web.listeners.flatMap(({ plain }) => plain.map((route) => unservable(route)))).toEqual(expect.arrayContaining(['middleware grpc is gRPC-Web', undefined]));
  });
});
