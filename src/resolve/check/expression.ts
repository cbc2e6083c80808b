import { goType, parseExpression, type GoExpr } from '../../rule-lang/expression.ts';
import { goQuote } from '../../rule-lang/go-quote.ts';
import { parseFloatGo, parseInteger } from '../../traefik-config/go-values.ts';
import { byteLength } from '../names.ts';

/** Go types as vulcand/predicate passes them on; `predicate` is what an expression must come out as. */
type GoType = 'string' | 'int' | 'float64' | 'mapInt' | 'mapFloat' | 'mapString' | 'predicate';

interface Language {
  readonly functions: Readonly<Record<string, { readonly args: readonly GoType[]; readonly returns: GoType }>>;
  /** Go's name of a type in messages. */
  readonly names: Readonly<Record<GoType, string>>;
  compare(operator: string, left: GoType, right: GoType, names: Readonly<Record<GoType, string>>): string | undefined;
}

/** The error of a circuit-breaker expression, in the engine's words; undefined = it is one (oxy cbreaker 2.0.3 and 2.1.0). */
export function circuitBreakerError(expression: string): string | undefined {
  return expressionError(expression, BREAKER);
}

/** The error of a retry expression of the buffering middleware (oxy buffer). */
export function retryExpressionError(expression: string): string | undefined {
  return expressionError(expression, RETRY);
}

class Refused extends Error {}

function refuse(message: string): never {
  throw new Refused(message);
}

function expressionError(text: string, language: Language): string | undefined {
  const parsed = parseExpression(text);
  const [first, ...more] = parsed.errors;
  if (first !== undefined) {
    const rest = more.length === 0 ? '' : ` (and ${String(more.length)} more errors)`;
    return `1:${String(byteLength(text.slice(0, first.at)) + 1)}: ${first.message}${rest}`;
  }
  if (parsed.expr === undefined) return 'expected operand';
  try {
    const type = evaluate(parsed.expr, language);
    return type === 'predicate' ? undefined : `expected predicate, got ${language.names[type]}`;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function evaluate(expr: GoExpr, language: Language): GoType {
  switch (expr.kind) {
    case 'binary': {
      const left = evaluate(expr.left, language);
      return join(expr.operator.text, left, evaluate(expr.right, language), language);
    }
    case 'paren':
      return evaluate(expr.inner, language);
    case 'unary':
      return refuse(`${expr.operator.text} is not supported`);
    default:
      return value(expr, language);
  }
}

function value(expr: GoExpr, language: Language): GoType {
  if (expr.kind === 'literal') return literal(expr);
  if (expr.kind === 'name') return refuse(`${expr.name} is not defined`);
  if (expr.kind === 'call') return call(expr, language);
  return refuse(expr.kind === 'other' && expr.goType === '*ast.IndexExpr' ? 'properties are not supported' : `${GO_NODES[expr.kind] ?? '*ast.Expr'} is not supported`);
}

const GO_NODES: Readonly<Record<string, string | undefined>> = { binary: '*ast.BinaryExpr', unary: '*ast.UnaryExpr', paren: '*ast.ParenExpr', other: '*ast.Expr' };

function literal(expr: Extract<GoExpr, { kind: 'literal' }>): GoType {
  const { kind, text } = expr.token;
  if (kind === 'string') return 'string';
  if (kind === 'int') return parseInteger(text).ok ? 'int' : refuse(`failed to parse argument: ${text}, error: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  if (kind === 'float') return parseFloatGo(text).ok ? 'float64' : refuse(`failed to parse argument: ${text}, error: strconv.ParseFloat: parsing ${goQuote(text)}: invalid syntax`);
  return refuse(`unsupported function argument type: '${kind.toUpperCase()}'`);
}

function call(expr: Extract<GoExpr, { kind: 'call' }>, language: Language): GoType {
  if (expr.callee.kind === 'other' && expr.callee.of !== undefined) return refuse(`expected selector identifier, got: ${expr.callee.of}`);
  if (expr.callee.kind !== 'name') return refuse(`expected identifier, got: ${goType(expr.callee)}`);
  const { name } = expr.callee;
  const signature = Object.hasOwn(language.functions, name) ? language.functions[name] : undefined;
  if (signature === undefined) return refuse(`unsupported function: ${name}`);
  const args = expr.args.map((arg) => value(arg, language));
  if (args.length < signature.args.length) return refuse('reflect: Call with too few input arguments');
  if (args.length > signature.args.length) return refuse('reflect: Call with too many input arguments');
  signature.args.forEach((wanted, index) => {
    const got = args[index] ?? 'string';
    if (got !== wanted) refuse(`reflect: Call using ${language.names[got]} as type ${language.names[wanted]}`);
  });
  return signature.returns;
}

function join(operator: string, left: GoType, right: GoType, language: Language): GoType {
  if (operator === '&&' || operator === '||') {
    const bad = [left, right].find((type) => type !== 'predicate');
    return bad === undefined ? 'predicate' : refuse(`reflect: cannot use ${language.names[bad]} as type ${language.names.predicate} in Call`);
  }
  if (!['==', '!=', '<', '<=', '>', '>='].includes(operator)) return refuse(`${operator} is not supported`);
  const error = language.compare(operator, left, right, language.names);
  return error === undefined ? 'predicate' : refuse(error);
}

/** `le` asks `lt` first, `ge` asks `gt`, `neq` asks `eq`: the first of them complains. */
const ASKED: Readonly<Record<string, string>> = { '==': 'eq', '!=': 'eq', '<': 'lt', '<=': 'lt', '>': 'gt', '>=': 'gt' };

function compareBreaker(operator: string, left: GoType, right: GoType, names: Readonly<Record<GoType, string>>): string | undefined {
  const wanted = left === 'mapInt' ? 'int' : left === 'mapFloat' ? 'float64' : undefined;
  if (wanted === undefined) return `${ASKED[operator] ?? 'eq'}: unsupported argument: ${names[left]}`;
  const word = left === 'mapFloat' && ASKED[operator] === 'eq' ? 'float64' : 'int';
  return right === wanted ? undefined : `expected ${word}, got ${names[right]}`;
}

function compareRetry(operator: string, left: GoType, right: GoType, names: Readonly<Record<GoType, string>>): string | undefined {
  if (left === 'mapInt') return right === 'int' ? undefined : `expected int, got ${names[right]}`;
  if (left === 'mapString' && (operator === '==' || operator === '!=')) return right === 'string' ? undefined : `expected string, got ${names[right]}`;
  return `unsupported argument: ${names[left]}`;
}

const BASIC = { string: 'string', int: 'int', float64: 'float64' } as const;
const BREAKER: Language = {
  functions: {
    LatencyAtQuantileMS: { args: ['float64'], returns: 'mapInt' },
    NetworkErrorRatio: { args: [], returns: 'mapFloat' },
    ResponseCodeRatio: { args: ['int', 'int', 'int', 'int'], returns: 'mapFloat' },
  },
  names: { ...BASIC, mapInt: 'cbreaker.toInt', mapFloat: 'cbreaker.toFloat64', mapString: 'string', predicate: 'cbreaker.hpredicate' },
  compare: compareBreaker,
};
const RETRY: Language = {
  functions: {
    RequestMethod: { args: [], returns: 'mapString' },
    IsNetworkError: { args: [], returns: 'predicate' },
    Attempts: { args: [], returns: 'mapInt' },
    ResponseCode: { args: [], returns: 'mapInt' },
  },
  names: { ...BASIC, mapInt: 'buffer.toInt', mapFloat: 'float64', mapString: 'buffer.toString', predicate: 'buffer.hpredicate' },
  compare: compareRetry,
};
