import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { freePorts } from '../../src/engines/free-port.ts';
import { fileHost } from '../../src/cli/host.ts';
import { startTraefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { load } from '../../src/compile/load.ts';
import type { Routing } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, type BackendPool } from '../support/echo-backend.ts';
import { objectAt } from '../support/json.ts';
import { emit, nginxOn } from '../support/nginx-emitted.ts';
import { targetOptions } from '../support/routing-builder.ts';
import { started } from '../support/started.ts';
import { greet, namedServer, type Greeting } from '../support/tcp-client.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** TCP routers of one entry point each, written once: Traefik reads the file, nginx what is made of it. */
type Tree = Readonly<Record<string, unknown>>;
const SETS: Readonly<Record<string, Readonly<Record<string, Tree>>>> = {
  plain: { r: { rule: 'HostSNI(`*`)', service: 's1' } },
  sni: { named: { rule: 'HostSNI(`a.test`) || HostSNI(`b.test`)', service: 's2', tls: { passthrough: true } }, rest: { rule: 'HostSNI(`*`)', service: 's1' } },
  all: { named: { rule: 'HostSNI(`a.test`)', service: 's2', tls: { passthrough: true } }, rest: { rule: 'HostSNI(`*`)', service: 's1', tls: { passthrough: true } } },
  patterns: { wild: { rule: 'HostSNI(`*.w.test`)', service: 's1', tls: { passthrough: true } }, pattern: { rule: 'HostSNIRegexp(`^[a-z]+[.]r[.]test$`)', service: 's2', tls: { passthrough: true } } },
  negated: { not: { rule: '!HostSNI(`a.test`)', service: 's1', tls: { passthrough: true } }, named: { rule: 'HostSNI(`a.test`)', service: 's2', tls: { passthrough: true } } },
  client: { one: { rule: 'HostSNI(`*`) && ClientIP(`127.0.0.9`)', service: 's2' }, rest: { rule: 'HostSNI(`*`)', service: 's1' } },
  allow: { r: { rule: 'HostSNI(`*`)', service: 's1', middlewares: ['inside'] } },
  allowbeside: { r: { rule: 'HostSNI(`a.test`)', service: 's1', middlewares: ['inside'], tls: { passthrough: true } }, rest: { rule: 'HostSNI(`*`)', service: 's2', tls: { passthrough: true } } },
  alpn: { h2: { rule: 'HostSNI(`*`) && ALPN(`h2`)', service: 's2', tls: { passthrough: true } }, rest: { rule: 'HostSNI(`*`)', service: 's1', tls: { passthrough: true } } },
  priority: { low: { rule: 'HostSNI(`a.test`)', service: 's1', priority: 1, tls: { passthrough: true } }, high: { rule: 'HostSNIRegexp(`^.*[.]test$`)', service: 's2', priority: 9, tls: { passthrough: true } } },
  ends: { r: { rule: 'HostSNI(`a.test`)', service: 's1', tls: {} }, other: { rule: 'HostSNI(`b.test`)', service: 's2', tls: {} } },
  proxied: { r: { rule: 'HostSNI(`*`)', service: 'told' } },
  weighted: { r: { rule: 'HostSNI(`*`)', service: 'split' } },
};

const HELLOS: readonly Greeting[] = [
  {}, { from: '127.0.0.9' }, { sni: 'a.test' }, { sni: 'A.Test' }, { sni: 'b.test' }, { sni: 'c.test' }, { sni: 'x.w.test' }, { sni: 'x.y.w.test' }, { sni: 'w.test' }, { sni: 'abc.r.test' }, { sni: 'ABC.r.test' },
  { sni: 'a.test', from: '127.0.0.9' }, { sni: 'a.test', alpn: ['http/1.1', 'h2'] }, { sni: 'a.test', alpn: ['h2c'] }, { sni: 'a.test', handshake: true }, { sni: 'b.test', handshake: true },
];

for (const engineName of ['nginx122', 'nginx131'] as const) {
  describeEngine('traefik', `TCP beside ${engineName}`, (traefik) => {
    describeEngine(engineName, 'carries TCP as Traefik does', (engine) => {
      let folder: TempFolder;
      let backends: BackendPool;
      let routing: Routing;
      let ports: Readonly<Record<string, number>>;
      const closing: (() => void)[] = [];
      beforeAll(async () => {
        folder = await tempFolder();
        execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', join(folder.path, 'key.pem'), '-out', join(folder.path, 'cert.pem'), '-days', '30', '-subj', '/CN=test'], { stdio: 'ignore' });
        backends = await startBackends([]);
        const [one, two] = [await namedServer('one'), await namedServer('two')];
        closing.push(one.close, two.close);
        ports = await freePorts(Object.keys(SETS));
        await writeTree(folder.path, one.port, two.port, ports);
        routing = routingOfFiles(folder.path);
      });
      afterAll(async () => {
        for (const close of closing) close();
        await backends.stop();
        await folder.remove();
      });

      test('every connection reaches the same server', async () => {
        const wanted = await withTraefik(traefik, folder.path, ports, () => greetAll(ports));
        const running = await nginxOn(engine, backends, routing, targetOptions(engine.version));
        const seen = await greetAll(ports).finally(() => running.stop());
        expect(seen).toEqual(wanted);
        expect(new Set(Object.values(wanted))).toEqual(new Set(['one', 'two', 'nobody', 'one PROXY TCP4 127.0.0.1', 'one PROXY TCP4 127.0.0.9', 'shared 3:1']));
      });
    });
  });
}

async function greetAll(ports: Readonly<Record<string, number>>): Promise<Readonly<Record<string, string>>> {
  const out: Record<string, string> = {};
  for (const [name, port] of Object.entries(ports)) {
    if (name === 'weighted') out[name] = await shares(port);
    else await Promise.all(HELLOS.map(async (hello) => { out[`${name} ${JSON.stringify(hello)}`] = await greet(port, hello); }));
  }
  return out;
}

async function shares(port: number): Promise<string> {
  const seen: string[] = [];
  for (let count = 0; count < 8; count += 1) seen.push(await greet(port, {}));
  return `shared ${String(seen.filter((name) => name === 'one').length / 2)}:${String(seen.filter((name) => name === 'two').length / 2)}`;
}

async function writeTree(folder: string, one: number, two: number, ports: Readonly<Record<string, number>>): Promise<void> {
  const routers = Object.entries(SETS).flatMap(([set, all]) => Object.entries(all).map(([name, router]) => [`${set}-${name}`, { entryPoints: [set], ...router }] as const));
  const to = (port: number, more: Tree = {}): Tree => ({ loadBalancer: { servers: [{ address: `127.0.0.1:${String(port)}` }], ...more } });
  const services = { s1: to(one), s2: to(two), told: to(one, { proxyProtocol: { version: 1 } }), split: { weighted: { services: [{ name: 's1', weight: 3 }, { name: 's2', weight: 1 }] } } };
  const dynamic = { tcp: { routers: Object.fromEntries(routers), services, middlewares: { inside: { ipAllowList: { sourceRange: ['127.0.0.9/32'] } } } }, tls: { certificates: [{ certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem') }] } };
  const fixed = { entryPoints: Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, { address: `127.0.0.1:${String(port)}` }])), providers: { file: { directory: join(folder, 'dynamic') } } };
  await mkdir(join(folder, 'dynamic'));
  await writeFile(join(folder, 'dynamic', 'tcp.yml'), stringify(dynamic));
  await writeFile(join(folder, 'traefik.yml'), stringify(fixed));
}

function routingOfFiles(folder: string): Routing {
  const loaded = load({ gateways: [{ name: 'default', stacks: [], static: join(folder, 'traefik.yml'), dynamic: [join(folder, 'dynamic', 'tcp.yml')], versions: ['3.7'] }], declared: true, host: fileHost(process.cwd()), overrides: { endpoints: [], entryPoints: new Map() } });
  const routing = loaded.gateways[0]?.resolved[0]?.routing;
  if (routing === undefined) throw new Error('nothing was resolved');
  expect(emit(routing, targetOptions('1.22')).refused).toEqual([]);
  return routing;
}

async function withTraefik<T>(engine: Parameters<typeof startTraefik>[0]['engine'], folder: string, ports: Readonly<Record<string, number>>, use: () => Promise<T>): Promise<T> {
  const workDir = await tempFolder();
  const entryPoints = Object.entries(ports).map(([name, port]) => ({ name, port }));
  const running = started(await startTraefik({ engine, workDir: workDir.path, entryPoints, provider: { kind: 'directory', path: join(folder, 'dynamic') } }));
  const count = Object.values(SETS).reduce((sum, set) => sum + Object.keys(set).length, 0);
  await waitFor(async () => (Object.keys(objectAt(await running.rawData(), 'tcpRouters')).length >= count ? true : null), { timeoutMs: 10_000 });
  try {
    return await use();
  } finally {
    await running.stop();
    await workDir.remove();
  }
}
