import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { request as ask } from 'node:http';
import { createServer } from 'node:https';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '../../src/engines/wait.ts';
import type { FakeContainer } from '../support/docker-container.ts';
import { startFakeDocker, type FakeDocker } from '../support/fake-docker.ts';
import { selfSigned } from '../support/test-certificate.ts';
import { BIN, cleanEnv, project, type Outcome } from './gateway.ts';

/** `gateway discover` and `--live` against a Docker API of our own. About 6 s. */
const CONTAINERS: readonly FakeContainer[] = [
  { name: 'shop-web-1', composeProject: 'shop', composeService: 'web', labels: { 'traefik.http.routers.web.rule': 'Host(`web.test`)', 'traefik.http.routers.web.middlewares': 'auth', 'traefik.http.middlewares.auth.basicauth.users': 'u:$apr1$H6uskkkW$IgXLP6ewTrSuBkTrqE8wj/' }, ports: ['80/tcp'], networks: { shop_default: '172.18.0.2' } },
  { name: 'shop-old-1', composeProject: 'shop', composeService: 'old', labels: { 'traefik.http.routers.old.rule': 'Host(`old.test`)' }, ports: ['80/tcp'], networks: { shop_default: '172.18.0.3' }, state: 'exited' },
  { name: 'lone', labels: { 'traefik.http.rotuers.lone.rule': 'Host(`lone.test`)' }, ports: ['80/tcp'], networks: { n: '172.19.0.2' } },
];
const NOWHERE = 'unix:///tmp/gateway-there-is-no-daemon.sock';

/** The API answers from this process, so the command must not block it. */
function gateway(args: readonly string[], { cwd = process.cwd(), env = {} }: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [BIN, ...args], { cwd, env: cleanEnv(env) });
  const said = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => void (said.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => void (said.stderr += chunk.toString()));
  return new Promise((resolve) => void child.once('close', (status) => resolve({ status, ...said })));
}

describe('running containers', () => {
  let docker: FakeDocker;
  beforeAll(async () => {
    docker = await startFakeDocker(CONTAINERS);
  });
  afterAll(() => docker.stop());

  it('are shown with their fate and where they lead', async () => {
    const { status, stdout, stderr } = await gateway(['discover', '--docker-host', docker.endpoint]);
    expect(stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '))).toEqual([
      `default (${docker.endpoint})`,
      'lone lost: field not found, node: rotuers',
      'shop-old-1 left out: it does not run',
      'shop-web-1 served',
      'web@docker Host(`web.test`) -> http://172.18.0.2:80',
      '',
    ]);
    expect(stderr).toContain('3 containers, 1 with routes, 1 lost ("lone": field not found, node: rotuers), 1 left out; read-only');
    expect(status).toBe(0);
  });

  it('with a router that Traefik disables are served without it, and a login that is none is not shown', async () => {
    const labels = { 'traefik.http.routers.web.rule': 'Host(`web.test`)', 'traefik.http.routers.web.middlewares': 'auth', 'traefik.http.middlewares.auth.basicauth.users': 'hunter2', 'traefik.http.routers.open.rule': 'Host(`open.test`)' };
    docker.setContainers([{ name: 'web', labels, ports: ['80/tcp'], networks: { n: '172.18.0.2' } }]);
    try {
      const [text, json] = [await gateway(['discover', '--docker-host', docker.endpoint]), await gateway(['discover', '--docker-host', docker.endpoint, '--json'])];
      expect(text.stdout).toContain('  web                      served\n    open@docker  Host(`open.test`)  -> http://172.18.0.2:80\n    web@docker  Host(`web.test`)  disabled: error parsing BasicUser: ***\n');
      expect(text.stderr).toContain('1 container, 1 with routes, 0 lost, 0 left out, 1 router disabled; read-only');
      expect(JSON.parse(json.stdout)).toMatchObject({ gateways: [{ containers: [{ fate: 'served', routers: [{ name: 'open@docker', status: 'enabled', because: null }, { name: 'web@docker', status: 'disabled', because: 'error parsing BasicUser: ***' }] }] }] });
      for (const { stdout, stderr } of [text, json]) expect(stdout + stderr).not.toContain('hunter2');
    } finally {
      docker.setContainers(CONTAINERS);
    }
  });

  it('of a host that has none are none: the host is named all the same', async () => {
    docker.setContainers([]);
    try {
      const { status, stdout, stderr } = await gateway(['discover', '--docker-host', docker.endpoint]);
      expect([status, stdout]).toEqual([0, `default (${docker.endpoint})\n`]);
      expect(stderr).toContain(`1 host: ${docker.endpoint} (0 containers in 0 projects)\n`);
    } finally {
      docker.setContainers(CONTAINERS);
    }
  });

  it('are read from the host that is meant, whatever else the environment has for Docker clients', async () => {
    const env = { DOCKER_CERT_PATH: '/nowhere', DOCKER_PATH_PREFIX: '/elsewhere', DOCKER_CLIENT_TIMEOUT: '1' };
    for (const args of [['discover'], ['discover', '--docker-host', docker.endpoint]]) {
      const { status, stderr } = await gateway(args, { env: { ...env, DOCKER_HOST: docker.endpoint } });
      expect(stderr).toContain('3 containers, 1 with routes');
      expect(status).toBe(0);
    }
  });

  it('are read over TLS with the certificates that the environment names', async () => {
    const { cert, key } = selfSigned('localhost');
    const server = createServer({ cert, key }, (request, response) => void request.pipe(ask(`${docker.endpoint.replace('tcp:', 'http:')}${request.url ?? ''}`, (answer) => void answer.pipe(response))));
    await new Promise<void>((resolve) => void server.listen(0, resolve));
    const address = server.address();
    const at = project({ 'ca.pem': cert });
    try {
      const port = String(typeof address === 'object' ? address?.port : '');
      const { status, stderr } = await gateway(['discover'], { env: { DOCKER_HOST: `tcp://localhost:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: at } });
      expect(stderr).toContain('3 containers, 1 with routes');
      expect(status).toBe(0);
      const plain = await gateway(['discover', '--docker-host', `tcp://localhost:${port}`]);
      expect(plain).toMatchObject({ status: 3, stderr: expect.stringContaining(`cannot read the Docker host tcp://localhost:${port}: `) as unknown });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('as JSON fit the published schema, and hide secrets', async () => {
    const { status, stdout } = await gateway(['discover', '--json'], { env: { DOCKER_HOST: docker.endpoint } });
    const validate = new Ajv2020({ allErrors: true, strictTypes: false }).compile(JSON.parse(readFileSync('schemas/gateway.discover.schema.json', 'utf8')) as object);
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
    expect(stdout).toContain('"traefik.http.middlewares.auth.basicauth.users": "u:****');
    expect(stdout).not.toContain('IgXLP6ewTrSuBkTrqE8wj');
    expect(status).toBe(0);
  });

  it('that answer are shown beside hosts that do not, and the exit code says so', async () => {
    const { status, stdout, stderr } = await gateway(['discover', '--docker-host', NOWHERE, '--docker-host', docker.endpoint]);
    expect(stdout).toContain('shop-web-1');
    expect(stderr).toContain(`error: cannot read the Docker host ${NOWHERE}: there is no socket at /tmp/gateway-there-is-no-daemon.sock`);
    expect(status).toBe(3);
  });

  it('that nobody could see are exit 3, as JSON too', async () => {
    const { status, stdout } = await gateway(['lint', '--live', '--json'], { env: { DOCKER_HOST: NOWHERE } });
    expect(JSON.parse(stdout)).toMatchObject({ error: { kind: 'environment' } });
    expect(status).toBe(3);
  });

  it('are linted and built like files, and only what is sound', async () => {
    const cwd = project({ 'traefik.yml': 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: {} }\n' });
    const linted = await gateway(['lint', '--docker-host', docker.endpoint, '--static', 'traefik.yml', '--format', 'concise'], { cwd });
    expect(linted.stdout).toMatch(/lone:\d+:\d+: .*label-unknown/);
    expect(linted.status).toBe(1);
    docker.setContainers(CONTAINERS.slice(0, 2));
    const built = await gateway(['build', '--docker-host', docker.endpoint, '--static', 'traefik.yml', '--to', 'traefik', '-o', 'out'], { cwd });
    docker.setContainers(CONTAINERS);
    expect(built.stderr).toContain('wrote out/traefik');
    expect(built.status).toBe(0);
    expect(readdirSync(path.join(cwd, 'out', 'traefik', 'dynamic')).map((name) => readFileSync(path.join(cwd, 'out', 'traefik', 'dynamic', name), 'utf8')).join('')).toContain('http://172.18.0.2:80');
  });

  it('are those of the hosts that the configuration names', async () => {
    const cwd = project({ 'gateway.config.yaml': `gateways:\n  edge: { engine: traefik=3.7, live: '${docker.endpoint}' }\n  far: { live: ['${NOWHERE}'] }\n` });
    const all = await gateway(['discover'], { cwd });
    expect(all.stdout).toContain(`edge (${docker.endpoint})`);
    expect(all.status).toBe(3);
    expect((await gateway(['discover', '-g', 'edge'], { cwd })).status).toBe(0);
    expect((await gateway(['discover', '-g', 'nobody'], { cwd })).status).toBe(2);
    const files = await gateway(['lint'], { cwd });
    expect(files.stderr).toContain('has no stacks, only running containers: --live');
    expect(files.status).toBe(3);
  });

  it('are linted again after each change, until told to stop', async () => {
    docker.setContainers(CONTAINERS.slice(0, 1));
    const child = spawn(process.execPath, [BIN, 'lint', '--docker-host', docker.endpoint, '--watch', '--format', 'concise'], { env: cleanEnv() });
    let out = '';
    child.stdout.on('data', (chunk: Buffer) => void (out += chunk.toString()));
    const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
    const before = docker.listings();
    await waitFor(() => Promise.resolve(docker.listings() > before + 1 && docker.listeners() > 0 ? true : null), { timeoutMs: 20_000 });
    expect(out).not.toContain('label-unknown');
    docker.setContainers(CONTAINERS);
    await waitFor(() => Promise.resolve(out.includes('label-unknown') ? true : null), { timeoutMs: 20_000 });
    child.kill('SIGTERM');
    expect(out).toMatch(/lone:\d+:\d+: .*label-unknown/);
    expect(await ended).toBe(143);
  });

  it.each([
    [['lint', '--live', 'compose.yml'], 'instead of files'],
    [['lint', '--live', '-f', 'compose.yml'], '-f names Compose files'],
    [['lint', '--live', '--fix'], 'no files to fix'],
    [['lint', '--watch'], '--watch follows running containers'],
    [['lint', '--docker-host', 'nobody'], 'no Docker context "nobody"'],
    [['discover', '--format', 'xml'], 'unknown format "xml"'],
  ] as const)('%s is refused', async (args, why) => {
    const { status, stderr } = await gateway(args, { cwd: project({ 'compose.yml': 'services: { web: { image: a } }\n' }), env: { DOCKER_HOST: NOWHERE } });
    expect(stderr).toContain(why);
    expect(status).toBe(2);
  });

  it('are shown again when something changed, and only then', async () => {
    const child = spawn(process.execPath, [BIN, 'discover', '--docker-host', docker.endpoint, '--watch'], { env: cleanEnv() });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => void (said += chunk.toString()));
    const until = (done: () => boolean): Promise<true | null> => waitFor(() => Promise.resolve(done() ? true : null), { timeoutMs: 10_000 });
    const ended = new Promise((resolve) => void child.once('close', resolve));
    try {
      await until(() => said.includes('shop-web-1') && docker.listeners() > 0);
      const listings = docker.listings();
      docker.setContainers(CONTAINERS);
      await until(() => docker.listings() > listings);
      docker.setContainers(CONTAINERS.slice(0, 2));
      await until(() => said.split('default (').length > 2);
      expect(said.split('default (').slice(1).map((text) => text.includes('lone'))).toEqual([true, false]);
    } finally {
      docker.setContainers(CONTAINERS);
      child.kill('SIGTERM');
      await ended;
    }
  });

  it('cost other commands nothing: the client is only ever loaded on demand', () => {
    const files = new Map(readdirSync('dist', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.js')).map((name) => [path.posix.basename(name), readFileSync(path.join('dist', name), 'utf8')]));
    const clients = [...files].filter(([, text]) => text.includes('X-Registry-Auth')).map(([name]) => name);
    // One of the library, one of the command line.
    expect(clients).toHaveLength(2);
    for (const client of clients) {
      const uses = [...files.values()].flatMap((text) => text.match(new RegExp(`.{0,30}["'][./\\w-]*${client}["']`, 'g')) ?? []);
      expect(uses.length).toBeGreaterThan(0);
      expect(uses.filter((use) => !/(?:import\(|\.then\(\(\)=>__toESM\(require\()["'][^"']+["']$/.test(use))).toEqual([]);
    }
  });
});
