import type { Argument, HttpMatcher, TcpMatcher } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { EngineVersion } from './builder.ts';
import { goQuote } from './go-quote.ts';
import { normalForm, notNormal } from './path-form.ts';
import { negate, normalize, type Ranges } from './re2/ranges.ts';
import { parseRe2 } from './re2/index.ts';
import { canMatch, startsOutside } from './satisfiable.ts';
import { compileTemplate, findBraces } from './template.ts';
import { fieldValue, isToken } from '../text/index.ts';

/**
 * A matcher that is legal and does not do what it says.
 * - `never`: no request of a client can match.
 * - `template`: v2 braces under v3, compared literally.
 * - `v2-query`: `k=v` in one argument under v3, a parameter of that whole name.
 */
export interface MatcherFact {
  readonly kind: 'never' | 'template' | 'v2-query';
  /** Lower case, no full stop. */
  readonly reason: string;
  /** v3 text of a matcher that would do it, or of the argument where `replaces` says so. */
  readonly suggestion?: string;
  readonly replaces: 'argument' | 'matcher';
  readonly origin: OriginId;
}

export interface FactOptions {
  readonly version: EngineVersion;
  /** The entry point's sanitizePath (default true). */
  readonly sanitizePath?: boolean;
}

/** The first reason why a matcher cannot do its work; undefined when nothing is known against it. */
export function neverMatches(matcher: HttpMatcher, options: FactOptions): MatcherFact | undefined {
  switch (matcher.kind) {
    case 'host':
      return unknown(matcher.host) ? undefined : hostFact(matcher.host, matcher.wildcard, options);
    case 'hostRegexp':
      return unknown(matcher.pattern) || matcher.v2 === true ? undefined : hostPatternFact(matcher.pattern, 'HostRegexp');
    case 'path':
      return unknown(matcher.path) ? undefined : pathFact(matcher.path, 'Path', options);
    case 'pathPrefix':
      return unknown(matcher.prefix) ? undefined : pathFact(matcher.prefix, 'PathPrefix', options);
    case 'pathRegexp':
      return unknown(matcher.pattern) || matcher.v2 === true || options.version === '2.11' ? undefined : pathPatternFact(matcher.pattern);
    case 'method':
      return unknown(matcher.method) ? undefined : methodFact(matcher.method);
    case 'header':
      return unknown(matcher.name) || unknown(matcher.value) ? undefined : (headerNameFact(matcher.name) ?? headerValueFact(matcher.value));
    case 'headerRegexp':
      return unknown(matcher.name) ? undefined : headerNameFact(matcher.name);
    case 'query':
      return unknown(matcher.name) || matcher.v2 === true || matcher.value !== undefined ? undefined : queryFact(matcher.name);
    default:
      return undefined;
  }
}

/** The same for TCP. */
export function tcpNeverMatches(matcher: TcpMatcher): MatcherFact | undefined {
  if (matcher.kind === 'hostSniRegexp' && matcher.v2 !== true && !unknown(matcher.pattern)) return hostPatternFact(matcher.pattern, 'HostSNIRegexp');
  return undefined;
}

function unknown(argument: Argument): boolean {
  return argument.holes !== undefined;
}

function never(argument: Argument, reason: string, suggestion?: string, replaces: MatcherFact['replaces'] = 'argument'): MatcherFact {
  return { kind: 'never', reason, replaces, origin: argument.origin, ...(suggestion === undefined ? {} : { suggestion }) };
}

/** Bytes that Go lets through in a Host header, after lower-casing. */
const HOST_CHARS = "0123456789abcdefghijklmnopqrstuvwxyz!$%&()*+,-.:;='[]_~";
const NO_HOST_CHAR = new RegExp(`[^${HOST_CHARS.replace(/[[\]-]/g, '\\$&')}]`, 'u');
const HOST_ALPHABET: Ranges = normalize([...HOST_CHARS].map((char) => [char.charCodeAt(0), char.charCodeAt(0)] as const));
const WITH_UPPER: Ranges = normalize([...HOST_ALPHABET, [0x41, 0x5a]]);

function hostFact(host: Argument, wildcard: boolean, options: FactOptions): MatcherFact | undefined {
  const value = host.value;
  if (findBraces(value)?.length) return templateFact(host, 'host', 'HostRegexp');
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.exec(value)?.[0];
  if (scheme !== undefined) return never(host, 'a host has no scheme', bareHost(value.slice(scheme.length)));
  if (value.includes('/')) return never(host, 'a host has no path', bareHost(value));
  if (/^[^:]*:[0-9]*$/.test(value)) return never(host, 'the port is cut off before hosts are compared', bareHost(value));
  if (/^\[.*\]$/.test(value)) return never(host, 'brackets are cut off before hosts are compared', value.slice(1, -1));
  if (value.trim() !== value) return never(host, 'the blank counts, and no host has one', value.trim());
  if (value.includes(',')) return never(host, 'one matcher takes one host', value.split(',').map((part) => `Host(\`${part.trim()}\`)`).join(' || '), 'matcher');
  const bad = NO_HOST_CHAR.exec(value.toLowerCase())?.[0];
  if (bad !== undefined) return never(host, `no host contains ${goQuote(bad)}`);
  return wildcardFact(host, wildcard, options);
}

function bareHost(text: string): string {
  return text.split('/')[0]?.replace(/:[0-9]*$/, '') ?? text;
}

function wildcardFact(host: Argument, wildcard: boolean, options: FactOptions): MatcherFact | undefined {
  const value = host.value;
  if (!value.startsWith('*')) return undefined;
  if (!wildcard) return never(host, options.version === '2.11' ? 'wildcards in Host exist since 3.7' : 'v2 syntax has no wildcards in Host', value.startsWith('*.') ? `HostRegexp(\`{sub:[^.]*}${value.slice(1)}\`)` : undefined, 'matcher');
  if (value !== '*' && !value.startsWith('*.')) return never(host, 'a wildcard is a whole label: `*.`', `*.${value.slice(1).replace(/^[^.]*\./, '')}`);
  return undefined;
}

function templateFact(argument: Argument, kind: 'host' | 'path' | 'pathPrefix', matcher: 'HostRegexp' | 'PathRegexp'): MatcherFact {
  const result = compileTemplate(argument.value, kind);
  const suggestion = result.ok ? { suggestion: `${matcher}(\`${result.template.pattern.replace(/^\(\?i\)/, '')}\`)` } : {};
  return { kind: 'template', reason: 'braces are v2 syntax: v3 compares them literally', replaces: 'matcher', origin: argument.origin, ...suggestion };
}

function hostPatternFact(pattern: Argument, name: string): MatcherFact | undefined {
  const parsed = parseRe2(pattern.value);
  if (!parsed.ok || canMatch(parsed.re.node, HOST_ALPHABET)) return undefined;
  if (/\{[A-Za-z_][^{}]*\}/.test(pattern.value) && compileTemplate(pattern.value, 'host').ok) return { ...templateFact(pattern, 'host', 'HostRegexp'), ...renamed(pattern, name) };
  if (canMatch(parsed.re.node, WITH_UPPER)) return never(pattern, 'the host is lower-cased before it is compared, the pattern is not', `(?i)${pattern.value}`);
  if (pattern.value.includes('/')) return never(pattern, 'a host has no scheme and no path');
  return never(pattern, 'no host contains what the pattern asks for');
}

function renamed(pattern: Argument, name: string): { readonly suggestion?: string } {
  const result = compileTemplate(pattern.value, 'host');
  return result.ok ? { suggestion: `${name}(\`${result.template.pattern.replace(/^\(\?i\)/, '')}\`)` } : {};
}

function pathFact(path: Argument, name: 'Path' | 'PathPrefix', options: FactOptions): MatcherFact | undefined {
  // 2.11 compares the completely decoded path: `%2F%2F` arrives as two slashes, `%3F` as a question mark.
  if (options.version === '2.11') return undefined;
  const prefix = name === 'PathPrefix';
  if (/\{[A-Za-z_][^{}]*\}/.test(path.value) && findBraces(path.value) !== undefined) return templateFact(path, prefix ? 'pathPrefix' : 'path', 'PathRegexp');
  const reason = notNormal(path.value, prefix, options.sanitizePath ?? true);
  if (reason === undefined) return undefined;
  const normal = normalForm(path.value);
  return never(path, reason, normal !== undefined && normal !== path.value && notNormal(normal, prefix, true) === undefined ? normal : undefined);
}

const PATH_ALPHABET: Ranges = negate([
  [0x23, 0x23],
  [0x3f, 0x3f],
]);

function pathPatternFact(pattern: Argument): MatcherFact | undefined {
  const parsed = parseRe2(pattern.value);
  if (!parsed.ok) return undefined;
  if (!canMatch(parsed.re.node, PATH_ALPHABET)) return never(pattern, 'the query and the fragment are no part of the path');
  const outside = startsOutside(parsed.re.node, [[0x2f, 0x2f], [0x2a, 0x2a]]);
  return outside ? never(pattern, 'every path begins with a slash', pattern.value.startsWith('^') ? `^/${pattern.value.slice(1)}` : undefined) : undefined;
}

function methodFact(method: Argument): MatcherFact | undefined {
  if (isToken(method.value)) return undefined;
  const parts = method.value.split(/[\s,|]+/).filter((part) => part !== '');
  const several = parts.length > 1 && parts.every((part) => /^[A-Za-z]+$/.test(part));
  return never(method, `${goQuote(method.value)} is not a method`, several ? parts.map((part) => `Method(\`${part.toUpperCase()}\`)`).join(' || ') : undefined, 'matcher');
}

function headerNameFact(name: Argument): MatcherFact | undefined {
  if (/^host$/i.test(name.value)) return never(name, 'the Host header is taken out before rules are asked: use Host or HostRegexp');
  if (/^(?:transfer-encoding|trailer)$/i.test(name.value)) return never(name, `the ${name.value} header is taken out before rules are asked`);
  if (!isToken(name.value)) return never(name, `${goQuote(name.value)} is not a header name`);
  return undefined;
}

function headerValueFact(value: Argument): MatcherFact | undefined {
  if (fieldValue(value.value) !== value.value) return never(value, 'blanks around a header value are cut off before it is compared', value.value.trim());
  return /[\x00-\x08\x0a-\x1f\x7f]/.test(value.value) ? never(value, 'no header value holds a control character') : undefined;
}

function queryFact(name: Argument): MatcherFact | undefined {
  const equals = name.value.indexOf('=');
  if (equals <= 0) return undefined;
  const [key, value] = [name.value.slice(0, equals), name.value.slice(equals + 1)];
  const suggestion = value === '' ? `QueryRegexp(\`${key}\`, \`.*\`)` : `Query(\`${key}\`, \`${value}\`)`;
  return { kind: 'v2-query', reason: 'one argument is a name: this asks for a parameter of that whole name with an empty value', suggestion, replaces: 'matcher', origin: name.origin };
}
