import type { OriginId } from '../text/index.ts';
import type { Middleware } from './middleware.ts';
import type { Route, Routing } from './routing.ts';
import type { Expr } from './rule.ts';

/** All HTTP routes of all entry points. */
export function routesOf({ listeners }: Pick<Routing, 'listeners'>): readonly Route[] {
  return listeners.flatMap(({ plain, tls }) => [...plain, ...tls]);
}

/** The middlewares of a route, then those of its service, in the order in which a request meets them. */
export function chainOf({ chain, service }: Route): readonly Middleware[] {
  return [...chain, ...service.chain];
}

/** Calls `visit` for every matcher of a rule, left to right. */
export function visitMatchers<M>(rule: Expr<M>, visit: (matcher: M, origin: OriginId) => void): void {
  if (rule.kind === 'match') visit(rule.matcher, rule.origin);
  else if (rule.kind === 'not') visitMatchers(rule.operand, visit);
  else if (rule.kind === 'and' || rule.kind === 'or') for (const operand of rule.operands) visitMatchers(operand, visit);
}
