import type { Argument, Expr, HttpMatcher, RuleExpr, TcpMatcher, TcpRuleExpr } from '../ir/index.ts';
import { assertNever } from '../text/index.ts';
import { ruleQuote } from './go-quote.ts';

/**
 * A rule as v3 text: backquotes, blanks around operators, parentheses only where the tree needs them. Undefined when the
 * rule holds something that v3 cannot say (a constant, or v2's "first value only" of a query).
 */
export function printRule(expr: RuleExpr): string | undefined {
  return print(expr, 'or', printHttp);
}

/** The same for TCP rules. */
export function printTcpRule(expr: TcpRuleExpr): string | undefined {
  return print(expr, 'or', printTcp);
}

function print<M>(expr: Expr<M>, around: 'or' | 'and' | 'not', leaf: (matcher: M) => string | undefined): string | undefined {
  switch (expr.kind) {
    case 'match':
      return leaf(expr.matcher);
    case 'not': {
      const operand = print(expr.operand, 'not', leaf);
      return operand === undefined ? undefined : `!${operand}`;
    }
    case 'and':
    case 'or':
      return printList(expr, around, leaf);
    case 'constant':
      return undefined;
    default:
      return assertNever(expr);
  }
}

function printList<M>(expr: Extract<Expr<M>, { kind: 'and' | 'or' }>, around: 'or' | 'and' | 'not', leaf: (matcher: M) => string | undefined): string | undefined {
  const parts = expr.operands.map((operand) => {
    const text = print(operand, expr.kind, leaf);
    return text !== undefined && operand.kind === expr.kind ? `(${text})` : text;
  });
  if (parts.some((part) => part === undefined)) return undefined;
  const text = parts.join(expr.kind === 'and' ? ' && ' : ' || ');
  return around === 'not' || (around === 'and' && expr.kind === 'or') ? `(${text})` : text;
}

function call(name: string, ...args: readonly (Argument | string)[]): string {
  return `${name}(${args.map((arg) => ruleQuote(typeof arg === 'string' ? arg : arg.value)).join(', ')})`;
}

/** A matcher in v3 text. */
export function printHttp(matcher: HttpMatcher): string | undefined {
  switch (matcher.kind) {
    case 'host':
      // A literal star: v2 knows no wildcards, v3 has no other way to say it.
      return !matcher.wildcard && matcher.host.value.startsWith('*') ? undefined : call('Host', matcher.host);
    case 'hostRegexp':
      return call('HostRegexp', matcher.pattern);
    case 'path':
      return call('Path', matcher.path);
    case 'pathPrefix':
      return call('PathPrefix', matcher.prefix);
    case 'pathRegexp':
      return call('PathRegexp', matcher.pattern);
    case 'method':
      return call('Method', matcher.method);
    case 'header':
      return call('Header', matcher.name, matcher.value);
    case 'headerRegexp':
      return call('HeaderRegexp', matcher.name, matcher.pattern);
    case 'query':
      return matcher.value === undefined ? call('Query', matcher.name) : call('Query', matcher.name, matcher.value);
    case 'queryPresent':
      return call('QueryRegexp', matcher.name, '^.*$');
    case 'queryRegexp':
      return matcher.pattern === undefined ? call('QueryRegexp', matcher.name) : call('QueryRegexp', matcher.name, matcher.pattern);
    case 'clientIp':
      return call('ClientIP', matcher.range);
    default:
      return assertNever(matcher);
  }
}

function printTcp(matcher: TcpMatcher): string {
  switch (matcher.kind) {
    case 'hostSni':
      return call('HostSNI', matcher.host);
    case 'hostSniRegexp':
      return call('HostSNIRegexp', matcher.pattern);
    case 'clientIp':
      return call('ClientIP', matcher.range);
    case 'alpn':
      return call('ALPN', matcher.protocol);
    default:
      return assertNever(matcher);
  }
}
