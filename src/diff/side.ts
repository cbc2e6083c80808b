import { lanesOf } from '../analysis/index.ts';
import { chainOf, routesOf } from '../ir/index.ts';
import type { Decision, Gateway, Middleware, Probe, Route, Routing } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { SidePlace } from './place.ts';
import { createReplicas, type Replicas } from './replicas.ts';
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
  /** Of the first of them. */
  readonly replicas: Replicas;
}

/** A side that can be asked. */
export interface Asker {
  readonly ask: (probe: Probe) => Verdict;
  /** The same as somebody gets it whose login is right. */
  readonly letIn: (probe: Probe) => Verdict;
}

/** Asks a side. An entry point that it calls otherwise is found by its port: `peer` is the other side's routing. */
export function createAsker(side: Side, { routing: peer }: Pick<Side, 'routing'>): Asker {
  const { routing } = side;
  const replicas = createReplicas(side);
  const ask = askerOf(routing, peer, replicas);
  const isGuarded = [routing, peer].some((one) => routesOf(one).some((route) => chainOf(route).some(isLogin)));
  if (!isGuarded) return { ask, letIn: ask };
  const open = askerOf(loggedIn(routing), peer, replicas);
  return { ask, letIn: (probe) => open(withLogin(probe)) };
}


/** Nobody here knows a password that fits a hash, so what lies behind one is asked as if it had been right. */
function isLogin({ spec }: Middleware): boolean {
  return spec.kind === 'basicAuth' || spec.kind === 'digestAuth';
}

/** The login of nobody, which is the right one wherever one is asked for. */
const LOGIN = { user: 'somebody:{SHA}EfatjsUqKYSrqv18O1FlA3hcIHI=', header: 'Basic c29tZWJvZHk6eA==' } as const;

function withLogin(probe: Probe): Probe {
  return { ...probe, headers: [...probe.headers.filter(([name]) => name.toLowerCase() !== 'authorization'), ['Authorization', LOGIN.header]] };
}

function loggedIn(routing: Routing): Routing {
  const passed = (chain: readonly Middleware[]): readonly Middleware[] => chain.map(takingLogin);
  const opened = (route: Route): Route => ({ ...route, chain: passed(route.chain), service: { ...route.service, chain: passed(route.service.chain) } });
  return { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, plain: listener.plain.map(opened), tls: listener.tls.map(opened) })) };
}

/** What it hands on of a login, and to whom it says it, stays as it is. */
function takingLogin(middleware: Middleware): Middleware {
  const { spec } = middleware;
  return spec.kind === 'basicAuth' || spec.kind === 'digestAuth' ? { ...middleware, spec: { ...spec, kind: 'basicAuth', users: [LOGIN.user], usersFile: '' } } : middleware;
}

const NONE: Replicas = new Map();

function askerOf(routing: Routing, peer: Routing, replicas: ReturnType<typeof createReplicas>): Asker['ask'] {
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const counted = new Map<Route, Replicas>();
  const fronts = new Map(lanesOf(routing.listeners).map(({ entryPoint, front }) => [entryPoint, front]));
  return (probe) => {
    const entryPoint = nameHere(probe.entryPoint, routing, peer);
    const asked = { ...probe, entryPoint };
    const front = fronts.get(entryPoint)?.(asked);
    const routes = front?.kind === 'route' ? [front.route] : front?.kind === 'tie' ? front.routes : [];
    const [first] = routes;
    const known = first === undefined ? NONE : (counted.get(first) ?? replicas(first));
    if (first !== undefined) counted.set(first, known);
    return { decision: runtime.decide(asked), routes, replicas: known };
  };
}

function nameHere(name: string, routing: Routing, peer: Routing): string {
  const has = ({ listeners }: Routing): boolean => listeners.some(({ entryPoint }) => entryPoint.name === name);
  if (has(routing) || !has(peer)) return name;
  const port = peer.listeners.find(({ entryPoint }) => entryPoint.name === name)?.entryPoint.port;
  return routing.listeners.find(({ entryPoint }) => entryPoint.port === port && !entryPoint.udp)?.entryPoint.name ?? name;
}
