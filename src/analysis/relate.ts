import type { HttpMatcher } from '../ir/index.ts';
import { compilePattern, ipInRange, parseIp, parseIpRange } from '../rule-lang/index.ts';
import { oncePer } from '../text/index.ts';
import type { Atom, Case } from './cases.ts';

/** True when no request can satisfy both. Sound: false only means that it is not proven. */
export function disjointCases(a: Case, b: Case): boolean {
  return a.some((left) => b.some((right) => excludes(left, right)));
}

function excludes(a: Atom, b: Atom): boolean {
  if (a.negated && b.negated) return false;
  if (a.negated) return implies(b.matcher, a.matcher);
  if (b.negated) return implies(a.matcher, b.matcher);
  return disjoint(a.matcher, b.matcher) || disjoint(b.matcher, a.matcher);
}

/** Nothing satisfies both matchers. */
function disjoint(a: HttpMatcher, b: HttpMatcher): boolean {
  switch (a.kind) {
    case 'host':
      return hostDisjoint(a, b);
    case 'path':
      return (b.kind === 'path' && a.path.value !== b.path.value) || (b.kind === 'pathPrefix' && !a.path.value.startsWith(b.prefix.value)) || (b.kind === 'pathRegexp' && !patternMatches(b.pattern.value, a.path.value));
    case 'pathPrefix':
      return b.kind === 'pathPrefix' && !a.prefix.value.startsWith(b.prefix.value) && !b.prefix.value.startsWith(a.prefix.value);
    case 'method':
      return b.kind === 'method' && a.method.value.toUpperCase() !== b.method.value.toUpperCase();
    case 'clientIp':
      return b.kind === 'clientIp' && rangesDisjoint(a.range.value, b.range.value);
    default:
      return false;
  }
}

function hostDisjoint(a: Extract<HttpMatcher, { kind: 'host' }>, b: HttpMatcher): boolean {
  const name = plainHost(a.host.value);
  if (b.kind === 'hostRegexp') return !a.wildcard && !patternMatches(b.pattern.value, name) && !patternMatches(b.pattern.value, `${name}.`);
  if (b.kind !== 'host') return false;
  if (!a.wildcard) return !hostMatches(b.host.value, b.wildcard, name);
  // Two wildcards of one label each meet only where they are the same.
  return b.wildcard && name !== '*' && plainHost(b.host.value) !== '*' && name !== plainHost(b.host.value);
}

function rangesDisjoint(a: string, b: string): boolean {
  const [left, right] = [parseIpRange(a), parseIpRange(b)];
  const baseOf = (range: string): string => range.split('/')[0] ?? range;
  return left !== undefined && right !== undefined && !ipMatches(a, baseOf(b)) && !ipMatches(b, baseOf(a));
}

/** Every request that satisfies `a` satisfies `b`. */
export function implies(a: HttpMatcher, b: HttpMatcher): boolean {
  if (matcherText(a) === matcherText(b)) return true;
  if (a.kind === 'host' && !a.wildcard) {
    const name = plainHost(a.host.value);
    if (b.kind === 'host') return hostMatches(b.host.value, b.wildcard, name);
    return b.kind === 'hostRegexp' && patternMatches(b.pattern.value, name) && patternMatches(b.pattern.value, `${name}.`);
  }
  if (b.kind === 'host' && b.wildcard && b.host.value === '*') return true;
  if (a.kind === 'path' && b.kind === 'pathPrefix') return a.path.value.startsWith(b.prefix.value);
  if (a.kind === 'path' && b.kind === 'pathRegexp') return patternMatches(b.pattern.value, a.path.value);
  return a.kind === 'pathPrefix' && b.kind === 'pathPrefix' && a.prefix.value.startsWith(b.prefix.value);
}

/** Matchers are compared in pairs, each many times. */
const matcherText = oncePer((matcher: HttpMatcher): string =>
  JSON.stringify(Object.entries(matcher).map(([key, value]: readonly [string, unknown]) => [key, typeof value === 'object' && value !== null && 'value' in value ? value.value : value])));

/** `a` holds wherever `b` holds: each condition of `a` follows from one of `b`. */
function coveredBy(b: Case, a: Case): boolean {
  return a.every((wanted) => b.some((given) => (wanted.negated ? excludes({ matcher: wanted.matcher, negated: false }, given) : !given.negated && implies(given.matcher, wanted.matcher))));
}

/** Every request of `narrow` is one of `wide`. Sound: false only means that it is not proven. */
export function covers(wide: readonly Case[], narrow: readonly Case[]): boolean {
  return narrow.every((one) => wide.some((other) => coveredBy(one, other)));
}

/** Host names as Traefik compares them: lower case, one final dot ignored. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/\.$/, '');
}

/** `*.x` stands for exactly one more label, `*` for everything (3.7). */
function hostMatches(written: string, wildcard: boolean, host: string): boolean {
  const name = plainHost(written);
  if (!wildcard) return name === host;
  if (name === '*') return true;
  const label = host.slice(0, Math.max(0, host.length - (name.length - 1)));
  return label !== '' && !label.includes('.') && host === label + name.slice(1);
}

function patternMatches(pattern: string, text: string): boolean {
  const compiled = compilePattern(pattern);
  return compiled.ok && compiled.pattern.test(text);
}

/** Whether an address is in a range, as written. */
export function ipMatches(range: string, ip: string): boolean {
  const parsed = parseIpRange(range);
  const address = parseIp(ip);
  return parsed !== undefined && address !== undefined && ipInRange(address, parsed);
}
