import type { Route } from '../ir/index.ts';
import { neededHosts } from '../runtime/match/route-index.ts';
import { pushTo } from '../text/index.ts';

/** Routes that requests for one host can meet, in the order in which they are asked. */
export interface Region {
  /** Undefined: requests for hosts that no rule names. */
  readonly host: string | undefined;
  /** Bound to this host. */
  readonly own: readonly Route[];
  /** Bound to no host by name; one list for all regions of a lane. */
  readonly open: readonly Route[];
}

/** Takes the routes of a lane apart by host: routes of different regions never see the same request, open ones aside. */
export function regionsOf(routes: readonly Route[]): readonly Region[] {
  const byHost = new Map<string, Route[]>();
  const open: Route[] = [];
  for (const route of routes) {
    const hosts = neededHosts(route.rule);
    if (hosts === undefined) open.push(route);
    for (const host of new Set(hosts ?? [])) pushTo(byHost, host, route);
  }
  return [...[...byHost].map(([host, own]) => ({ host, own, open })), { host: undefined, own: [], open }];
}

/**
 * Pairs of routes that may meet, the one that is asked first in front, each pair once. `width` is how far apart two may
 * stand in their region: with a width the whole stays linear.
 */
export function* neighbours(routes: readonly Route[], width: number = Infinity): Generator<readonly [Route, Route]> {
  const regions = regionsOf(routes);
  const several = repeated(regions);
  const seen = new Map<Route, Set<Route>>();
  for (const { own, open } of regions) {
    const mine = own.length === 0 ? open : own;
    for (const [at, later] of mine.entries()) {
      const before = mine.slice(Math.max(0, at - width), at);
      const around = own.length === 0 ? [] : nearest(open, later.rank, width);
      for (const other of [...before, ...around]) {
        const pair = other.rank < later.rank ? ([other, later] as const) : ([later, other] as const);
        if (several.has(later) && !isNew(seen, pair)) continue;
        yield pair;
      }
    }
  }
}

/** Routes of more than one host: only they can meet the same route twice. */
function repeated(regions: readonly Region[]): ReadonlySet<Route> {
  const once = new Set<Route>();
  const several = new Set<Route>();
  for (const { own } of regions) for (const route of own) (once.has(route) ? several : once).add(route);
  return several;
}

function isNew(seen: Map<Route, Set<Route>>, [earlier, later]: readonly [Route, Route]): boolean {
  const known = seen.get(earlier) ?? new Set<Route>();
  if (known.has(later)) return false;
  seen.set(earlier, known.add(later));
  return true;
}

/** Open routes with ranks around one; `open` is sorted by rank. */
function nearest(open: readonly Route[], rank: number, width: number): readonly Route[] {
  let low = 0;
  let high = open.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((open[middle]?.rank ?? 0) < rank) low = middle + 1;
    else high = middle;
  }
  return open.slice(Math.max(0, low - width), low + width);
}
