import type { Argument, HttpMatcher, Listener, Route, RuleExpr } from '../../ir/index.ts';
import { sameEdges, type SameRoutes } from './same-routes.ts';

/**
 * Whether two entry points give every request to routes of the same place, or to none: by all that is read to choose one. So
 * no request needs to be led to a route on both. False only means that they have to be asked, as where chance decides
 * between routes.
 */
export function sameChoice(one: Listener, other: Listener): boolean {
  return sameEdges(one, other) && isSameOrder(one.plain, other.plain) && isSameOrder(one.tls, other.tls);
}

/** Routes of the first that do not do the same as the one in their place. */
export function unlike(one: Listener, other: Listener, same: SameRoutes): ReadonlySet<Route> {
  const differing = (mine: readonly Route[], theirs: readonly Route[]): readonly Route[] => mine.filter((route, at) => {
    const counterpart = theirs[at];
    return counterpart === undefined || !same(route, counterpart);
  });
  return new Set([...differing(one.plain, other.plain), ...differing(one.tls, other.tls)]);
}

function isSameOrder(one: readonly Route[], other: readonly Route[]): boolean {
  return one.length === other.length && one.every((route, at) => {
    const counterpart = other[at];
    return counterpart !== undefined && route.tiedWith.length + counterpart.tiedWith.length === 0 && isSameRule(route.rule, counterpart.rule);
  });
}

function isSameRule(one: RuleExpr, other: RuleExpr): boolean {
  switch (one.kind) {
    case 'constant':
      return other.kind === 'constant' && one.value === other.value;
    case 'not':
      return other.kind === 'not' && isSameRule(one.operand, other.operand);
    case 'match':
      return other.kind === 'match' && isSameMatcher(one.matcher, other.matcher);
    default:
      return other.kind === one.kind && one.operands.length === other.operands.length && one.operands.every((operand, at) => {
        const counterpart = other.operands[at];
        return counterpart !== undefined && isSameRule(operand, counterpart);
      });
  }
}

/** In all that both say, without the places. */
function isSameMatcher(one: HttpMatcher, other: HttpMatcher): boolean {
  const mine: readonly Said[] = Object.entries(one);
  const theirs: readonly Said[] = Object.entries(other);
  return mine.length === theirs.length && mine.every((said, at) => said[0] === theirs[at]?.[0] && textOf(said[1]) === textOf(theirs[at][1]));
}

type Said = readonly [string, string | boolean | Argument];

function textOf(value: Said[1]): string | boolean {
  return typeof value === 'object' ? value.value : value;
}
