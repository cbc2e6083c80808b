import type { Expr } from '../ir/index.ts';
import { fold as withoutConstants } from './simplify.ts';
import { mapRule } from './walk.ts';

/**
 * Folds an expression under what is known: matchers that are decided become constants and vanish. What is left holds only
 * undecided matchers, or is one constant.
 */
export function fold<M>(expr: Expr<M>, known: (matcher: M) => boolean | undefined): Expr<M> {
  return withoutConstants(mapRule(expr, (leaf): Expr<M> => {
    const value = known(leaf.matcher);
    return value === undefined ? leaf : { kind: 'constant', value };
  }));
}

/** The matchers of an expression, left to right. */
export function matchersOf<M>(expr: Expr<M>): readonly M[] {
  switch (expr.kind) {
    case 'constant': return [];
    case 'match': return [expr.matcher];
    case 'not': return matchersOf(expr.operand);
    case 'and': case 'or': return expr.operands.flatMap(matchersOf);
  }
}
