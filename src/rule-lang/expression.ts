import { assertNever } from '../text/index.ts';
import { isKeyword, lex, type LexError, type Token } from './lexer.ts';

/** A Go expression, as far as rules use them; offsets into the rule. */
export type GoExpr = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'binary'; readonly operator: Token; readonly left: GoExpr; readonly right: GoExpr }
  | { readonly kind: 'unary'; readonly operator: Token; readonly operand: GoExpr }
  | { readonly kind: 'paren'; readonly inner: GoExpr }
  | { readonly kind: 'call'; readonly callee: GoExpr; readonly args: readonly GoExpr[] }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'literal'; readonly token: Token }
  | { readonly kind: 'other'; readonly goType: string; /** What a selector selects from. */ readonly of?: string }
);

/** Go's name for the node, as error texts print it. */
export function goType(expr: GoExpr): string {
  switch (expr.kind) {
    case 'binary':
      return '*ast.BinaryExpr';
    case 'unary':
      return '*ast.UnaryExpr';
    case 'paren':
      return '*ast.ParenExpr';
    case 'call':
      return '*ast.CallExpr';
    case 'literal':
      return '*ast.BasicLit';
    case 'name':
      return expr.name.includes('.') ? '*ast.SelectorExpr' : '*ast.Ident';
    case 'other':
      return expr.goType;
    default:
      return assertNever(expr);
  }
}

export interface Parsed {
  readonly expr: GoExpr | undefined;
  /** All calls in order: what can still be checked when the whole does not parse. */
  readonly calls: readonly Extract<GoExpr, { kind: 'call' }>[];
  readonly tokens: readonly Token[];
  readonly errors: readonly LexError[];
}

const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1,
  '&&': 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '|': 4,
  '^': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  '<<': 5,
  '>>': 5,
  '&': 5,
  '&^': 5,
};
const UNARY = new Set(['!', '+', '-', '^', '&', '~', '<-']);
const LITERALS: ReadonlySet<Token['kind']> = new Set(['string', 'char', 'int', 'float', 'imag']);
const MAX_DEPTH = 500;

const END: Token = { kind: 'end', text: '', from: 0, to: 0 };

/** Carries nothing but the way out, so one is enough: making an error costs as much as parsing a rule. */
class Stop extends Error {}
const STOP = new Stop();

/** One rule is read several times: of the routers of a host on two entry points, for its hosts, and when it is read back from what was written. */
const known = new Map<string, Parsed>();
const MOST_KNOWN = 2000;

/** Parses with `go/parser`'s rules and words (`parser.ParseExpr`), which is what Traefik uses. */
export function parseExpression(text: string): Parsed {
  const before = known.get(text);
  if (before !== undefined) return before;
  const parsed = parsedAnew(text);
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, parsed);
  return parsed;
}

function parsedAnew(text: string): Parsed {
  const { tokens, errors } = lex(text);
  const parser = new ExpressionParser(tokens);
  const expr = parser.whole();
  return { expr, calls: parser.calls, tokens, errors: merge(text, errors, parser.errors) };
}

/** Go drops what the parser says on a line that the scanner complained about, and scans no further than trailing text. */
function merge(text: string, scanned: readonly LexError[], parsed: readonly LexError[]): readonly LexError[] {
  const [first] = parsed;
  if (first === undefined) return scanned;
  const line = (at: number): number => text.slice(0, at).split('\n').length;
  const seen = first.message.startsWith("expected 'EOF'") ? scanned.filter((error) => error.at <= first.to) : scanned;
  const repeated = seen.some((error) => error.at <= first.to && line(error.at) === line(first.at));
  return repeated ? seen : [...seen, first].sort((a, b) => a.at - b.at);
}

class ExpressionParser {
  readonly calls: Extract<GoExpr, { kind: 'call' }>[] = [];
  readonly errors: LexError[] = [];
  readonly #tokens: readonly Token[];
  #index = 0;
  /** The one at the index: nearly every step asks for it several times. */
  #token: Token;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
    this.#token = tokens[0] ?? END;
  }

  whole(): GoExpr | undefined {
    try {
      const expr = this.#binary(1);
      if (this.#token.kind === 'newline') this.#advance();
      if (this.#token.kind !== 'end') this.#expected("'EOF'");
      return expr;
    } catch (error) {
      if (error instanceof Stop) return undefined;
      throw error;
    }
  }

  #advance(): void {
    this.#index += 1;
    this.#token = this.#tokens[this.#index] ?? END;
  }

  #binary(lowest: number): GoExpr {
    let left = this.#unary();
    for (;;) {
      const operator = this.#token;
      const precedence = operator.kind === 'operator' ? (PRECEDENCE[operator.text] ?? 0) : 0;
      if (operator.kind === 'operator' && operator.text === '=') this.#expected("'=='");
      if (precedence < lowest) return left;
      this.#advance();
      const right = this.#binary(precedence + 1);
      left = { kind: 'binary', operator, left, right, from: left.from, to: right.to };
    }
  }

  #unary(): GoExpr {
    const operator = this.#token;
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) this.#fail('exceeded max nesting depth', operator);
    const expr = this.#unaryInner(operator);
    this.#depth -= 1;
    return expr;
  }

  #unaryInner(operator: Token): GoExpr {
    const star = operator.kind === 'operator' && operator.text === '*';
    if (!star && (operator.kind !== 'operator' || !UNARY.has(operator.text))) return this.#primary();
    this.#advance();
    const operand = this.#unary();
    if (star) return { kind: 'other', goType: '*ast.StarExpr', from: operator.from, to: operand.to };
    return { kind: 'unary', operator, operand, from: operator.from, to: operand.to };
  }

  #primary(): GoExpr {
    let expr = this.#operand();
    for (;;) {
      const token = this.#token;
      if (token.kind !== 'operator') return expr;
      if (token.text === '(') expr = this.#call(expr);
      else if (token.text === '.') expr = this.#selector(expr);
      else if (token.text === '[') expr = this.#bracket(expr);
      else if (token.text === '{' && expr.kind === 'name') expr = this.#composite(expr);
      else return expr;
    }
  }

  #operand(): GoExpr {
    const token = this.#token;
    if (token.kind === 'ident' && !isKeyword(token.text)) {
      this.#advance();
      return { kind: 'name', name: token.text, from: token.from, to: token.to };
    }
    if (LITERALS.has(token.kind)) {
      this.#advance();
      return { kind: 'literal', token, from: token.from, to: token.to };
    }
    if (token.kind !== 'operator' || token.text !== '(') return this.#expected('operand');
    this.#advance();
    const inner = this.#binary(1);
    const close = this.#close("')'", ')');
    return { kind: 'paren', inner, from: token.from, to: close.to };
  }

  #selector(left: GoExpr): GoExpr {
    this.#advance();
    if (this.#is('(')) return this.#assertion(left);
    const name = this.#token;
    if (name.kind !== 'ident' || isKeyword(name.text)) this.#expected('selector or type assertion');
    this.#advance();
    const known = left.kind === 'name';
    return known
      ? { kind: 'name', name: `${left.name}.${name.text}`, from: left.from, to: name.to }
      : { kind: 'other', goType: '*ast.SelectorExpr', of: goType(left), from: left.from, to: name.to };
  }

  #bracket(left: GoExpr): GoExpr {
    this.#advance();
    if (!this.#is(':')) this.#binary(1);
    const slice = this.#is(':');
    if (slice) {
      this.#advance();
      if (!this.#is(']')) this.#binary(1);
    }
    const close = this.#close("']'", ']');
    return { kind: 'other', goType: slice ? '*ast.SliceExpr' : '*ast.IndexExpr', from: left.from, to: close.to };
  }

  #assertion(left: GoExpr): GoExpr {
    this.#advance();
    this.#binary(1);
    const close = this.#close("')'", ')');
    return { kind: 'other', goType: '*ast.TypeAssertExpr', from: left.from, to: close.to };
  }

  /** A name with braces makes a value of a type. */
  #composite(left: GoExpr): GoExpr {
    this.#advance();
    while (!this.#is('}') && this.#token.kind !== 'end') {
      this.#binary(1);
      if (this.#is(':')) {
        this.#advance();
        this.#binary(1);
      }
      if (this.#is(',')) this.#advance();
      else if (!this.#is('}')) this.#fail(`missing ','${this.#token.kind === 'newline' ? ' before newline' : ''} in composite literal`, this.#token);
    }
    const close = this.#close("'}'", '}');
    return { kind: 'other', goType: '*ast.CompositeLit', from: left.from, to: close.to };
  }

  #call(callee: GoExpr): GoExpr {
    this.#advance();
    const args = this.#endsArguments() ? [] : [this.#argument()];
    while (!this.#endsArguments()) args.push(this.#argument());
    const close = this.#close("')'", ')');
    const call = { kind: 'call' as const, callee, args, from: callee.from, to: close.to };
    this.calls.push(call);
    return call;
  }

  #endsArguments(): boolean {
    return this.#is(')') || this.#token.kind === 'end';
  }

  /** With the comma behind it. */
  #argument(): GoExpr {
    const argument = this.#binary(1);
    if (this.#is('...')) this.#advance();
    if (this.#is(',')) this.#advance();
    else if (!this.#is(')')) this.#fail(`missing ','${this.#token.kind === 'newline' ? ' before newline' : ''} in argument list`, this.#token);
    return argument;
  }

  #is(text: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === text;
  }

  #close(name: string, text: string): Token {
    const token = this.#token;
    if (!this.#is(text)) this.#expected(name);
    this.#advance();
    return token;
  }

  #expected(what: string): never {
    const token = this.#token;
    const found = token.kind === 'newline' ? 'newline' : token.kind === 'end' ? "'EOF'" : isLiteral(token) ? token.text : `'${token.text}'`;
    return this.#fail(`expected ${what}, found ${found}`, token);
  }

  #fail(message: string, token: Token): never {
    this.errors.push({ message, at: token.from, to: token.to, quote: false });
    throw STOP;
  }
}

function isLiteral(token: Token): boolean {
  return token.kind !== 'operator' && token.kind !== 'end' && !(token.kind === 'ident' && isKeyword(token.text));
}
