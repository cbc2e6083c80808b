import { refKey, type Route } from '../../ir/index.ts';
import { classOf } from './flat-tree.ts';
import { pathClasses, type PathClasses } from './path-classes.ts';
import type { MatchRequest } from './request.ts';
import { indexRoutes } from './route-index.ts';

export type Selection = { readonly kind: 'none' } | { readonly kind: 'route'; readonly route: Route } | { readonly kind: 'tie'; readonly routes: readonly Route[] };

/** Asks routes in their order. Where the engine leaves the order of several matching ones to chance, all are given. */
export function createSelector(routes: readonly Route[]): (request: MatchRequest) => Selection {
  const select = byIndex(routes);
  const classes = pathClasses(routes);
  return classes === undefined ? select : oncePerClass(classes, select);
}

/** What was found for a path is found for all of its class: there are at most two classes for each text in the rules. */
function oncePerClass({ tree, count }: PathClasses, select: (request: MatchRequest) => Selection): (request: MatchRequest) => Selection {
  // With holes, or a gap in front, it would be kept as a map.
  const known = Array.from({ length: count }, (): Selection | undefined => undefined);
  return (request) => (known[classOf(tree, request.path)] ??= select(request));
}

function byIndex(routes: readonly Route[]): (request: MatchRequest) => Selection {
  const index = indexRoutes(routes);
  return (request) => {
    const found = index.find(request);
    if (found === undefined) return NONE;
    const tied = found.route.tiedWith.length === 0 ? [] : index.equals(request, found).filter(({ route }) => isTied(found.route, route)).map(({ route }) => route);
    return tied.length === 0 ? { kind: 'route', route: found.route } : { kind: 'tie', routes: [found.route, ...tied] };
  };
}

const NONE: Selection = { kind: 'none' };

function isTied({ tiedWith }: Route, other: Route): boolean {
  const key = refKey(other.router);
  return tiedWith.some((ref) => refKey(ref) === key);
}

/** One selection; use {@link createSelector} for more than one. */
export function selectRoute(routes: readonly Route[], request: MatchRequest): Selection {
  return createSelector(routes)(request);
}
