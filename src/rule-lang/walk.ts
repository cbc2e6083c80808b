import type { Expr } from '../ir/index.ts';

/** Replaces matchers, keeping the shape. */
export function mapRule<M>(expr: Expr<M>, change: (leaf: Extract<Expr<M>, { kind: 'match' }>) => Expr<M>): Expr<M> {
  if (expr.kind === 'match') return change(expr);
  if (expr.kind === 'not') return { kind: 'not', operand: mapRule(expr.operand, change) };
  if (expr.kind === 'constant') return expr;
  return { ...expr, operands: expr.operands.map((operand) => mapRule(operand, change)) };
}
