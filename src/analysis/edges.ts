import type { HttpMatcher } from '../ir/index.ts';
import { encodeUtf8 } from '../rule-lang/index.ts';
import { assertNever } from '../text/index.ts';
import { otherCase, queryText, targetOf, type Draft } from './draft.ts';
import { ipEdges } from './ip-edges.ts';
import { samplesOf } from './sample.ts';
import { hostTexts } from './solve.ts';

/** Requests on both sides of what a matcher asks for, everything else as in the given one. */
export function edgesOf(matcher: HttpMatcher, base: Draft): readonly Draft[] {
  switch (matcher.kind) {
    case 'host':
    case 'hostRegexp':
      return hostEdges(matcher, base).map((host) => ({ ...base, host }));
    case 'path':
      return pathTexts(matcher.path.value).map((path) => ({ ...base, path }));
    case 'pathPrefix':
      return prefixEdges(matcher.prefix.value, base);
    case 'pathRegexp':
      return patternPaths(matcher.pattern.value).map((path) => ({ ...base, path }));
    case 'method':
      return [encodeUtf8(matcher.method.value.toUpperCase()), 'GET', 'POST'].map((method) => ({ ...base, method }));
    case 'header':
      return fieldEdges(base, matcher.name.value, [encodeUtf8(matcher.value.value), `${encodeUtf8(matcher.value.value)}x`]);
    case 'headerRegexp':
      return fieldEdges(base, matcher.name.value, mutated(samplesOf(matcher.pattern.value, 3)).map(encodeUtf8));
    case 'query':
      return queryEdges(base, matcher.name.value, [matcher.value?.value ?? '', `${matcher.value?.value ?? ''}x`]);
    case 'queryPresent':
      return [...queryEdges(base, matcher.name.value, ['', '1']), { ...base, query: `${queryText(matcher.name.value)}=%zz` }];
    case 'queryRegexp':
      return queryEdges(base, matcher.name.value, matcher.pattern === undefined ? ['', 'x'] : mutated(samplesOf(matcher.pattern.value, 3)));
    case 'clientIp': {
      const { inside, outside } = ipEdges(matcher.range.value);
      return [...inside, ...outside].map((clientIp) => ({ ...base, clientIp }));
    }
    default:
      return assertNever(matcher);
  }
}

/** The name, a label before it and a name that only looks like it; spellings that mean the same. */
export function hostEdges(matcher: Extract<HttpMatcher, { kind: 'host' | 'hostRegexp' }>, base: Draft): readonly string[] {
  const names = hostTexts(matcher).slice(0, matcher.kind === 'host' ? 2 : 3);
  const [first = base.host] = names;
  const around = [...names, `sub.${first}`, `x${first}`, `${first}x`, first.replace(/^[^.]*\./, ''), first.toUpperCase(), `${first}:8080`, `${first}.`];
  return around.filter((host) => host !== '');
}

function pathTexts(path: string): readonly string[] {
  return [path, `${path}/`, `${path}x`, path.slice(0, -1)].filter((text) => text.startsWith('/')).map(targetOf);
}

function prefixEdges(prefix: string, base: Draft): readonly Draft[] {
  const stem = prefix.replace(/\/$/, '');
  const texts = [prefix, `${stem}/x`, `${stem}x`, `${stem}/`, stem.slice(0, -1), `${stem}/a/b`, stem].filter((text) => text.startsWith('/'));
  return [...texts.map((text) => ({ ...base, path: targetOf(text) })), { ...base, path: targetOf(`${stem}/x`), query: base.query === '' ? 'q=1&r=a%20b' : base.query }];
}

function patternPaths(pattern: string): readonly string[] {
  const samples = samplesOf(pattern, 4);
  return [...new Set(mutated(samples).flatMap((text) => [text, `/x${text}`]).map(targetOf))];
}

/** Samples of a pattern and texts beside them; which side they are on is for the rule to say. */
function mutated(samples: readonly string[]): readonly string[] {
  return [...new Set(samples.flatMap((text) => [text, `${text}x`, text.slice(0, -1)]))];
}

function fieldEdges(base: Draft, name: string, values: readonly string[]): readonly Draft[] {
  const rest = base.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  const lists = [[], ...values.map((value) => [value]), values.slice(0, 2).toReversed()];
  return lists.map((list) => ({ ...base, headers: [...rest, ...list.map((value): readonly [string, string] => [name, value])] }));
}

function queryEdges(base: Draft, name: string, values: readonly string[]): readonly Draft[] {
  const key = queryText(name);
  const rest = base.query.split('&').filter((pair) => pair !== '' && pair !== key && !pair.startsWith(`${key}=`));
  const pairs = values.map((value) => `${key}=${queryText(value)}`);
  const [first = ''] = values;
  const cased = [`${queryText(otherCase(name))}=${queryText(first)}`, `${key}=${queryText(otherCase(first))}`].filter((pair) => !pairs.includes(pair));
  const lists = [[], [key], ...[...pairs, ...cased].map((pair) => [pair]), pairs, pairs.toReversed()];
  return lists.map((list) => ({ ...base, query: [...rest, ...list].join('&') }));
}
