import type { RuleExpr } from '../../ir/index.ts';
import type { MatchPlan, RoutePlan } from './plan.ts';

/** What a draft asks for, to be said in classic fields. */
export interface ClassicInput {
  readonly rule?: RuleExpr;
  /** A pattern on the path that begins with `^`. */
  readonly test?: string;
  readonly method?: string;
}

/** A route before its priority is known: the list's order is the order of asking. */
export interface Draft extends Omit<RoutePlan, 'match'> {
  readonly expression: string;
  /** The same for classic fields: rule, further pattern on the path, further method; undefined = has no classic form. */
  readonly classic?: ClassicInput;
}

/** Priorities are ranks: distinct, largest first; a tie would be decided by a hash. */
export function ranked(drafts: readonly Draft[]): readonly RoutePlan[] {
  return drafts.map((draft, index) => withMatch(draft, { kind: 'expression', expression: draft.expression, priority: drafts.length - index }));
}

export function withMatch({ expression: _, classic: __, ...draft }: Draft, match: MatchPlan): RoutePlan {
  return { ...draft, match };
}
