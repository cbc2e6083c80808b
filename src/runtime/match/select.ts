import { refKey, type Route } from '../../ir/index.ts';
import type { MatchRequest } from './request.ts';
import { indexRoutes } from './route-index.ts';

export type Selection = { readonly kind: 'none' } | { readonly kind: 'route'; readonly route: Route } | { readonly kind: 'tie'; readonly routes: readonly Route[] };

/** Asks routes in their order. Where the engine leaves the order of several matching ones to chance, all are given. */
export function createSelector(routes: readonly Route[]): (request: MatchRequest) => Selection {
  const index = indexRoutes(routes);
  return (request) => {
    const found = index.find(request);
    if (found === undefined) return { kind: 'none' };
    const tied = found.route.tiedWith.length === 0 ? [] : index.equals(request, found).filter(({ route }) => isTied(found.route, route)).map(({ route }) => route);
    return tied.length === 0 ? { kind: 'route', route: found.route } : { kind: 'tie', routes: [found.route, ...tied] };
  };
}

function isTied({ tiedWith }: Route, other: Route): boolean {
  const key = refKey(other.router);
  return tiedWith.some((ref) => refKey(ref) === key);
}

/** One selection; use {@link createSelector} for more than one. */
export function selectRoute(routes: readonly Route[], request: MatchRequest): Selection {
  return createSelector(routes)(request);
}
