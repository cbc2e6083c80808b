import type { Expr } from '../../ir/index.ts';
import { literal, template, variable, type Part } from './plan.ts';
import type { MapEntry, Sheet } from './sheet.ts';

/** nginx takes no word of 4 kB. */
export const LONGEST_WORD = 3000;

/** As many variables as fit into one word, whatever their names. */
const MOST_BITS = 50;

/** The variable of one matcher. */
export type AtomOf<M> = (matcher: M) => string;

/** A variable that is `1` when the expression holds: one map per operator, so that its size stays that of the rule. */
export function conditionVariable<M>(sheet: Sheet, atom: AtomOf<M>, expr: Exclude<Expr<M>, { kind: 'constant' }>): string {
  switch (expr.kind) {
    case 'match': return atom(expr.matcher);
    case 'not': return bits(sheet, 'not', operandVariables(sheet, atom, [expr.operand]), '0', '1');
    case 'and': return wide(sheet, 'and', operandVariables(sheet, atom, expr.operands));
    case 'or': return wide(sheet, 'or', operandVariables(sheet, atom, expr.operands));
  }
}

function operandVariables<M>(sheet: Sheet, atom: AtomOf<M>, operands: readonly Expr<M>[]): readonly string[] {
  return operands.flatMap((operand) => (operand.kind === 'constant' ? [] : [conditionVariable(sheet, atom, operand)]));
}

function wide(sheet: Sheet, kind: 'and' | 'or', names: readonly string[]): string {
  if (names.length > MOST_BITS) return wide(sheet, kind, chunks(names).map((chunk) => wide(sheet, kind, chunk)));
  return kind === 'and' ? bits(sheet, 'all', names, '1', '1') : bits(sheet, 'any', names, '0', '0');
}

function chunks(names: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(names.length / MOST_BITS) }, (_, index) => names.slice(index * MOST_BITS, (index + 1) * MOST_BITS));
}

/** `value` when every bit is `bit`, else its opposite. */
function bits(sheet: Sheet, wish: string, names: readonly string[], bit: string, value: string): string {
  const entries: readonly MapEntry[] = [
    { key: literal('default'), value: template(value === '1' ? '0' : '1') },
    { key: literal(bit.repeat(names.length)), value: template(value) },
  ];
  return sheet.map(wish, names.map((name): Part => variable(name)), entries);
}
