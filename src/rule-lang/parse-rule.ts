import { suggest } from '../diagnostics/index.ts';
import type { Argument, Expr, HttpMatcher, RuleExpr, RuleSyntax, TcpMatcher, TcpRuleExpr } from '../ir/index.ts';
import { oncePer } from '../text/index.ts';
import type { Origins, Sourced, Text } from '../text/index.ts';
import { type Call, complain, type Context, type EngineVersion, hasHoles, place, report, whileParsing } from './builder.ts';
import type { RuleError } from './error.ts';
import { type GoExpr, goType, type Parsed, parseExpression } from './expression.ts';
import { ruleQuote } from './go-quote.ts';
import { HTTP_V2 } from './http-v2.ts';
import { HTTP_V3 } from './http-v3.ts';
import type { LexError, Token } from './lexer.ts';
import { TCP_V2, TCP_V3 } from './tcp.ts';

type Table<M> = Readonly<Record<string, (context: Context, call: Call) => Expr<M> | undefined>>;

export interface ParsedRule<M> {
  /** Absent when there are errors, or when a variable without a value hides the rule's shape. */
  readonly rule?: Expr<M>;
  readonly errors: readonly RuleError[];
}

/**
 * Parses an HTTP rule. All errors are reported, the engine stops at the first. Arguments that hold variables without a
 * value are taken as they are, and nothing is said about their content.
 */
export function parseRule(text: Sourced<Text>, syntax: RuleSyntax, version: EngineVersion, origins: Origins): ParsedRule<HttpMatcher> & { readonly rule?: RuleExpr } {
  const context: Context = { rule: text, origins, syntax, version, protocol: 'http', errors: [] };
  return parseWith<HttpMatcher>(context, syntax === 'v2' ? HTTP_V2 : HTTP_V3, syntax === 'v2' ? HTTP_V3 : HTTP_V2);
}

/** Parses a TCP rule. */
export function parseTcpRule(text: Sourced<Text>, syntax: RuleSyntax, version: EngineVersion, origins: Origins): ParsedRule<TcpMatcher> & { readonly rule?: TcpRuleExpr } {
  const context: Context = { rule: text, origins, syntax, version, protocol: 'tcp', errors: [] };
  return parseWith<TcpMatcher>(context, syntax === 'v2' ? TCP_V2 : TCP_V3, {});
}

function parseWith<M>(context: Context, table: Table<M>, otherSyntax: Table<unknown>): ParsedRule<M> {
  const parsed = parseExpression(context.rule.value.text);
  if (hidesShape(context.rule.value, parsed)) return { errors: [] };
  reportSyntax(context, parsed);
  const reader = new Reader(context, table, otherSyntax, parsed.errors);
  if (parsed.expr === undefined || parsed.errors.length > 0) {
    for (const call of parsed.calls) reader.call(call, []);
    return { errors: byPlace(context) };
  }
  const rule = reader.read(parsed.expr, ROOT, false);
  if (rule !== undefined && context.errors.length === 0) return { rule, errors: [] };
  return { errors: byPlace(context) };
}

/** In the order of the text. */
function byPlace(context: Context): readonly RuleError[] {
  const start = (error: RuleError): number => context.origins.firstSpan(error.origin)?.start ?? 0;
  return [...context.errors].sort((a, b) => start(a) - start(b));
}

/** How a variable without a value stands in a text; an expression of a template is its own text. */
function holeText(name: string): string {
  return name.startsWith('{{') ? name : `\${${name}}`;
}

/** True when a variable without a value stands outside of a quoted argument. */
function hidesShape(text: Text, parsed: Parsed): boolean {
  if (text.holes.length === 0) return false;
  const strings = parsed.tokens.filter((token) => token.kind === 'string');
  return text.holes.some((name) => {
    const hole = holeText(name);
    for (let at = text.text.indexOf(hole); at >= 0; at = text.text.indexOf(hole, at + 1)) {
      if (!strings.some((token) => token.from < at && at + hole.length <= token.to)) return true;
    }
    return false;
  });
}

function reportSyntax(context: Context, parsed: Parsed): void {
  const [first] = parsed.errors;
  if (first === undefined) return;
  const more = parsed.errors.length > 1 ? ` (and ${parsed.errors.length - 1} more errors)` : '';
  const engineSays = whileParsing(context, `${goPosition(context.rule.value.text, first.at)}: ${first.message}${more}`);
  if (context.rule.value.text.trim() === '') {
    report(context, { code: 'empty-rule', message: 'the rule is empty', engineSays, origin: context.rule.origin });
    return;
  }
  for (const error of parsed.errors) report(context, syntaxError(context, error, engineSays));
}

function syntaxError(context: Context, error: LexError, engineSays: string): RuleError {
  const text = context.rule.value.text;
  const to = Math.max(error.to, Math.min(error.at + 1, text.length));
  const origin = place(context, Math.min(error.at, to), to);
  if (error.quote) return { code: 'quote', message: 'arguments are quoted with backquotes or double quotes', engineSays, origin, ...quoteSuggestion(text.slice(error.at, to)) };
  const word = text.slice(error.at, to);
  const operator = /^and$/i.test(word) ? '&&' : /^or$/i.test(word) ? '||' : undefined;
  const plain = { code: 'syntax' as const, engineSays, origin };
  if (operator !== undefined) return { ...plain, message: `\`${word}\` is not an operator`, suggestion: operator };
  return { ...plain, message: `the rule cannot be read here: ${error.message}` };
}

function quoteSuggestion(text: string): { readonly suggestion?: string } {
  const inside = /^['\u2018-\u201f\u00b4](.*)['\u2018-\u201f\u00b4]$/s.exec(text)?.[1];
  return inside === undefined ? {} : { suggestion: ruleQuote(inside) };
}

/** `line:column`, counted in bytes as Go does. */
function goPosition(text: string, at: number): string {
  const before = text.slice(0, at);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `${before.split('\n').length}:${new TextEncoder().encode(before.slice(lineStart)).length + 1}`;
}

/** The four spellings that the engine accepts: as documented, lower, upper, first letter upper. */
function spellings(name: string): readonly string[] {
  const lower = name.toLowerCase();
  return [name, lower, name.toUpperCase(), lower.slice(0, 1).toUpperCase() + lower.slice(1)];
}

/** Every spelling of every operator; once for a table, since a gateway has thousands of rules. */
const namesOf = oncePer((table: Table<unknown>): ReadonlyMap<string, string> => new Map(Object.keys(table).flatMap((name) => spellings(name).map((spelling): [string, string] => [spelling, name]))));

/** The way to the whole rule; operands have paths of their own. */
const ROOT: Call['path'] = [];

type Binary = Extract<GoExpr, { kind: 'binary' }>;

/** The engine's message names every operator on the way to a matcher; nobody reads more of them. */
const DEEPEST_PATH = 200;

function operatorOf(text: string): 'and' | 'or' | undefined {
  return text === '&&' ? 'and' : text === '||' ? 'or' : undefined;
}

/** What an operator adds to the way of its left operand; below a negation `&&` is an `or`. */
function passed({ operator }: Binary, negated: boolean): Call['path'] {
  const kind = operatorOf(operator.text);
  return kind === undefined ? [] : [negated === (kind === 'and') ? 'or' : 'and'];
}

const OTHER_NAMES: Readonly<Record<string, string>> = {
  headers: 'Header',
  headersregexp: 'HeaderRegexp',
  hostheader: 'Host',
  header: 'Headers',
  headerregexp: 'HeadersRegexp',
};

class Reader<M> {
  readonly #context: Context;
  readonly #table: Table<M>;
  readonly #otherSyntax: Table<unknown>;
  readonly #names: ReadonlyMap<string, string>;
  readonly #syntaxErrors: readonly LexError[];

  constructor(context: Context, table: Table<M>, otherSyntax: Table<unknown>, syntaxErrors: readonly LexError[]) {
    this.#context = context;
    this.#table = table;
    this.#otherSyntax = otherSyntax;
    this.#syntaxErrors = syntaxErrors;
    this.#names = namesOf(table);
  }

  /** `negated`: the engine pushes `!` inside before it names operators. */
  read(expr: GoExpr, path: Call['path'], negated: boolean): Expr<M> | undefined {
    switch (expr.kind) {
      case 'paren':
        return this.read(expr.inner, path, negated);
      case 'unary':
        return this.#unary(expr, path, negated);
      case 'binary':
        return this.#binary(expr, path, negated);
      case 'call':
        return this.call(expr, path);
      case 'name':
        return this.#bareName(expr);
      default:
        return this.#notMatcher(expr, path === ROOT);
    }
  }

  #notMatcher(expr: Extract<GoExpr, { kind: 'literal' | 'other' }>, whole: boolean): undefined {
    const engine = expr.kind === 'literal' ? engineOnLiteral(expr.token, 'operand') : engineOnOther(expr);
    const value = expr.kind === 'literal' && whole && engine.startsWith('reflect: ');
    const engineSays = value ? 'obtaining build tree' : whileParsing(this.#context, engine);
    report(this.#context, { code: 'syntax', message: 'a rule is made of matchers', engineSays, origin: place(this.#context, expr.from, expr.to) });
    return undefined;
  }

  #unary(expr: Extract<GoExpr, { kind: 'unary' }>, path: Call['path'], negated: boolean): Expr<M> | undefined {
    const isNot = expr.operator.text === '!';
    if (!isNot) this.#unsupportedOperator(expr.operator);
    const operand = this.read(expr.operand, [...path], !negated);
    return operand === undefined || !isNot ? undefined : { kind: 'not', operand };
  }

  /** Operators lean to the left, and there may be thousands of them: the leftmost operand is read first, without recursion. */
  #binary(expr: Binary, path: Call['path'], negated: boolean): Expr<M> | undefined {
    const levels: { readonly expr: Binary; readonly path: Call['path'] }[] = [];
    let [innermost, at]: readonly [GoExpr, Call['path']] = [expr, path];
    while (innermost.kind === 'binary') {
      levels.push({ expr: innermost, path: [...at] });
      at = at.length < DEEPEST_PATH ? [...at, ...passed(innermost, negated)] : [...at];
      innermost = innermost.left;
    }
    let left = this.read(innermost, at, negated);
    for (const level of levels.toReversed()) left = this.#joined(left, level.expr, this.read(level.expr.right, level.path, negated));
    return left;
  }

  #joined(left: Expr<M> | undefined, { operator, left: written }: Binary, right: Expr<M> | undefined): Expr<M> | undefined {
    const kind = operatorOf(operator.text);
    if (kind === undefined) return this.#unsupportedOperator(operator);
    if (left === undefined || right === undefined) return undefined;
    // `a && b && c` is one conjunction; written parentheses are kept as they are.
    const chained = left.kind === kind && written.kind === 'binary';
    return { kind, operands: chained ? [...left.operands, right] : [left, right] };
  }

  #unsupportedOperator(operator: { readonly text: string; readonly from: number; readonly to: number }): undefined {
    const doubled = operator.text === '&' ? '&&' : operator.text === '|' ? '||' : undefined;
    report(this.#context, {
      code: 'syntax',
      message: `operator \`${operator.text}\` is not supported`,
      engineSays: whileParsing(this.#context, `${operator.text} is not supported`),
      origin: place(this.#context, operator.from, operator.to),
      ...(doubled === undefined ? {} : { suggestion: doubled }),
    });
    return undefined;
  }

  #bareName(expr: Extract<GoExpr, { kind: 'name' }>): undefined {
    const known = this.#names.has(expr.name);
    return this.#refuse(expr, known ? `matcher ${expr.name} needs an argument in parentheses` : `\`${expr.name}\` is not a matcher`, `${expr.name} is not defined`);
  }

  #refuse(expr: GoExpr, message: string, engine: string): undefined {
    report(this.#context, { code: 'syntax', message, engineSays: whileParsing(this.#context, engine), origin: place(this.#context, expr.from, expr.to) });
    return undefined;
  }

  call(expr: Extract<GoExpr, { kind: 'call' }>, path: Call['path']): Expr<M> | undefined {
    const { callee } = expr;
    if (callee.kind === 'other' && callee.of !== undefined) return this.#refuse(callee, 'a matcher name is expected here', `expected selector identifier, got: ${callee.of}`);
    if (callee.kind !== 'name') return this.#refuse(callee, 'a matcher name is expected here', `expected identifier, got: ${goType(callee)}`);
    if (callee.name.indexOf('.') !== callee.name.lastIndexOf('.')) return this.#refuse(callee, 'a matcher name is expected here', 'expected selector identifier, got: *ast.SelectorExpr');
    const name = this.#names.get(callee.name);
    const build = name === undefined ? undefined : this.#table[name];
    // The engine looks for the matcher before it reads an argument.
    if (name === undefined || build === undefined) this.#unknown(callee, expr.args.length);
    const args = expr.args.map((arg) => this.#argument(arg));
    if (name === undefined || build === undefined) return undefined;
    const given = args.filter((arg) => arg !== undefined);
    if (given.length !== args.length) return undefined;
    const call: Call = { name, args: given, path, origin: place(this.#context, expr.from, expr.to) };
    return this.#checkArguments(call) ? build(this.#context, call) : undefined;
  }

  #unknown(callee: GoExpr & { readonly kind: 'name' }, argumentCount: number): void {
    const names = Object.keys(this.#table);
    const near = OTHER_NAMES[callee.name.toLowerCase()] ?? suggest(callee.name, names);
    const suggestion = near !== undefined && names.includes(near) ? near : undefined;
    const other = Object.keys(this.#otherSyntax).some((name) => name.toLowerCase() === callee.name.toLowerCase() && !names.some((own) => own.toLowerCase() === name.toLowerCase()));
    const syntax = this.#context.syntax;
    report(this.#context, {
      code: 'unknown-matcher',
      message: other ? `matcher "${callee.name}" belongs to ${syntax === 'v3' ? 'v2' : 'v3'} syntax` : `unknown matcher "${callee.name}"`,
      engineSays: whileParsing(this.#context, `unsupported function: ${callee.name}`),
      origin: place(this.#context, callee.from, callee.to),
      ...(suggestion === undefined || argumentCount === 0 ? {} : { suggestion }),
    });
  }

  #argument(arg: GoExpr): Argument | undefined {
    const inner = arg.kind === 'literal' ? arg.token : undefined;
    if (inner?.kind === 'string') return this.#withHoles({ value: inner.value ?? '', origin: place(this.#context, inner.from + 1, Math.max(inner.from + 1, inner.to - 1)) });
    if (this.#syntaxErrors.some((error) => error.at >= arg.from && error.at < arg.to)) return undefined;
    const nested = this.#context.errors.length;
    if (arg.kind === 'call' && this.call(arg, []) === undefined && this.#context.errors.length > nested) return undefined;
    const text = this.#context.rule.value.text.slice(arg.from, arg.to);
    const value = inner?.kind === 'char' ? (inner.value ?? '') : text;
    report(this.#context, {
      code: 'quote',
      message: `argument \`${text}\` is not quoted with backquotes or double quotes`,
      engineSays: whileParsing(this.#context, engineOnArgument(arg)),
      origin: place(this.#context, arg.from, arg.to),
      ...(arg.kind === 'call' ? {} : { suggestion: ruleQuote(value) }),
    });
    return undefined;
  }

  #withHoles(argument: Argument): Argument {
    const { holes: all } = this.#context.rule.value;
    if (all.length === 0) return argument;
    const holes = all.filter((name) => argument.value.includes(holeText(name)));
    return holes.length === 0 ? argument : { ...argument, holes };
  }

  #checkArguments(call: Call): boolean {
    if (call.args.length === 0) {
      complain(this.#context, call, { code: 'no-argument', message: `${call.name} needs an argument`, engine: `no args for matcher ${call.name}`, step: 'checking' });
      return false;
    }
    const empty = call.args.filter((arg) => arg.value === '' && !hasHoles(arg));
    if (empty.length === 0) return true;
    const engine = `empty args for matcher ${call.name}, [${call.args.map((arg) => arg.value).join(' ')}]`;
    for (const arg of empty) complain(this.#context, call, { code: 'empty-argument', message: `an argument of ${call.name} is empty`, engine, step: 'checking' }, arg.origin);
    return false;
  }
}

function engineOnArgument(arg: GoExpr): string {
  if (arg.kind === 'name') return `${arg.name} is not defined`;
  if (arg.kind === 'literal') return engineOnLiteral(arg.token, 'argument');
  if (arg.kind === 'call') return 'reflect: cannot use rules.TreeBuilder as type string in Call';
  return arg.kind === 'other' ? engineOnOther(arg) : `${goType(arg)} is not supported`;
}

function engineOnOther(expr: Extract<GoExpr, { kind: 'other' }>): string {
  if (expr.goType === '*ast.IndexExpr') return 'properties are not supported';
  return expr.of === undefined ? `${expr.goType} is not supported` : `unsupported selector type: ${expr.of}`;
}

/** A literal where a string argument, or a matcher, is wanted: numbers are read first. */
function engineOnLiteral(token: Token, as: 'argument' | 'operand'): string {
  if (token.kind === 'char' || token.kind === 'imag') return `unsupported function argument type: '${token.kind.toUpperCase()}'`;
  if (token.kind === 'int' && !/^[0-9]+$/.test(token.text)) return `failed to parse argument: ${token.text}, error: strconv.Atoi: parsing "${token.text}": invalid syntax`;
  const type = token.kind === 'int' ? 'int' : token.kind === 'string' ? 'string' : 'float64';
  return as === 'argument' ? `reflect: cannot use ${type} as type string in Call` : `reflect: Call using ${type} as type rules.TreeBuilder`;
}
