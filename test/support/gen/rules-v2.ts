import { chance, pick, some, weighted, type Draw } from './draw.ts';
import type { RuleNode } from './spec.ts';
import { FIELDS, FIELD_PATTERNS, HOSTS, METHODS, PARAMETERS, PATHS, PREFIXES, RANGES } from './words.ts';
import type { Pattern } from './words.ts';

type V2Matcher = 'Host' | 'HostHeader' | 'HostRegexp' | 'Path' | 'PathPrefix' | 'Method' | 'Headers' | 'HeadersRegexp' | 'Query' | 'ClientIP';
export const V2_MATCHERS: readonly V2Matcher[] = ['Host', 'HostHeader', 'HostRegexp', 'Path', 'PathPrefix', 'Method', 'Headers', 'HeadersRegexp', 'Query', 'ClientIP'];
const ANY: Readonly<Record<V2Matcher, number>> = { Host: 10, HostHeader: 8, HostRegexp: 8, Path: 12, PathPrefix: 16, Method: 10, Headers: 10, HeadersRegexp: 14, Query: 14, ClientIP: 14 };
const WHERE: Readonly<Partial<Record<V2Matcher, number>>> = { Host: 70, HostHeader: 10, HostRegexp: 15, PathPrefix: 5 };

/** Templates of the older grammar. */
export const TEMPLATES: Readonly<Record<'HostRegexp' | 'Path' | 'PathPrefix', readonly Pattern[]>> = {
  HostRegexp: [
    { pattern: '{sub:[a-z]+}.test', hits: ['a.test', 'b.test', 'B.test'], misses: ['www.a.test', '1.test'] },
    { pattern: '{any:.*}.w.test', hits: ['x.w.test', 'a.b.w.test'], misses: ['w.test'] },
    { pattern: 'a.test', hits: ['a.test'], misses: ['axtest'] },
  ],
  Path: [
    { pattern: '/u/{id:[0-9]+}', hits: ['/u/1', '/u/22'], misses: ['/u/x', '/u/1/'] },
    { pattern: '/a/{name}', hits: ['/a/b', '/a/x.y'], misses: ['/a/b/c', '/a/'] },
  ],
  PathPrefix: [
    { pattern: '/{lang:en|de}/', hits: ['/en/', '/de/x'], misses: ['/fr/', '/en'] },
    { pattern: '/api/{version}', hits: ['/api/v1', '/api/v2/x'], misses: ['/api/', '/api'] },
  ],
};

/** `where`: a matcher that says which host or part of the site. */
export function atomV2(draw: Draw, where: boolean): RuleNode {
  const matcher = weighted(draw, where ? WHERE : ANY, V2_MATCHERS);
  return { kind: 'match', matcher, spelled: matcher, quote: '`', args: ARGUMENTS[matcher](draw) };
}

/** Several values mean any of them. */
function list(draw: Draw, values: readonly string[]): readonly string[] {
  return some(draw, values, { min: 1, max: chance(draw, 60) ? 1 : 3 });
}

const ARGUMENTS: Readonly<Record<V2Matcher, (draw: Draw) => readonly string[]>> = {
  Host: (draw) => list(draw, HOSTS),
  HostHeader: (draw) => list(draw, HOSTS),
  HostRegexp: (draw) => [pick(draw, TEMPLATES.HostRegexp).pattern],
  Path: (draw) => (chance(draw, 60) ? list(draw, PATHS) : [pick(draw, TEMPLATES.Path).pattern]),
  PathPrefix: (draw) => (chance(draw, 70) ? list(draw, PREFIXES) : [pick(draw, TEMPLATES.PathPrefix).pattern]),
  Method: (draw) => list(draw, METHODS),
  Headers: (draw) => {
    const { name, values } = pick(draw, FIELDS);
    return [name, pick(draw, values)];
  },
  HeadersRegexp: (draw) => {
    const { name, pattern } = pick(draw, FIELD_PATTERNS);
    return [name, pattern];
  },
  Query: (draw) => {
    const { name, values } = pick(draw, PARAMETERS);
    return [chance(draw, 70) ? `${name}=${pick(draw, values)}` : `${name}=`];
  },
  ClientIP: (draw) => [pick(draw, RANGES).range],
};
