import type { HttpMatcher, Route, RuleExpr } from '../../ir/index.ts';
import { fold, matchersOf } from '../../rule-lang/partial.ts';
import { indexBy } from '../../text/index.ts';
import { isAddress } from './ip-range.ts';
import { matches } from './re2.ts';
import { requiredKeys } from './required.ts';

/** A set of hosts in which every Host matcher is constant. */
export type HostRegion = { readonly kind: 'literal'; readonly host: string } | { readonly kind: 'wildcard'; readonly pattern: string } | { readonly kind: 'other' };

/** A route and what is left of its rule. */
export interface Candidate {
  readonly route: Route;
  readonly rule: RuleExpr;
}

/** The literal hosts in alphabetic order, then the one-label wildcards, then all other hosts. No two overlap. */
export function hostRegions(routes: readonly Route[]): readonly HostRegion[] {
  const hosts = routes.flatMap((route) => matchersOf(route.rule)).flatMap((matcher) => (matcher.kind === 'host' ? [{ ...matcher, text: canonicalHost(matcher.host.value) }] : []));
  const literals = new Set(hosts.filter((host) => !isWildcard(host)).flatMap(({ text }) => (isPossibleHost(text) ? [text] : [])));
  const wildcards = new Set(hosts.filter((host) => isWildcard(host) && host.text !== '*').map(({ text }) => text));
  return [
    ...[...literals].sort().map((host) => ({ kind: 'literal', host }) as const),
    ...[...wildcards].sort().map((pattern) => ({ kind: 'wildcard', pattern }) as const),
    { kind: 'other' },
  ];
}

/** The routes that can be reached in a region of hosts, with what is left of their rules. */
export function candidateFinder(routes: readonly Route[]): (region: HostRegion) => readonly Candidate[] {
  const index = indexBy(routes, ({ rule }) => requiredKeys(rule, hostKey));
  return (region) =>
    index.lookup(keysOf(region)).flatMap((route) => {
      const rule = fold(route.rule, (matcher) => decide(region, matcher));
      return rule.kind === 'constant' && !rule.value ? [] : [{ route, rule }];
    });
}

/** Wildcards that may hold in several regions have no key. */
function hostKey(matcher: HttpMatcher): string | undefined {
  return matcher.kind === 'host' && !matcher.host.value.startsWith('*') ? canonicalHost(matcher.host.value) : undefined;
}

function keysOf(region: HostRegion): readonly string[] {
  return region.kind === 'literal' ? [region.host] : [];
}

function decide(region: HostRegion, matcher: HttpMatcher): boolean | undefined {
  switch (matcher.kind) {
    case 'host': return hostHolds(region, canonicalHost(matcher.host.value), matcher.wildcard);
    case 'hostRegexp': return hostRegexpHolds(region, matcher.pattern.value, matcher.v2 === true);
    // Go takes Host out of the header map: such a rule never matches (ran on 3.7.15).
    case 'header': case 'headerRegexp': return matcher.name.value.toLowerCase() === 'host' ? false : undefined;
    // Every path begins with a slash.
    case 'pathPrefix': return matcher.prefix.value === '/' ? true : matcher.prefix.value.startsWith('/') ? undefined : false;
    case 'path': return matcher.path.value.startsWith('/') ? undefined : false;
    default: return undefined;
  }
}

function hostHolds(region: HostRegion, host: string, wildcard: boolean): boolean {
  if (wildcard && host === '*') return true;
  if (region.kind === 'literal') return wildcard && host.startsWith('*.') ? oneLabelBelow(region.host, host.slice(1)) : region.host === host;
  return region.kind === 'wildcard' && wildcard && region.pattern === host;
}

/**
 * A pattern that matches the empty text matches every host in Traefik, which also tries the empty canonical name (ran with `^$`).
 * Traefik's pattern sees a trailing dot, a server block does not: both are tried.
 */
function hostRegexpHolds(region: HostRegion, pattern: string, isV2: boolean): boolean | undefined {
  if ((!isV2 && matches(pattern, '') === true) || pattern === '^.+$' || pattern === '.+') return true;
  if (region.kind !== 'literal') return undefined;
  const bare = region.host.replace(/^\[|\]$/g, '');
  const answer = matches(pattern, bare);
  return answer === matches(pattern, `${bare}.`) ? answer : undefined;
}

function oneLabelBelow(host: string, suffix: string): boolean {
  return host.endsWith(suffix) && !host.slice(0, -suffix.length).includes('.');
}

/** Lower case and without one trailing dot, as both sides of Traefik's comparison. An IPv6 address stands in brackets, as in `$host`. */
function canonicalHost(host: string): string {
  const text = host.toLowerCase().replace(/\.$/, '');
  return text.includes(':') && isAddress(text) && !text.startsWith('[') ? `[${text}]` : text.startsWith('[') ? `never ${text}` : text;
}

function isWildcard({ wildcard, text }: { readonly wildcard: boolean; readonly text: string }): boolean {
  return wildcard && (text === '*' || text.startsWith('*.'));
}

/** A host that a request which nginx serves can have; a port is not part of it. Traefik drops brackets, so `[::1]` in a rule never matches. */
function isPossibleHost(host: string): boolean {
  return /^\[[0-9a-f:.]+\]$/.test(host) || /^[!-.0-9;-?A-~]+$/.test(host);
}
