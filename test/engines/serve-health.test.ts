import { createServer as createHttp, request } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { serveBeside, type Beside } from '../support/serve-beside.ts';

/** Health checks of HTTP, gRPC and TCP servers, beside real Traefik: what is asked, and who is taken for down. About 4 s and the start of Traefik. */
const every = { interval: '400ms', timeout: '200ms' };

/** A service and a router of the same name for each. */
const HTTP: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  plain: { path: '/plain', ...every },
  named: { path: '/named', hostname: 'h.test', headers: { 'X-A': 'b', Host: 'c.test' }, ...every },
  'host-field': { path: '/host-field', headers: { Host: 'c.test' }, ...every },
  followed: { path: '/followed', ...every },
  'not-followed': { path: '/not-followed', followRedirects: false, ...every },
  round: { path: '/round', ...every },
  nowhere: { path: '/nowhere', ...every },
  'see-other': { path: '/see-other', method: 'POST', ...every },
  kept: { path: '/kept', method: 'POST', ...every },
  wanted: { path: '/wanted', status: 204, ...every },
  'not-wanted': { path: '/not-wanted', status: 204, ...every },
  relative: { path: 'relative?x=1', ...every },
  slow: { path: '/slow', ...every },
  'other-port': { path: '/other-port', port: 1, ...every },
  'no-grpc': { mode: 'grpc', ...every },
};
const LOCATIONS: Readonly<Record<string, readonly [number, string]>> = { '/followed': [302, '/gone'], '/not-followed': [302, '/gone'], '/round': [302, '/round'], '/see-other': [303, '/seen'], '/kept': [307, '/seen-kept'] };
const STATUSES: Readonly<Record<string, number>> = { '/gone': 500, '/nowhere': 302, '/wanted': 204 };

const GRPC: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  serving: { mode: 'grpc', ...every },
  'not-serving': { mode: 'grpc', ...every },
  unknown: { mode: 'grpc', ...every },
  'over-tls': { mode: 'grpc', scheme: 'https', ...every },
};
/** The answer's message and its status, by service. */
const HEALTH: Readonly<Record<string, readonly [readonly number[], string]>> = { serving: [[8, 1], '0'], 'not-serving': [[8, 2], '0'], unknown: [[], '12'], 'over-tls': [[8, 1], '0'] };

const TCP: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  open: { ...every },
  pong: { send: 'PING', expect: 'PONG', ...every },
  other: { send: 'PING', expect: 'PANG', ...every },
  mute: { expect: 'x', ...every },
  closed: { port: 1, ...every },
};

describeEngine('traefik', 'health checks, beside real Traefik', (engine) => {
  const servers: Server[] = [];
  const asked = { theirs: new Set<string>(), ours: new Set<string>() };
  let beside: Beside;

  const listening = async (server: Server): Promise<number> => {
    servers.push(server);
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  /** Each side has servers of its own, so that it is known who asked. */
  const world = async (seen: Set<string>): Promise<Readonly<Record<string, unknown>>> => {
    const web = await listening(createHttp((incoming, answer) => {
      const { url = '', method = '', headers: { host = '', connection = '', ...fields } } = incoming;
      seen.add(`${method} ${url} ${host} ${JSON.stringify(Object.entries(fields).toSorted())}`.replace(/127\.0\.0\.1:\d+/g, 'SERVER'));
      const [status, location] = LOCATIONS[url] ?? [STATUSES[url] ?? 200, undefined];
      setTimeout(() => answer.writeHead(status, location === undefined ? {} : { Location: location }).end(), url === '/slow' ? 600 : 0);
    }));
    const grpc = Object.fromEntries(await Promise.all(Object.keys(GRPC).map(async (name) => [name, await listening(grpcServer(...(HEALTH[name] ?? [[], '0'])))] as const)));
    const tcp = await listening(createServer((socket: Socket) => void socket.on('error', () => undefined).on('data', (bytes: Buffer) => {
      // Whoever comes through a router says hello first, in TLS.
      if (bytes[0] === 22) return void socket.write('plain');
      seen.add(`tcp ${bytes.toString()}`);
      socket.write('PONG and more');
    })));
    return worldOf(web, grpc, tcp);
  };

  beforeAll(async () => {
    beside = await serveBeside(engine, await world(asked.theirs), await world(asked.ours));
    // Each server is looked at some times, also those that have to be followed.
    await new Promise((resolve) => void setTimeout(resolve, 1800));
  });
  afterAll(async () => {
    await beside.stop();
    await Promise.all(servers.map((server) => new Promise((resolve) => void server.close(resolve))));
  });

  it.each([...Object.keys(HTTP), ...Object.keys(GRPC)])('%s is up or down as it is there', async (name) => {
    const [theirs, ours] = await Promise.all([status(beside.theirs, name), status(beside.ours, name)]);
    expect(ours).toBe(theirs);
  });
  it.each([...Object.keys(TCP), 'both', 'told'])('TCP %s is up or down as it is there', async (name) => {
    const [theirs, ours] = await Promise.all([reached(beside.theirs, name), reached(beside.ours, name)]);
    expect(ours).toEqual(theirs);
  });
  describe('a check', () => {
    it('asks for the same in the same words', () => {
      expect([...asked.ours].toSorted()).toEqual([...asked.theirs].toSorted());
      expect(asked.theirs.size).toBeGreaterThan(10);
    });
  });
});

function worldOf(web: number, grpc: Readonly<Record<string, number>>, tcp: number): Readonly<Record<string, unknown>> {
  const http = Object.entries(HTTP).map(([name, healthCheck]) => [name, { loadBalancer: { servers: [{ url: `http://127.0.0.1:${String(web)}` }], healthCheck } }] as const);
  const h2c = Object.entries(GRPC).map(([name, healthCheck]) => [name, { loadBalancer: { servers: [{ url: `h2c://127.0.0.1:${String(grpc[name])}` }], healthCheck } }] as const);
  const tcpServices = Object.entries(TCP).map(([name, healthCheck]) => [name, { loadBalancer: { servers: [{ address: `127.0.0.1:${String(tcp)}` }], healthCheck } }] as const);
  const services = (names: readonly string[]): readonly unknown[] => names.map((name) => ({ name, weight: 1 }));
  const weighted = [['both', { weighted: { services: services(['other']) } }], ['told', { weighted: { services: services(['other', 'pong']), healthCheck: {} } }]] as const;
  return {
    http: { routers: Object.fromEntries([...http, ...h2c].map(([name]) => [name, { rule: `Host(\`${name}.test\`)`, service: name }])), services: Object.fromEntries([...http, ...h2c]) },
    tcp: { routers: Object.fromEntries([...tcpServices, ...weighted].map(([name]) => [name, { rule: `HostSNI(\`${name}.test\`)`, tls: { passthrough: true }, service: name }])), services: Object.fromEntries<unknown>([...tcpServices, ...weighted]) },
  };
}

/** Says the same to every question. */
function grpcServer(message: readonly number[], code: string): Server {
  return createHttp2().on('stream', (stream) => {
    stream.on('error', () => undefined).resume();
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': code }));
    stream.end(code === '0' ? Buffer.from([0, 0, 0, 0, message.length, ...message]) : undefined);
  });
}

function status(port: number, name: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request({ port, host: '127.0.0.1', path: '/asked', headers: { Host: `${name}.test` } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    }).on('error', reject).end();
  });
}

/** Twice, for those that take turns: whether a server of no TLS is there, or nobody. */
async function reached(port: number, serverName: string): Promise<readonly string[]> {
  const once = (): Promise<string> => new Promise((resolve) => {
    connect({ port, host: '127.0.0.1', servername: serverName }).on('error', (error) => resolve('code' in error && error.code === 'ECONNRESET' ? 'nobody' : 'somebody'));
  });
  return [await once(), await once()];
}
