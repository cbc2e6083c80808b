import type { HeaderList, HttpMatcher } from '../ir/index.ts';
import { encodeUtf8 } from '../rule-lang/index.ts';
import type { Atom, Case } from './cases.ts';
import { HOME, PLAIN_DRAFT, queryText, STRANGER, targetOf, type Draft } from './draft.ts';
import { fitting, fittingValues } from './fitting.ts';
import { ipEdges } from './ip-edges.ts';
import { ipMatches } from './relate.ts';
import { samplesOf } from './sample.ts';

/** Combinations that are tried before a case counts as one that nothing was found for. */
const MAX_TRIES = 192;

/**
 * Requests that could satisfy all atoms of a case, the plainest first: made from what the matchers name. They are
 * candidates only; who uses them asks the rules.
 */
export function* candidates(atoms: Case): Generator<Draft> {
  const wanted = atoms.filter(({ negated }) => !negated).map(({ matcher }) => matcher);
  // Most rules are about hosts and paths alone.
  const about = new Set(atoms.map(({ matcher }) => matcher.kind));
  const asks = (...kinds: readonly HttpMatcher['kind'][]): boolean => kinds.some((kind) => about.has(kind));
  const hosts = hostsFor(wanted, atoms);
  const paths = pathsFor(wanted, atoms);
  const methods = asks('method') ? methodsFor(wanted, atoms) : METHODS;
  const ips = asks('clientIp') ? ipsFor(wanted, atoms) : [HOME];
  const headers = asks('header', 'headerRegexp') ? headersFor(wanted, atoms) : [[]];
  const queries = asks('query', 'queryPresent', 'queryRegexp') ? queriesFor(wanted, atoms) : [''];
  let tries = 0;
  for (const method of methods) {
    for (const clientIp of ips) {
      for (const query of queries) {
        for (const fields of headers) {
          for (const path of paths) {
            for (const host of hosts) {
              yield { host, path, query, method, headers: fields, clientIp };
              tries += 1;
              if (tries >= MAX_TRIES) return;
            }
          }
        }
      }
    }
  }
}

/** The first candidate that is accepted. */
export function solve(atoms: Case, accept: (draft: Draft) => boolean): Draft | undefined {
  for (const draft of candidates(atoms)) if (accept(draft)) return draft;
  return undefined;
}

function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Set(items)];
}

function hostsFor(wanted: readonly HttpMatcher[], atoms: readonly Atom[]): readonly string[] {
  const named = wanted.flatMap((matcher) => (matcher.kind === 'host' || matcher.kind === 'hostRegexp' ? [hostTexts(matcher)] : []));
  const [first = [], second = []] = named;
  // What begins as one pattern wants and ends as another.
  const mixed = first.slice(0, 2).flatMap((one) => second.slice(0, 2).flatMap((other) => [one + other.slice(Math.max(0, other.indexOf('.'))), other + one.slice(Math.max(0, one.indexOf('.')))]));
  // A name takes a final dot, and a pattern beside it that is not to hold may not.
  const dotted = atoms.some(({ negated, matcher }) => negated && matcher.kind === 'hostRegexp') ? named.flat().map((name) => `${name}.`) : [];
  return fitting('host', unique(named.length === 0 ? [STRANGER, 'another.invalid'] : [...named.flat(), ...mixed, ...dotted]), atoms).slice(0, 12);
}

/** Names that the matcher should accept. */
export function hostTexts(matcher: Extract<HttpMatcher, { kind: 'host' | 'hostRegexp' }>): readonly string[] {
  if (matcher.kind === 'hostRegexp') return samplesOf(matcher.pattern.value, 6).map((text) => encodeUtf8(text.toLowerCase()));
  // One final dot is ignored, and a pattern beside it may not take it.
  const name = encodeUtf8(matcher.host.value.toLowerCase().replace(/(?<=.)\.$/, ''));
  if (!matcher.wildcard || !name.startsWith('*')) return [name];
  return name === '*' ? [STRANGER] : [`any${name.slice(1)}`, `other${name.slice(1)}`];
}

function pathsFor(wanted: readonly HttpMatcher[], atoms: readonly Atom[]): readonly string[] {
  const exact = wanted.flatMap((matcher) => (matcher.kind === 'path' ? [matcher.path.value] : []));
  if (exact.length > 0) return unique(fitting('path', exact, atoms).map(targetOf)).slice(0, 3);
  const prefixes = wanted.flatMap((matcher) => (matcher.kind === 'pathPrefix' ? [matcher.prefix.value] : [])).toSorted((a, b) => b.length - a.length);
  const samples = wanted.flatMap((matcher) => (matcher.kind === 'pathRegexp' ? samplesOf(matcher.pattern.value, 6) : []));
  const longest = prefixes[0] ?? '';
  const bare = prefixes.length === 0 && samples.length === 0;
  const fromSamples = samples.flatMap((text) => [text, longest + text, longest + text.replace(/^\//, ''), `/x${text}`]);
  const fromPrefix = prefixes.length === 0 ? [] : longest.endsWith('/') ? [longest, `${longest}x`, `${longest}zz/y`] : [longest, `${longest}/`, `${longest}/x`, `${longest}zz`];
  const free = bare ? ['/', '/x', '/zz/y', ...atoms.flatMap(({ matcher }) => (matcher.kind === 'path' ? [`${matcher.path.value}x`] : []))] : [];
  const texts = [...fromSamples, ...fromPrefix, ...free].map((text) => (text.startsWith('/') ? text : `/${text}`));
  return unique(fitting('path', texts, atoms).map(targetOf)).slice(0, 24);
}

const METHODS: readonly string[] = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'];

function methodsFor(wanted: readonly HttpMatcher[], atoms: readonly Atom[]): readonly string[] {
  const named = wanted.flatMap((matcher) => (matcher.kind === 'method' ? [encodeUtf8(matcher.method.value.toUpperCase())] : []));
  if (named.length > 0) return unique(named).slice(0, 2);
  const excluded = new Set(atoms.flatMap(({ negated, matcher }) => (negated && matcher.kind === 'method' ? [matcher.method.value.toUpperCase()] : [])));
  return METHODS.filter((method) => !excluded.has(method));
}

function ipsFor(wanted: readonly HttpMatcher[], atoms: readonly Atom[]): readonly string[] {
  const inside = wanted.flatMap((matcher) => (matcher.kind === 'clientIp' ? ipEdges(matcher.range.value).inside : []));
  const outside = atoms.flatMap(({ matcher, negated }) => (negated && matcher.kind === 'clientIp' ? ipEdges(matcher.range.value).outside : []));
  const all = unique([HOME, ...inside, ...outside]);
  const fit = all.filter((address) => atoms.every(({ matcher, negated }) => matcher.kind !== 'clientIp' || ipMatches(matcher.range.value, address) !== negated));
  return (fit.length > 0 ? fit : all).slice(0, 6);
}

function headersFor(wanted: readonly HttpMatcher[], atoms: Case): readonly HeaderList[] {
  const lists = wanted.flatMap((matcher): readonly (readonly (readonly [string, string])[])[] => {
    if (matcher.kind === 'header') return [[[matcher.name.value, encodeUtf8(matcher.value.value)]]];
    if (matcher.kind !== 'headerRegexp') return [];
    return [fittingValues(samplesOf(matcher.pattern.value, 3), matcher, atoms).map((text): readonly [string, string] => [matcher.name.value, encodeUtf8(text)])];
  });
  return combine(lists).slice(0, 4);
}

function queriesFor(wanted: readonly HttpMatcher[], atoms: Case): readonly string[] {
  const lists = wanted.flatMap((matcher): readonly (readonly string[])[] => {
    switch (matcher.kind) {
      case 'query':
        return [[`${queryText(matcher.name.value)}=${queryText(matcher.value?.value ?? '')}`]];
      case 'queryPresent':
        return [fittingValues(['1'], matcher, atoms).map((text) => `${queryText(matcher.name.value)}=${queryText(text)}`)];
      case 'queryRegexp':
        return [fittingValues(matcher.pattern === undefined ? [''] : samplesOf(matcher.pattern.value, 3), matcher, atoms).map((text) => `${queryText(matcher.name.value)}=${queryText(text)}`)];
      default:
        return [];
    }
  });
  return combine(lists).slice(0, 4).map((pairs) => unique(pairs).join('&'));
}

/** One of each list, all firsts before. */
function combine<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  let all: readonly (readonly T[])[] = [[]];
  for (const list of lists) all = list.slice(0, 3).flatMap((item) => all.map((before) => [...before, item])).slice(0, 16);
  return all;
}

export { PLAIN_DRAFT };
