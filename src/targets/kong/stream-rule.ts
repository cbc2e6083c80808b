import type { TcpMatcher, TcpRoute, TcpRuleExpr } from '../../ir/index.ts';
import { matchesEmpty } from '../../rule-lang/index.ts';
import { fold, matchersOf } from '../../rule-lang/partial.ts';
import { assertNever } from '../../text/index.ts';
import { addressLiteral } from './address.ts';
import { rustPattern } from './pattern.ts';
import { atcRegex, atcString, regexLiteral } from './quote.ts';
import type { Report } from './report.ts';

/**
 * A TCP rule behind the test of its entry point's port; undefined = no connection can meet it. Streams of all entry points
 * share one router, and the port of a stream is the listener's own: no client can choose it.
 */
export function streamExpression(route: TcpRoute, port: number, report: Report): string | undefined {
  const rule = fold<TcpMatcher>(route.rule, (matcher) => decided(matcher, route.tls !== undefined));
  const there = atPort(port);
  if (rule.kind === 'constant') return rule.value ? there : undefined;
  const text = expressionOf(rule, route, report);
  return `${there} && ${rule.kind === 'or' ? `(${text})` : text}`;
}

/** True of no connection. */
export const NOWHERE = 'net.dst.port == 0';

export function atPort(port: number): string {
  return `net.dst.port == ${String(port)}`;
}

/** A connection without TLS has no name and no protocols. */
function decided(matcher: TcpMatcher, tls: boolean): boolean | undefined {
  if (matcher.kind === 'hostSni' && matcher.host.value === '*') return true;
  return matcher.kind === 'clientIp' || tls ? undefined : false;
}

/** Whether a connection that names no host can meet the rule: Kong cannot tell such a one from one without TLS. */
export function holdsWithoutName({ rule }: TcpRoute): boolean {
  const open = fold<TcpMatcher>(rule, (matcher) => {
    if (matcher.kind === 'hostSni') return matcher.host.value === '*';
    return matcher.kind === 'hostSniRegexp' ? matchesEmpty(matcher.pattern.value) : undefined;
  });
  return open.kind === 'constant' ? open.value : true;
}

/** Why Kong has no literal for a matcher of this rule. */
export function unwritable({ rule }: TcpRoute): boolean {
  return matchersOf(rule).some((matcher) => {
    if (matcher.kind === 'hostSniRegexp') return !rustPattern(matcher.pattern.value).ok;
    return matcher.kind === 'clientIp' && addressLiteral(matcher.range.value) === undefined;
  });
}

function expressionOf(rule: TcpRuleExpr, route: TcpRoute, report: Report): string {
  switch (rule.kind) {
    case 'constant':
      return rule.value ? 'net.dst.port > 0' : NOWHERE;
    case 'not':
      return `!(${expressionOf(rule.operand, route, report)})`;
    case 'and':
    case 'or':
      return rule.operands.map((operand) => (operand.kind === 'and' || operand.kind === 'or' ? `(${expressionOf(operand, route, report)})` : expressionOf(operand, route, report))).join(rule.kind === 'and' ? ' && ' : ' || ');
    case 'match':
      return matcherExpression(rule.matcher, route, report);
    default:
      return assertNever(rule);
  }
}

/** Traefik writes the name in lower case before it compares. */
const NAME = 'lower(tls.sni)';

function matcherExpression(matcher: TcpMatcher, { symbol, origin }: TcpRoute, report: Report): string {
  const nothing = (what: string, why: string): string => {
    report.unquotable(what, { origin, symbol }, why);
    return NOWHERE;
  };
  switch (matcher.kind) {
    case 'hostSni':
      return nameExpression(matcher.host.value) ?? nothing('server name', 'it holds a byte that is not UTF-8, a NUL, or text that Kong rewrites inside expressions');
    case 'hostSniRegexp': {
      const pattern = rustPattern(matcher.pattern.value);
      const literal = pattern.ok ? atcRegex(pattern.text) : undefined;
      return literal === undefined ? nothing('pattern', pattern.ok ? 'it holds a NUL or a byte that is not UTF-8' : pattern.why) : `${NAME} ~ ${literal}`;
    }
    case 'clientIp': {
      const literal = addressLiteral(matcher.range.value);
      return literal === undefined ? nothing('address range', 'it is neither an address nor a network') : addressTest(literal);
    }
    case 'alpn':
      return nothing('protocol name', 'Kong does not see ALPN');
    default:
      return assertNever(matcher);
  }
}

/** `*.` stands for one label. */
function nameExpression(written: string): string | undefined {
  const host = written.toLowerCase();
  const literal = host.startsWith('*.') ? atcRegex(`^[^.]*${regexLiteral(host.slice(1))}$`) : atcString(host);
  return literal === undefined ? undefined : `${NAME} ${host.startsWith('*.') ? '~' : '=='} ${literal}`;
}

export function addressTest(literal: string): string {
  return `net.src.ip ${literal.includes('/') ? 'in' : '=='} ${literal}`;
}
