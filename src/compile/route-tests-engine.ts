import { findEngine, type EngineBinary } from '../engines/find.ts';
import { freePorts } from '../engines/free-port.ts';
import type { Endpoint } from '../ir/index.ts';
import { decider, endpointsOf, probeFor, startEchoBackends, startRealEngine } from '../testing/index.ts';
import type { EchoBackends, RealEngine, RouteTest } from '../testing/index.ts';
import type { AddressOverrides } from '../targets/target.ts';
import { build } from './build.ts';
import { applyOverrides } from './overrides.ts';
import { routingOf, verdict, type EngineResult } from './route-tests-judge.ts';
import type { Loaded, LoadedGateway } from './types.ts';
import type { EnginePlaces } from './verify/verify.ts';

type Asked = { readonly kind: 'absent' } | { readonly kind: 'broken'; readonly reason: string } | { readonly kind: 'asked'; readonly version: string; readonly results: readonly Omit<EngineResult, 'engine'>[] };

/** Compiles the gateway with every address on loopback, starts a real engine on it and asks it all tests. */
export async function askEngine(name: 'traefik' | 'nginx', loaded: Loaded, gateway: LoadedGateway, tests: readonly RouteTest[], where: EnginePlaces): Promise<Asked> {
  const binary = find(name, where);
  if (binary === null) return { kind: 'absent' };
  const routing = routingOf(gateway);
  const backends = await startEchoBackends(endpointsOf(routing).map(backendName));
  try {
    const points = await freePorts(routing.listeners.map(({ entryPoint }) => entryPoint.name), { address: '127.0.0.1' });
    const overrides = onLoopback(endpointsOf(routing), backends, points);
    const { built, diagnostics } = build({ ...loaded, gateways: [gateway] }, { targets: [name], versions: new Map([[name, majorMinor(binary.version)]]), allowances: new Map(), inlineSecrets: true, settings: {}, overrides });
    const [one] = built;
    if (one?.files === undefined) return { kind: 'broken', reason: [...diagnostics, ...(one?.diagnostics ?? [])].filter(({ severity }) => severity === 'error').map(({ message }) => message).join('; ') };
    const local = gateway.resolved[0] === undefined ? routing : applyOverrides(gateway.resolved[0].gateway, routing, overrides).routing;
    const ports = new Map(Object.entries(points));
    const names = namesOf(endpointsOf(routing));
    const sign = signOf(local, routing, tests);
    const started = await startRealEngine({ name, binary, files: one.files, ports }, { backends, names: (backend) => names.get(backend) ?? [backend], sign });
    if (started.kind === 'failed') return { kind: 'broken', reason: started.reason };
    try {
      return { kind: 'asked', version: binary.version, results: await askAll(started.engine, gateway, tests) };
    } finally {
      await started.engine.stop();
    }
  } finally {
    await backends.stop();
  }
}

function find(name: 'traefik' | 'nginx', { roots, searchPath }: EnginePlaces): EngineBinary | null {
  for (const root of roots) {
    const found = findEngine(name, { root, searchPath: '' });
    if (found !== null) return found;
  }
  return findEngine(name, { root: '/nonexistent', searchPath });
}

async function askAll(engine: RealEngine, gateway: LoadedGateway, tests: readonly RouteTest[]): Promise<readonly Omit<EngineResult, 'engine'>[]> {
  const routing = routingOf(gateway);
  const runtime = decider(routing);
  const out: Omit<EngineResult, 'engine'>[] = [];
  for (const test of tests) {
    const probe = probeFor(routing, test.request, test.body);
    if (probe === undefined) out.push({ kind: 'failed', lines: ['no entry point serves this request'] });
    else if (!/^127\.\d+\.\d+\.\d+$/.test(probe.clientIp)) out.push({ kind: 'not asked', lines: [`a client ${probe.clientIp} cannot be had on this machine`] });
    else out.push(verdict(test, await engine.ask(probe, runtime.decide(probe))));
  }
  return out;
}

/** One backend for each service and port: replicas are one to a test. */
function backendName({ container, host, port }: Endpoint): string {
  return container === undefined ? `${host}:${String(port)}` : `${container.stack}/${container.service}:${String(port)}`;
}

function onLoopback(endpoints: readonly Endpoint[], backends: EchoBackends, points: Readonly<Record<string, number>>): AddressOverrides {
  const replaced = new Map(endpoints.map((endpoint) => {
    const { container, host, port } = endpoint;
    const service = container === undefined ? host : `${container.stack}/${container.service}`;
    return [backendName(endpoint), { service, port, host: '127.0.0.1', toPort: backends.ports.get(backendName(endpoint)) ?? 0 }];
  }));
  return { endpoints: [...replaced.values()], entryPoints: new Map(Object.entries(points).map(([name, port]) => [name, { host: '127.0.0.1', port }])) };
}

function namesOf(endpoints: readonly Endpoint[]): ReadonlyMap<string, readonly string[]> {
  return new Map(endpoints.map((endpoint) => {
    const { container, scheme, host, port } = endpoint;
    const address = [`${scheme}://${host}:${String(port)}`, `${host}:${String(port)}`];
    return [backendName(endpoint), container === undefined ? [...address, host] : [...address, container.service, `${container.stack}/${container.service}`, `${container.service}:${String(port)}`]];
  }));
}

/** A test that reaches a backend shows when the configuration is in force. */
function signOf(local: ReturnType<typeof routingOf>, routing: ReturnType<typeof routingOf>, tests: readonly RouteTest[]): ReturnType<typeof probeFor> {
  const runtime = decider(local);
  return tests.map((test) => probeFor(routing, test.request, test.body)).find((probe) => probe !== undefined && probe.clientIp.startsWith('127.') && runtime.decide(probe).headers !== null);
}

function majorMinor(version: string): string {
  return version.split('.').slice(0, 2).join('.');
}
