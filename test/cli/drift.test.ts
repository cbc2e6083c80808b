import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DriftDocument } from '../../src/index.ts';
import type { FakeContainer } from '../support/docker-container.ts';
import { project } from './gateway.ts';
import { dockerHost, running } from './live-run.ts';

/** `gateway diff --live` against Docker's API; costs about eight seconds. */
const COMPOSE = `name: shop
services:
  web:
    image: example/web:1
    labels:
      - traefik.enable=true
      - traefik.http.routers.web.rule=Host(\`\${SHOP_HOST}\`)
      - traefik.http.middlewares.auth.basicauth.users=admin:$$apr1$$aaaaaaaa$$bbbbbbbbbbbbbbbbbbbbbb
      - example.token=git-secret
  api:
    image: example/api:1
    labels:
      - traefik.http.routers.api.rule=Host(\`api.test\`)
`;

const WEB: FakeContainer = {
  name: 'shop-web-1', ports: ['80/tcp'], networks: { shop_default: '127.0.0.1' }, composeProject: 'shop', composeService: 'web',
  labels: { 'traefik.enable': 'true', 'traefik.http.routers.web.rule': 'Host(`live.test`)', 'traefik.http.middlewares.auth.basicauth.users': 'admin:$apr1$aaaaaaaa$bbbbbbbbbbbbbbbbbbbbbb', 'example.token': 'git-secret', 'org.opencontainers.image.title': 'from the image' },
};
const API: FakeContainer = { name: 'shop-api-1', ports: ['80/tcp'], networks: { shop_default: '127.0.0.1' }, composeProject: 'shop', composeService: 'api', labels: { 'traefik.http.routers.api.rule': 'Host(`api.test`)' } };

async function driftWith(containers: readonly FakeContainer[], ...more: readonly string[]): Promise<{ readonly status: number | null; readonly document: DriftDocument; readonly stdout: string; readonly stderr: string }> {
  const host = await dockerHost(containers);
  const { status, stdout, stderr } = await running(['diff', '--live', '--docker-host', host, 'compose.yml', '--json', ...more], project({ 'compose.yml': COMPOSE }));
  const document = JSON.parse(stdout) as DriftDocument;
  expectValid(document);
  return { status, document, stdout, stderr };
}

describe('gateway diff --live', () => {
  it('in sync: a variable without a value matches what runs and is said once; labels of images and of Docker are nobody\'s', async () => {
    const { status, document } = await driftWith([WEB, API]);
    expect(status).toBe(0);
    expect(document.summary).toEqual({ stacks: 1, inSync: 1, drift: 0, notVisible: 0 });
    expect(document.gateways[0]?.stacks[0]).toMatchObject({ stack: 'shop', state: 'in sync', variables: ['SHOP_HOST'], services: [{ service: 'web', state: 'in sync', cure: null }, { service: 'api', state: 'in sync' }] });
  });

  it('label drift: which label, both values, hidden where they are secret, the place in git and the cure', async () => {
    const changed = { ...WEB, labels: { ...WEB.labels, 'traefik.http.middlewares.auth.basicauth.users': 'admin:$apr1$cccccccc$dddddddddddddddddddddd', 'example.token': 'live-secret', 'traefik.http.routers.web.priority': '7' } };
    const { status, document, stdout } = await driftWith([changed, { ...API, labels: { 'traefik.http.routers.api.rule': 'Host(`old.test`)' } }]);
    expect(status).toBe(1);
    expect(document.gateways[0]?.stacks[0]?.services).toEqual([
      { service: 'web', state: 'label drift', containers: ['shop-web-1'], at: 'compose.yml:3:3', details: [], cure: 'docker compose -p shop up -d web', labels: [
        { label: 'example.token', git: '***', running: 'another value', at: 'compose.yml:9:9' },
        { label: 'traefik.http.middlewares.auth.basicauth.users', git: 'admin:***', running: 'another value', at: 'compose.yml:8:9' },
        { label: 'traefik.http.routers.web.priority', git: null, running: '7', at: 'compose.yml:3:3' },
      ] },
      { service: 'api', state: 'label drift', containers: ['shop-api-1'], at: 'compose.yml:10:3', details: [], cure: 'docker compose -p shop up -d api', labels: [{ label: 'traefik.http.routers.api.rule', git: 'Host(`api.test`)', running: 'Host(`old.test`)', at: 'compose.yml:13:9' }] },
    ]);
    for (const secret of ['bbbbbbbb', 'dddddddd', 'aaaaaaaa', 'cccccccc', 'git-secret', 'live-secret']) expect(stdout).not.toContain(secret);
  });

  it('in git and not running, running and not in git, with a shell word for a hostile name', async () => {
    const orphan = { ...API, name: 'shop-old-1', composeService: 'old; rm -rf /' };
    const stranger = { ...API, name: 'blog-app-1', composeProject: 'blog', composeService: 'app' };
    const alone = { name: 'by-hand', ports: [], networks: {}, labels: { 'traefik.enable': 'true' } };
    const quiet = { name: 'database', ports: [], networks: {}, labels: {} };
    const { status, document } = await driftWith([WEB, { ...API, state: 'exited' }, orphan, stranger, alone, quiet]);
    expect(status).toBe(1);
    expect(document.gateways[0]?.stacks.map(({ stack, services }) => [stack, services.map(({ service, state, cure, details }) => [service, state, cure, details])])).toEqual([
      ['shop', [
        ['web', 'in sync', null, []],
        ['api', 'in git, not running', 'docker compose -p shop up -d api', ['it is exited']],
        ['old; rm -rf /', 'running, not in git', "docker compose -p shop up -d --remove-orphans, or write 'old; rm -rf /' into its Compose file", []],
      ]],
      ['(no project)', [['by-hand', 'running, not in git', 'docker rm -f by-hand, or write it into a Compose file', []]]],
      ['blog', [['app', 'running, not in git', 'docker compose -p blog down, or give its stack to this command', []]]],
    ]);
  });

  it('the engine disagrees: a router that it disabled, and one that it does not have', async () => {
    const data = { routers: { 'web@docker': { status: 'disabled', error: ['middleware "nope@docker" does not exist'] } }, services: {} };
    const cwd = project({ 'compose.yml': COMPOSE, 'raw.json': JSON.stringify(data) });
    const host = await dockerHost([WEB, API]);
    const { status, stdout } = await running(['diff', '--live', '--docker-host', host, 'compose.yml', '--rawdata', 'raw.json'], cwd);
    expect(status).toBe(1);
    expect(stdout).toContain('web  engine disagrees  shop-web-1');
    expect(stdout).toContain('router web@docker is disabled in the engine: middleware "nope@docker" does not exist');
    expect(stdout).toContain('router api@docker is missing in the engine');
    expect(stdout).toContain('cure: gateway explain api.test --live names what fails; where it finds nothing, restart the proxy');
  });

  it('one that is not well is no drift but is said, and one that is paused is restarted', async () => {
    const { status, document } = await driftWith([{ ...WEB, health: 'unhealthy' }, { ...API, state: 'paused' }]);
    expect(status).toBe(1);
    expect(document.gateways[0]?.stacks[0]?.services).toMatchObject([
      { service: 'web', state: 'in sync', details: ['shop-web-1 is unhealthy: it gets no requests until its health check succeeds'], cure: null },
      { service: 'api', state: 'in git, not running', details: ['it is paused'], cure: 'docker compose -p shop restart api' },
    ]);
    expect((await driftWith([WEB, { ...API, state: 'paused', labels: {} }])).document.gateways[0]?.stacks[0]?.services[1]?.cure).toBe('docker compose -p shop restart api');
  });

  it('the engine is asked by its URL, and one that does not answer is a host that was not seen', async () => {
    const api = createServer((_, response) => response.end(JSON.stringify({ routers: { 'web@docker': { status: 'enabled' }, 'websecure-api@docker': { entryPoints: ['websecure'], status: 'enabled' } } })));
    const port = await new Promise<number>((resolve) => {
      api.listen(0, '127.0.0.1', () => {
        const address = api.address();
        resolve(typeof address === 'object' && address !== null ? address.port : 0);
      });
    });
    onTestFinished(() => void api.close());
    const url = `http://127.0.0.1:${String(port)}/api/rawdata`;
    expect((await driftWith([WEB, API], '--rawdata', url)).status).toBe(0);
    const { status, document, stderr } = await driftWith([WEB, API], '--rawdata', 'http://127.0.0.1:1/api/rawdata');
    expect(stderr).toContain('error: cannot read the engine at http://127.0.0.1:1/api/rawdata: no connection\n');
    expect([status, document.errors]).toEqual([3, [{ host: 'http://127.0.0.1:1/api/rawdata', why: 'no connection' }]]);
  });

  it('each gateway of the configuration against its own hosts; one that cannot be seen is 3 although the other drifts', async () => {
    const [a, b] = [await dockerHost([WEB]), 'tcp://127.0.0.1:1'];
    const blog = 'name: blog\nservices:\n  app: { image: "example/app:1", labels: ["traefik.enable=true"] }\n';
    const cwd = project({ 'shop/compose.yml': COMPOSE, 'blog/compose.yml': blog, 'gateway.config.yaml': `gateways:\n  edge-a: { stacks: [shop], live: "${a}" }\n  edge-b: { stacks: [blog], live: "${b}" }\n` });
    const { status, stdout, stderr } = await running(['diff', '--live', '--json'], cwd);
    const document = JSON.parse(stdout) as DriftDocument;
    expect(status).toBe(3);
    expect(document.gateways.map(({ gateway, stacks }) => [gateway, stacks.map(({ stack, state }) => [stack, state])])).toEqual([['edge-a', [['shop', 'drift']]]]);
    expect(document.errors).toEqual([{ host: b, why: expect.any(String) }]);
    expect(stderr).toContain(`cannot read the Docker host ${b}`);
  });

  it('which stack a container is of is told by its project, then by its folder and files', async () => {
    const files = { 'one/shop/compose.yml': COMPOSE.replace('api.test', 'one.test'), 'two/shop/compose.yml': COMPOSE.replace('api.test', 'two.test') };
    const of = (folder: string): FakeContainer => ({ ...API, labels: { 'traefik.http.routers.api.rule': 'Host(`two.test`)', 'com.docker.compose.project.working_dir': `/srv/${folder}/shop`, 'com.docker.compose.project.config_files': `/srv/${folder}/shop/compose.yml` } });
    const host = await dockerHost([of('two')]);
    const { stdout } = await running(['diff', '--live', '--docker-host', host, 'one/shop', 'two/shop', '--json'], project(files));
    const document = JSON.parse(stdout) as DriftDocument;
    expect(document.gateways[0]?.stacks.map(({ files: read, services }) => [read, services.map(({ service, state }) => `${service} ${state}`)])).toEqual([
      [['one/shop/compose.yml'], ['web in git, not running', 'api in git, not running']],
      [['two/shop/compose.yml'], ['web in git, not running', 'api in sync']],
    ]);
  });

  it('text is for people, and flags of other comparisons have no place', async () => {
    const host = await dockerHost([WEB]);
    const cwd = project({ 'compose.yml': COMPOSE });
    const { stdout } = await running(['diff', '--live', '--docker-host', host, 'compose.yml'], cwd);
    expect(stdout).toBe(`shop (compose.yml): drift
  api  in git, not running    compose.yml:10
       cure: docker compose -p shop up -d api
  variables without a value here match whatever runs: SHOP_HOST
1 stack: 0 in sync, 1 with drift
`);
    expect((await running(['diff', '--live', '--git', 'A..B'], cwd)).status).toBe(2);
    expect((await running(['diff', '--live', '--docker-host', 'tcp://127.0.0.1:1', 'compose.yml'], cwd)).status).toBe(3);
  });
});

function expectValid(document: DriftDocument): void {
  const schema: unknown = JSON.parse(readFileSync('schemas/gateway.drift.schema.json', 'utf8'));
  if (typeof schema !== 'object' || schema === null) throw new Error('no schema');
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);
  validate(document);
  expect(validate.errors ?? []).toEqual([]);
}
