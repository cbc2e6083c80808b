import type { Probe, Route, RuleExpr } from '../ir/index.ts';
import { expand, type Case } from './cases.ts';
import { exercise } from './chain.ts';
import { toProbe, type Draft } from './draft.ts';
import { winner, type Lane } from './lane.ts';
import { disjointCases } from './relate.ts';
import { candidates } from './solve.ts';

/** How much may be tried; shared by all that are searched for. */
export interface Effort {
  left: number;
}

/** Who a route is held against: the lane of the other state, and there itself as it is and those around it. */
interface Opposition {
  readonly lane: Lane | undefined;
  readonly counterpart: Route | undefined;
  readonly rivals: readonly Route[];
}

/** Ways to satisfy a rule that are tried, and requests for each of them. */
const WAYS = 24;
const TRIES = { alone: 96, against: 48, beside: 24 } as const;

/**
 * Requests that a route wins in its own lane, told apart by who wins them in the lane of the other state: one for each, and
 * those that show what the middlewares of both do to it.
 */
export function contested(route: Route, own: Lane, { lane: other, counterpart, rivals }: Opposition, effort: Effort): readonly Probe[] {
  const found = new Map<Route | undefined, Draft>();
  const tryAll = (atoms: Case, most: number, until?: Route): void => {
    let tries = 0;
    for (const draft of candidates(atoms)) {
      if (tries === most || effort.left <= 0 || (until !== undefined && found.has(until))) return;
      tries += 1;
      effort.left -= 1;
      const probe = toProbe(draft, own);
      if (winner(own, probe) !== route) continue;
      const by = other === undefined ? undefined : winner(other, probe);
      if (!found.has(by)) found.set(by, draft);
    }
  };
  const whole = waysOf(route.rule);
  const lost = counterpart === undefined ? [] : waysOf(without(route.rule, counterpart.rule));
  for (const atoms of [...lost, ...whole]) tryAll(atoms, TRIES.alone);
  for (const rival of rivals) if (!found.has(rival)) for (const atoms of joined(lost.length > 0 ? lost : whole, waysOf(rival.rule))) tryAll(atoms, TRIES.against, rival);
  for (const rival of rivals) for (const atoms of waysOf(without(route.rule, rival.rule))) tryAll(atoms, TRIES.beside);
  return [...found].flatMap(([by, draft]) => [draft, ...shown(route, by, draft)].map((one) => toProbe(one, own)));
}

function waysOf(rule: RuleExpr): readonly Case[] {
  return expand(rule, WAYS).list.filter((one) => !disjointCases(one, one));
}

function without(rule: RuleExpr, other: RuleExpr): RuleExpr {
  return { kind: 'and', operands: [rule, { kind: 'not', operand: other }] };
}

function joined(mine: readonly Case[], theirs: readonly Case[]): readonly Case[] {
  return mine.flatMap((one) => theirs.filter((other) => !disjointCases(one, other)).map((other) => [...one, ...other])).slice(0, WAYS);
}

function shown(route: Route, by: Route | undefined, draft: Draft): readonly Draft[] {
  return [route, ...(by === undefined ? [] : [by])].flatMap(({ chain, service }) => [...chain, ...service.chain]).flatMap(({ spec }) => exercise(spec, draft));
}
