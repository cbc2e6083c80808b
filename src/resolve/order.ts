import type { Proxy, Ref, RuleExpr, TcpRuleExpr } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import { entryOf } from './build/known.ts';
import { tiesWithin } from './ties.ts';
import type { EngineVersion } from './types.ts';

/** A route that is still being made: its place among the others comes last. */
interface Sortable {
  readonly router: Ref;
  readonly priority: bigint;
  readonly rule: RuleExpr | TcpRuleExpr;
  rank: number;
  tiedWith: readonly Ref[];
}

/** What a route says of its place until all are there. */
export const UNRANKED = 0;
export const NO_TIES: readonly Ref[] = [];

/** `providers.precedence` (3.7): earlier names win among equal priorities; not in force unless it is set (ran). */
export function precedenceOf(proxy: Proxy): readonly string[] {
  const written = proxy.static === 'unknown' ? undefined : entryOf(entryOf(proxy.static.raw, 'providers'), 'precedence');
  if (Array.isArray(written)) return written.map(String);
  return typeof written === 'string' ? written.split(',').map((name) => name.trim()) : [];
}

/** Higher priority first, then the provider's place; what is left is chance in the engine, and by name here. */
export function inOrder<T extends Sortable>(routes: readonly T[], precedence: readonly string[], version: EngineVersion): readonly T[] {
  const place = ({ router }: T): number => {
    const at = version === '2.11' ? -1 : precedence.indexOf(router.namespace);
    return at === -1 ? precedence.length : at;
  };
  const sorted = routes.toSorted((a, b) => compare(b.priority, a.priority) || place(a) - place(b) || (refKey(a.router) < refKey(b.router) ? -1 : 1));
  const isEqual = (a: T, b: T | undefined): boolean => b !== undefined && a.priority === b.priority && place(a) === place(b);
  let from = 0;
  sorted.forEach((route, at) => {
    if (isEqual(route, sorted[at + 1])) return;
    if (at > from) tie(sorted.slice(from, at + 1));
    from = at + 1;
  });
  return sorted;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function tie<T extends Sortable>(group: readonly T[]): void {
  tiesWithin(group, ({ rule }) => rule).forEach((others, route) => {
    route.tiedWith = others.map(({ router }) => router);
  });
}

/** Tells each route in order how many are asked before it. */
export function ranked<T extends Sortable>(routes: readonly T[]): readonly T[] {
  routes.forEach((route, rank) => {
    route.rank = rank;
  });
  return routes;
}
