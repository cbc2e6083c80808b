import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findEngine, type EngineName } from '../../src/engines/find.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { buildOne, loadOne, optionsFor } from '../support/compile-one.ts';
import { describeDocker, IMAGE, startDockerWorld, type DockerWorld } from '../support/docker-world.ts';
import { writeFiles } from '../support/nginx-emitted.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/**
 * What docs/running.md promises: the folders as they were written, mounted into containers beside the services that the labels
 * name, without any override. Docker's own DNS finds the services. About 15 s.
 */
const label = (name: string, value: string): string => `      - "traefik.${name}=${value}"`;
const service = (name: string, more: readonly string[], ...labels: readonly string[]): string => [`  ${name}:`, '    image: box', '    expose: ["8080"]', ...more, '    labels:', label('enable', 'true'), ...labels, ''].join('\n');
const COMPOSE = `services:\n${[
  service('web', ['    deploy: { replicas: 2 }'], label('http.routers.web.rule', 'Host(`web.test`)')),
  service('api', [], label('http.routers.api.rule', 'Host(`api.test`) && PathPrefix(`/strip`)'), label('http.routers.api.middlewares', 'strip'), label('http.middlewares.strip.stripprefix.prefixes', '/strip')),
  service('late', [], label('http.routers.late.rule', 'Host(`late.test`)')),
].join('')}`;

/** The command of each proxy, its folder mounted read-only at the usual place. */
const PROXIES: Readonly<Record<'traefik' | 'nginx', { readonly engine: EngineName; readonly mount: string; readonly command: readonly string[] }>> = {
  traefik: { engine: 'traefik', mount: '/etc/traefik', command: ['--configFile=traefik.yml'] },
  nginx: { engine: 'nginx131', mount: '/etc/nginx', command: ['-p', '/tmp', '-c', '/etc/nginx/nginx.conf', '-g', 'daemon off;'] },
};
const NAMES = ['traefik', 'nginx'] as const;

describeDocker('written folders beside their services', (engine) => {
  let world: DockerWorld;
  let folder: TempFolder;
  const addresses = new Map<string, string>();

  const ask = async (proxy: string, host: string, target = '/', timeoutMs = 40_000): Promise<string> => {
    const { status, body, failure } = await sendRaw({ port: 80, address: addresses.get(proxy) ?? '', method: 'GET', target, host, timeoutMs });
    return failure ?? (status === 200 ? body.trim() : String(status));
  };
  /** Asks again until everybody says so: names are looked up anew after some seconds. */
  const all = async (wanted: string, host: string, target = '/'): Promise<void> => {
    let seen: readonly string[] = [];
    await waitFor(async () => {
      seen = await Promise.all(NAMES.map((proxy) => ask(proxy, host, target)));
      return seen.every((answer) => answer === wanted) ? true : null;
    }, { timeoutMs: 30_000, intervalMs: 200 });
    expect(seen).toEqual(NAMES.map(() => wanted));
  };
  const start = (container: string, alias: string): Promise<void> => world.serve(container, ['--network', 'app_default', '--network-alias', alias]);

  beforeAll(async () => {
    folder = await tempFolder();
    world = await startDockerWorld(engine, '10.203');
    await world.cli(['network', 'create', 'app_default']);
    await start('app-web-1', 'web');
    await start('app-web-2', 'web');
    await start('app-api-1', 'api');
    const loaded = loadOne({ compose: COMPOSE });
    await mkdir(join(folder.path, 'tmp'));
    await writeFile(join(folder.path, 'passwd'), 'root:x:0:0:::\nnobody:x:65534:65534:::\n');
    await writeFile(join(folder.path, 'group'), 'root:x:0:\nusers:x:100:\nnogroup:x:65534:\n');
    for (const name of NAMES) {
      const { engine: wanted, mount, command } = PROXIES[name];
      const binary = findEngine(wanted);
      const { files, diagnostics } = buildOne(loaded, optionsFor({ target: name }));
      if (binary === null || files === undefined) throw new Error(`${wanted} is not installed, or nothing was written: ${diagnostics.map(({ message }) => message).join('; ')}`);
      await writeFiles(join(folder.path, name), files);
      const volumes = [`${binary.path}:/proxy:ro`, `${join(folder.path, name)}:${mount}:ro`, `${join(folder.path, 'tmp')}:/tmp`, ...['passwd', 'group'].map((file) => `${join(folder.path, file)}:/etc/${file}:ro`)];
      await world.cli(['run', '--detach', '--stop-signal', 'SIGKILL', '--name', name, '--network', 'app_default', '--dns-opt', 'timeout:1', '--dns-opt', 'attempts:1', '--workdir', mount, ...volumes.flatMap((volume) => ['--volume', volume]), IMAGE, '/proxy', ...command]);
      addresses.set(name, await world.cli(['inspect', '--format', '{{ .NetworkSettings.Networks.app_default.IPAddress }}', name]));
    }
  }, 600_000);
  afterAll(async () => {
    await world?.stop();
    await folder?.remove();
  }, 600_000);

  test('a service that is not there stops nobody else', async () => {
    await all('app-api-1 api', 'api.test', '/strip/api/');
    await all('404', 'none.test');
    // Docker asks the machine's DNS for what no container is called; where that one does not answer, both wait for it.
    for (const proxy of NAMES) expect(['502', '504', 'timeout']).toContain(await ask(proxy, 'late.test', '/', 2000));
  });

  test('and is found once it is there', async () => {
    await start('app-late-1', 'late');
    await all('app-late-1', 'late.test');
  });

  test('replicas are found behind one name', async () => {
    for (const proxy of NAMES) {
      const answers = new Set<string>();
      for (let turn = 0; turn < 12; turn += 1) answers.add(await ask(proxy, 'web.test'));
      expect([proxy, [...answers].filter((answer) => !/^app-web-[12]$/.test(answer)), answers.size > 0]).toEqual([proxy, [], true]);
      if (proxy === 'nginx') expect([...answers].toSorted()).toEqual(['app-web-1', 'app-web-2']);
    }
  });
});
