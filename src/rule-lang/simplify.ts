import type { Expr, HttpMatcher, RuleExpr } from '../ir/index.ts';
import { canBeEmpty, compilePattern } from './re2/index.ts';
import { mapRule } from './walk.ts';

/**
 * Replaces matchers whose answer does not depend on the request by constants and folds them: ``Host(`*`)``; a v3
 * HostRegexp that matches the empty text (Traefik also asks it about the flattened name, which is empty: it matches
 * every request); Header on `Host`, which Go has taken out by then.
 */
export function simplifyRule(rule: RuleExpr): RuleExpr {
  return fold(mapRule(rule, (leaf) => {
    const value = constantOf(leaf.matcher);
    return value === undefined ? leaf : { kind: 'constant', value };
  }));
}

function constantOf(matcher: HttpMatcher): boolean | undefined {
  if (matcher.kind === 'host' && matcher.wildcard && matcher.host.value === '*') return true;
  if (matcher.kind === 'hostRegexp' && matcher.v2 !== true && matcher.pattern.holes === undefined && matchesEmpty(matcher.pattern.value)) return true;
  if ((matcher.kind === 'header' || matcher.kind === 'headerRegexp') && /^host$/i.test(matcher.name.value)) return false;
  return undefined;
}

/** True when the pattern matches the empty text. */
export function matchesEmpty(pattern: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled.ok && canBeEmpty(compiled.pattern.re.node) && compiled.pattern.test('');
}

/** Removes constants from inside an expression. */
export function fold<M>(expr: Expr<M>): Expr<M> {
  if (expr.kind === 'not') {
    const operand = fold(expr.operand);
    return operand.kind === 'constant' ? { kind: 'constant', value: !operand.value } : { kind: 'not', operand };
  }
  if (expr.kind !== 'and' && expr.kind !== 'or') return expr;
  const deciding = expr.kind === 'or';
  const operands = expr.operands.map((operand) => fold(operand));
  if (operands.some((operand) => operand.kind === 'constant' && operand.value === deciding)) return { kind: 'constant', value: deciding };
  const rest = operands.filter((operand) => operand.kind !== 'constant');
  const [first] = rest;
  if (first === undefined) return { kind: 'constant', value: !deciding };
  return rest.length === 1 ? first : { kind: expr.kind, operands: rest };
}
