import type { Expr } from '../ir/index.ts';

/** Decides a matcher where it is known. */
export type Known<M> = (matcher: M) => boolean | undefined;

/**
 * Folds an expression under what is known: matchers that are decided become constants and vanish. What is left holds only
 * undecided matchers, or is one constant.
 */
export function fold<M>(expr: Expr<M>, known: Known<M>): Expr<M> {
  switch (expr.kind) {
    case 'constant': return expr;
    case 'match': return foldMatch(expr, known);
    case 'not': return negate(fold(expr.operand, known));
    case 'and': return join('and', expr.operands.map((operand) => fold(operand, known)));
    case 'or': return join('or', expr.operands.map((operand) => fold(operand, known)));
  }
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

function foldMatch<M>(expr: Extract<Expr<M>, { kind: 'match' }>, known: Known<M>): Expr<M> {
  const value = known(expr.matcher);
  return value === undefined ? expr : { kind: 'constant', value };
}

function negate<M>(expr: Expr<M>): Expr<M> {
  if (expr.kind === 'constant') return { kind: 'constant', value: !expr.value };
  return expr.kind === 'not' ? expr.operand : { kind: 'not', operand: expr };
}

/** `and` ends at the first false, `or` at the first true; one operand left is that operand. */
function join<M>(kind: 'and' | 'or', operands: readonly Expr<M>[]): Expr<M> {
  const deciding = kind === 'or';
  if (operands.some((operand) => operand.kind === 'constant' && operand.value === deciding)) return { kind: 'constant', value: deciding };
  const open = operands.filter((operand) => operand.kind !== 'constant');
  const [first, second] = open;
  if (first === undefined) return { kind: 'constant', value: !deciding };
  return second === undefined ? first : { kind, operands: open };
}
