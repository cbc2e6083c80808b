import { chainOf, refKey, type Consumer, type HttpMatcher, type Middleware, type Probe, type Route, type Routing } from '../ir/index.ts';
import { asCallers } from './callers.ts';
import { addedBefore, exercise } from './chain.ts';
import { createCollector, type Collector } from './collector.ts';
import { PLAIN_DRAFT, toProbe, type Draft } from './draft.ts';
import { edgesOf, hostEdges } from './edges.ts';
import { ipEdges } from './ip-edges.ts';
import { strictOptions } from '../runtime/tls-names.ts';
import { lanesOf, type Lane } from './lane.ts';
import { overlap } from './overlap.ts';
import { rareIn, type Rare } from './rare.ts';
import { reach, type Alternative, type Unreached } from './reach.ts';
import { neighbours } from './regions.ts';

export interface Witnesses {
  readonly probes: readonly Probe[];
  /** Where they are sent. */
  readonly lanes: readonly Lane[];
  readonly unreached: readonly Unreached[];
}

export interface WitnessOptions {
  /** Requests at most; routes' own ones always stay. Default: four a route, three thousand at least. */
  readonly limit?: number;
  /** Each `user:password` that a basicAuth lets in, as far as known. */
  readonly logins?: (middleware: Middleware) => readonly string[];
  /** Who calls with credentials: they stand in the requests, so none that is secret may be given. */
  readonly consumers?: readonly Consumer[];
  /** Requests of rare forms too, which show whether a text takes care of them, and that nobody wants to read. */
  readonly rare?: boolean;
}

/** Routes that share a chain are asked about its middlewares this often. */
const CHAIN_TURNS = 2;
/** Users of one middleware that are logged in. */
const MAX_LOGINS = 16;
/** Routes before and after one that it is compared with. */
const NEIGHBOURS = 4;

/**
 * Requests that tell this routing from any other: one that each route wins, both sides of every edge of its rule,
 * what two neighbours both accept, and what each middleware does. Same routing, same list.
 */
export function witnesses(routing: Routing, options: WitnessOptions = {}): Witnesses {
  const collector = createCollector();
  const unreached: Unreached[] = [];
  const lanes = lanesOf(routing.listeners, strictOptions(routing));
  const turns = new Map<string, number>();
  for (const lane of lanes) {
    const rare = options.rare === true ? rareIn(lane, collector) : undefined;
    for (const route of lane.routes) {
      const found = reach(lane, route);
      if (found.kind === 'unreached') unreached.push(found.unreached);
      surround(lane, route, found.drafts, { collector, turns, options, consumers: options.consumers ?? [], ...(rare === undefined ? {} : { rare }) });
    }
    rare?.finish();
    for (const [earlier, later] of neighbours(lane.routes, NEIGHBOURS)) {
      const both = overlap(earlier.rule, later.rule, lane, lane.listener.entryPoint);
      if (both !== undefined) collector.add(1, both);
    }
  }
  if (options.rare === true) for (const probe of idle(routing)) collector.add(1, probe);
  const routes = lanes.reduce((sum, lane) => sum + lane.routes.length, 0);
  return { probes: collector.take(options.limit ?? Math.max(3000, 4 * routes)), lanes, unreached };
}

/** An entry point without any route answers too. */
function idle({ listeners }: Routing): readonly Probe[] {
  const empty = listeners.filter(({ plain, tls, tcp, entryPoint }) => plain.length + tls.length + tcp.length === 0 && !entryPoint.udp);
  return empty.map(({ entryPoint }) => toProbe(PLAIN_DRAFT, { entryPoint: entryPoint.name, tls: false }));
}

interface Surrounding {
  readonly collector: Collector;
  readonly turns: Map<string, number>;
  readonly options: WitnessOptions;
  readonly consumers: readonly Consumer[];
  readonly rare?: Rare;
}

/** The route's own requests, those around the edges of its rule, and those that show its chain. */
function surround(lane: Lane, route: Route, alternatives: readonly Alternative[], { collector, turns, options, consumers, rare }: Surrounding): void {
  const chain = chainOf(route);
  const key = chain.map(({ ref }) => refKey(ref)).join(' ');
  const turn = turns.get(key) ?? 0;
  turns.set(key, turn + 1);
  for (const [index, { atoms, draft }] of alternatives.entries()) {
    const allowed = pass(draft, chain, options);
    const callers = asCallers(allowed, chain, consumers);
    const passing = callers[0] ?? allowed;
    collector.add(0, toProbe(draft, lane));
    if (passing !== draft) collector.add(0, toProbe(passing, lane));
    for (const one of callers) collector.add(1, toProbe(one, lane));
    for (const one of callers.slice(0, 1)) collector.add(1, toProbe({ ...one, headers: [...one.headers, ['X-Consumer-Username', 'somebody else'], ['X-Consumer-Custom-ID', 'theirs']] }, lane));
    for (const { matcher } of atoms) beside(matcher, passing, lane, collector);
    if (index === 0) rare?.about(route, passing, alternatives.map((one) => one.draft.host));
    if (index > 0 || turn >= CHAIN_TURNS || chain.length === 0) continue;
    collector.later(2, () => chain.flatMap((middleware, place) => {
      const added = addedBefore(chain.slice(0, place));
      const logins = options.logins?.(middleware).slice(0, MAX_LOGINS) ?? [];
      const shown = (passing === draft ? [draft] : [passing, draft]).flatMap((one) => exercise(middleware.spec, one, added));
      return [...logins.map((login) => withLogin(draft, login)), ...shown].map((one) => toProbe(one, lane));
    }));
  }
}

/** Names of hosts that are asked about as edges of a rule; the others are spellings. */
const HOST_EDGES = 3;

function beside(matcher: HttpMatcher, base: Draft, lane: Lane, collector: Collector): void {
  if (matcher.kind !== 'host' && matcher.kind !== 'hostRegexp') {
    for (const edge of edgesOf(matcher, base)) collector.add(1, toProbe(edge, lane));
    return;
  }
  const hosts = hostEdges(matcher, base);
  for (const host of hosts.slice(0, HOST_EDGES)) collector.add(1, toProbe({ ...base, host }, lane));
  collector.later(3, () => hosts.slice(HOST_EDGES).map((host) => toProbe({ ...base, host }, lane)));
}

/** The same request as somebody sends it who is let through: from an allowed address, with a known login. */
function pass(draft: Draft, chain: readonly Middleware[], { logins }: WitnessOptions): Draft {
  let out = draft;
  for (const middleware of chain) {
    const { spec } = middleware;
    if (spec.kind === 'ipAllowList' && spec.ipStrategy === undefined) {
      const inside = spec.sourceRange.flatMap((range) => ipEdges(range).inside);
      if (inside[0] !== undefined && !inside.includes(out.clientIp)) out = { ...out, clientIp: inside[0] };
    }
    const known = spec.kind === 'basicAuth' ? logins?.(middleware)[0] : undefined;
    if (known !== undefined) out = withLogin(out, known);
  }
  return out;
}

function withLogin(draft: Draft, login: string): Draft {
  const rest = draft.headers.filter(([name]) => name !== 'Authorization');
  return { ...draft, headers: [...rest, ['Authorization', `Basic ${Buffer.from(login, 'latin1').toString('base64')}`]] };
}
