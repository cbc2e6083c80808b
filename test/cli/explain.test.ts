import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ExplainDocument } from '../../src/index.ts';
import type { FakeContainer } from '../support/docker-container.ts';
import { gateway, project } from './gateway.ts';
import { dockerHost, loopbackPort, running } from './live-run.ts';
import { BROKEN, CLEAN, LIMITED } from './stacks.ts';

/** What `gateway explain` prints and how it ends, on files and on containers behind Docker's API; costs about fifteen seconds, five of them waiting. */
describe('gateway explain on files', () => {
  it('--target: the block, the route, and the same decision; build.to of the configuration is asked without it', () => {
    const cwd = project({ 'compose.yml': CLEAN, 'gateway.config.yaml': 'build: { to: [nginx] }\n' });
    const both = gateway(['explain', 'http://a.example.com/x', '--target', 'nginx,kong'], { cwd });
    expect(both.status).toBe(0);
    expect(both.stdout).toMatch(/^nginx \S+: same {4}server a\.example\.com on port 8000, location \S+ -> http:\/\/web:80\/x$/m);
    expect(both.stdout).toMatch(/^kong \S+: same {4}route \S+, service \S+ -> http:\/\/web:80\/x$/m);
    expect(gateway(['explain', 'http://a.example.com/x'], { cwd }).stdout).toMatch(/^nginx \S+: same/m);
    expect(gateway(['explain', 'http://a.example.com/x', '--target', 'apache'], { cwd })).toMatchObject({ status: 2, stderr: expect.stringContaining('unknown target "apache"') });
  });

  it('--target: what is refused says why, and nothing is claimed', () => {
    const { stdout, status } = gateway(['explain', 'http://a.example.com/', '--target', 'nginx'], { cwd: project({ 'compose.yml': LIMITED }) });
    expect(status).toBe(0);
    expect(stdout).toMatch(/^nginx \S+: nothing is written {4}.*rateLimit/m);
  });

  it('--entrypoint names one, and an unknown one is said with those that there are', () => {
    const cwd = project({ 'compose.yml': CLEAN });
    expect(gateway(['explain', 'a.example.com', '--entrypoint', 'web'], { cwd }).stdout).toContain('entry point web, TLS no');
    expect(gateway(['explain', 'a.example.com', '--on', 'wbe'], { cwd })).toMatchObject({ status: 2, stdout: '', stderr: expect.stringMatching(/^error: --on: there is no "wbe"\nDid you mean "web"\?\nThere is: web\b/m) as unknown });
  });

  it('--entrypoint: where the static configuration is not known it may be declared out of sight, and the answer says so', () => {
    const cwd = project({ 'compose.yml': 'services:\n  web:\n    image: example/web:1\n    expose: ["80"]\n    labels: [traefik.enable=true, "traefik.http.routers.web.rule=Host(`a.example.com`)", traefik.http.routers.web.entrypoints=web]\n' });
    const { status, stdout } = gateway(['explain', 'a.example.com', '--entrypoint', 'other'], { cwd });
    expect(status).toBe(0);
    expect(stdout).toContain('no entry point is called "other": there are web');
  });

  it('says what could not be read, and does not end as if it had answered', () => {
    const { status, stdout, stderr } = gateway(['explain', 'http://a.example.com/'], { cwd: project({ 'gateway.yaml': 'entryPoints: { web: 80 }\nroutes:\n  a: { hots: a.example.com, to: a:80 }\n' }) });
    expect(status).toBe(1);
    expect(stdout).toContain('404, no router matches');
    expect(stderr).toMatch(/gateway\.yaml:3:8 {2}error {2}gateway-schema {2}"hots" is no option of a route/);
  });

  it('--expect: a router that is lost with its container is told of rung by rung', () => {
    const { status, stdout } = gateway(['explain', 'http://b.example.com/', '--expect', 'api'], { cwd: project({ 'compose.yml': BROKEN }) });
    expect(status).toBe(1);
    expect(stdout).toMatch(/FAIL {2}labels +the whole container is dropped: "rotuers"/);
    expect(stdout).toContain('first failing: labels; not visible here: running, healthy');
  });

  it('from a file of docker inspect', () => {
    const inspected = [{ Id: 'a'.repeat(64), Name: '/shop-web-1', State: { Status: 'running', Health: { Status: 'unhealthy' } }, Config: { Image: 'example/web:1', Labels: { 'traefik.http.routers.web.rule': 'Host(`a.test`)', 'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'web' } }, HostConfig: {}, NetworkSettings: { Ports: { '80/tcp': null }, Networks: { n: { IPAddress: '10.0.0.2' } } } }];
    const { stdout } = gateway(['explain', 'http://a.test/', '--from', 'docker-inspect', '--stack', 'inspect.json'], { cwd: project({ 'inspect.json': JSON.stringify(inspected) }) });
    expect(stdout).toContain('first failing: healthy');
  });
});

const PROXY: FakeContainer = { name: 'edge-traefik-1', image: 'traefik:v3.7', command: ['--entrypoints.web.address=:80', '--providers.docker.exposedbydefault=false', '--providers.docker.constraints=Label(`tier`,`public`)'], labels: {}, ports: ['80/tcp'], networks: { edge: '127.0.0.2' }, composeProject: 'edge', composeService: 'traefik' };

function web(port: number, more: Partial<FakeContainer> = {}): FakeContainer {
  return { name: 'shop-web-1', image: 'example/web:1', ports: [`${String(port)}/tcp`], networks: { edge: '127.0.0.1' }, composeProject: 'shop', composeService: 'web', labels: { tier: 'public', 'traefik.enable': 'true', 'traefik.http.routers.web.rule': 'Host(`a.test`)' }, ...more };
}

function relabelled(port: number, labels: Readonly<Record<string, string>>): FakeContainer {
  const one = web(port);
  return { ...one, labels: { ...one.labels, ...labels } };
}

interface Asked {
  readonly status: number | null;
  readonly documents: readonly ExplainDocument[];
  readonly errors: readonly unknown[];
}

async function asked(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<Asked> {
  const { status, stdout } = await running(['explain', 'http://a.test/', '--live', '--json', ...args], project(files));
  const document = JSON.parse(stdout) as ExplainDocument | { readonly gateways: readonly ExplainDocument[]; readonly errors?: readonly unknown[] };
  expectValid(document);
  return 'gateways' in document ? { status, documents: document.gateways, errors: document.errors ?? [] } : { status, documents: [document], errors: [] };
}

describe('gateway explain HOST --live: the first rung that fails', () => {
  it.each<[string, (port: number) => FakeContainer, boolean, string | null]>([
    ['all is well', (port) => web(port), true, null],
    ['nobody listens behind it', (port) => web(port), false, 'backend'],
    ['it has ended', (port) => web(port, { state: 'exited' }), true, 'running'],
    ['it is unhealthy', (port) => web(port, { health: 'unhealthy' }), true, 'healthy'],
    ['it is starting', (port) => web(port, { health: 'starting' }), true, 'healthy'],
    ['it is switched off', (port) => relabelled(port, { 'traefik.enable': 'false' }), true, 'enabled'],
    ['it is out of the constraint', (port) => relabelled(port, { tier: 'inner' }), true, 'constraint'],
    ['a label does not decode', (port) => relabelled(port, { 'traefik.http.routers.web.priority': 'x' }), true, 'labels'],
    ['its router is disabled', (port) => relabelled(port, { 'traefik.http.routers.web.middlewares': 'nope' }), true, 'router'],
    ['its entry point is not there', (port) => relabelled(port, { 'traefik.http.routers.web.entrypoints': 'wbe' }), true, 'router'],
    ['it wants TLS', (port) => relabelled(port, { 'traefik.http.routers.web.tls': 'true' }), true, 'TLS'],
    ['the proxy is in another network', (port) => web(port, { networks: { back: '127.0.0.1' } }), true, 'network'],
    ['it exposes no port', () => web(80, { ports: [] }), true, 'port'],
  ])('%s', async (_, container, listens, failed) => {
    const port = await loopbackPort(listens);
    const { status, documents } = await asked(['--docker-host', await dockerHost([PROXY, container(port)])]);
    expect(status).toBe(0);
    expect(documents[0]?.ladders.map((ladder) => [ladder.container, ladder.failed])).toEqual([['shop/web', failed]]);
    expect(documents[0]?.ladders[0]?.unseen).toEqual([]);
  });

  it('git has it and nobody runs it', async () => {
    const compose = 'name: shop\nservices:\n  web: { image: "example/web:1", labels: ["traefik.http.routers.web.rule=Host(`a.test`)"] }\n';
    const { documents } = await asked(['--docker-host', await dockerHost([PROXY]), '--stack', 'compose.yml'], { 'compose.yml': compose });
    expect(documents[0]?.ladders).toEqual([{ subject: 'router web@docker', container: 'shop/web', failed: 'container', unseen: [], rungs: [{ rung: 'container', state: 'failed', text: 'git has it, and no container of it is there: docker compose -p shop up -d web', at: expect.stringMatching(/^compose\.yml:3:/) }] }]);
  });

  it('--rawdata: the engine has another opinion than its labels', async () => {
    const port = await loopbackPort(true);
    const { documents } = await asked(['--docker-host', await dockerHost([PROXY, web(port)]), '--rawdata', 'raw.json'], { 'raw.json': JSON.stringify({ routers: {}, services: {} }) });
    expect(documents[0]?.ladders.map(({ failed, rungs }) => [failed, rungs.find(({ rung }) => rung === failed)?.text])).toEqual([['router', 'router web@docker is missing in the engine, although its labels are sound']]);
  });

  it('a host that takes the connection and says nothing is given up after five seconds', async () => {
    const silent = createServer(() => undefined);
    const port = await new Promise<number>((resolve) => {
      silent.listen(0, '127.0.0.1', () => {
        const address = silent.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    onTestFinished(() => void silent.close());
    const { status, stderr } = await running(['explain', 'a.test', '--live', '--docker-host', `tcp://127.0.0.1:${String(port)}`], project());
    expect([status, stderr]).toEqual([3, expect.stringContaining('no answer within 5 s')]);
  });

  it('nobody speaks of it at all', async () => {
    const { documents } = await asked(['--docker-host', await dockerHost([PROXY])]);
    expect(documents.map(({ notes }) => notes)).toEqual([['no container that is visible here speaks of a.test']]);
  });

  it('all gateways at once; one that cannot be reached is 3, and the others are printed', async () => {
    const port = await loopbackPort(true);
    const config = `gateways:\n  good: { live: "${await dockerHost([PROXY, web(port)])}" }\n  gone: { live: "tcp://127.0.0.1:1" }\n  ill: { live: "${await dockerHost([PROXY, web(port, { health: 'unhealthy' })])}" }\n`;
    const { status, documents, errors } = await asked([], { 'gateway.config.yaml': config });
    expect(status).toBe(3);
    expect(documents.map(({ gateway: name, decision, ladders }) => [name, decision.router, ladders.map(({ failed }) => failed)])).toEqual([['good', 'web@docker', [null]], ['ill', null, ['healthy']]]);
    expect(errors).toEqual([{ host: 'tcp://127.0.0.1:1', why: expect.any(String) }]);
  });
});

function expectValid(document: unknown): void {
  const schema: unknown = JSON.parse(readFileSync('schemas/gateway.explain.schema.json', 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new Error('no schema');
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
}
