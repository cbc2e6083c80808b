import type { EngineBinary } from '../engines/find.ts';
import type { Decision, Probe, Routing } from '../ir/index.ts';
import { endpointAddress } from '../runtime/index.ts';
import { decider, endpointNames, location, probeFor } from '../testing/index.ts';
import type { Outcome, RouteTest } from '../testing/index.ts';
import { routingOf, verdict, type EngineResult } from './route-tests-judge.ts';
import type { BuildOptions, Loaded, LoadedGateway } from './types.ts';
import { answering, send } from './verify/ask.ts';
import type { Arrival } from './verify/backends.ts';
import { findOneOf, type EnginePlaces } from './verify/engine-places.ts';
import { finder, type Finder } from './verify/finder.ts';
import { endpointsOf, keyOf } from './verify/loopback.ts';
import { readsFiles } from './verify/outside.ts';
import { onStage, withEngine, type Stage } from './verify/stage.ts';

type Result = Omit<EngineResult, 'engine'>;
type Asked = { readonly kind: 'absent' } | { readonly kind: 'broken'; readonly reason: string } | { readonly kind: 'asked'; readonly version: string; readonly results: readonly Result[] };

interface Options {
  readonly where: EnginePlaces;
  readonly build?: Pick<BuildOptions, 'allowances' | 'settings'>;
}

/** Compiles the gateway with every address on loopback, starts a real engine on it and asks it all tests. */
export async function askEngine(name: 'traefik' | 'nginx', loaded: Loaded, gateway: LoadedGateway, tests: readonly RouteTest[], { where, build }: Options): Promise<Asked> {
  const binary = findOneOf([name], where);
  if (binary === null) return { kind: 'absent' };
  const options: BuildOptions = {
    targets: [name], versions: new Map([[name, binary.version.split('.').slice(0, 2).join('.')]]), allowances: new Map(), settings: {}, ...build,
    inlineSecrets: true, overrides: { endpoints: [], entryPoints: new Map() },
  };
  const results = await onStage<readonly Result[] | string>(loaded, gateway, name, options, (stage) => askAll(binary, stage, gateway, tests));
  return typeof results === 'string' ? { kind: 'broken', reason: results } : { kind: 'asked', version: binary.version, results };
}

async function askAll(binary: EngineBinary, stage: Stage, gateway: LoadedGateway, tests: readonly RouteTest[]): Promise<readonly Result[] | string> {
  return withEngine(binary, stage, async (ports) => {
    const routing = routingOf(gateway);
    const [reference, here] = [decider(routing), decider(stage.routing)];
    const find = finder(stage.routing);
    const asking: Asking = { ports, stage, names: namesOf(gateway, routing, stage) };
    const out: Result[] = [];
    for (const test of tests) {
      const probe = probeFor(routing, test.request, test.body);
      const why = probe === undefined ? undefined : whyNotAsked(probe, here.decision(probe), find);
      if (probe === undefined) out.push({ kind: 'failed', lines: ['no entry point serves this request'] });
      else if (why !== undefined) out.push({ kind: 'not asked', lines: [why] });
      else out.push(verdict(test, await ask(asking, probe, reference.decide(probe))));
    }
    return out;
  });
}

/** Why an engine on this machine cannot show what it would do elsewhere; undefined = it can. */
function whyNotAsked({ clientIp }: Probe, decision: Decision, find: Finder): string | undefined {
  if (!/^127\.\d+\.\d+\.\d+$/.test(clientIp)) return `a client ${clientIp} cannot be had on this machine`;
  const route = find.route(decision);
  if (route !== undefined && readsFiles(route)) return `a middleware of router "${route.router.name}" reads a file of the machine where the engine will run`;
  const other = decision.kind === 'forward' ? decision.endpoints.find(({ address }) => !address.startsWith('http://')) : undefined;
  return other === undefined ? undefined : `the service speaks ${other.address.replace(/:.*$/s, '')}, and the servers that stand for it here plain HTTP`;
}

/** A request may take so long. */
const PATIENCE_MS = 5000;

interface Asking {
  readonly ports: ReadonlyMap<string, number>;
  readonly stage: Stage;
  /** All that the server at an address of this machine is called in the stacks. */
  readonly names: (address: string) => readonly string[];
}

function namesOf(gateway: LoadedGateway, routing: Routing, { backends }: Stage): Asking['names'] {
  const known = endpointNames(routing);
  const byAddress = new Map<string, readonly string[]>();
  for (const endpoint of endpointsOf(gateway)) {
    const address = `127.0.0.1:${String(backends.ports.get(keyOf(endpoint)) ?? 0)}`;
    byAddress.set(address, [...(byAddress.get(address) ?? []), ...(known.get(endpointAddress(endpoint)) ?? []), keyOf(endpoint)]);
  }
  return (address) => byAddress.get(address) ?? [address];
}

/**
 * What an engine did. It tells nobody which router it took: where the same server answered as in the reference, it is
 * the reference's router, else none is claimed.
 */
async function ask({ ports, stage: { backends }, names }: Asking, probe: Probe, reference: Outcome): Promise<Outcome> {
  const { answer, arrivals } = await send({ ports, backends }, probe, PATIENCE_MS);
  const isMeant = ({ address }: Arrival): boolean => reference.endpoints.some((one) => one.some((name) => names(address).includes(name)));
  const received = answering(arrivals, isMeant);
  const agreed = received === undefined ? reference.headers === null && reference.status === answer.status : isMeant(received);
  const { router, service, middlewares } = agreed ? reference : { router: null, service: null, middlewares: [] };
  return {
    status: answer.status, router, service, middlewares, endpoints: received === undefined ? [] : [names(received.address)], target: received?.target ?? null, redirect: received === undefined ? location(answer.headers) : null,
    headers: received?.headers ?? null, responseHeaders: answer.headers, tie: [],
  };
}
