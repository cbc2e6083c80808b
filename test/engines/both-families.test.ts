import { mkdir, writeFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fileHost } from '../../src/cli/host.ts';
import { load } from '../../src/compile/load.ts';
import { findEngine, type EngineBinary } from '../../src/engines/find.ts';
import { freePorts } from '../../src/engines/free-port.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { fetchRawData, startTraefikFolder } from '../../src/engines/traefik.ts';
import type { Loaded } from '../../src/index.ts';
import { serve } from '../../src/server/index.ts';
import { buildOne, optionsFor } from '../support/compile-one.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { PROBE_ID_HEADER, startBackends, type BackendPool } from '../support/echo-backend.ts';
import { nginxFromDir } from '../support/engine-nginx.ts';
import { writeFiles } from '../support/nginx-emitted.ts';
import { started } from '../support/started.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/**
 * The addresses of entry points, as people write them. These sockets are open to everybody, which is what is tested: routers
 * take requests from this machine alone.
 */
const HAS_IPV6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1') === true);
const HOSTS: Readonly<Record<string, string>> = { bare: '', zero: '0.0.0.0', six: '[::]', mapped: '[::ffff:0.0.0.0]', four: '127.0.0.1', lo: 'localhost', ...(HAS_IPV6 ? { 'six-lo': '[::1]' } : {}) };
const CLIENTS: readonly string[] = ['127.0.0.1', ...(HAS_IPV6 ? ['::1'] : [])];
const TARGETS = ['/any', '/four', '/six', '/listed', '/spoofed'] as const;
const LOCAL = '(ClientIP(`127.0.0.0/8`) || ClientIP(`::1`))';

type Answers = Readonly<Record<string, unknown>>;

describeEngine('traefik', 'entry points are heard in both families', (traefik) => {
  let backends: BackendPool;
  let folder: TempFolder;
  let wanted: Answers;
  let loaded: Loaded;
  let ports: Readonly<Record<string, number>>;
  beforeAll(async () => {
    backends = await startBackends([{ name: 'a' }, { name: 'b' }]);
    folder = await tempFolder();
    ports = await freePorts([...Object.keys(HOSTS), 'api']);
    await writeConfiguration(folder.path, ports, backends);
    loaded = load({ gateways: [{ name: 'default', stacks: [], static: join(folder.path, 'traefik.yml'), dynamic: [join(folder.path, 'dynamic.yml')], versions: ['3.7'] }], declared: true, host: fileHost(process.cwd()), overrides: { endpoints: [], entryPoints: new Map() } });
    wanted = await answersOfTraefik(traefik, folder.path, ports, backends);
  });
  afterAll(async () => {
    await backends.stop();
    await folder.remove();
  });

  test('by Traefik: every unspecified address is both, localhost is IPv4', () => {
    const heard = Object.entries(wanted).filter(([asked, seen]) => asked.endsWith(' /any') && seen !== 'refused').map(([asked]) => asked.replace(' /any', ''));
    expect(heard).toEqual([...['bare', 'zero', 'six', 'mapped'].flatMap((name) => CLIENTS.map((client) => `${name} ${client}`)), 'four 127.0.0.1', 'lo 127.0.0.1', ...(HAS_IPV6 ? ['six-lo ::1'] : [])]);
  });

  test('by the server of serve', async () => {
    const routing = loaded.gateways[0]?.resolved[0]?.routing;
    if (routing === undefined) throw new Error('nothing was resolved');
    const served = await serve({ ...routing, listeners: routing.listeners.filter(({ entryPoint }) => entryPoint.name in HOSTS) });
    try {
      expect(await askAll(ports, backends)).toEqual(wanted);
    } finally {
      await served.close();
    }
  });

  for (const name of ['nginx122', 'nginx131'] as const) {
    const engine = findEngine(name);
    test.skipIf(engine === null && (process.env['CI'] ?? '') === '')(`by ${name}`, async () => {
      if (engine === null) throw new Error(`${name} is not installed`);
      expect(await answersOfNginx(engine, loaded, ports, backends)).toEqual(wanted);
    });
  }

  test('IPv4 alone where the kernel has no IPv6', () => {
    const texts = (settings: Readonly<Record<string, unknown>>, target: string): string => (buildOne(loaded, optionsFor({ target, settings })).files ?? []).filter(({ path }) => /\.conf$/.test(path)).map(({ text }) => text).join('\n');
    for (const target of ['nginx', 'kong']) {
      expect(texts({}, target)).toContain(`[::]:${String(ports['bare'])}`);
      expect(texts({ ipv6: false }, target)).not.toContain('[::]');
      expect(buildOne(loaded, optionsFor({ target, settings: { ipv6: false } })).verifiedBy).toMatch(/^model/);
    }
  });
});

async function writeConfiguration(folder: string, ports: Readonly<Record<string, number>>, backends: BackendPool): Promise<void> {
  const router = (path: string, rule: string, service: string, middlewares: readonly string[] = []): unknown => ({ rule: `Path(\`${path}\`) && ${rule}`, entryPoints: Object.keys(HOSTS), service, ...(middlewares.length === 0 ? {} : { middlewares }) });
  const service = (name: string): unknown => ({ loadBalancer: { servers: [{ url: backends.url(name) }] } });
  const entryPoints = Object.entries(HOSTS).map(([name, host]) => [name, { address: `${host}:${String(ports[name])}`, forwardedHeaders: { trustedIPs: ['::1/128'] } }]);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'traefik.yml'), stringify({ entryPoints: { ...Object.fromEntries(entryPoints), traefik: { address: `127.0.0.1:${String(ports['api'])}` } }, api: { insecure: true }, providers: { file: { filename: join(folder, 'dynamic.yml') } } }));
  await writeFile(join(folder, 'dynamic.yml'), stringify({ http: {
    routers: { any: router('/any', LOCAL, 'a'), four: router('/four', 'ClientIP(`127.0.0.1`)', 'a'), six: router('/six', 'ClientIP(`::1/128`)', 'b'), listed: router('/listed', LOCAL, 'b', ['listed']), spoofed: router('/spoofed', LOCAL, 'b') },
    middlewares: { listed: { ipAllowList: { sourceRange: ['::1'] } } },
    services: { a: service('a'), b: service('b') },
  } }));
}

async function answersOfTraefik(engine: EngineBinary, folder: string, ports: Readonly<Record<string, number>>, backends: BackendPool): Promise<Answers> {
  const running = started(await startTraefikFolder({ engine, folder, logFile: join(folder, 'log'), ready: async () => JSON.stringify((await fetchRawData(ports['api'] ?? 0)) ?? '').includes('spoofed@file') }));
  try {
    return await askAll(ports, backends);
  } finally {
    await running.stop();
  }
}

async function answersOfNginx(engine: EngineBinary, loaded: Loaded, ports: Readonly<Record<string, number>>, backends: BackendPool): Promise<Answers> {
  const built = buildOne(loaded, optionsFor({ target: 'nginx', version: engine.version, settings: { ipv6: HAS_IPV6 } }));
  if (built.files === undefined) throw new Error(built.diagnostics.map(({ message }) => message).join('; '));
  const out = await tempFolder();
  await writeFiles(out.path, built.files);
  const running = await nginxFromDir({ engine, backends, dir: out.path, ports: Object.fromEntries(Object.entries(ports).filter(([name]) => name in HOSTS && name !== 'six-lo')) });
  try {
    return await askAll(ports, backends);
  } finally {
    await running.stop();
    await out.remove();
  }
}

/** Every target at every entry point from a client of each family. */
async function askAll(ports: Readonly<Record<string, number>>, backends: BackendPool): Promise<Answers> {
  const answers: Record<string, unknown> = {};
  for (const name of Object.keys(HOSTS)) for (const client of CLIENTS) for (const target of TARGETS) answers[`${name} ${client} ${target}`] = await ask(ports[name] ?? 0, client, target, backends);
  return answers;
}

async function ask(port: number, address: string, target: string, backends: BackendPool): Promise<unknown> {
  const id = backends.open();
  const spoofed: readonly (readonly [string, string])[] = target === '/spoofed' ? [['X-Forwarded-For', '10.9.8.7'], ['X-Real-Ip', '10.9.8.7']] : [];
  const { status, failure } = await sendRaw({ port, address, method: 'GET', target, host: 'h.test', headers: [...spoofed, [PROBE_ID_HEADER, id]] });
  const told = backends.take(id).map(({ backend, headers }) => [backend, ...['x-forwarded-for', 'x-real-ip', 'x-forwarded-host', 'x-forwarded-proto'].map((field) => headers.find(([name]) => name.toLowerCase() === field)?.[1])]);
  return failure === 'refused' ? 'refused' : [status, ...told];
}
