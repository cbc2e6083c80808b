import { parseExpression, type GoExpr } from '../../rule-lang/expression.ts';
import type { RuleError } from '../../rule-lang/error.ts';
import { byteLength, quoted } from '../names.ts';
import type { Declared, EngineVersion } from '../types.ts';
import type { Failure } from './failure.ts';
import { refKey } from '../../ir/index.ts';
import { ownProblem } from './world.ts';

/** Errors that Go's parser finds before any matcher is built: the engine reports those first. */
const PARSING: readonly RuleError['code'][] = ['syntax', 'quote', 'empty-rule', 'unknown-matcher'];

export function isParseError(error: RuleError): boolean {
  return PARSING.includes(error.code);
}

function firstOf(errors: readonly RuleError[]): RuleError | undefined {
  return errors.find(isParseError) ?? errors[0];
}

/** The engine's message for an HTTP rule, whole. */
export function httpRuleMessage(rule: string, errors: readonly RuleError[], version: EngineVersion): string | undefined {
  const error = firstOf(errors);
  if (error === undefined) return undefined;
  if (version !== '2.11') return `error while parsing rule ${rule}: ${error.engineSays}`;
  if (!isParseError(error)) return error.engineSays;
  return error.engineSays === BARE ? `error while parsing rule ${rule}` : `error while parsing rule ${rule}: ${error.engineSays}`;
}

/** What the engine says of an expression that is no call of a matcher; 2.11 says nothing more than that it failed. */
const BARE = 'obtaining build tree';

/** What is said while the hosts of a TLS router are collected, a second time (ParseDomains); only for what no grammar reads. */
export function domainsMessage(rule: string, errors: readonly RuleError[], version: EngineVersion): string | undefined {
  const error = errors.find(isParseError);
  if (error === undefined || (error.code === 'unknown-matcher' && version !== '2.11' && error.message.includes('belongs to'))) return undefined;
  const bare = error.engineSays.replace(`parsing rule ${rule}: `, '');
  const inner = bare === BARE ? `error while parsing rule ${rule}` : version === '2.11' ? bare : `error while parsing rule ${rule}: ${bare}`;
  return `invalid rule ${rule}, error: ${inner}`;
}

/** The engine's message for a TCP rule. */
export function tcpRuleMessage(rule: string, errors: readonly RuleError[], version: EngineVersion): { readonly says: string; readonly early: boolean } | undefined {
  const error = firstOf(errors);
  if (error === undefined) return undefined;
  if (isParseError(error)) return { says: `invalid rule: ${quoted(rule)} , ${error.engineSays === BARE ? `error while parsing rule ${rule}` : error.engineSays}`, early: true };
  return { says: version === '2.11' ? error.engineSays : `error while adding rule ${rule}: ${error.engineSays}`, early: false };
}

/** One problem per error of a rule; the engine only tells the first. */
export function ruleFailures(router: Declared, errors: readonly RuleError[], says: string): readonly Failure[] {
  return errors.map((error, index) => ({
    says,
    marks: [],
    key: `rule-invalid|${refKey(router.ref)}|${String(index)}`,
    problem: {
      ...ownProblem(router, 'rule-invalid', error.engineSays, error.origin, 'rule'),
      subject: error.message,
      context: error.code,
      ...(error.suggestion === undefined ? {} : { candidates: [error.suggestion] }),
    },
  }));
}

/** Byte length of the rule, but exactly ``HostSNI(`*`)`` counts as -1: it is asked last (pkg/muxer/tcp/mux.go). */
export function tcpPriority(rule: string): bigint {
  let expr = parseExpression(rule).expr;
  while (expr?.kind === 'paren' || expr?.kind === 'unary') expr = expr.kind === 'paren' ? expr.inner : expr.operand;
  const isCatchAll = expr?.kind === 'call' && isCallOf(expr, 'hostsni') && expr.args.length === 1 && expr.args.flatMap(literalOf)[0] === '*';
  return isCatchAll ? -1n : BigInt(byteLength(rule));
}

/**
 * The arguments of `Host` (or `HostSNI`) in a rule, lower case, in written order; undefined when the rule does not parse. A
 * matcher under an odd number of `!` names no host (ran).
 */
export function hostsIn(rule: string, matcher: 'host' | 'hostsni'): readonly string[] | undefined {
  const parsed = parseExpression(rule);
  if (parsed.expr === undefined || parsed.errors.length > 0) return undefined;
  return affirmed(parsed.expr, false).flatMap((call) => (isCallOf(call, matcher) ? call.args.flatMap(literalOf) : []));
}

type Call = Extract<GoExpr, { kind: 'call' }>;

function affirmed(expr: GoExpr, denied: boolean): readonly Call[] {
  if (expr.kind === 'call') return denied ? [] : [expr];
  if (expr.kind === 'paren') return affirmed(expr.inner, denied);
  if (expr.kind === 'unary') return affirmed(expr.operand, expr.operator.text === '!' ? !denied : denied);
  return expr.kind === 'binary' ? [...affirmed(expr.left, denied), ...affirmed(expr.right, denied)] : [];
}

function isCallOf({ callee }: Call, matcher: string): boolean {
  return callee.kind === 'name' && callee.name.toLowerCase() === matcher;
}

function literalOf(arg: GoExpr): readonly string[] {
  return arg.kind === 'literal' && arg.token.value !== undefined ? [arg.token.value.toLowerCase()] : [];
}
