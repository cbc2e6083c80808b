import { refKey, type Route } from '../../ir/index.ts';
import { compileRule, type RulePredicate } from './compile-rule.ts';
import type { MatchRequest } from './request.ts';

export type Selection = { readonly kind: 'none' } | { readonly kind: 'route'; readonly route: Route } | { readonly kind: 'tie'; readonly routes: readonly Route[] };

/** Asks routes in their order. Where the engine leaves the order of several matching ones to chance, all are given. */
export function createSelector(routes: readonly Route[]): (request: MatchRequest) => Selection {
  const compiled = routes.map((route): readonly [Route, RulePredicate] => [route, compileRule(route.rule)]);
  const byRouter = new Map(compiled.map((pair) => [refKey(pair[0].router), pair]));
  return (request) => {
    const found = compiled.find(([, matches]) => matches(request))?.[0];
    if (found === undefined) return { kind: 'none' };
    const tied = found.tiedWith.flatMap((ref) => {
      const other = byRouter.get(refKey(ref));
      return other !== undefined && other[0] !== found && other[1](request) ? [other[0]] : [];
    });
    return tied.length === 0 ? { kind: 'route', route: found } : { kind: 'tie', routes: [found, ...tied] };
  };
}

/** One selection; use {@link createSelector} for more than one. */
export function selectRoute(routes: readonly Route[], request: MatchRequest): Selection {
  return createSelector(routes)(request);
}
