import { refKey, refName, routesOf, type Decision, type Endpoint, type HeaderList, type HeaderOps, type Probe, type Ref, type ResolvedService, type Routing } from '../ir/index.ts';
import { createRuntime, endpointAddress, type Runtime } from '../runtime/index.ts';
import type { Outcome } from './route-test.ts';

/** Answers requests as the runtime decides them. */
export interface Decider {
  readonly decide: (probe: Probe) => Outcome;
  readonly decision: (probe: Probe) => Decision;
}

export function decider(routing: Routing): Decider {
  const runtime: Runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const names = endpointNames(routing);
  const chains = new Map(routesOf(routing).map((route) => [refKey(route.router), route.chain.map(({ ref }) => refName(ref))]));
  const chainOf = (router: Ref | null): readonly string[] => (router === null ? [] : (chains.get(refKey(router)) ?? []));
  const decision = (probe: Probe): Decision => runtime.decide(probe);
  return { decision, decide: (probe) => toOutcome(decision(probe), probe, names, chainOf) };
}

function toOutcome(decision: Decision, probe: Probe, names: ReadonlyMap<string, readonly string[]>, chainOf: (router: Ref | null) => readonly string[]): Outcome {
  const nothing: Outcome = { status: 0, router: null, service: null, endpoints: [], target: null, redirect: null, headers: null, responseHeaders: [], middlewares: [], tie: [] };
  switch (decision.kind) {
    case 'tie':
      return { ...nothing, tie: decision.routers.map(refName) };
    case 'refused':
      return { ...nothing, status: 400 };
    case 'respond':
      return { ...nothing, status: decision.status, router: decision.router === null ? null : refName(decision.router), redirect: location(decision.headers), responseHeaders: decision.headers, middlewares: chainOf(decision.router) };
    case 'forward':
      return {
        ...nothing,
        status: decision.endpoints.length === 0 ? 503 : 200,
        router: refName(decision.router),
        service: refName(decision.service),
        endpoints: decision.endpoints.map(({ address }) => names.get(address) ?? [address]),
        target: decision.target,
        headers: decision.endpoints.length === 0 ? null : arriving(probe, decision.requestHeaders, decision.host),
        responseHeaders: decision.responseHeaders.set,
        middlewares: chainOf(decision.router),
      };
  }
}

export function location(headers: HeaderList): string | null {
  return headers.find(([name]) => name.toLowerCase() === 'location')?.[1] ?? null;
}

function arriving({ headers }: Probe, { set, remove }: HeaderOps, host: string | null): HeaderList {
  const gone = new Set([...set.map(([name]) => name), ...remove].map((name) => name.toLowerCase()));
  return [...(host === null ? [] : [['Host', host] as const]), ...headers.filter(([name]) => !gone.has(name.toLowerCase())), ...set];
}

/** Everything that a server is called: its address first, then `host:port`, and the Compose service behind it. */
export function endpointNames(routing: Routing): ReadonlyMap<string, readonly string[]> {
  return new Map(endpointsOf(routing).map((endpoint) => {
    const address = endpointAddress(endpoint);
    const { container } = endpoint;
    return [address, [address, `${endpoint.host}:${String(endpoint.port)}`, ...(container === undefined ? [endpoint.host] : [container.service, `${container.stack}/${container.service}`, `${container.service}:${String(endpoint.port)}`])]];
  }));
}

/** All servers, also those of mirrors and error pages. */
export function endpointsOf(routing: Routing): readonly Endpoint[] {
  const of = ({ service: { spec }, members }: ResolvedService): readonly Endpoint[] => [...(spec.kind === 'loadBalancer' ? spec.endpoints : []), ...members.flatMap(of)];
  return [...routesOf(routing).map(({ service }) => service), ...(routing.services ?? [])].flatMap(of);
}

