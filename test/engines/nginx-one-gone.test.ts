import { createSocket } from 'node:dgram';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fileHost } from '../../src/cli/host.ts';
import { load } from '../../src/compile/load.ts';
import { freePort, freePorts } from '../../src/engines/free-port.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { startTraefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import type { Routing } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends } from '../support/echo-backend.ts';
import { objectAt } from '../support/json.ts';
import { emit, nginxOn } from '../support/nginx-emitted.ts';
import { targetOptions } from '../support/routing-builder.ts';
import { started } from '../support/started.ts';
import { greet, namedServer } from '../support/tcp-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

/**
 * One of two endpoints refuses connections. Traefik asks the one whose turn it is, and no other: half of the requests fail. By chance
 * all of so many fall on one endpoint once in a million runs. About 5 seconds for each nginx.
 */
const TIMES = 24;
const NOTHING_COMES_MS = 200;

type Tree = Readonly<Record<string, unknown>>;
type Ports = Readonly<Record<string, number>>;
interface Places {
  readonly http: string;
  readonly http2: string;
  readonly tcp: string;
  readonly udp: string;
  readonly gone: string;
}

function servicesOf({ http, http2, gone }: Places): Tree {
  const balancer = (more: Tree, ...urls: readonly string[]): Tree => ({ loadBalancer: { ...more, servers: urls.map((url) => ({ url })) } });
  const weighted = (...names: readonly string[]): Tree => ({ weighted: { services: names.map((name) => ({ name, weight: 1 })) } });
  const sticky = { sticky: { cookie: { name: 'kept' } } };
  return {
    addresses: balancer({}, `http://127.0.0.1:${http}`, `http://127.0.0.1:${gone}`),
    localhost: balancer({}, `http://localhost:${http}`, `http://localhost:${gone}`),
    mixed: balancer({}, `http://localhost:${http}`, `http://127.0.0.1:${gone}`),
    h2c: balancer({}, `h2c://127.0.0.1:${http2}`, `h2c://127.0.0.1:${gone}`),
    'h2c-localhost': balancer({}, `h2c://localhost:${http2}`, `h2c://localhost:${gone}`),
    sticky: balancer(sticky, `http://localhost:${http}`, `http://localhost:${gone}`),
    here: balancer({}, `http://localhost:${http}`),
    away: balancer({}, `http://localhost:${gone}`),
    weighted: weighted('here', 'away'),
    'weighted-sticky': { weighted: { ...sticky, ...objectAt(weighted('here', 'away'), 'weighted') } },
  };
}

function tcpServicesOf({ tcp, gone }: Places): Tree {
  const balancer = (...addresses: readonly string[]): Tree => ({ loadBalancer: { servers: addresses.map((address) => ({ address })) } });
  return {
    'tcp-addresses': balancer(`127.0.0.1:${tcp}`, `127.0.0.1:${gone}`),
    'tcp-localhost': balancer(`localhost:${tcp}`, `localhost:${gone}`),
    'tcp-here': balancer(`127.0.0.1:${tcp}`),
    'tcp-away': balancer(`127.0.0.1:${gone}`),
    'tcp-weighted': { weighted: { services: [{ name: 'tcp-here', weight: 1 }, { name: 'tcp-away', weight: 1 }] } },
  };
}

function dynamicOf(places: Places): Tree {
  const services = servicesOf(places);
  const tcp = tcpServicesOf(places);
  const udp = { udp: { loadBalancer: { servers: [{ address: `127.0.0.1:${places.udp}` }, { address: `127.0.0.1:${places.gone}` }] } } };
  return {
    http: { services, routers: Object.fromEntries(Object.keys(services).map((name) => [name, { rule: `Path(\`/${name}\`)`, service: name, entryPoints: ['web'] }])) },
    tcp: { services: tcp, routers: Object.fromEntries(Object.keys(tcp).map((name) => [name, { rule: 'HostSNI(`*`)', service: name, entryPoints: [name] }])) },
    udp: { services: udp, routers: { udp: { service: 'udp', entryPoints: ['udp'] } } },
  };
}

/** What comes of asking each service: every outcome once, in order. */
async function outcomes(places: Places, ports: Ports): Promise<Readonly<Record<string, readonly string[]>>> {
  const out: Record<string, readonly string[]> = {};
  const ask = async (name: string, once: () => Promise<string>): Promise<void> => {
    const seen = new Set<string>();
    for (let count = 0; count < TIMES; count += 1) seen.add(await once());
    out[name] = [...seen].sort();
  };
  for (const name of Object.keys(servicesOf(places))) {
    await ask(`GET ${name}`, () => status(ports, { method: 'GET', target: `/${name}` }));
    await ask(`POST ${name}`, () => status(ports, { method: 'POST', target: `/${name}`, body: 'b', headers: [['Content-Length', '1']] }));
  }
  for (const name of Object.keys(tcpServicesOf(places))) await ask(name, () => greet(ports[name] ?? 0, {}));
  await ask('udp', () => datagram(ports['udp'] ?? 0));
  return out;
}

async function status(ports: Ports, request: Omit<Parameters<typeof sendRaw>[0], 'port' | 'host'>): Promise<string> {
  return String((await sendRaw({ port: ports['web'] ?? 0, host: 'x.test', ...request })).status);
}

/** nginx tells a client of a refused datagram with an empty one, as the row of udp.router says: nobody answers there. */
async function datagram(port: number): Promise<string> {
  return await new Promise((resolve) => {
    const socket = createSocket('udp4');
    const end = (answer: string): void => {
      clearTimeout(late);
      socket.close();
      resolve(answer === '' ? 'nobody' : answer);
    };
    const late = setTimeout(() => end(''), NOTHING_COMES_MS);
    socket.on('message', (message) => end(message.toString('latin1')));
    socket.send('id hello', port, '127.0.0.1');
  });
}

function routingOf(folder: string): Routing {
  const gateway = { name: 'default', stacks: [], static: join(folder, 'traefik.yml'), dynamic: [join(folder, 'dynamic', 'all.yml')], versions: ['3.7'] } as const;
  const loaded = load({ gateways: [gateway], declared: true, host: fileHost(process.cwd()), overrides: { endpoints: [], entryPoints: new Map() } });
  const routing = loaded.gateways[0]?.resolved[0]?.routing;
  if (routing === undefined) throw new Error('nothing was resolved');
  return routing;
}

describeEngine('traefik', 'one of two endpoints is gone', (traefik) => {
  for (const engineName of ['nginx122', 'nginx131'] as const) {
    describeEngine(engineName, 'beside Traefik', (engine) => {
      test('the endpoint whose turn it is is asked alone', { timeout: 60_000 }, async () => {
        const [folder, workDir] = [await tempFolder(), await tempFolder()];
        const backends = await startBackends([{ name: 'http' }, { name: 'http2', speaks: 'h2c' }, { name: 'udp', speaks: 'udp' }]);
        const tcp = await namedServer('tcp');
        const portOf = (name: string): string => backends.address(name).split(':')[1] ?? '';
        const places: Places = { http: portOf('http'), http2: portOf('http2'), udp: portOf('udp'), tcp: String(tcp.port), gone: String(await freePort()) };
        try {
          const ports = await freePorts(['web', 'udp', ...Object.keys(tcpServicesOf(places))]);
          await mkdir(join(folder.path, 'dynamic'));
          await writeFile(join(folder.path, 'dynamic', 'all.yml'), stringify(dynamicOf(places)));
          await writeFile(join(folder.path, 'traefik.yml'), stringify({ entryPoints: Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, { address: `127.0.0.1:${String(port)}${name === 'udp' ? '/udp' : ''}` }])) }));
          const entryPoints = Object.entries(ports).map(([name, port]) => ({ name, port, protocol: name === 'udp' ? 'udp' as const : 'tcp' as const }));
          const real = started(await startTraefik({ engine: traefik, workDir: workDir.path, entryPoints, provider: { kind: 'directory', path: join(folder.path, 'dynamic') } }));
          await waitFor(async () => (objectAt(await real.rawData(), 'udpRouters')['udp@file'] === undefined ? null : true), { timeoutMs: 10_000 });
          const wanted = await outcomes(places, ports).finally(() => real.stop());
          const routing = routingOf(folder.path);
          expect(emit(routing, targetOptions(engine.version)).refused).toEqual([]);
          const running = await nginxOn(engine, backends, routing, targetOptions(engine.version));
          const seen = await outcomes(places, ports).finally(() => running.stop());
          expect(seen).toEqual(wanted);
          expect(wanted).toMatchObject({ 'GET addresses': ['200', '502'], 'POST localhost': ['200', '502'], 'GET here': ['200'], 'GET away': ['502'], 'tcp-addresses': ['nobody', 'tcp'], udp: ['nobody', 'udp'] });
        } finally {
          tcp.close();
          await backends.stop();
          await Promise.all([folder.remove(), workDir.remove()]);
        }
      });
    });
  }
});
