import { casesOf, contested, disjointCases, lanesOf, neighbours, onlyFirst, overlap, probeKey, regionsOf, witnesses, type Effort, type Lane, type Unreached } from '../analysis/index.ts';
import { refKey, routesOf, type Listener, type Probe, type Route, type Routing } from '../ir/index.ts';
import { pushTo } from '../text/index.ts';
import { partsOf, withRule } from './parts.ts';
import { keyOf, routeKey } from './plain.ts';
import { createReplicas, isRescaled, rescaled, type Replicas } from './replicas.ts';
import { type Side } from './side.ts';

/** Routes of one lane of both sides. */
interface Pair {
  readonly before: readonly Route[];
  readonly after: readonly Route[];
}

/** Routes of the other side that a changed one is laid over. */
const OPPOSITE = 48;

/** What both sides are asked, and the changed routes that no request was found for. */
export interface Focus {
  readonly probes: readonly Probe[];
  readonly blind: { readonly before: readonly Route[]; readonly after: readonly Route[] };
}

/**
 * Requests that can tell the sides apart: those of both sides' rules and chains wherever a route differs, and what a
 * changed route has in common with routes of the other side.
 */
export function focusOf(old: Side, now: Side): Focus {
  const [before, after] = [old.routing, now.routing];
  const scaled = rescaledRoutes(old, now);
  const touched = new Set<Route>();
  const wide = new Set<Route>();
  const pairs = pairListeners(before, after).map((pair) => narrowed(pair, { touched, wide, scaled }));
  const [left, right] = [
    witnesses({ ...before, listeners: pairs.flatMap((pair) => pair.before ?? []) }),
    witnesses({ ...after, listeners: pairs.flatMap((pair) => pair.after ?? []) }),
  ];
  const crossed = pairs.flatMap((pair) => (pair.before === undefined || pair.after === undefined ? [] : crossings(pair.before, pair.after)));
  const effort = { left: EFFORT };
  const won = pairs.flatMap((pair) => contestedIn(pair, before, effort));
  const places = new Map<Route, string[]>();
  for (const { route, lane, probes } of won) if (probes.length > 0) pushTo(places, route, placeKey(lane));
  const inListeners = ({ listeners }: Routing): readonly Route[] => routesOf({ listeners }).filter((route) => wide.has(route));
  const blind = (unreached: readonly Unreached[]): readonly Route[] => unreached.filter((one) => touched.has(one.route) && isUnclear(one) && places.get(one.route)?.includes(placeKey(one)) !== true).map(({ route }) => route);
  const all = [...left.probes, ...right.probes, ...crossed, ...won.flatMap(({ probes }) => probes), ...pairs.flatMap((pair) => otherDoors(pair, before))];
  return { probes: [...new Map(all.map((probe) => [probeKey(probe), probe])).values()], blind: { before: [...blind(left.unreached), ...inListeners(before)], after: [...blind(right.unreached), ...inListeners(after)] } };
}

function placeKey({ entryPoint, tls }: Pick<Lane, 'entryPoint' | 'tls'>): string {
  return `${String(tls)} ${entryPoint}`;
}

/** Nothing is claimed of a route that another one is proven to cover, or whose rule contradicts itself: it takes no request. */
function isUnclear({ route, proven }: Unreached): boolean {
  return !proven && route.tiedWith.length === 0 && !isNever(route.rule);
}

function isNever(rule: Route['rule']): boolean {
  const cases = casesOf(rule);
  return cases !== undefined && cases.every((one) => disjointCases(one, one));
}

interface ListenerPair {
  readonly before?: Listener;
  readonly after?: Listener;
}

function pairListeners(before: Routing, after: Routing): readonly ListenerPair[] {
  const isSame = (a: Listener, b: Listener): boolean => a.entryPoint.name === b.entryPoint.name;
  const old = before.listeners.map((listener): ListenerPair => {
    const other = after.listeners.find((one) => isSame(one, listener));
    return other === undefined ? { before: listener } : { before: listener, after: other };
  });
  return [...old, ...after.listeners.filter((listener) => !before.listeners.some((one) => isSame(one, listener))).map((listener): ListenerPair => ({ after: listener }))];
}

/** Changed routes, and those among them whose rules are too wide to be taken apart. */
interface Marks {
  readonly touched: Set<Route>;
  readonly wide: Set<Route>;
  /** Routes whose servers have another number of replicas, and that are the same otherwise. */
  readonly scaled: ReadonlySet<Route>;
}

function rescaledRoutes(before: Side, after: Side): ReadonlySet<Route> {
  if (!isRescaled(before, after)) return new Set();
  const [had, has] = [createReplicas(before), createReplicas(after)];
  const counts = new Map(routesOf(before.routing).flatMap((route) => [...had(route)]));
  const names = new Set(routesOf(after.routing).flatMap((route) => rescaled(counts, has(route))));
  const isOne = (replicas: Replicas): boolean => [...replicas.keys()].some((address) => names.has(address));
  return new Set([...routesOf(before.routing).filter((route) => isOne(had(route))), ...routesOf(after.routing).filter((route) => isOne(has(route)))]);
}

/** Both listeners with only the routes that a change can concern: all of them where the entry point itself is another one. */
function narrowed({ before, after }: ListenerPair, marks: Marks): ListenerPair {
  const isSame = before !== undefined && after !== undefined && edgeKey(before) === edgeKey(after);
  const lane = (kind: 'plain' | 'tls'): Pair => {
    const pair = { before: before?.[kind] ?? [], after: after?.[kind] ?? [] };
    return isSame ? concerned(pair, marks) : inParts(pair, changedRoutes(pair), marks);
  };
  const [plain, tls] = [lane('plain'), lane('tls')];
  return {
    ...(before === undefined ? {} : { before: { ...before, plain: plain.before, tls: tls.before } }),
    ...(after === undefined ? {} : { after: { ...after, plain: plain.after, tls: tls.after } }),
  };
}

/** What an entry point does to every request. */
function edgeKey({ entryPoint }: Listener): string {
  const { forwardedHeaders, encodedCharacters, sanitizePath, encodeQuerySemicolons, proxyProtocol, port } = entryPoint;
  return keyOf({ forwardedHeaders, encodedCharacters, sanitizePath, encodeQuerySemicolons, proxyProtocol, port });
}

/** Routes that differ, and all that share a host with one of them. A changed route of every host concerns all. */
function concerned(pair: Pair, marks: Marks): Pair {
  const changed = new Set([...changedRoutes(pair), ...[...pair.before, ...pair.after].filter((route) => marks.scaled.has(route))]);
  if (changed.size === 0) return { before: [], after: [] };
  const regions = [...regionsOf(pair.before), ...regionsOf(pair.after)];
  if (regions.some(({ open }) => open.some((route) => changed.has(route)))) return inParts(pair, changed, marks);
  const hosts = new Set(regions.filter(({ own }) => own.some((route) => changed.has(route))).map(({ host }) => host));
  // Open routes of both sides: one side may have no other route of this host.
  const near = new Set(regions.flatMap(({ host, own, open }) => (host === undefined ? open : hosts.has(host) ? own : [])));
  const keep = (routes: readonly Route[]): readonly Route[] => routes.filter((route) => near.has(route));
  return inParts({ before: keep(pair.before), after: keep(pair.after) }, changed, marks);
}

/** A changed route with many alternatives as several routes, so that each of them is asked about. */
function inParts(pair: Pair, changed: ReadonlySet<Route>, { touched, wide }: Pick<Marks, 'touched' | 'wide'>): Pair {
  const parts = (route: Route): readonly Route[] => {
    if (!changed.has(route)) return [route];
    const rules = partsOf(route.rule);
    if (rules === undefined) wide.add(route);
    const out = rules === undefined || rules.length === 1 ? [route] : rules.map((rule) => withRule(route, rule));
    for (const one of out) touched.add(one);
    return out;
  };
  return { before: pair.before.flatMap(parts), after: pair.after.flatMap(parts) };
}

/** Routes that the other side does not have as often. */
export function changedRoutes({ before, after }: Pair): ReadonlySet<Route> {
  const counts = new Map<string, number>();
  for (const route of before) counts.set(routeKey(route), (counts.get(routeKey(route)) ?? 0) + 1);
  for (const route of after) counts.set(routeKey(route), (counts.get(routeKey(route)) ?? 0) - 1);
  return new Set([...before, ...after].filter((route) => counts.get(routeKey(route)) !== 0));
}

function crossings(before: Listener, after: Listener): readonly Probe[] {
  return [false, true].flatMap((tls) => {
    const pair = tls ? { before: before.tls, after: after.tls } : { before: before.plain, after: after.plain };
    const changed = changedRoutes(pair);
    const mixed = [...pair.before, ...pair.after].toSorted((a, b) => a.rank - b.rank);
    const near = [...neighbours(mixed, OPPOSITE)].filter(([a, b]) => changed.has(a) !== changed.has(b) || (changed.has(a) && changed.has(b)));
    const place = { entryPoint: after.entryPoint.name, tls };
    const apart = ([a, b]: readonly [Route, Route]): readonly Probe[] => [...onlyFirst(a.rule, b.rule, place, after.entryPoint), ...onlyFirst(b.rule, a.rule, place, after.entryPoint)];
    return [
      ...near.flatMap(([a, b]) => overlap(a.rule, b.rule, place, after.entryPoint) ?? []),
      ...near.filter(([a, b]) => changed.has(a) && changed.has(b) && keyOf(a.rule) !== keyOf(b.rule)).flatMap(apart),
    ];
  });
}

/** Requests that are tried in search of those that another route wins on the other side. */
const EFFORT = 60_000;
/** Routes of the other side that each changed one is held against on purpose. */
const RIVALS = 16;

/** Requests that a changed route wins in its lane. */
interface Won {
  readonly route: Route;
  readonly lane: Lane;
  readonly probes: readonly Probe[];
}

/** What each changed route wins on its side, told apart by who wins it on the other. */
function contestedIn({ before, after }: ListenerPair, whole: Routing, effort: Effort): readonly Won[] {
  const [old, now] = [lanesOf(before === undefined ? [] : [before]), lanesOf(after === undefined ? [] : [after])];
  const search = (lane: Lane, others: readonly Lane[], doors: readonly (readonly Route[])[]): readonly Won[] => {
    const other = others.find(({ tls }) => tls === lane.tls);
    const changed = changedRoutes({ before: lane.routes, after: other?.routes ?? [] });
    const mine = lane.routes.filter((route) => changed.has(route));
    const rivals = nearby(mine, other?.routes ?? [], RIVALS);
    const elsewhere = doors.map((routes) => nearby(mine, routes, DOORS));
    const counterpartOf = (route: Route): Route | undefined => other?.routes.find((one) => changed.has(one) && refKey(one.router) === refKey(route.router) && keyOf(one.rule) !== keyOf(route.rule));
    return mine.map((route) => ({ route, lane, probes: contested(route, lane, { lane: other, counterpart: counterpartOf(route), rivals: rivals.get(route) ?? [], elsewhere: elsewhere.flatMap((one) => one.get(route) ?? []) }, effort) }));
  };
  return [...old.flatMap((lane) => search(lane, now, [])), ...now.flatMap((lane) => search(lane, old, doorsBeside(lane, whole)))];
}

/** For each of these routes those of others that may meet it. */
function nearby(mine: readonly Route[], others: readonly Route[], width: number): ReadonlyMap<Route, readonly Route[]> {
  const [ours, theirs] = [new Set(mine), new Set(others)];
  const found = new Map<Route, Route[]>();
  for (const [a, b] of neighbours([...mine, ...others].toSorted((one, other) => one.rank - other.rank), width)) {
    for (const [own, other] of [[a, b], [b, a]] as const) if (ours.has(own) && theirs.has(other)) pushTo(found, own, other);
  }
  return found;
}

/** Routes of another door that a changed one is laid over. */
const DOORS = 12;

/** The routes of each other door. */
function doorsBeside({ entryPoint, tls }: Pick<Lane, 'entryPoint' | 'tls'>, { listeners }: Routing): readonly (readonly Route[])[] {
  return listeners.flatMap((listener) => (['plain', 'tls'] as const).flatMap((kind) => (listener.entryPoint.name === entryPoint && (kind === 'tls') === tls ? [] : [listener[kind]])));
}

/** What a changed route takes now and others took at another door before: a host may have become public, or lost its TLS. */
function otherDoors({ before, after }: ListenerPair, old: Routing): readonly Probe[] {
  if (after === undefined) return [];
  return (['plain', 'tls'] as const).flatMap((kind) => {
    const changed = changedRoutes({ before: before?.[kind] ?? [], after: after[kind] });
    const mine = after[kind].filter((route) => changed.has(route));
    if (mine.length === 0) return [];
    const place = { entryPoint: after.entryPoint.name, tls: kind === 'tls' };
    return doorsBeside(place, old).flatMap((routes) => [...nearby(mine, routes, DOORS)].flatMap(([route, others]) => others.flatMap((one) => overlap(route.rule, one.rule, place, after.entryPoint) ?? [])));
  });
}
