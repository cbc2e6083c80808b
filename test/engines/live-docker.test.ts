import { execFileSync } from 'node:child_process';
import { get } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine } from '../../src/engines/find.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { readLive } from '../../src/sources/docker/index.ts';
import { readInspection } from '../../src/sources/docker/inspect.ts';
import { readListed } from '../../src/sources/docker/listed.ts';
import { describeDocker, startDockerWorld, type DockerWorld } from '../support/docker-world.ts';
import { startLiveSides, type LiveSides } from '../support/live-sides.ts';
import { startRecordingProxy, type RecordingProxy } from '../support/recording-proxy.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/** Real containers behind real Traefik and behind `gateway serve --live --watch`, on one daemon. About 25 s; 200 containers with FULL. */
const COUNT = process.env['FULL'] === undefined ? 20 : 200;

const labels = (...pairs: readonly string[]): readonly string[] => ['traefik.enable=true', ...pairs].flatMap((pair) => ['--label', pair]);
const routed = (name: string, rule: string): string => `traefik.http.routers.${name}.rule=${rule}`;
const host = (name: string): string => `Host(\`${name}.test\`)`;

describeDocker('running containers', (engine) => {
  let world: DockerWorld;
  let folder: TempFolder;
  let proxy: RecordingProxy;
  let sides: LiveSides;

  /** Both sides say the same, and it is what is wanted; each gets the time that it takes to notice. */
  const both = async (wanted: string, name: string, target = '/'): Promise<void> => {
    let seen: readonly string[] = [];
    await waitFor(async () => {
      seen = await sides.ask(name, target);
      return seen.every((answer) => answer === wanted) ? true : null;
    }, { timeoutMs: 15_000, intervalMs: 100 });
    expect(seen).toEqual([wanted, wanted]);
  };
  const sameServers = async (): Promise<void> => {
    let seen: Awaited<ReturnType<LiveSides['servers']>> = [{}, {}];
    await waitFor(async () => {
      seen = await sides.servers();
      return JSON.stringify(seen[0]) === JSON.stringify(seen[1]) ? true : null;
    }, { timeoutMs: 10_000, intervalMs: 100 });
    expect(seen[1]).toEqual(seen[0]);
    expect(Object.keys(seen[0]).length).toBeGreaterThan(10);
  };

  beforeAll(async () => {
    const traefik = findEngine('traefik');
    if (traefik === null) throw new Error('traefik is not installed: run `node scripts/install-engines.mjs`');
    folder = await tempFolder();
    world = await startDockerWorld(engine, '10.201');
    proxy = await startRecordingProxy(world.socket, join(folder.path, 'docker.sock'));
    await world.cli(['network', 'create', 'n1']);
    await world.cli(['network', 'create', 'n2']);
    await startContainers(world);
    // An event between Traefik's first look and its subscription would be lost on it.
    await waitFor(async () => ((await world.cli(['inspect', '--format', '{{.State.Health.Status}}', 'checked'])) === 'healthy' ? true : null), { timeoutMs: 30_000, intervalMs: 200 });
    sides = await startLiveSides({ traefik, workDir: folder.path, endpoint: world.endpoint, ours: proxy.endpoint });
  }, 600_000);
  afterAll(async () => {
    await sides?.stop();
    await proxy?.stop();
    await world?.stop();
    await folder?.remove();
  }, 600_000);

  test('the list of containers says of each what it says of itself', async () => {
    const more = ['with-ports', 'asleep', 'with-a-moved-tag'];
    await world.cli(['tag', 'box', 'moving']);
    await world.cli(['create', '--name', 'with-a-moved-tag', '--network', 'n1', 'moving', 'sleep', '1']);
    await world.cli(['import', '-', 'moving'], execFileSync('tar', ['-c', '--files-from', '/dev/null']));
    await world.cli(['run', '--detach', '--name', 'with-ports', '--network', 'n1', '--publish', '127.0.0.1::80', '--publish', '80', '--expose', '443', '--expose', '53/udp', '--volume', '/tmp:/x:ro', '--volume', 'data:/y', '--volume', '/anonymous', 'box', 'sleep', '1000']);
    await world.cli(['run', '--detach', '--name', 'asleep', '--network', 'host', 'box', 'sleep', '1000']);
    await world.cli(['pause', 'asleep']);
    try {
      const list: unknown = await fromSocket(world.socket, '/containers/json?all=true');
      const listed = (Array.isArray(list) ? list : []).map(readListed).filter((one) => one !== undefined);
      expect(listed.length).toBe(COUNT + more.length - 2);
      for (const one of listed) expect(JSON.stringify(one)).toBe(JSON.stringify(readInspection(await fromSocket(world.socket, `/containers/${one.id}/json`))));
    } finally {
      await world.cli(['rm', '--force', '--volumes', ...more]);
    }
  });

  describe('answer as they do behind Traefik', () => {
    test('on both networks, with rules, prefixes and a port of their own', async () => {
      for (let index = 0; index < COUNT - 9; index += 1) await both(`200 many-${String(index)}`, `many-${String(index)}.test`);
      await both('200 prefixed api', 'prefixed.test', '/strip/api/');
      await both('404 404 page not found', 'prefixed.test', '/other');
      await both('200 ported', 'ported.test');
      await both('200 connected', 'connected.test');
      await sameServers();
    });

    test('a container whose labels are broken, one that is not enabled and one that stopped leave the others alone', async () => {
      await both('404 404 page not found', 'broken.test');
      await both('404 404 page not found', 'silent.test');
      await both('404 404 page not found', 'ended.test');
      expect(sides.said()).toContain('label-unknown');
    });

    test("what Traefik's own API says is read as the same", async () => {
      const { servers, findings } = await sides.rawdata();
      expect(servers).toEqual((await sides.servers())[0]);
      expect(findings).toEqual([]);
    });

    test('two containers with one service name take turns', async () => {
      const answers = await Promise.all(Array.from({ length: 8 }, () => sides.ask('shared.test')));
      for (const side of [0, 1]) expect([...new Set(answers.map((answer) => answer[side]))].toSorted()).toEqual(['200 shared-a', '200 shared-b']);
    });
  });

  describe('follow what happens', () => {
    test('a container dies', async () => {
      await world.cli(['kill', 'many-0']);
      await both('404 404 page not found', 'many-0.test');
      await both('200 many-1', 'many-1.test');
    });

    test('a container becomes unhealthy, and well again', async () => {
      await both('200 checked', 'checked.test');
      await world.cli(['exec', 'checked', 'rm', '/well']);
      await both('404 404 page not found', 'checked.test');
      await world.cli(['exec', 'checked', 'touch', '/well']);
      await both('200 checked', 'checked.test');
    });

    test('a container is made again with other labels', async () => {
      await world.cli(['rm', '--force', 'many-1']);
      await world.serve('many-1', ['--network', 'n1', '--expose', '8080', ...labels(routed('many-1', host('moved')))]);
      await both('200 many-1', 'moved.test');
      await both('404 404 page not found', 'many-1.test');
    });

    test('a container is connected to another network later', async () => {
      const before = (await sides.servers())[1]['connected@docker'];
      await world.cli(['network', 'connect', 'n1', 'connected']);
      // Traefik reads containers anew when one starts.
      await world.cli(['start', 'many-0']);
      await both('200 many-0', 'many-0.test');
      await both('200 connected', 'connected.test');
      await sameServers();
      expect((await sides.servers())[1]['connected@docker']).not.toEqual(before);
    });

    test('the daemon is started again', async () => {
      await world.restart(300);
      await both('200 kept', 'kept.test');
      expect(sides.said()).toMatch(/is gone: .*\n(?:.*\n)*the Docker host .* is back/);
      await both('404 404 page not found', 'ported.test');
    });
  });

  test('the daemon is only asked, never told', async () => {
    const read = await readLive([{ name: 'proxied', endpoint: proxy.endpoint }]);
    expect(read.failed).toEqual([]);
    expect(read.seen[0]?.containers.length).toBe(COUNT);
    expect(proxy.asked().filter((line) => !line.startsWith('GET /'))).toEqual([]);
    expect(proxy.asked().some((line) => line.startsWith('GET /events'))).toBe(true);
  });
});

function fromSocket(socketPath: string, path: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const question = get({ socketPath, path }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => void (text += part)).once('end', () => resolve(JSON.parse(text)));
    });
    question.once('error', reject);
  });
}

/** As many as COUNT; most alike, nine with something about them. */
async function startContainers(world: DockerWorld): Promise<void> {
  const start = (name: string, args: readonly string[], port?: number) => () => world.serve(name, args, port);
  const jobs = [
    ...Array.from({ length: COUNT - 9 }, (_, index) => {
      const name = `many-${String(index)}`;
      return start(name, ['--network', index % 2 === 0 ? 'n1' : 'n2', '--expose', '8080', ...labels(routed(name, host(name)))]);
    }),
    start('prefixed', ['--network', 'n1', '--expose', '8080', ...labels(routed('prefixed', `${host('prefixed')} && PathPrefix(\`/strip\`)`), 'traefik.http.routers.prefixed.middlewares=cut', 'traefik.http.middlewares.cut.stripprefix.prefixes=/strip')]),
    start('ported', ['--network', 'n2', '--expose', '53/udp', ...labels(routed('ported', host('ported')), 'traefik.http.services.ported.loadbalancer.server.port=9090')], 9090),
    start('connected', ['--network', 'n2', '--restart', 'no', '--expose', '8080', ...labels(routed('connected', host('connected')), 'traefik.http.services.connected.loadbalancer.server.port=8080', 'traefik.docker.network=n1')]),
    start('broken', ['--network', 'n1', '--expose', '8080', ...labels('traefik.http.rotuers.broken.rule=Host(`broken.test`)')]),
    start('silent', ['--network', 'n1', '--expose', '8080', '--label', routed('silent', host('silent'))]),
    start('shared-a', ['--network', 'n1', ...labels(routed('shared', host('shared')), 'traefik.http.routers.shared.service=shared', 'traefik.http.services.shared.loadbalancer.server.port=8080')]),
    start('shared-b', ['--network', 'n2', ...labels(routed('shared', host('shared')), 'traefik.http.routers.shared.service=shared', 'traefik.http.services.shared.loadbalancer.server.port=8080')]),
    start('checked', ['--network', 'n1', '--expose', '8080', '--health-cmd', 'test -f /well', '--health-interval', '500ms', '--health-retries', '1', ...labels(routed('checked', host('checked')))]),
    start('kept', ['--network', 'n1', '--restart', 'always', '--expose', '8080', ...labels(routed('kept', host('kept')))]),
  ];
  const workers = Array.from({ length: 4 }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) await job();
  });
  await Promise.all(workers);
}
