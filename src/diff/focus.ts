import { neighbours, overlap, regionsOf, witnesses } from '../analysis/index.ts';
import type { Listener, Probe, Route, Routing } from '../ir/index.ts';
import { keyOf, routeKey } from './plain.ts';

/** Routes of one lane of both sides. */
interface Pair {
  readonly before: readonly Route[];
  readonly after: readonly Route[];
}

/** Routes of the other side that a changed one is laid over. */
const OPPOSITE = 48;

/**
 * Requests that can tell the sides apart: those of both sides' rules and chains wherever a route differs, and what a
 * changed route has in common with routes of the other side.
 */
export function probesBetween(before: Routing, after: Routing): readonly Probe[] {
  const pairs = pairListeners(before, after).map(narrowed);
  const left = { ...before, listeners: pairs.flatMap((pair) => pair.before ?? []) };
  const right = { ...after, listeners: pairs.flatMap((pair) => pair.after ?? []) };
  const crossed = pairs.flatMap((pair) => (pair.before === undefined || pair.after === undefined ? [] : crossings(pair.before, pair.after)));
  return [...witnesses(left).probes, ...witnesses(right).probes, ...crossed];
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

/** Both listeners with only the routes that a change can concern. */
function narrowed({ before, after }: ListenerPair): ListenerPair {
  if (before === undefined || after === undefined || edgeKey(before) !== edgeKey(after)) return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
  const plain = concerned({ before: before.plain, after: after.plain });
  const tls = concerned({ before: before.tls, after: after.tls });
  return { before: { ...before, plain: plain.before, tls: tls.before }, after: { ...after, plain: plain.after, tls: tls.after } };
}

/** What an entry point does to every request. */
function edgeKey({ entryPoint }: Listener): string {
  const { forwardedHeaders, encodedCharacters, sanitizePath, encodeQuerySemicolons, proxyProtocol, port } = entryPoint;
  return keyOf({ forwardedHeaders, encodedCharacters, sanitizePath, encodeQuerySemicolons, proxyProtocol, port });
}

/** Routes that differ, and all that share a host with one of them. A changed route of every host concerns all. */
function concerned(pair: Pair): Pair {
  const changed = changedRoutes(pair);
  if (changed.size === 0) return { before: [], after: [] };
  const regions = [...regionsOf(pair.before), ...regionsOf(pair.after)];
  if (regions.some(({ open }) => open.some((route) => changed.has(route)))) return inParts(pair, changed);
  const hosts = new Set(regions.filter(({ own }) => own.some((route) => changed.has(route))).map(({ host }) => host));
  const near = new Set(regions.filter(({ host }) => host !== undefined && hosts.has(host)).flatMap(({ own, open }) => [...own, ...open]));
  const keep = (routes: readonly Route[]): readonly Route[] => routes.filter((route) => near.has(route));
  return inParts({ before: keep(pair.before), after: keep(pair.after) }, changed);
}

/** Alternatives of one rule that are asked about together; analysis looks at a few dozen at most. */
const PART = 12;

/** Changed routes with many alternatives as several: each alternative gets requests of its own. */
function inParts(pair: Pair, changed: ReadonlySet<Route>): Pair {
  const split = (routes: readonly Route[]): readonly Route[] => routes.flatMap((route) => (changed.has(route) ? partsOf(route.rule).map((rule) => ({ ...route, rule })) : [route]));
  return { before: split(pair.before), after: split(pair.after) };
}

function partsOf(rule: Route['rule']): readonly Route['rule'][] {
  if (rule.kind === 'or' && rule.operands.length > PART) {
    return Array.from({ length: Math.ceil(rule.operands.length / PART) }, (_, index) => ({ ...rule, operands: rule.operands.slice(index * PART, (index + 1) * PART) })).map(single);
  }
  if (rule.kind !== 'and') return [rule];
  const at = rule.operands.findIndex((operand) => operand.kind === 'or' && operand.operands.length > PART);
  const wide = rule.operands[at];
  return wide === undefined ? [rule] : partsOf(wide).flatMap((part) => partsOf({ ...rule, operands: rule.operands.with(at, part) }));
}

function single(rule: Route['rule']): Route['rule'] {
  const [only, ...more] = rule.kind === 'or' ? rule.operands : [];
  return only !== undefined && more.length === 0 ? only : rule;
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
    return near.flatMap(([a, b]) => overlap(a.rule, b.rule, { entryPoint: after.entryPoint.name, tls }, after.entryPoint) ?? []);
  });
}
