import type { HttpMatcher, RuleExpr } from '../../ir/index.ts';
import { compilePattern, ipInRange, parseIp, parseIpRange } from '../../rule-lang/index.ts';

/** A request in plain words, as examples in messages need it: one value per header and parameter. */
export interface PlainRequest {
  readonly method: string;
  readonly host: string;
  readonly path: string;
  readonly headers: ReadonlyMap<string, string>;
  readonly query: ReadonlyMap<string, string>;
  readonly ip: string;
}

/** Whether a rule accepts the request. Only plain requests are asked: nothing here needs decoding. */
export function accepts(rule: RuleExpr, request: PlainRequest): boolean {
  switch (rule.kind) {
    case 'constant':
      return rule.value;
    case 'not':
      return !accepts(rule.operand, request);
    case 'and':
      return rule.operands.every((operand) => accepts(operand, request));
    case 'or':
      return rule.operands.some((operand) => accepts(operand, request));
    case 'match':
      return matches(rule.matcher, request);
  }
}

export function matches(matcher: HttpMatcher, request: PlainRequest): boolean {
  switch (matcher.kind) {
    case 'host':
      return hostMatches(matcher.host.value, matcher.wildcard, request.host);
    case 'hostRegexp':
      return patternMatches(matcher.pattern.value, request.host);
    case 'path':
      return request.path === matcher.path.value;
    case 'pathPrefix':
      return request.path.startsWith(matcher.prefix.value);
    case 'pathRegexp':
      return patternMatches(matcher.pattern.value, request.path);
    case 'method':
      return matcher.method.value.toUpperCase() === request.method;
    case 'header':
      return request.headers.get(matcher.name.value.toLowerCase()) === matcher.value.value;
    case 'headerRegexp':
      return optional(request.headers.get(matcher.name.value.toLowerCase()), matcher.pattern.value);
    case 'query':
      return request.query.get(matcher.name.value) === (matcher.value?.value ?? '');
    case 'queryPresent':
      return request.query.has(matcher.name.value);
    case 'queryRegexp':
      return matcher.pattern === undefined ? request.query.get(matcher.name.value) === '' : optional(request.query.get(matcher.name.value), matcher.pattern.value);
    case 'clientIp':
      return ipMatches(matcher.range.value, request.ip);
  }
}

/** Host names as Traefik compares them: lower case, one final dot ignored. */
export function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** `*.x` stands for exactly one more label, `*` for everything (3.7). */
export function hostMatches(written: string, wildcard: boolean, host: string): boolean {
  const name = plainHost(written);
  if (!wildcard) return name === host;
  if (name === '*') return true;
  const label = host.slice(0, Math.max(0, host.length - (name.length - 1)));
  return label !== '' && !label.includes('.') && host === label + name.slice(1);
}

export function patternMatches(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled.ok && compiled.pattern.test(text);
}

function optional(value: string | undefined, pattern: string): boolean {
  return value !== undefined && patternMatches(pattern, value);
}

export function ipMatches(range: string, ip: string): boolean {
  const parsed = parseIpRange(range);
  const address = parseIp(ip);
  return parsed !== undefined && address !== undefined && ipInRange(address, parsed);
}

/** `GET http://a.example.com/api`. */
export function requestText(request: PlainRequest, scheme: 'http' | 'https'): string {
  const query = [...request.query].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join('&');
  const headers = [...request.headers].map(([name, value]) => ` with ${name}: ${value}`).join('');
  return `${request.method} ${scheme}://${request.host}${request.path}${query === '' ? '' : `?${query}`}${headers}`;
}
