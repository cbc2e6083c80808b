import { afterAll, beforeAll, expect, test } from 'vitest';
import { discoverDocument, drift, explainLive, load, parseRequest, readEngineState, readLive } from '../../src/index.ts';
import type { EngineState, ExplainDocument, Loaded, ServiceDrift } from '../../src/index.ts';
import { findEngine } from '../../src/engines/find.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { startTraefik, type Traefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { describeDocker, startDockerWorld, type DockerWorld } from '../support/docker-world.ts';
import { objectAt } from '../support/json.ts';
import { started } from '../support/started.ts';
import { tempFolder, type TempFolder } from '../support/temp-folder.ts';

/**
 * Incidents on a real daemon behind real Traefik: what it answers, the rung that explain names, what drift says, and that the
 * cure is one. About 13 s.
 */
const CONSTRAINTS = '!Label(`zone`,`out`)';
const STATIC = `entryPoints: { web: { address: ":80" }, side: { address: ":81" } }\nproviders: { docker: { exposedByDefault: false, constraints: "${CONSTRAINTS}" } }\n`;

const rule = (name: string): string => `traefik.http.routers.${name}.rule=Host(\`${name}.test\`)`;
const ON = 'traefik.enable=true';

/** Labels of a service in git, what its container has otherwise, what Traefik answers and the rung that fails. */
interface Incident {
  readonly git: readonly string[];
  readonly running?: readonly string[];
  readonly args?: readonly string[];
  readonly status: number;
  readonly failed: string | null;
  readonly drift: ServiceDrift['state'];
}

const EXPOSE = ['--expose', '8080'];
const INCIDENTS: Readonly<Record<string, Incident>> = {
  well: { git: [ON, rule('well')], status: 200, failed: null, drift: 'in sync' },
  off: { git: [ON, rule('off')], running: ['traefik.enable=false', rule('off')], status: 404, failed: 'enabled', drift: 'label drift' },
  typo: { git: [ON, rule('typo'), 'traefik.http.rotuers.typo.priority=1'], status: 404, failed: 'labels', drift: 'engine disagrees' },
  nope: { git: [ON, rule('nope'), 'traefik.http.routers.nope.middlewares=absent'], status: 404, failed: 'router', drift: 'engine disagrees' },
  noport: { git: [ON, rule('noport')], args: [], status: 404, failed: 'port', drift: 'engine disagrees' },
  deaf: { git: [ON, rule('deaf'), 'traefik.http.services.deaf.loadbalancer.server.port=9'], status: 502, failed: 'backend', drift: 'in sync' },
  ill: { git: [ON, rule('ill')], args: [...EXPOSE, '--health-cmd', 'test -f /never', '--health-interval', '1s', '--health-retries', '1'], status: 404, failed: 'healthy', drift: 'engine disagrees' },
  barred: { git: [ON, rule('barred'), 'zone=out'], status: 404, failed: 'constraint', drift: 'engine disagrees' },
  beside: { git: [ON, rule('beside'), 'traefik.http.routers.beside.entrypoints=side'], status: 404, failed: 'entry point', drift: 'in sync' },
  login: { git: [ON, rule('login'), 'traefik.http.routers.login.middlewares=login', 'traefik.http.middlewares.login.basicauth.users=hunter2'], status: 404, failed: 'router', drift: 'engine disagrees' },
  paused: { git: [ON, rule('paused')], status: 404, failed: 'running', drift: 'in git, not running' },
  ended: { git: [ON, rule('ended')], status: 404, failed: 'running', drift: 'in git, not running' },
};

function composeText(): string {
  const services = Object.entries(INCIDENTS).map(([name, { git }]) => `  ${name}:\n    image: box\n    labels:\n${git.map((label) => `      - ${JSON.stringify(label)}\n`).join('')}`);
  return `name: shop\nservices:\n${services.join('')}  missing:\n    image: box\n    labels:\n      - ${JSON.stringify(ON)}\n      - ${JSON.stringify(rule('missing'))}\n`;
}

describeDocker('incidents', (engine) => {
  let world: DockerWorld;
  let folder: TempFolder;
  let traefik: Traefik;

  beforeAll(async () => {
    const binary = findEngine('traefik');
    if (binary === null) throw new Error('traefik is not installed: run `node scripts/install-engines.mjs`');
    folder = await tempFolder();
    world = await startDockerWorld(engine, '10.203');
    await world.cli(['network', 'create', 'n1']);
    await Promise.all(Object.keys(INCIDENTS).map((name) => serve(name)));
    await world.cli(['stop', 'ended']);
    await world.cli(['pause', 'paused']);
    await waitFor(async () => ((await world.cli(['inspect', '--format', '{{.State.Health.Status}}', 'ill'])).trim() === 'unhealthy' ? true : null), { timeoutMs: 15_000, intervalMs: 200 });
    traefik = started(await startTraefik({ engine: binary, workDir: folder.path, entryPoints: [{ name: 'web' }, { name: 'side' }], provider: { kind: 'docker', endpoint: world.endpoint }, flags: ['--providers.docker.exposedbydefault=false', `--providers.docker.constraints=${CONSTRAINTS}`] }));
    await waitFor(async () => ((await answer('well')) === 200 ? true : null), { timeoutMs: 15_000, intervalMs: 100 });
  });
  afterAll(async () => {
    await traefik?.stop();
    await world?.stop();
    await folder?.remove();
  });

  async function serve(name: string, labels?: readonly string[]): Promise<void> {
    const { git, running, args = EXPOSE } = INCIDENTS[name] ?? { git: [], status: 0, failed: null, drift: 'in sync' };
    const own = ['com.docker.compose.project=shop', `com.docker.compose.service=${name}`, ...(labels ?? running ?? git)];
    await world.serve(name, ['--network', 'n1', ...args, ...own.flatMap((label) => ['--label', label])]);
  }

  async function answer(name: string): Promise<number> {
    const { status } = await sendRaw({ port: traefik.ports['web'] ?? 0, method: 'GET', target: '/', host: `${name}.test`, timeoutMs: 5000 });
    return status;
  }

  async function engineState(): Promise<EngineState> {
    const state = readEngineState(JSON.stringify(await traefik.rawData()));
    if (state === undefined) throw new Error('no rawdata');
    return state;
  }

  async function live(): Promise<Loaded> {
    const { seen } = await readLive([{ name: 'live', endpoint: world.endpoint }]);
    return load({ gateways: [{ name: 'default', stacks: [], dynamic: [], static: 'traefik.yml', versions: ['3.7'], seen }], declared: false, host: host({ 'traefik.yml': STATIC }), overrides: NOTHING });
  }

  async function explained(name: string): Promise<ExplainDocument> {
    const parsed = parseRequest([`http://${name}.test/`], { headers: [], clientIp: '192.0.2.1' });
    const loaded = await live();
    const [gateway] = loaded.gateways;
    const [files] = inGit().gateways;
    if (gateway === undefined || files === undefined || parsed.kind === 'invalid') throw new Error('nothing was loaded');
    const build = { targets: [], versions: new Map<string, string>(), allowances: new Map<string, string>(), inlineSecrets: false, settings: {}, overrides: NOTHING };
    const [first] = await explainLive(loaded, gateway, parsed.request, { build, isLocal: true, timeoutMs: 2000, unseen: [], files: { loaded: inGit(), gateway: files } });
    if (first === undefined) throw new Error('nothing was explained');
    return first.document;
  }

  async function driftServices(): Promise<readonly ServiceDrift[]> {
    const { seen } = await readLive([{ name: 'live', endpoint: world.endpoint }]);
    return drift(inGit(), { gateway: 'default', seen, engine: await engineState() }).stacks.flatMap(({ services }) => services);
  }

  async function drifts(): Promise<Readonly<Record<string, ServiceDrift['state']>>> {
    return Object.fromEntries((await driftServices()).map(({ service, state }) => [service, state]));
  }

  test.each(Object.entries(INCIDENTS))('%s: what Traefik answers, and the first rung that fails', async (name, { status, failed }) => {
    expect(await answer(name)).toBe(status);
    const { ladders } = await explained(name);
    expect(ladders.map((ladder) => [ladder.container, ladder.failed, ladder.unseen])).toEqual([[`shop/${name}`, failed, expect.anything()]]);
    if (failed === null) expect(ladders[0]?.rungs.find(({ rung }) => rung === 'backend')?.state).toBe('ok');
  });

  test('git has a service that nobody runs', async () => {
    expect(await answer('missing')).toBe(404);
    expect((await explained('missing')).ladders).toMatchObject([{ container: 'shop/missing', failed: 'container' }]);
  });

  test('drift: every service by its state', async () => {
    expect(await drifts()).toEqual({ ...Object.fromEntries(Object.entries(INCIDENTS).map(([name, one]) => [name, one.drift])), missing: 'in git, not running' });
  });

  test('discover says of every router what Traefik says of it, and nobody shows a login that Traefik quotes', async () => {
    const theirs = objectAt(await traefik.rawData(), 'routers');
    const document = discoverDocument(await live(), []);
    const ours = document.gateways.flatMap(({ containers }) => containers.flatMap(({ routers }) => routers));
    expect(ours.map(({ name, status }) => [name, status]).toSorted()).toEqual(Object.entries(theirs).flatMap(([name]) => (name.endsWith('@internal') ? [] : [[name, objectAt(theirs, name)['status']]])).toSorted());
    expect(JSON.stringify(theirs)).toContain('error parsing BasicUser: hunter2');
    const services = await driftServices();
    expect(services.find(({ service }) => service === 'login')?.details).toEqual(['router login@docker is disabled in the engine: error parsing BasicUser: ***']);
    expect(JSON.stringify([document, services, await explained('login')])).not.toContain('hunter2');
  });

  test('a container that is paused cannot be started, and Traefik does not see it go on: the cure is a restart', async () => {
    await expect(world.cli(['start', 'paused'])).rejects.toThrow(/unpause/);
    expect((await driftServices()).find(({ service }) => service === 'paused')?.cure).toBe('docker compose -p shop restart paused');
    await world.cli(['restart', 'paused']);
    await waitFor(async () => ((await answer('paused')) === 200 ? true : null), { timeoutMs: 15_000, intervalMs: 100 });
    expect([await answer('paused'), (await drifts())['paused']]).toEqual([200, 'in sync']);
  });

  test('made again as git has it, a service is in sync and answers', async () => {
    await world.cli(['rm', '--force', 'off']);
    await serve('off', INCIDENTS['off']?.git);
    await waitFor(async () => ((await answer('off')) === 200 ? true : null), { timeoutMs: 15_000, intervalMs: 100 });
    expect([await answer('off'), (await explained('off')).ladders[0]?.failed, (await drifts())['off']]).toEqual([200, null, 'in sync']);
  });
});

const NOTHING = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };

function host(files: Readonly<Record<string, string>>): Parameters<typeof load>[0]['host'] {
  return { readFile: (path) => files[path], listFolder: () => undefined };
}

function inGit(): Loaded {
  return load({ gateways: [{ name: 'default', stacks: [{ files: ['compose.yml'], variables: new Map() }], dynamic: [], static: 'traefik.yml', versions: ['3.7'] }], declared: false, host: host({ 'compose.yml': composeText(), 'traefik.yml': STATIC }), overrides: NOTHING });
}
