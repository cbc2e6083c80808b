import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEngine } from '../../src/engines/find.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { load, readLive } from '../../src/index.ts';
import type { Loaded } from '../../src/index.ts';
import { describeDocker, startDockerWorld, type DockerWorld } from '../support/docker-world.ts';
import { objectAt } from '../support/json.ts';
import { startRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** Real Traefik inside containers: what it made of its own files, and what is read of them through Docker. About 8 s. */
const STATIC = 'api: { insecure: true }\nentryPoints: { web: { address: ":80" }, side: { address: ":81" } }\nproviders: { file: { directory: /etc/traefik/dynamic } }\n';
const ROUTER = (name: string): string => `http:\n  routers:\n    ${name}:\n      rule: Host(\`${name}.test\`)\n      service: noop@internal\n      entryPoints: [side]\n`;

describeDocker('the files of a proxy', (engine) => {
  let world: DockerWorld;
  let folder: TempFolder;
  let proxy: RecordingProxy;

  beforeAll(async () => {
    folder = await tempFolder();
    world = await startDockerWorld(engine, '10.204');
    proxy = await startRecordingProxy(world.socket, join(folder.path, 'docker.sock'));
    await world.cli(['tag', 'box', 'traefik:v3.7']);
    await world.cli(['network', 'create', 'n1']);
  });
  afterAll(async () => {
    await proxy?.stop();
    await world?.stop();
    await folder?.remove();
  });

  async function run(name: string, mounts: readonly string[], command: readonly string[] = []): Promise<void> {
    const traefik = findEngine('traefik');
    if (traefik === null) throw new Error('traefik is not installed: run `node scripts/install-engines.mjs`');
    await world.cli(['run', '--detach', '--name', name, '--network', 'n1', '--volume', `${traefik.path}:/traefik:ro`, ...mounts.flatMap((mount) => ['--volume', mount]), '--entrypoint', '/traefik', 'traefik:v3.7', ...command]);
  }

  /** The routers of files that the engine says it has. */
  async function routersIn(name: string): Promise<readonly string[]> {
    const address = await world.cli(['inspect', '--format', '{{.NetworkSettings.Networks.n1.IPAddress}}', name]);
    const names = await waitFor(async () => {
      const { status, body } = await sendRaw({ address, port: 8080, method: 'GET', target: '/api/rawdata', host: 'x', timeoutMs: 2000 });
      const found = status === 200 ? Object.keys(objectAt(JSON.parse(body), 'routers')).filter((one) => one.endsWith('@file')) : [];
      return found.length > 0 ? found : null;
    }, { timeoutMs: 15_000, intervalMs: 100 });
    return (names ?? []).toSorted();
  }

  async function read(name: string): Promise<Loaded> {
    const { seen } = await readLive([{ name: 'live', endpoint: proxy.endpoint }]);
    const only = seen.map((host) => ({ ...host, containers: host.containers.filter((one) => one.name === name) }));
    return load({ gateways: [{ name: 'default', stacks: [], dynamic: [], seen: only }], declared: false, host: { readFile: () => undefined, listFolder: () => undefined }, overrides: { endpoints: [], entryPoints: new Map() } });
  }

  const pointsOf = ({ gateways }: Loaded): readonly string[] => {
    const config = gateways[0]?.proxy.static ?? 'unknown';
    return config === 'unknown' ? [] : config.entryPoints.map((one) => one.name).filter((one) => one !== 'traefik').toSorted();
  };
  const ours = ({ gateways }: Loaded): readonly string[] => (gateways[0]?.resolved[0]?.gateway.routers ?? []).map(({ ref }) => `${ref.name}@${ref.namespace}`).toSorted();

  test('mounted from the host, in folders and behind links', async () => {
    const conf = join(folder.path, 'conf');
    mkdirSync(join(conf, 'dynamic', 'sub'), { recursive: true });
    writeFileSync(join(conf, 'traefik.yml'), STATIC);
    writeFileSync(join(conf, 'dynamic', 'a.yml'), ROUTER('plain'));
    writeFileSync(join(conf, 'dynamic', 'sub', `${'long'.repeat(40)}.yaml`), ROUTER('deep'));
    writeFileSync(join(conf, 'linked'), ROUTER('linked'));
    symlinkSync('../linked', join(conf, 'dynamic', 'c.yml'));
    await run('mounted', [`${conf}:/etc/traefik:ro`]);
    const wanted = await routersIn('mounted');
    const loaded = await read('mounted');
    expect(wanted).toEqual(['deep@file', 'linked@file', 'plain@file']);
    expect(ours(loaded)).toEqual(wanted);
    expect(pointsOf(loaded)).toEqual(['side', 'web']);
  });

  test('in a volume and where the command says, in TOML', async () => {
    await world.cli(['volume', 'create', 'conf']);
    await world.cli(['create', '--name', 'filler', '--volume', 'conf:/conf', 'box', 'sleep', '1']);
    const toml = join(folder.path, 'own.toml');
    writeFileSync(toml, '[api]\ninsecure = true\n[entryPoints.side]\naddress = ":81"\n[providers.file]\nfilename = "/conf/one.toml"\n');
    writeFileSync(join(folder.path, 'one.toml'), '[http.routers.tomled]\nrule = "Host(`t.test`)"\nservice = "noop@internal"\n');
    for (const name of ['own.toml', 'one.toml']) await world.cli(['cp', join(folder.path, name), `filler:/conf/${name}`]);
    await run('volume', ['conf:/conf'], ['--configFile', '/conf/own.toml']);
    const wanted = await routersIn('volume');
    const loaded = await read('volume');
    expect(wanted).toEqual(['tomled@file']);
    expect(ours(loaded)).toEqual(wanted);
    expect(pointsOf(loaded)).toEqual(['side']);
  });

  test('what is too large is named, and Docker is only asked', async () => {
    writeFileSync(join(folder.path, 'big.yml'), `${STATIC}#${'x'.repeat(3 << 20)}\n`);
    await run('big', [`${join(folder.path, 'big.yml')}:/etc/traefik/traefik.yml:ro`]);
    const { notVisible, gateways } = await read('big');
    expect(notVisible).toEqual(['container big: /etc/traefik/traefik.yml: larger than 1 MB']);
    expect(gateways[0]?.staticKnown).toBe(false);
    expect(proxy.asked().filter((line) => !line.startsWith('GET /'))).toEqual([]);
    expect(proxy.asked().some((line) => line.includes('/archive?'))).toBe(true);
  });
});
