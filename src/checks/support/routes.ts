import type { Listener, RuleExpr, Route, Routing } from '../../ir/index.ts';
import { casesOf, covers, exampleOf, lanesOf, neighbours, overlapOf, requestText, wonBy } from '../../analysis/index.ts';
import type { Case, Lane as Asked } from '../../analysis/index.ts';
import { oncePer } from '../../text/index.ts';
import { filledIn, unfilled } from './holes.ts';
import type { ResolvedGateway } from '../rule.ts';

/** The routes that are asked one after the other: those of one entry point, with TLS or without. */
export interface Lane {
  readonly listener: Listener;
  readonly tls: boolean;
}

/** Two routes of one lane, in the order in which they are asked, that have a host in common or may have one. */
export interface Pair {
  readonly lane: Lane;
  readonly earlier: Route;
  readonly later: Route;
}

/** A route as it stands in a lane. */
export interface Door {
  readonly route: Route;
  readonly lane: Lane;
}

/** All pairs that could meet; routes that are bound to different hosts are never compared. */
export function* routePairs({ routing }: ResolvedGateway): Generator<Pair> {
  for (const listener of routing.listeners) {
    for (const tls of [false, true]) {
      const lane = { listener, tls };
      const routes = (tls ? listener.tls : listener.plain).filter((one) => !one.synthetic);
      for (const [earlier, later] of neighbours(routes)) yield { lane, earlier, later };
    }
  }
}

/** Whether two routes of a lane accept the same request: shown by one, refuted, or not known. */
export interface Meeting {
  readonly kind: 'disjoint' | 'unknown' | 'meet';
  readonly request?: string;
}

export function meet({ lane, earlier, later }: Pair): Meeting {
  const found = overlapOf(filledIn(earlier.rule), filledIn(later.rule), placeOf(lane), lane.listener.entryPoint);
  return found.kind === 'overlap' ? { kind: 'meet', request: unfilled(requestText(found.witness), [earlier.rule, later.rule]) } : { kind: found.kind };
}

/** A request that a rule accepts, as text; of a rule without a lane as plain HTTP. */
export function exampleText(rule: RuleExpr, lane?: Lane): string | undefined {
  const probe = lane === undefined ? exampleOf(filledIn(rule)) : exampleOf(filledIn(rule), placeOf(lane), lane.listener.entryPoint);
  return probe === undefined ? undefined : unfilled(requestText(probe), [rule]);
}

const asked = oncePer(({ listeners }: Routing): readonly Asked[] => lanesOf(listeners));

/** A request that the route wins against all others, as text. */
export function wonText({ routing }: ResolvedGateway, { route, lane }: Door): string | undefined {
  const mine = asked(routing).find(({ listener, tls }) => listener === lane.listener && tls === lane.tls);
  const probe = mine === undefined ? undefined : wonBy(mine, route);
  return probe === undefined ? undefined : requestText(probe);
}

function placeOf({ listener, tls }: Lane): { readonly entryPoint: string; readonly tls: boolean } {
  return { entryPoint: listener.entryPoint.name, tls };
}

/** Rules are compared with many others, and taken apart once. */
const apart = oncePer((rule: RuleExpr): { readonly cases: readonly Case[] | undefined } => ({ cases: casesOf(rule) }));

/** Whether every request of the narrow rule is one of the wide one: proven, or not said. */
export function isCovered(wide: Route, narrow: Route): boolean {
  const [above, below] = [apart(wide.rule).cases, apart(narrow.rule).cases];
  return above !== undefined && below !== undefined && below.length > 0 && covers(above, below);
}
