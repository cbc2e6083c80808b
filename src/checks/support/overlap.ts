import type { HttpMatcher, RuleExpr } from '../../ir/index.ts';
import { parseIpRange } from '../../rule-lang/index.ts';
import { accepts, hostMatches, ipMatches, matches, patternMatches, plainHost } from './request.ts';
import type { PlainRequest } from './request.ts';

/** A matcher or its negation. */
export interface Atom {
  readonly matcher: HttpMatcher;
  readonly negated: boolean;
}
/** All of these at once. */
export type Case = readonly Atom[];

/** More cases than this and a rule is not taken apart. */
const MAX_CASES = 64;

/** A rule as alternatives of plain conditions; undefined when there are too many. */
export function casesOf(rule: RuleExpr, negated = false): readonly Case[] | undefined {
  switch (rule.kind) {
    case 'constant':
      return rule.value === negated ? [] : [[]];
    case 'match':
      return [[{ matcher: rule.matcher, negated }]];
    case 'not':
      return casesOf(rule.operand, !negated);
    case 'and':
    case 'or':
      return (rule.kind === 'and') === negated ? choice(rule.operands, negated) : product(rule.operands, negated);
  }
}

function choice(operands: readonly RuleExpr[], negated: boolean): readonly Case[] | undefined {
  const all: Case[] = [];
  for (const operand of operands) {
    const cases = casesOf(operand, negated);
    if (cases === undefined) return undefined;
    all.push(...cases);
  }
  return all.length > MAX_CASES ? undefined : all;
}

function product(operands: readonly RuleExpr[], negated: boolean): readonly Case[] | undefined {
  let all: readonly Case[] = [[]];
  for (const operand of operands) {
    const cases = casesOf(operand, negated);
    if (cases === undefined || cases.length * all.length > MAX_CASES) return undefined;
    all = all.flatMap((before) => cases.map((after) => [...before, ...after]));
  }
  return all;
}

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
  if (sameMatcher(a, b)) return true;
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

function sameMatcher(a: HttpMatcher, b: HttpMatcher): boolean {
  return matcherText(a) === matcherText(b);
}

function matcherText(matcher: HttpMatcher): string {
  return JSON.stringify(Object.entries(matcher).map(([key, value]: readonly [string, unknown]) => [key, typeof value === 'object' && value !== null && 'value' in value ? value.value : value]));
}

/** `a` holds wherever `b` holds: each condition of `a` follows from one of `b`. */
function coveredBy(b: Case, a: Case): boolean {
  return a.every((wanted) => b.some((given) => (wanted.negated ? excludes({ matcher: wanted.matcher, negated: false }, given) : !given.negated && implies(given.matcher, wanted.matcher))));
}

/** Every request of `narrow` is one of `wide`. Sound: false only means that it is not proven. */
export function covers(wide: readonly Case[], narrow: readonly Case[]): boolean {
  return narrow.every((one) => wide.some((other) => coveredBy(one, other)));
}

export type Overlap = { readonly kind: 'disjoint' } | { readonly kind: 'overlap'; readonly witness: PlainRequest } | { readonly kind: 'unknown' };

/** Whether two rules can accept the same request: proven by an example, refuted by their literals, or not known. */
export function overlapOf(a: RuleExpr, b: RuleExpr): Overlap {
  const left = casesOf(a);
  const right = casesOf(b);
  if (left === undefined || right === undefined) return { kind: 'unknown' };
  const open = left.flatMap((one) => right.filter((other) => !disjointCases(one, other) && !disjointCases(one, one) && !disjointCases(other, other)).map((other) => [...one, ...other]));
  if (open.length === 0) return { kind: 'disjoint' };
  for (const both of open) {
    const witness = requestsFor(both).find((request) => accepts(a, request) && accepts(b, request));
    if (witness !== undefined) return { kind: 'overlap', witness };
  }
  return { kind: 'unknown' };
}

/** A request that the rule accepts; undefined when none was found. */
export function exampleOf(rule: RuleExpr): PlainRequest | undefined {
  for (const one of casesOf(rule) ?? []) {
    const found = requestsFor(one).find((request) => accepts(rule, request));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Requests made from the literals of a case: few, and only tried, never trusted. */
function requestsFor(atoms: Case): readonly PlainRequest[] {
  const positive = atoms.filter((atom) => !atom.negated).map((atom) => atom.matcher);
  const hosts = unique([...positive.flatMap(hostsFor), 'a.example.com']);
  const paths = unique([...positive.flatMap(pathsFor).sort((a, b) => b.length - a.length), '/', '/x']);
  const methods = unique([...positive.flatMap((matcher) => (matcher.kind === 'method' ? [matcher.method.value.toUpperCase()] : [])), 'GET']);
  const headers = new Map(positive.flatMap((matcher) => (matcher.kind === 'header' ? [[matcher.name.value.toLowerCase(), matcher.value.value] as const] : [])));
  const query = new Map(positive.flatMap((matcher) => (matcher.kind === 'query' ? [[matcher.name.value, matcher.value?.value ?? ''] as const] : matcher.kind === 'queryPresent' ? [[matcher.name.value, ''] as const] : [])));
  const ips = unique([...positive.flatMap((matcher) => (matcher.kind === 'clientIp' ? [matcher.range.value.split('/')[0] ?? ''] : [])), '192.0.2.1']);
  return hosts.slice(0, 4).flatMap((host) => paths.slice(0, 6).flatMap((path) => methods.slice(0, 3).flatMap((method) => ips.slice(0, 2).map((ip) => ({ method, host, path, headers, query, ip })))));
}

function hostsFor(matcher: HttpMatcher): readonly string[] {
  if (matcher.kind !== 'host') return matcher.kind === 'hostRegexp' ? fromPattern(matcher.pattern.value, (text) => matches(matcher, { method: 'GET', host: text, path: '/', headers: new Map(), query: new Map(), ip: '192.0.2.1' })) : [];
  const name = plainHost(matcher.host.value);
  return matcher.wildcard ? [name === '*' ? 'a.example.com' : `a${name.slice(1)}`] : [name];
}

function pathsFor(matcher: HttpMatcher): readonly string[] {
  if (matcher.kind === 'path') return [matcher.path.value];
  if (matcher.kind === 'pathPrefix') return [matcher.prefix.value];
  return matcher.kind === 'pathRegexp' ? fromPattern(matcher.pattern.value, (text) => patternMatches(matcher.pattern.value, text)) : [];
}

/** Simple patterns have an obvious example: classes and repeats replaced by one letter. */
function fromPattern(pattern: string, test: (text: string) => boolean): readonly string[] {
  const plain = pattern
    .replace(/^\(\?i\)/, '')
    .replace(/\(\?:|[()^$]/g, '')
    .replace(/\\[dw]|\[[^\]]*\](?:\{\d+(?:,\d*)?\})?/g, (part) => (/\\d|\[0-9\]/.test(part) ? '1' : 'a'))
    .replace(/\.[*+]/g, 'a')
    .replace(/\\(.)/g, '$1')
    .replace(/[*+?]/g, '');
  return plain.split('|').filter(test);
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

/** The literal hosts that a rule is bound to; undefined = any host. Routers without a common host never meet. */
export function hostsOf(cases: readonly Case[] | undefined): ReadonlySet<string> | undefined {
  const hosts = new Set<string>();
  for (const one of cases ?? []) {
    const literal = one.find((atom) => !atom.negated && atom.matcher.kind === 'host' && !atom.matcher.wildcard);
    if (literal?.matcher.kind !== 'host') return undefined;
    hosts.add(plainHost(literal.matcher.host.value));
  }
  return cases === undefined ? undefined : hosts;
}
