import { assert, array, boolean, constantFrom, integer, oneof, property, record, string, tuple, type Arbitrary } from '../../support/fast-check.ts';
import { describe, expect, it } from 'vitest';
import type { HttpMatcher, Route, RuleExpr } from '../../../src/ir/index.ts';
import { compileRule, createSelector, type MatchRequest, type Selection } from '../../../src/runtime/match/index.ts';
import { conditionsOf } from '../../../src/runtime/match/conditions.ts';
import { classOf, flatten } from '../../../src/runtime/match/flat-tree.ts';
import { RadixTree, type RadixNode } from '../../../src/runtime/match/radix-tree.ts';
import { parseQuery } from '../../../src/runtime/match/index.ts';
import { Origins } from '../../../src/text/index.ts';
import { hostRoute, resolveService } from '../routing-of.ts';

/** The index against asking every rule in order: few words, so that rules meet, overlap and shadow each other. */
const origin = new Origins().default('test');
const text = (value: string) => ({ value, origin });
const SERVICE = resolveService('s', { s: { loadBalancer: { servers: [{ url: 'http://127.0.0.1:1' }] } } });

const HOSTS = ['a.test', 'b.test', 'x.a.test', 'x.y.a.test', 'test', 'a.test.', 'A.Test', '*.a.test', '*.test', '*', 'b'];
const PATHS = ['/', '/a', '/a/', '/a/b', '/ab', '/abc', '/a/b/c', '/b', '', '/é'];
const HOST_PATTERNS = ['^a\\.test$', '^[a-z]+\\.test$', '\\.a\\.test$', 'test', '^.*$', '', '^(a|b)\\.test$', '(?i)^A\\.TEST$', '^x\\.[ya]\\.test$', '\\w\\.test$', 'y\\.a\\.test\\.$', '^a.test$', 'a\\.tes?t$'];
const PATH_PATTERNS = ['^/a', '^/a/[a-z]+$', '^/ab?', '^/ab*c', '^/a{2}', '(?i)^/A', '/b$', '^/(a|b)', '^/a|^/b', '', '^/a+/b'];

const matchers: Arbitrary<HttpMatcher> = oneof(
  record({ kind: constantFrom('host' as const), host: constantFrom(...HOSTS).map(text), wildcard: boolean() }),
  record({ kind: constantFrom('hostRegexp' as const), pattern: constantFrom(...HOST_PATTERNS).map(text), v2: boolean() }),
  record({ kind: constantFrom('path' as const), path: constantFrom(...PATHS).map(text) }),
  record({ kind: constantFrom('pathPrefix' as const), prefix: constantFrom(...PATHS).map(text) }),
  record({ kind: constantFrom('pathRegexp' as const), pattern: constantFrom(...PATH_PATTERNS).map(text) }),
  record({ kind: constantFrom('method' as const), method: constantFrom('GET', 'POST').map(text) }),
  record({ kind: constantFrom('header' as const), name: constantFrom('X-A', 'x-b', 'Host').map(text), value: constantFrom('1', '2').map(text) }),
  record({ kind: constantFrom('headerRegexp' as const), name: constantFrom('X-A').map(text), pattern: constantFrom('^[12]$', '.').map(text) }),
  record({ kind: constantFrom('query' as const), name: constantFrom('q', 'r').map(text), value: constantFrom('1', '').map(text) }),
  record({ kind: constantFrom('queryPresent' as const), name: constantFrom('q').map(text) }),
  record({ kind: constantFrom('queryRegexp' as const), name: constantFrom('q').map(text), pattern: constantFrom('^1').map(text) }),
  record({ kind: constantFrom('clientIp' as const), range: constantFrom('127.0.0.0/8', '10.0.0.1').map(text) }),
);

const pathMatchers: Arbitrary<HttpMatcher> = oneof(
  record({ kind: constantFrom('path' as const), path: constantFrom(...PATHS).map(text) }),
  record({ kind: constantFrom('pathPrefix' as const), prefix: constantFrom(...PATHS).map(text) }),
);

function rules(depth: number, matcher: Arbitrary<HttpMatcher>): Arbitrary<RuleExpr> {
  const leaf: Arbitrary<RuleExpr> = matcher.map((made) => ({ kind: 'match', matcher: made, origin }));
  if (depth === 0) return leaf;
  const below = rules(depth - 1, matcher);
  return oneof(
    { weight: 3, arbitrary: leaf },
    { weight: 3, arbitrary: tuple(constantFrom('and' as const, 'or' as const), array(below, { minLength: 2, maxLength: 3 })).map(([kind, operands]): RuleExpr => ({ kind, operands })) },
    { weight: 1, arbitrary: below.map((operand): RuleExpr => ({ kind: 'not', operand })) },
    { weight: 1, arbitrary: boolean().map((value): RuleExpr => ({ kind: 'constant', value })) },
  );
}

const routings = (matcher: Arbitrary<HttpMatcher>): Arbitrary<readonly Route[]> => array(tuple(rules(2, matcher), integer({ min: 0, max: 3 })), { maxLength: 30 }).map((list) => {
  const made = list.map(([rule, priority], at): Route => ({ ...hostRoute(`r${String(at)}`, 'x', [], SERVICE), rule, priority: BigInt(priority) })).toSorted((a, b) => Number(b.priority - a.priority));
  return made.map((route, rank) => ({ ...route, rank, tiedWith: made.filter((other) => other !== route && other.priority === route.priority).map(({ router }) => router) }));
});

const requests: Arbitrary<MatchRequest> = record({
  method: constantFrom('GET', 'POST'),
  host: constantFrom('a.test', 'b.test', 'x.a.test', 'x.y.a.test', 'test', 'a.test.', 'x.a.test..', '', '.test', '*.a.test', '.', 'b', 'y.a.test.'),
  path: constantFrom(...PATHS, '/a/b/', '/abcd', '/aab', '/\xc3\xa9', '/ac'),
  clientIp: constantFrom('127.0.0.1', '10.0.0.1', '::1'),
  a: array(constantFrom('1', '2', '3'), { maxLength: 2 }),
  query: constantFrom('', 'q=1', 'q', 'r=1&q=2'),
}).map(({ a, query, ...rest }) => ({ ...rest, header: (name) => (name === 'X-A' || name === 'X-B' ? a : []), query: () => parseQuery(query), hostText: () => rest.host, routerHostText: () => rest.host, pathText: () => Buffer.from(rest.path, 'latin1').toString('utf8') }));

/** As Traefik does it. */
function scan(routes: readonly (Route & { readonly matches: (request: MatchRequest) => boolean })[], request: MatchRequest): Selection {
  const matching = routes.filter(({ matches }) => matches(request));
  const [first] = matching;
  if (first === undefined) return { kind: 'none' };
  const tied = matching.filter((route) => route.priority === first.priority);
  return tied.length === 1 ? { kind: 'route', route: first } : { kind: 'tie', routes: tied };
}

function shown(selection: Selection): readonly string[] {
  if (selection.kind === 'none') return [];
  return selection.kind === 'route' ? [selection.route.router.name] : selection.routes.map(({ router }) => router.name);
}

describe('the index', () => {
  it.each([['any rules', matchers], ['rules about paths alone', pathMatchers]])('finds what asking all rules in order finds, for %s and any requests', (_, matcher) => {
    assert(property(routings(matcher), array(requests, { minLength: 5, maxLength: 20 }), (routes, asked) => {
      const select = createSelector(routes);
      const compiled = routes.map((route) => ({ ...route, matches: compileRule(route.rule) }));
      for (const request of asked) expect(shown(select(request))).toEqual(shown(scan(compiled, request)));
    }), { numRuns: 1000 });
  }, 60_000);

  it('of paths alone asks no rule twice for paths that are alike to all rules', () => {
    const asked = { count: 0 };
    const routes = Array.from({ length: 1000 }, (_, at): Route => ({ ...hostRoute(`r${String(at)}`, 'x', [], SERVICE), rule: { kind: 'match', origin, matcher: { kind: 'pathPrefix', prefix: text(`/h${String(at)}/`) } }, priority: 1n }));
    const select = createSelector(routes);
    const at = (path: string): MatchRequest => ({
      get path() {
        asked.count += 1;
        return path;
      },
      method: 'GET', host: '', clientIp: '127.0.0.1', header: () => [], query: () => parseQuery(''), hostText: () => '', routerHostText: () => '', pathText: () => path,
    });
    expect(shown(select(at('/h5/a')))).toEqual(['r5']);
    asked.count = 0;
    expect([shown(select(at('/h5/b'))), asked.count]).toEqual([['r5'], 1]);
  });

  it('asks few rules where hosts, paths or headers tell them apart', () => {
    const asked = { count: 0 };
    const watched = (rule: RuleExpr, name: string): Route => {
      const counting: RuleExpr = { kind: 'and', operands: [{ kind: 'match', origin, matcher: { kind: 'method', method: text('GET') } }, rule] };
      return { ...hostRoute(name, 'x', [], SERVICE), rule: counting, priority: 1n };
    };
    const leaf = (matcher: HttpMatcher): RuleExpr => ({ kind: 'match', matcher, origin });
    const shapes: Readonly<Record<string, (at: number) => HttpMatcher>> = {
      host: (at) => ({ kind: 'host', host: text(`h${String(at)}.test`), wildcard: true }),
      wildcard: (at) => ({ kind: 'host', host: text(`*.h${String(at)}.test`), wildcard: true }),
      pattern: (at) => ({ kind: 'hostRegexp', pattern: text(`^[a-z]+\\.h${String(at)}\\.test$`) }),
      prefix: (at) => ({ kind: 'pathPrefix', prefix: text(`/h${String(at)}/`) }),
      'path pattern': (at) => ({ kind: 'pathRegexp', pattern: text(`^/h${String(at)}/[a-z]+$`) }),
      header: (at) => ({ kind: 'header', name: text('X-Tenant'), value: text(`h${String(at)}`) }),
    };
    for (const [shape, matcher] of Object.entries(shapes)) {
      const routes = Array.from({ length: 1000 }, (_, at) => watched(leaf(matcher(at)), `r${String(at)}`));
      const request: MatchRequest = {
        get method() {
          asked.count += 1;
          return 'GET';
        },
        host: shape === 'host' ? 'h500.test' : 'a.h500.test', path: '/h500/abc', clientIp: '127.0.0.1', header: () => ['h500'], query: () => parseQuery(''), hostText: () => 'a.h500.test', routerHostText: () => 'a.h500.test', pathText: () => '/h500/abc',
      };
      asked.count = 0;
      expect([shape, shown(createSelector(routes)(request)), asked.count]).toEqual([shape, ['r500'], 1]);
    }
  });

  it.each([
    ['a\\.b\\.test$', ['.b.test']], ['^[a-z]+\\.test$', ['.test']], ['\\d\\.test$', ['.test']], ['\\dx\\.test$', ['.test']], ['a|b\\.test$', undefined], ['(?i)a\\.test$', undefined], ['test$', undefined], ['a\\.test', undefined], ['a\\.test\\$', undefined], ['a.test$', undefined], ['a\\.b?\\.test$', ['.test']],
  ])('knows how a name must end for %s', (pattern, wanted) => {
    expect(conditionsOf({ kind: 'match', origin, matcher: { kind: 'hostRegexp', pattern: text(pattern) } }).hosts).toEqual(wanted);
  });

  it.each([
    ['^/api/[0-9]+', ['/api/']], ['^/apis?', ['/api']], ['^/a*', ['/']], ['/api', undefined], ['^/a|/b', undefined], ['(?i)^/a', undefined], ['^/a{2}', ['/']], ['^[/]a', undefined], ['^/a.b', ['/a']],
  ])('knows how a path must begin for %s', (pattern, wanted) => {
    expect(conditionsOf({ kind: 'match', origin, matcher: { kind: 'pathRegexp', pattern: text(pattern) } }).prefixes).toEqual(wanted);
  });
});

describe('the radix tree', () => {
  it('gives the values of all beginnings of a text, the shortest first', () => {
    assert(property(array(constantFrom('', '/', '/a', '/ab', '/abc', '/b', '/a/b', '/ac'), { maxLength: 12 }), constantFrom('', '/', '/a', '/abcd', '/a/bc', '/b', 'x'), (keys, asked) => {
      const tree = new RadixTree<string>();
      for (const key of keys) tree.at(key, () => key);
      expect(tree.fold<readonly string[], null>(asked, [], null, (so, value) => [...so, value])).toEqual([...new Set(keys)].filter((key) => asked.startsWith(key)).toSorted((a, b) => a.length - b.length));
    }));
  });
  it('takes letters in any order, the highest and the lowest bytes too', () => {
    assert(property(array(string({ unit: constantFrom('z', 'a', '~', '!', '\xff', '\x80', '0'), maxLength: 4 }), { maxLength: 30 }), (keys) => {
      const tree = new RadixTree<string>();
      for (const key of keys) tree.at(key, () => key);
      for (const asked of keys) expect(tree.fold<readonly string[], null>(asked, [], null, (so, value) => [...so, value])).toEqual([...new Set(keys)].filter((key) => asked.startsWith(key)).toSorted((a, b) => a.length - b.length));
    }));
  });
  it('as a row of numbers tells texts apart by what they begin with, and whether they are it', () => {
    const letters = string({ unit: constantFrom('a', 'b', '/', '\xff'), maxLength: 5 });
    assert(property(array(letters, { maxLength: 20 }), array(letters, { maxLength: 20 }), (keys, asked) => {
      const tree = new RadixTree<number>();
      const distinct = [...new Set(keys)];
      distinct.forEach((key, at) => tree.at(key, () => 2 * at + 1));
      const flat = flatten(tree.root);
      for (const one of [...asked, ...keys]) {
        const longest = distinct.filter((key) => one.startsWith(key)).toSorted((a, b) => b.length - a.length)[0];
        expect([one, classOf(flat, one)]).toEqual([one, longest === undefined ? 0 : 2 * distinct.indexOf(longest) + (longest === one ? 2 : 1)]);
      }
    }), { numRuns: 500 });
  });
  it('of many beginnings inside each other is no deeper than a list', () => {
    let node: RadixNode<number> = { label: 'a', children: [], lowest: 0, value: 99_999 };
    for (let length = 49_999; length > 0; length -= 1) node = { label: 'a', children: [node], lowest: 97, value: 2 * length - 1 };
    const flat = flatten({ label: '', children: [node], lowest: 97, value: undefined });
    expect([classOf(flat, 'a'.repeat(12_345)), classOf(flat, `${'a'.repeat(12_345)}b`)]).toEqual([2 * 12_345, 2 * 12_345 - 1]);
  });
});
