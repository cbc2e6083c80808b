import { describe, expect, it } from 'vitest';
import type { RuleSyntax } from '../../src/ir/index.ts';
import { neverMatches, printRule, simplifyRule, tcpNeverMatches, type EngineVersion, type MatcherFact } from '../../src/rule-lang/index.ts';
import { see, seeTcp } from './helpers.ts';

function fact(rule: string, syntax: RuleSyntax = 'v3', version: EngineVersion = '3.7', holes: readonly string[] = []): MatcherFact | undefined {
  const { parsed } = see(rule, syntax, version, holes);
  if (parsed.rule?.kind !== 'match') throw new Error(`not one matcher: ${rule} ${JSON.stringify(parsed.errors)}`);
  return neverMatches(parsed.rule.matcher, { version });
}

describe('matchers that cannot do their work', () => {
  it.each([
    ['Host(`https://a.test`)', 'never', 'a.test'],
    ['Host(`a.test/x`)', 'never', 'a.test'],
    ['Host(`a.test:80`)', 'never', 'a.test'],
    ['Host(`[::1]`)', 'never', '::1'],
    ['Host(`a.test,b.test`)', 'never', 'Host(`a.test`) || Host(`b.test`)'],
    ['Host(`a.test `)', 'never', 'a.test'],
    ['Host(`*a.test`)', 'never', '*.test'],
    ['Host(`{s:[a-z]+}.test`)', 'template', 'HostRegexp(`^[a-z]+\\.test$`)'],
    ['HostRegexp(`{s:[a-z]+}.test`)', 'template', 'HostRegexp(`^[a-z]+\\.test$`)'],
    ['HostRegexp(`^Www[.]`)', 'never', '(?i)^Www[.]'],
    ['HostRegexp(`^https?://a`)', 'never', undefined],
    ['Path(`/x/{id}`)', 'template', 'PathRegexp(`^/x/[^/]+$`)'],
    ['PathPrefix(`/x/{id}`)', 'template', 'PathRegexp(`^/x/[^/]+`)'],
    ['Path(`/a//b`)', 'never', '/a/b'],
    ['Path(`/a/../b`)', 'never', undefined],
    ['Path(`/a%2fb`)', 'never', '/a%2Fb'],
    ['Path(`/a%20b`)', 'never', '/a b'],
    ['Path(`/a?x=1`)', 'never', '/a'],
    ['PathPrefix(`/#/`)', 'never', '/'],
    ['Path(`/100%`)', 'never', undefined],
    ['PathRegexp(`^api`)', 'never', '^/api'],
    ['PathRegexp(`^/a\\?x=`)', 'never', undefined],
    ['Method(`GET,POST`)', 'never', 'Method(`GET`) || Method(`POST`)'],
    ['Header(`Host`, `a`)', 'never', undefined],
    ['HeaderRegexp(`host`, `a`)', 'never', undefined],
    ['Header(`X A`, `a`)', 'never', undefined],
    ['Header(`X`, ` a`)', 'never', 'a'],
    ['Query(`a=b`)', 'v2-query', 'Query(`a`, `b`)'],
  ])('%s', (rule, kind, suggestion) => {
    const found = fact(rule);
    expect([found?.kind, found?.suggestion]).toEqual([kind, suggestion]);
  });

  it.each([
    'Host(`a.test`)', 'Host(`*.a.test`)', 'Host(`*`)', 'Host(`::1`)', 'Host(`A.TEST`)', 'Host(`a_b.test.`)', 'HostRegexp(`^.+$`)', 'HostRegexp(`(?i)^A`)', 'HostRegexp(`[A-Za-z]+`)',
    'Path(`/a%2Fb`)', 'PathPrefix(`/..`)', 'PathPrefix(`/a%`)', 'PathPrefix(`/a%2`)', 'Path(`/a b`)', 'Path(`/caf\u00e9`)', 'PathRegexp(`/api`)', 'PathRegexp(`^.*x`)', 'PathRegexp(`^/a{2}`)',
    'Method(`get`)', 'Header(`X-A`, `a, b`)', 'Query(`a`)', 'Query(`a`, `b=c`)', 'QueryRegexp(`a`, `x`)', 'ClientIP(`::1`)', 'Path(`/{`)',
  ])('nothing against %s', (rule) => {
    expect(fact(rule)).toBeUndefined();
  });

  it('knows the version', () => {
    expect(fact('Host(`*.a.test`)', 'v2', '2.11')?.reason).toBe('wildcards in Host exist since 3.7');
    expect(fact('Path(`/a//b`)', 'v2', '2.11')).toBeUndefined();
    expect(fact('Path(`/a/{id}`)', 'v2')).toBeUndefined();
  });

  it('says nothing of variables', () => {
    expect(fact('Host(`${D}/x`)', 'v3', '3.7', ['D'])).toBeUndefined();
    expect(fact('Path(`/{x}/${D}`)', 'v3', '3.7', ['D'])).toBeUndefined();
  });

  it('knows TCP patterns', () => {
    const { parsed } = seeTcp('HostSNIRegexp(`^A[.]`)');
    expect(parsed.rule?.kind === 'match' ? tcpNeverMatches(parsed.rule.matcher)?.kind : '').toBe('never');
  });
});

describe('rules whose answer is known', () => {
  it.each([
    ['HostRegexp(`.*`)', { kind: 'constant', value: true }],
    ['!Host(`*`)', { kind: 'constant', value: false }],
    ['Header(`Host`, `a`) && Path(`/x`)', { kind: 'constant', value: false }],
  ])('%s', (rule, constant) => {
    const { parsed } = see(rule);
    expect(parsed.rule === undefined ? undefined : simplifyRule(parsed.rule)).toEqual(constant);
  });
  it('keeps the rest', () => {
    const { parsed } = see('(HostRegexp(`^$`) || Path(`/a`)) && Path(`/x`)');
    expect(parsed.rule === undefined ? undefined : printRule(simplifyRule(parsed.rule))).toBe('Path(`/x`)');
  });
});
