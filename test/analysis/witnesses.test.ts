import { describe, expect, it } from 'vitest';
import { witnesses } from '../../src/analysis/index.ts';
import type { Route, Routing } from '../../src/ir/index.ts';
import { refName } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { readCases } from '../support/cases.ts';
import { loadCase, overridesOf } from '../support/emitted.ts';
import { listenerOf, routingOf } from '../support/routing-builder.ts';
import type { RouterInput } from '../support/routing-builder.ts';

function winners(routing: Routing): ReadonlySet<string> {
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const names = witnesses(routing).probes.map((probe) => {
    const decision = runtime.decide(probe);
    if (decision.kind === 'tie') return `tie ${decision.routers.map(refName).join(' ')}`;
    return decision.kind === 'refused' || decision.router === null ? 'none' : `${probe.entryPoint} ${probe.tls === false ? 'plain' : 'tls'} ${refName(decision.router)}`;
  });
  return new Set(names);
}

const routers = (...rules: readonly (string | readonly [rule: string, priority: number])[]): readonly RouterInput[] => rules.map((rule, index) => (typeof rule === 'string' ? { name: `r${String(index)}`, rule } : { name: `r${String(index)}`, rule: rule[0], priority: rule[1] }));

describe('witnesses', () => {
  const cases = readCases();
  it.each(cases.map((one, index) => [one.name, one, index] as const))('every route of %s has a request that it wins, or is said to be out of reach', (_, one, index) => {
    const routing = loadCase(one, overridesOf(one, index, { web: 20080, alt: 20081, websecure: 20443 })).gateways[0]?.resolved[0]?.routing;
    if (routing === undefined) throw new Error('no routing');
    const { unreached } = witnesses(routing);
    const out = new Set(unreached.map(({ route, entryPoint, tls }) => `${entryPoint} ${tls ? 'tls' : 'plain'} ${refName(route.router)}`));
    const won = winners(routing);
    const missing = routing.listeners.flatMap(({ entryPoint, plain, tls }) => {
      const names = (routes: readonly Route[], lane: string): readonly string[] => routes.map((route) => `${entryPoint.name} ${lane} ${refName(route.router)}`);
      return [...names(plain, 'plain'), ...names(tls, 'tls')];
    }).filter((name) => !won.has(name) && !out.has(name) && ![...won].some((key) => key.startsWith('tie') && key.includes(name.split(' ')[2] ?? '')));
    expect(missing).toEqual([]);
  });

  it('names the router that shadows one, with a request', () => {
    const { unreached } = witnesses(routingOf(listenerOf({}, routers(['Host(`a.test`)', 100], ['Host(`a.test`) && PathPrefix(`/api`)', 1]))));
    expect(unreached.map(({ route, by, proven, probe }) => [route.router.name, by?.router.name, proven, probe?.host, probe?.target])).toEqual([['r1', 'r0', true, 'a.test', '/api']]);
  });

  it.each([
    ['a narrow rule above a pattern', ['Host(`a.example.com`)', 'HostRegexp(`^[a-z0-9-]+\\.example\\.com$`)']],
    ['a method beside a path of the same host', ['Host(`a.test`) && Method(`DELETE`)', 'Host(`a.test`) && PathPrefix(`/files`)']],
    ['paths cut out of a host', ['Host(`a.test`) && (Path(`/`) || PathPrefix(`/api`))', 'Host(`a.test`)']],
    ['a negation', ['Host(`a.test`) && !ClientIP(`127.0.0.0/8`)', 'Host(`a.test`)']],
    ['a pattern with alternatives', ['PathRegexp(`^/(?:v1|v2)/[0-9]{2,4}\\.json$`)', 'PathPrefix(`/v1`)']],
    ['header, query and pattern', ['Header(`X-A`, `1`) && Query(`k`, `v`)', 'HeaderRegexp(`X-A`, `^[12]$`)', 'QueryRegexp(`k`, `^v+$`)']],
  ])('finds a request for each router: %s', (_, rules) => {
    const routing = routingOf(listenerOf({}, routers(...rules)));
    const won = winners(routing);
    expect(rules.map((__, index) => won.has(`web plain r${String(index)}@file`))).toEqual(rules.map(() => true));
  });

  it('asks both sides of a prefix', () => {
    const targets = new Set(witnesses(routingOf(listenerOf({}, routers('Host(`a.test`) && PathPrefix(`/api`)')))).probes.filter(({ host }) => host === 'a.test').map(({ target }) => target));
    expect(['/api', '/api/', '/apix', '/api/x', '/ap'].filter((target) => !targets.has(target))).toEqual([]);
  });

  it('is the same list each time, and grows with the routers, not with their square', () => {
    const many = (count: number): Routing => routingOf(listenerOf({}, Array.from({ length: count }, (_, index) => ({ name: `r${String(index)}`, rule: `Host(\`h${String(index % 50)}.test\`) && PathPrefix(\`/p${String(index)}\`)` }))));
    expect(witnesses(many(200)).probes).toEqual(witnesses(many(200)).probes);
    expect(witnesses(many(2000)).probes.length).toBeLessThanOrEqual(8000);
  });
});
