import { type Argument, type Expr, type HttpMatcher, type RuleExpr, type TcpMatcher, type TcpRuleExpr } from '../../ir/index.ts';
import { compilePattern, decodeUtf8, encodeUtf8, ipInRange, parseIp, parseIpRange } from '../../rule-lang/index.ts';
import { assertNever } from '../../text/index.ts';
import { canonicalName } from '../headers.ts';
import type { MatchRequest } from './request.ts';

export type RulePredicate = (request: MatchRequest) => boolean;

/** A rule as a function: exactly what Traefik's matchers do (pkg/muxer/http, v3 and v2 syntax). */
export function compileRule(rule: RuleExpr): RulePredicate {
  return compileExpr(rule, compileMatcher);
}

function compileExpr<M, R>(expr: Expr<M>, leaf: (matcher: M) => (request: R) => boolean): (request: R) => boolean {
  switch (expr.kind) {
    case 'match':
      return leaf(expr.matcher);
    case 'constant':
      return () => expr.value;
    case 'not': {
      const operand = compileExpr(expr.operand, leaf);
      return (request) => !operand(request);
    }
    case 'and': {
      const operands = expr.operands.map((operand) => compileExpr(operand, leaf));
      return (request) => operands.every((operand) => operand(request));
    }
    case 'or': {
      const operands = expr.operands.map((operand) => compileExpr(operand, leaf));
      return (request) => operands.some((operand) => operand(request));
    }
    default:
      return assertNever(expr);
  }
}

const NEVER = (): boolean => false;

function compileMatcher(matcher: HttpMatcher): RulePredicate {
  switch (matcher.kind) {
    case 'host':
      return compileHost(matcher.host.value, matcher.wildcard);
    case 'hostRegexp':
      return compileHostRegexp(matcher.pattern, matcher.v2 === true);
    case 'path': {
      const path = encodeUtf8(matcher.path.value);
      return (request) => request.path === path;
    }
    case 'pathPrefix': {
      const prefix = encodeUtf8(matcher.prefix.value);
      return (request) => request.path.startsWith(prefix);
    }
    case 'pathRegexp': {
      const test = tester(matcher.pattern);
      return (request) => test(request.pathText());
    }
    case 'method': {
      const method = encodeUtf8(matcher.method.value.toUpperCase());
      return (request) => request.method === method;
    }
    case 'header':
      return compileHeader(matcher.name, matcher.value);
    case 'headerRegexp':
      return compileHeaderRegexp(matcher.name, matcher.pattern);
    case 'query':
      return compileQuery(matcher.name, encodeUtf8(matcher.value?.value ?? ''), matcher.v2 === true);
    case 'queryPresent':
      return compileQueryPattern(matcher.name, '^.*$', true);
    case 'queryRegexp':
      return matcher.pattern === undefined ? compileQuery(matcher.name, '', false) : compileQueryPattern(matcher.name, matcher.pattern.value, matcher.v2 === true);
    case 'clientIp': {
      const inside = compileIp(matcher.range);
      return (request) => inside(request.clientIp);
    }
    default:
      return assertNever(matcher);
  }
}

/** A pattern that Go refuses has disabled its router; it matches nothing here. */
function tester(pattern: Argument): (text: string) => boolean {
  const compiled = compilePattern(pattern.value);
  return compiled.ok ? compiled.pattern.test : NEVER;
}

function compileHost(written: string, wildcard: boolean): RulePredicate {
  if (wildcard && written === '*') return () => true;
  const host = written.toLowerCase();
  const equals = wildcard ? matchesDomain : (domain: string, expected: string): boolean => domain === expected;
  const undotted = host.endsWith('.') ? host.slice(0, -1) : undefined;
  return ({ host: asked }) => {
    if (asked === '') return false;
    if (equals(asked, host) || (undotted !== undefined && equals(asked, undotted))) return true;
    return asked.endsWith('.') && equals(asked.slice(0, -1), host);
  };
}

/** `*.example.com` is exactly one more label, which may be empty (ran). */
function matchesDomain(domain: string, expected: string): boolean {
  if (!expected.startsWith('*')) return domain === expected;
  const dot = domain.indexOf('.');
  return expected === (dot < 0 ? '*' : `*${domain.slice(dot)}`);
}

/** v3 also asks about the flattened name, which is empty without CNAME flattening: a pattern for nothing matches all (ran). */
function compileHostRegexp(pattern: Argument, v2: boolean): RulePredicate {
  const test = tester(pattern);
  if (v2) return (request) => test(request.routerHostText());
  return test('') ? () => true : (request) => test(request.hostText());
}

function compileHeader(name: Argument, value: Argument): RulePredicate {
  const key = canonicalName(encodeUtf8(name.value));
  const expected = encodeUtf8(value.value);
  return (request) => request.header(key).includes(expected);
}

function compileHeaderRegexp(name: Argument, pattern: Argument): RulePredicate {
  const key = canonicalName(encodeUtf8(name.value));
  const test = tester(pattern);
  return (request) => request.header(key).some((value) => test(decodeUtf8(value)));
}

function compileQuery(name: Argument, expected: string, firstOnly: boolean): RulePredicate {
  const key = encodeUtf8(name.value);
  return (request) => valuesOf(request, key, firstOnly).includes(expected);
}

function compileQueryPattern(name: Argument, pattern: string, firstOnly: boolean): RulePredicate {
  const key = encodeUtf8(name.value);
  const test = tester({ ...name, value: pattern });
  return (request) => valuesOf(request, key, firstOnly).some((value) => test(decodeUtf8(value)));
}

function valuesOf(request: MatchRequest, key: string, firstOnly: boolean): readonly string[] {
  const values = request.query().get(key) ?? [];
  return firstOnly ? values.slice(0, 1) : values;
}

function compileIp(range: Argument): (address: string) => boolean {
  const parsed = parseIpRange(range.value);
  if (parsed === undefined) return NEVER;
  return (address) => {
    const ip = parseIp(address);
    return ip !== undefined && ipInRange(ip, parsed);
  };
}

/** What TCP rules ask about. */
export interface TcpConnection {
  /** The SNI name; empty = none, or no TLS. */
  readonly serverName: string;
  readonly clientIp: string;
  readonly alpn: readonly string[];
}

/** A TCP rule as a function (pkg/muxer/tcp). */
export function compileTcpRule(rule: TcpRuleExpr): (connection: TcpConnection) => boolean {
  return compileExpr(rule, compileTcpMatcher);
}

function compileTcpMatcher(matcher: TcpMatcher): (connection: TcpConnection) => boolean {
  switch (matcher.kind) {
    case 'hostSni':
      return compileHostSni(matcher.host.value);
    case 'hostSniRegexp': {
      const test = tester(matcher.pattern);
      return (connection) => test(decodeUtf8(serverName(connection)));
    }
    case 'clientIp': {
      const inside = compileIp(matcher.range);
      return (connection) => inside(connection.clientIp);
    }
    case 'alpn':
      return (connection) => connection.alpn.includes(encodeUtf8(matcher.protocol.value));
    default:
      return assertNever(matcher);
  }
}

function compileHostSni(written: string): (connection: TcpConnection) => boolean {
  if (written === '*') return () => true;
  const host = written.toLowerCase().replace(/\.$/, '');
  return (connection) => {
    const name = serverName(connection);
    return name !== '' && matchesDomain(name, host);
  };
}

function serverName(connection: TcpConnection): string {
  return connection.serverName.trim().toLowerCase();
}
