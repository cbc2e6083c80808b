import { lanesOf } from '../analysis/index.ts';
import type { Decision, Gateway, Middleware, Probe, Route, Routing } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { SidePlace } from './place.ts';
import { createRuntime } from '../runtime/index.ts';

/** One state of a gateway. */
export interface Side {
  readonly routing: Routing;
  readonly gateway: Gateway | undefined;
  /** The place of an origin of this side. */
  readonly at: (origin: OriginId) => SidePlace;
}

/** What a side says to a request. */
export interface Verdict {
  readonly decision: Decision;
  /** Routes that take it: none, one, or several that tie. */
  readonly routes: readonly Route[];
}

/** A side that can be asked. */
export interface Asker {
  readonly ask: (probe: Probe) => Verdict;
  /** The same as somebody gets it whose login is right. */
  readonly letIn: (probe: Probe) => Verdict;
}

/** Asks a side. An entry point that it calls otherwise is found by its port: `peer` is the other side's routing. */
export function createAsker(routing: Routing, peer: Routing): Asker {
  const ask = askerOf(routing, peer);
  const guarded = everyRoute(routing).some(({ chain, service }) => [...chain, ...service.chain].some(isLogin));
  return { ask, letIn: guarded ? askerOf(withoutLogins(routing), peer) : ask };
}

export function everyRoute({ listeners }: Routing): readonly Route[] {
  return listeners.flatMap(({ plain, tls }) => [...plain, ...tls]);
}

/** Nobody here knows a password that fits a hash, so what lies behind one is asked without it. */
function isLogin({ spec }: Middleware): boolean {
  return spec.kind === 'basicAuth' || spec.kind === 'digestAuth';
}

function withoutLogins(routing: Routing): Routing {
  const open = (chain: readonly Middleware[]): readonly Middleware[] => chain.filter((middleware) => !isLogin(middleware));
  const opened = (route: Route): Route => ({ ...route, chain: open(route.chain), service: { ...route.service, chain: open(route.service.chain) } });
  return { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, plain: listener.plain.map(opened), tls: listener.tls.map(opened) })) };
}

function askerOf(routing: Routing, peer: Routing): Asker['ask'] {
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const fronts = new Map(lanesOf(routing.listeners).map(({ entryPoint, front }) => [entryPoint, front]));
  return (probe) => {
    const entryPoint = nameHere(probe.entryPoint, routing, peer);
    const asked = { ...probe, entryPoint };
    const front = fronts.get(entryPoint)?.(asked);
    const routes = front?.kind === 'route' ? [front.route] : front?.kind === 'tie' ? front.routes : [];
    return { decision: runtime.decide(asked), routes };
  };
}

function nameHere(name: string, routing: Routing, peer: Routing): string {
  const has = ({ listeners }: Routing): boolean => listeners.some(({ entryPoint }) => entryPoint.name === name);
  if (has(routing) || !has(peer)) return name;
  const port = peer.listeners.find(({ entryPoint }) => entryPoint.name === name)?.entryPoint.port;
  return routing.listeners.find(({ entryPoint }) => entryPoint.port === port && !entryPoint.udp)?.entryPoint.name ?? name;
}
