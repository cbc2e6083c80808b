import type { Route, RuleExpr } from '../ir/index.ts';

/** Alternatives of one rule that are asked about together. */
const PART = 12;
/** Analysis looks at no more alternatives of one rule. */
const ANALYSED = 24;
/** A rule that falls apart into more is not taken apart. */
const MAX_PARTS = 256;

/**
 * A rule with many alternatives as several rules with few: each alternative gets requests of its own. Undefined where
 * that would be too many, or where they hide behind a negation.
 */
export function partsOf(rule: RuleExpr): readonly RuleExpr[] | undefined {
  if (alternatives(rule) > PART * MAX_PARTS) return undefined;
  const parts = split(rule);
  return parts.length <= MAX_PARTS && parts.every((part) => alternatives(part) <= ANALYSED) ? parts : undefined;
}

function split(rule: RuleExpr): readonly RuleExpr[] {
  if (alternatives(rule) <= PART) return [rule];
  if (rule.kind === 'or') return halves(rule).flatMap(split);
  if (rule.kind !== 'and') return [rule];
  const at = widest(rule.operands);
  const wide = rule.operands[at];
  const parts = wide?.kind === 'or' ? halves(wide) : wide === undefined ? [] : split(wide);
  return parts.length < 2 ? [rule] : parts.flatMap((part) => split({ ...rule, operands: rule.operands.with(at, part) }));
}

function widest(operands: readonly RuleExpr[]): number {
  const counts = operands.map((operand) => alternatives(operand));
  return counts.indexOf(Math.max(...counts));
}

function halves(rule: Extract<RuleExpr, { kind: 'or' }>): readonly RuleExpr[] {
  const middle = Math.ceil(rule.operands.length / 2);
  return [rule.operands.slice(0, middle), rule.operands.slice(middle)].flatMap((operands) => {
    const [only, ...more] = operands;
    return only === undefined ? [] : [more.length === 0 ? only : { ...rule, operands }];
  });
}

/** How many plain conditions a rule is made of, when it is written out. */
function alternatives(rule: RuleExpr, negated = false): number {
  switch (rule.kind) {
    case 'not':
      return alternatives(rule.operand, !negated);
    case 'and':
    case 'or': {
      const counts = rule.operands.map((operand) => alternatives(operand, negated));
      return (rule.kind === 'and') === negated ? counts.reduce((sum, count) => sum + count, 0) : counts.reduce((product, count) => product * count, 1);
    }
    default:
      return 1;
  }
}

/** The same route once for each part of its rule. */
export function withRule(route: Route, rule: RuleExpr): Route {
  return { ...route, rule };
}
