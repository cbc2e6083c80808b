import { afterAll, beforeAll, expect, test } from 'vitest';
import { load } from '../../src/compile/load.ts';
import type { Loaded } from '../../src/compile/types.ts';
import { findEngine } from '../../src/engines/find.ts';
import { startTraefik, type Traefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { readLive, watchHosts } from '../../src/sources/docker/index.ts';
import { describeDocker, startDockerWorld, type DockerWorld } from '../support/docker-world.ts';
import { objectAt } from '../support/json.ts';
import { started } from '../support/started.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** A real Swarm of one machine behind real Traefik with both providers, and read by us. About 12 s. */
const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { swarm: { exposedByDefault: false }, docker: { exposedByDefault: false } }\n';

const routed = (name: string): readonly string[] => ['traefik.enable=true', `traefik.http.routers.${name}.rule=Host(\`${name}.test\`)`];
const port = (name: string): string => `traefik.http.services.${name}.loadbalancer.server.port=8080`;

/** Arguments of `docker service create` and labels, by name. */
const SERVICES: Readonly<Record<string, { readonly args: readonly string[]; readonly labels: readonly string[] }>> = {
  web: { args: ['--replicas', '2', '--network', 'one'], labels: [...routed('web'), port('web')] },
  everywhere: { args: ['--mode', 'global', '--network', 'one'], labels: [...routed('everywhere'), port('everywhere')] },
  virtual: { args: ['--network', 'one'], labels: [...routed('virtual'), port('virtual'), 'traefik.swarm.lbswarm=true'] },
  'virtual-of-old': { args: ['--network', 'one'], labels: [...routed('virtual-of-old'), port('virtual-of-old'), 'traefik.docker.lbswarm=true'] },
  'no-virtual': { args: ['--network', 'one', '--endpoint-mode', 'dnsrr'], labels: [...routed('no-virtual'), port('no-virtual'), 'traefik.swarm.lbswarm=true'] },
  second: { args: ['--network', 'one', '--network', 'two'], labels: [...routed('second'), port('second'), 'traefik.swarm.network=two'] },
  'no-port': { args: ['--network', 'one'], labels: routed('no-port') },
  none: { args: ['--replicas', '0', '--network', 'one'], labels: [...routed('none'), port('none')] },
  broken: { args: ['--network', 'one'], labels: [...routed('broken'), port('broken'), 'traefik.http.rotuers.x.rule=Host(`x.test`)'] },
  silent: { args: ['--network', 'one'], labels: [port('silent')] },
};

describeDocker('services of a Swarm', (engine) => {
  let world: DockerWorld;
  let folder: TempFolder;
  let traefik: Traefik | undefined;

  beforeAll(async () => {
    const found = findEngine('traefik');
    if (found === null) throw new Error('traefik is not installed: run `node scripts/install-engines.mjs`');
    folder = await tempFolder();
    world = await startDockerWorld(engine, '10.206');
    await world.cli(['swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1:0', '--default-addr-pool', '10.207.0.0/16']);
    // The node says that it is a manager before it can act as one.
    await waitFor(async () => await world.cli(['node', 'ls', '--quiet']).catch(() => null), { timeoutMs: 30_000, intervalMs: 100 });
    for (const name of ['one', 'two']) await world.cli(['network', 'create', '--driver', 'overlay', name]);
    for (const [name, { args, labels }] of Object.entries(SERVICES)) {
      await world.cli(['service', 'create', '--detach', '--quiet', '--no-resolve-image', '--name', name, ...args, ...labels.flatMap((label) => ['--label', label]), 'box', 'sleep', '1000']);
    }
    await world.cli(['network', 'create', 'plain']);
    await world.serve('container', ['--network', 'plain', '--expose', '8080', ...[...routed('container')].flatMap((label) => ['--label', label])]);
    await running(10);
    traefik = started(await startTraefik({ engine: found, workDir: folder.path, entryPoints: [{ name: 'web' }], provider: { kind: 'docker', endpoint: world.endpoint }, flags: ['--providers.docker.exposedbydefault=false', `--providers.swarm.endpoint=${world.endpoint}`, '--providers.swarm.exposedbydefault=false', '--providers.swarm.refreshseconds=1s'] }));
  }, 120_000);
  afterAll(async () => {
    await traefik?.stop();
    await world?.cli(['swarm', 'leave', '--force']).catch(() => undefined);
    await world?.stop();
    await folder?.remove();
  }, 120_000);

  /** Waits until so many tasks run. */
  const running = async (count: number): Promise<void> => {
    await waitFor(async () => ((await world.cli(['node', 'ps', '--filter', 'desired-state=running', '--format', '{{.CurrentState}}'])).split('\n').filter((line) => line.startsWith('Running')).length >= count ? true : null), { timeoutMs: 60_000, intervalMs: 200 });
  };
  const read = async (): Promise<Loaded> => {
    const { seen, failed } = await readLive([{ name: 'manager', endpoint: world.endpoint }]);
    expect(failed).toEqual([]);
    const host = { readFile: (path: string) => (path === 'traefik.yml' ? STATIC : undefined), listFolder: () => undefined };
    return load({ gateways: [{ name: 'default', stacks: [], dynamic: [], static: 'traefik.yml', versions: ['3.7'], seen }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } });
  };

  test('have the servers that Traefik gives them, beside containers', async () => {
    const ours = serversIn(await read());
    let theirs: Servers = {};
    await waitFor(async () => {
      theirs = serversOf(await traefik?.rawData());
      return JSON.stringify(theirs) === JSON.stringify(ours) ? true : null;
    }, { timeoutMs: 20_000, intervalMs: 100 });
    expect(ours).toEqual(theirs);
    expect(Object.fromEntries(Object.entries(ours).map(([name, urls]) => [name, urls.length]))).toEqual({ 'container@docker': 1, 'everywhere@swarm': 1, 'second@swarm': 1, 'virtual@swarm': 1, 'virtual-of-old@swarm': 1, 'web@swarm': 2 });
  });

  test('are left out or lost where Traefik says so, each with its reason', async () => {
    const fates = (await read()).gateways[0]?.resolved[0]?.gateway.fates ?? [];
    const of = (name: string): unknown => fates.find(({ container }) => container.live?.task === name)?.fate;
    expect(of('no-port')).toMatchObject({ kind: 'lost', because: 'service "no-port" error: port is missing' });
    expect(of('broken')).toMatchObject({ kind: 'lost', because: 'field not found, node: rotuers' });
    expect(of('silent')).toEqual({ kind: 'filtered', because: 'notExposed' });
    expect(traefik?.log()).toMatch(/service \\"no-port\\" error: port is missing/);
    expect(traefik?.log()).toMatch(/field not found, node: rotuers/);
  });

  test('are seen anew when there are more of them', async () => {
    let changes = 0;
    const stop = watchHosts([{ name: 'manager', endpoint: world.endpoint }], { onChange: () => Promise.resolve(void (changes += 1)) });
    try {
      await waitFor(() => Promise.resolve(changes > 0 ? true : null), { timeoutMs: 10_000 });
      await world.cli(['service', 'scale', '--detach', 'web=3']);
      await waitFor(async () => (changes > 1 && (serversIn(await read())['web@swarm'] ?? []).length === 3 ? true : null), { timeoutMs: 20_000, intervalMs: 200 });
      const ours = serversIn(await read());
      expect(ours['web@swarm']?.length).toBe(3);
      await waitFor(async () => (serversOf(await traefik?.rawData())['web@swarm']?.length === 3 ? true : null), { timeoutMs: 20_000, intervalMs: 100 });
      expect(serversOf(await traefik?.rawData())).toEqual(ours);
    } finally {
      stop();
    }
  });
});

type Servers = Readonly<Record<string, readonly string[]>>;

/** What the API says; Traefik's own services have no servers. */
function serversOf(data: unknown): Servers {
  return sorted(Object.entries(objectAt(data, 'services')).flatMap(([name, service]) => {
    const { servers } = objectAt(service, 'loadBalancer');
    const urls = (Array.isArray(servers) ? servers : []).flatMap((server: unknown) => (typeof server === 'object' && server !== null && 'url' in server && typeof server.url === 'string' ? [server.url] : []));
    return name.endsWith('@internal') ? [] : [[name, urls] as const];
  }));
}

function serversIn(loaded: Loaded): Servers {
  const services = loaded.gateways[0]?.resolved[0]?.gateway.services ?? [];
  return sorted(services.flatMap(({ ref, spec }) => (ref.namespace === 'internal' ? [] : [[`${ref.name}@${ref.namespace}`, spec.kind === 'loadBalancer' ? spec.endpoints.map(({ scheme, host, port: number }) => `${scheme}://${host}:${String(number)}`) : []] as const])));
}

function sorted(entries: readonly (readonly [string, readonly string[]])[]): Servers {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, urls]) => [name, urls.toSorted()]));
}
