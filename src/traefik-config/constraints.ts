import { parseExpression, type GoExpr } from '../rule-lang/expression.ts';
import { compilePattern } from '../rule-lang/re2/index.ts';
import type { Text } from '../text/index.ts';

type Test = (labels: ReadonlyMap<string, Text>) => boolean;

/**
 * ``Label(`k`,`v`)`` and ``LabelRegex(`k`,`re`)`` with `&&`, `||`, `!` over the raw labels; a missing label is empty text.
 * An expression that does not parse matches no container at all (pkg/provider/constraints).
 */
export function matchesConstraints(labels: ReadonlyMap<string, Text>, expression: string): boolean {
  return expression === '' || testIn(expression)?.(labels) === true;
}

/** Whether the engine can read it; one that it cannot lets no container in (ran). */
export function isConstraint(expression: string): boolean {
  return expression === '' || testIn(expression) !== undefined;
}

function testIn(expression: string): Test | undefined {
  const { expr, errors } = parseExpression(expression);
  return expr === undefined || errors.length > 0 ? undefined : testOf(expr);
}

/** The value of a string literal. */
function stringValue(expr: GoExpr): string | undefined {
  return expr.kind === 'literal' && expr.token.kind === 'string' ? expr.token.value : undefined;
}

/** The labels that a constraint names: they are meant for Traefik whatever their key. */
export function constraintLabels(expression: string): readonly string[] {
  if (expression === '') return [];
  return parseExpression(expression).calls.flatMap((call) => {
    const [key] = call.args;
    const name = key === undefined ? undefined : stringValue(key);
    return name === undefined ? [] : [name];
  });
}

function testOf(expr: GoExpr): Test | undefined {
  if (expr.kind === 'paren') return testOf(expr.inner);
  if (expr.kind === 'unary') {
    const inner = expr.operator.text === '!' ? testOf(expr.operand) : undefined;
    return inner === undefined ? undefined : (labels) => !inner(labels);
  }
  if (expr.kind === 'binary') return both(expr.operator.text, testOf(expr.left), testOf(expr.right));
  return expr.kind === 'call' ? callTest(expr) : undefined;
}

function both(operator: string, left: Test | undefined, right: Test | undefined): Test | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (operator === '&&') return (labels) => left(labels) && right(labels);
  return operator === '||' ? (labels) => left(labels) || right(labels) : undefined;
}

function callTest(call: Extract<GoExpr, { kind: 'call' }>): Test | undefined {
  const [key, value] = call.args.map(stringValue);
  if (key === undefined || value === undefined || call.args.length !== 2 || call.callee.kind !== 'name') return undefined;
  if (call.callee.name === 'Label') return (labels) => (labels.get(key)?.text ?? '') === value;
  if (call.callee.name !== 'LabelRegex') return undefined;
  const compiled = compilePattern(value);
  return compiled.ok ? (labels) => compiled.pattern.test(labels.get(key)?.text ?? '') : () => false;
}
