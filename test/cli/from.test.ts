import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspection } from '../support/docker-container.ts';
import { gateway, project } from './gateway.ts';

/** `--from`: what other programs printed, instead of Compose files. About 8 s. */
const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: {} }\n';
const container = (name: string, rule: string, more: Readonly<Record<string, string>> = {}): object =>
  inspection({ name: `shop-${name}-1`, composeProject: 'shop', composeService: name, labels: { [`traefik.http.routers.${name}.rule`]: rule, ...more }, ports: ['80/tcp'], networks: { shop_default: name === 'api' ? '172.18.0.3' : '172.18.0.2' } });
const INSPECT = JSON.stringify([container('web', 'Host(`web.test`)'), container('api', 'Host(`web.test`) && PathPrefix(`/api`)')], null, 2);
const BROKEN = JSON.stringify([container('web', 'Host(`web.test`)', { 'traefik.http.rotuers.x.rule': 'y' })]);
const COMPOSE_CONFIG = 'name: shop\nservices:\n  web:\n    image: web:1\n    expose: ["80"]\n    labels:\n      traefik.http.routers.web.rule: Host(`web.test`) && Path(`/$$x`)\n    networks:\n      default: null\nnetworks:\n  default:\n    name: shop_default\n';
const RAWDATA = JSON.stringify({
  routers: {
    'web@docker': { entryPoints: ['web'], service: 'web', rule: 'Host(`web.test`)', priority: 16, status: 'enabled', using: ['web'] },
    'api@file': { entryPoints: ['web'], service: 'web@docker', rule: 'Host(`web.test`) && PathPrefix(`/api`)', priority: 40, middlewares: ['cut@docker'], status: 'enabled', using: ['web'] },
    'bad@docker': { entryPoints: ['web'], service: 'web', rule: 'Host(`bad.test`)', middlewares: ['gone@docker'], status: 'disabled', error: ['middleware "gone@docker" does not exist'] },
    'api@internal': { entryPoints: ['traefik'], service: 'api@internal', rule: 'PathPrefix(`/api`)', status: 'enabled' },
  },
  middlewares: { 'cut@docker': { stripPrefix: { prefixes: ['/api'] }, status: 'enabled', usedBy: ['api@file'] } },
  services: { 'web@docker': { loadBalancer: { servers: [{ url: 'http://172.18.0.2:80' }], strategy: 'wrr', passHostHeader: true, responseForwarding: { flushInterval: '100ms' } }, status: 'enabled', usedBy: ['api@file', 'web@docker'], serverStatus: { 'http://172.18.0.2:80': 'UP' } }, 'api@internal': { status: 'enabled' } },
}, null, 2);

describe('docker inspect', () => {
  it('comes through a pipe, and each finding names its container', () => {
    const { status, stdout, stderr } = gateway(['lint', '--from', 'docker-inspect', '-', '--format', 'concise'], { input: BROKEN });
    expect(stdout).toMatch(/^<stdin>\/shop-web-1:\d+:\d+: .*label-unknown/m);
    expect(stderr).toContain('1 host: <stdin> (1 container in 1 project)');
    expect(status).toBe(1);
  });

  it('of two hosts has the findings of both, and of replicas one', () => {
    const replica = JSON.parse(BROKEN) as readonly Record<string, unknown>[];
    const both = JSON.stringify([...replica, ...replica.map((one) => ({ ...one, Id: 'b'.repeat(64), Name: '/shop-web-2' }))]);
    const { stdout } = gateway(['lint', '--from', 'docker-inspect', 'a.json', 'b.json', '--format', 'concise'], { cwd: project({ 'a.json': both, 'b.json': BROKEN }) });
    expect(stdout.split('\n').filter((line) => line.includes('label-unknown')).map((line) => line.replace(/:.*/, ''))).toEqual(['a.json/shop-web-1', 'b.json/shop-web-1']);
  });

  it('is built and explained', () => {
    const cwd = project({ 'traefik.yml': STATIC, 'inspect.json': INSPECT });
    const built = gateway(['build', '--from', 'docker-inspect', 'inspect.json', '--static', 'traefik.yml', '--to', 'traefik,nginx', '-o', 'out'], { cwd });
    expect(built.stderr).toContain('wrote out/nginx');
    expect(readFileSync(path.join(cwd, 'out', 'nginx', 'nginx.conf'), 'utf8')).toContain('172.18.0.2:80');
    const explained = gateway(['explain', 'http://web.test/api', '--from', 'docker-inspect', '--stack', 'inspect.json', '--static', 'traefik.yml', '--json'], { cwd });
    expect(JSON.parse(explained.stdout)).toMatchObject({ decision: { kind: 'forward', router: 'api@docker' } });
  });

  it('of two moments is compared', () => {
    const cwd = project({ 'traefik.yml': STATIC, 'before.json': INSPECT, 'after.json': JSON.stringify([container('web', 'Host(`web.test`)')]) });
    const { status, stdout } = gateway(['diff', '--from', 'docker-inspect', 'before.json', 'after.json', '--static', 'traefik.yml', '--fail-on', 'any'], { cwd });
    expect(stdout).toContain('web.test/api');
    expect(status).toBe(1);
  });

  it('becomes a gateway.yaml and Compose labels', () => {
    const cwd = project({ 'traefik.yml': STATIC, 'inspect.json': INSPECT });
    const of = (format: string): string => gateway(['discover', '--from', 'docker-inspect', 'inspect.json', '--static', 'traefik.yml', '--format', format], { cwd }).stdout;
    expect(of('gateway')).toContain('host: web.test');
    expect(of('compose')).toContain('traefik.http.routers.api.rule: Host(`web.test`) && PathPrefix(`/api`)');
  });
});

describe('docker compose config', () => {
  it('is read as the Compose file that it is', () => {
    const { status, stdout } = gateway(['explain', 'http://web.test/$x', '--from', 'compose-config', '--stack', 'config.yml', '--static', 'traefik.yml', '--json'], { cwd: project({ 'traefik.yml': STATIC, 'config.yml': COMPOSE_CONFIG }) });
    expect(JSON.parse(stdout)).toMatchObject({ decision: { kind: 'forward', router: 'web@docker' } });
    expect(status).toBe(0);
  });
});

describe("Traefik's rawdata", () => {
  it("says the engine's own errors where it says them", () => {
    const { status, stdout } = gateway(['lint', '--from', 'traefik-rawdata', 'rawdata.json', '--json'], { cwd: project({ 'rawdata.json': RAWDATA }) });
    const report = JSON.parse(stdout) as { readonly findings: readonly { readonly rule: string; readonly severity: string; readonly message: string; readonly file: string; readonly line: number }[] };
    expect(report.findings.filter(({ severity }) => severity === 'error')).toMatchObject([{ rule: 'engine-error', message: 'Traefik disabled the router "bad@docker": middleware "gone@docker" does not exist', file: 'rawdata.json', line: RAWDATA.split('\n').findIndex((line) => line.includes('"bad@docker": {')) + 1 }]);
    expect(status).toBe(1);
  });

  it('is explained over its providers', () => {
    const cwd = project({ 'rawdata.json': RAWDATA });
    const ask = (url: string): unknown => JSON.parse(gateway(['explain', url, '--from', 'traefik-rawdata', '--stack', 'rawdata.json', '--json'], { cwd }).stdout);
    expect(ask('http://web.test/api/x')).toMatchObject({ decision: { kind: 'forward', router: 'api@file', target: '/x' } });
    expect(ask('http://bad.test/')).toMatchObject({ decision: { kind: 'respond', status: 404 } });
  });

  it('that is something else is refused', () => {
    const { status, stdout } = gateway(['lint', '--from', 'traefik-rawdata', '-', '--format', 'concise'], { input: '{"version":"3.7"}' });
    expect(stdout).toContain('neither routers nor services');
    expect(status).toBe(1);
  });
});

it.each([
  [['lint', '--from', 'podman', 'a.json'], 2, '--from takes docker-inspect, compose-config or traefik-rawdata'],
  [['lint', '--from', 'docker-inspect', '--live', 'a.json'], 2, 'one of them'],
  [['lint', '--from', 'docker-inspect'], 2, 'needs a file'],
  [['lint', '--from', 'docker-inspect', 'a.json', '--fix'], 2, 'no files to fix'],
  [['lint', '--from', 'docker-inspect', 'missing.json'], 3, 'cannot read missing.json'],
  [['lint', '--from', 'docker-inspect', 'a.json'], 3, 'not the JSON that docker inspect prints'],
] as const)('%s is exit %i', (args, code, why) => {
  const { status, stderr } = gateway(args, { cwd: project({ 'a.json': 'no JSON' }) });
  expect(stderr).toContain(why);
  expect(status).toBe(code);
});
