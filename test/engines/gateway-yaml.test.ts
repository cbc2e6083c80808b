import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import type { AddressOverrides, Loaded } from '../../src/index.ts';
import type { Service } from '../../src/ir/index.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { writeBuilt } from '../support/emitted.ts';
import { nginxFromDir } from '../support/engine-nginx.ts';
import { startBackends, traefikFromFiles } from '../support/engine-pool.ts';
import type { RunningEngine } from '../support/engine-ask.ts';
import type { BackendPool } from '../support/echo-backend.ts';
import { buildSpec, loadSpecFiles } from '../support/gateway-yaml.ts';
import { specTests } from '../support/gateway-yaml-tests.ts';

/** Differences that an engine is known for, allowed here: the requests of the fixture show what remains the same. */
const NGINX = ['rule.header', 'middleware.rateLimit', 'middleware.forwardAuth', 'middleware.inFlightReq', 'middleware.compress', 'middleware.headers.cors', 'service.weighted'];
const FIXTURES = ['whoami', 'python-services', 'consolidation', 'httpbin', 'router', 'shop'] as const;

const specOf = (name: string): string => `fixtures/gateway-yaml/${name}/gateway.yaml`;

/** Hosts and ports behind a service, through its members. */
function addresses(service: Service, loaded: Loaded): readonly string[] {
  const { spec } = service;
  if (spec.kind === 'loadBalancer') return spec.endpoints.map((endpoint) => `${endpoint.host}:${String(endpoint.port)}`);
  const members = spec.kind === 'weighted' ? spec.services.map((one) => one.service.name) : [];
  return services(loaded).filter((one) => members.includes(one.ref.name)).flatMap((one) => addresses(one, loaded));
}

function services(loaded: Loaded): readonly Service[] {
  return loaded.gateways[0]?.resolved[0]?.gateway.services ?? [];
}

/** Which backend stands for which address, and the options that put them there. */
async function surroundings(loaded: Loaded): Promise<{ readonly backends: BackendPool; readonly overrides: AddressOverrides }> {
  const all = [...new Set([...services(loaded).flatMap((one) => addresses(one, loaded)), 'auth:9091'])];
  const backends = await startBackends(all.map((name) => ({ name })));
  const { proxy } = loaded.gateways[0] ?? {};
  const points = proxy === undefined || proxy.static === 'unknown' ? [] : proxy.static.entryPoints.map(({ name }) => name);
  const ports = await freePorts(points);
  return {
    backends,
    overrides: {
      endpoints: all.filter((name) => name !== 'auth:9091').map((name) => {
        const [host = '', port = ''] = backends.address(name).split(':');
        return { service: name.slice(0, name.lastIndexOf(':')), port: Number(name.slice(name.lastIndexOf(':') + 1)), host, toPort: Number(port) };
      }),
      entryPoints: new Map(points.map((name) => [name, { host: '127.0.0.1', port: ports[name] ?? 0 }])),
    },
  };
}

async function judge(name: string, loaded: Loaded, running: RunningEngine): Promise<void> {
  const entryPoint = Object.keys(running.ports)[0] ?? '';
  const routers = loaded.gateways[0]?.resolved[0]?.gateway.routers ?? [];
  for (const one of specTests(parse(readFileSync(specOf(name), 'utf8')))) {
    const { status, backend } = await running.ask({ entryPoint, method: one.method, target: one.target, host: one.host, headers: one.headers });
    const service = routers.find((router) => router.ref.name === one.expect)?.service.value.name;
    const wanted = services(loaded).filter((each) => each.ref.name === service).flatMap((each) => addresses(each, loaded));
    const got = wanted.length === 0 ? String(status) : wanted.includes(backend?.name ?? '') ? one.expect : `${backend?.name ?? 'nobody'} (${String(status)})`;
    expect(`${name}: ${one.said} -> ${got}`).toBe(`${name}: ${one.said} -> ${one.expect}`);
  }
}

for (const engineName of ['traefik', 'nginx122', 'nginx131'] as const) {
  const target = engineName === 'traefik' ? 'traefik' : 'nginx';
  describeEngine(engineName, 'gateway.yaml', (engine) => {
    beforeAll(() => { process.env['ADMIN_USERS'] = 'ann:$apr1$abcdefgh$abcdefghijklmnopqrstuv'; });
    afterAll(() => { delete process.env['ADMIN_USERS']; });

    test.each(FIXTURES.filter((name) => target === 'traefik' || name !== 'whoami'))('%s answers its own tests', async (name) => {
      const first = loadSpecFiles([specOf(name)]);
      const { backends, overrides } = await surroundings(first);
      let running: RunningEngine | undefined;
      let folder: string | undefined;
      try {
        const loaded = loadSpecFiles([specOf(name)], overrides, new Map([['AUTH', backends.address('auth:9091')]]));
        const built = buildSpec(loaded, target, { overrides, allow: NGINX, ...(target === 'nginx' ? { version: engine.version } : {}) });
        expect({ name, blocking: built.diagnostics.filter(({ blocking }) => blocking).map(({ message }) => message) }).toEqual({ name, blocking: [] });
        folder = writeBuilt(built);
        const ports = Object.fromEntries([...overrides.entryPoints].map(([point, { port }]) => [point, port]));
        running = target === 'traefik' ? await traefikFromFiles({ engine, backends, dir: folder }) : await nginxFromDir({ engine, backends, dir: folder, ports });
        await judge(name, first, running);
      } finally {
        await running?.stop();
        await backends.stop();
        if (folder !== undefined) await rm(folder, { recursive: true, force: true });
      }
    });
  });
}
