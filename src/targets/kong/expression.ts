import type { HttpMatcher, RuleExpr } from '../../ir/index.ts';
import { matchesEmpty, simplifyRule } from '../../rule-lang/index.ts';
import { assertNever } from '../../text/index.ts';
import { addressLiteral } from './address.ts';
import { atcRegex, atcString, regexLiteral } from './quote.ts';
import { rustPattern } from './pattern.ts';
import type { Place, Report } from './report.ts';

/** True of every request that reaches the router, and of none (a path begins with `/`). */
export const ALWAYS = 'http.path ^= "/"';
export const NEVER = 'http.path == "never"';

/** A rule as an ATC expression. What has no literal is reported and stands as NEVER. */
export function ruleExpression(rule: RuleExpr, symbol: string, report: Report): string {
  return expressionOf(simplifyRule(rule), symbol, report);
}

function expressionOf(rule: RuleExpr, symbol: string, report: Report): string {
  switch (rule.kind) {
    case 'constant':
      return rule.value ? ALWAYS : NEVER;
    case 'not':
      return `!(${expressionOf(rule.operand, symbol, report)})`;
    case 'and':
    case 'or':
      return rule.operands.map((operand) => nested(operand, expressionOf(operand, symbol, report))).join(rule.kind === 'and' ? ' && ' : ' || ');
    case 'match':
      return matcherExpression(rule.matcher, { origin: rule.origin, symbol }, report);
    default:
      return assertNever(rule);
  }
}

function nested(operand: RuleExpr, text: string): string {
  return operand.kind === 'and' || operand.kind === 'or' || text.includes(' || ') ? `(${text})` : text;
}

function matcherExpression(matcher: HttpMatcher, place: Place, report: Report): string {
  switch (matcher.kind) {
    case 'host':
      return hostExpression(matcher.host.value, matcher.wildcard);
    case 'hostRegexp':
      return patternExpression('lower(http.host)', matcher.pattern.value, place, report);
    case 'path':
      return literalExpression('http.path', '==', matcher.path.value, place, report);
    case 'pathPrefix':
      return literalExpression('http.path', '^=', matcher.prefix.value, place, report);
    case 'pathRegexp':
      return patternExpression('http.path', matcher.pattern.value, place, report);
    case 'method':
      return literalExpression('http.method', '==', matcher.method.value.toUpperCase(), place, report);
    case 'header':
      return headerExpression(matcher.name.value, (field) => literalExpression(field, '==', matcher.value.value, place, report), place, report);
    case 'headerRegexp':
      return headerExpression(matcher.name.value, (field) => presentPattern(field, matcher.pattern.value, place, report), place, report);
    case 'query':
      return queryExpression(matcher.name.value, (field) => valueExpression(field, matcher.value?.value, place, report), place, report);
    case 'queryPresent':
      return presence(place, report);
    case 'queryRegexp':
      return queryExpression(matcher.name.value, (field) => (matcher.pattern === undefined ? presence(place, report) : presentPattern(field, matcher.pattern.value, place, report)), place, report);
    case 'clientIp':
      return clientExpression(matcher.range.value, place, report);
    default:
      return assertNever(matcher);
  }
}

/**
 * Traefik compares without case, port and one trailing dot; Kong's `http.host` has lost only a numeric port (47 Host cases
 * ran on both). An IPv6 literal keeps brackets and port there, and a host written with brackets never matches in Traefik.
 */
function hostExpression(written: string, wildcard: boolean): string {
  if (written.startsWith('[')) return NEVER;
  const host = written.replace(/\.$/, '');
  if (host.includes(':')) return `http.host ~ ${atcRegex(`(?i)^\\[${regexLiteral(host)}\\](?::.*)?$`) ?? '""'}`;
  const body = wildcard && host.startsWith('*') ? `[^.:]*${regexLiteral(host.slice(1))}` : regexLiteral(host);
  return `http.host ~ ${atcRegex(`(?i)^${body}\\.?(?::(?:[^:]*[^0-9:][^:]*)?)?$`) ?? '""'}`;
}

function literalExpression(field: string, operator: '==' | '^=', value: string, place: Place, report: Report): string {
  const literal = atcString(value);
  if (literal !== undefined) return `${field} ${operator} ${literal}`;
  report.unquotable('rule value', place, 'it holds a byte that is not UTF-8, a NUL, or text that Kong rewrites inside expressions');
  return NEVER;
}

function patternExpression(field: string, source: string, place: Place, report: Report): string {
  const pattern = rustPattern(source);
  const literal = pattern.ok ? atcRegex(pattern.text) : undefined;
  if (literal !== undefined) return `${field} ~ ${literal}`;
  report.unquotable('pattern', place, pattern.ok ? 'it holds a NUL or a byte that is not UTF-8' : pattern.why);
  return NEVER;
}

/** Kong's cache holds an absent field and an empty one equal, so no test may tell them apart. */
function presentPattern(field: string, source: string, place: Place, report: Report): string {
  if (matchesEmpty(source)) return presence(place, report);
  return patternExpression(field, source, place, report);
}

function valueExpression(field: string, value: string | undefined, place: Place, report: Report): string {
  return value === undefined || value === '' ? presence(place, report) : literalExpression(field, '==', value, place, report);
}

function presence(place: Place, report: Report): string {
  report.unsupported('a test for an empty value', place, 'Kong 3.9 caches a lookup with absent and empty values under one key: the first request would decide for both');
  return NEVER;
}

/** `-` and `_` are one in field names. Go keeps Host out of the headers, so a matcher on it never holds. */
function headerExpression(name: string, test: (field: string) => string, place: Place, report: Report): string {
  const field = name.toLowerCase().replaceAll('-', '_');
  if (field === 'host') return NEVER;
  if (/^[a-z0-9_]+$/.test(field)) return test(`any(http.headers.${field})`);
  report.unquotable('header name', place, `a field name of Kong's expressions holds letters, digits and \`_\` only`);
  return NEVER;
}

function queryExpression(name: string, test: (field: string) => string, place: Place, report: Report): string {
  if (/^[A-Za-z0-9_]+$/.test(name)) return test(`any(http.queries.${name})`);
  report.unquotable('query name', place, `a field name of Kong's expressions holds letters, digits and \`_\` only`);
  return NEVER;
}

function clientExpression(range: string, place: Place, report: Report): string {
  const literal = addressLiteral(range);
  if (literal !== undefined) return literal.includes('/') ? `net.src.ip in ${literal}` : `net.src.ip == ${literal}`;
  report.unquotable('address range', place, 'it is neither an address nor a network');
  return NEVER;
}
