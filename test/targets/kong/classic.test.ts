import { describe, expect, it } from 'vitest';
import { decide } from '../../../src/models/kong/index.ts';
import { buildKong } from '../../support/kong-build.ts';
import { plainProbe } from '../../support/kong-recordings.ts';
import { listenerOf, routingOf } from '../../support/routing-builder.ts';

/** Rules in the order of asking. */
function built(...rules: readonly string[]): ReturnType<typeof buildKong> {
  return buildKong(routingOf(listenerOf({ name: 'web' }, rules.map((rule, index) => ({ name: `r${String(index)}`, rule, priority: 100 - index })))), 'traditional_compatible');
}

function routerFor(node: ReturnType<typeof buildKong>, target: string, host: string, method = 'GET'): string | null {
  const found = decide(node.nodes[0]?.node ?? fail(), { ...plainProbe(target, host), method });
  return found.kind === 'forward' ? found.router.name : null;
}

function fail(): never {
  throw new Error('nothing was built');
}

describe('the order of the traditional_compatible flavour', () => {
  it('is forced by regex_priority among routes of the same kinds', () => {
    const node = built('PathPrefix(`/`)', 'PathPrefix(`/api`)', 'Path(`/api/x`)');
    expect(['/', '/api/x'].map((path) => routerFor(node, path, 'a.test'))).toEqual(['r0', 'r0']);
    const other = built('Path(`/api/x`)', 'PathPrefix(`/api`)', 'PathPrefix(`/`)');
    expect(['/', '/api/y', '/api/x'].map((path) => routerFor(other, path, 'a.test'))).toEqual(['r2', 'r1', 'r0']);
  });
  it('is Kong\'s own where routes with more kinds come first anyway', () => {
    const node = built('Host(`a.test`) && Method(`POST`)', 'Host(`a.test`)', 'Method(`GET`) && PathPrefix(`/api`)', 'PathPrefix(`/`)');
    expect([routerFor(node, '/api', 'a.test', 'POST'), routerFor(node, '/api', 'a.test'), routerFor(node, '/api', 'b.test'), routerFor(node, '/api', 'b.test', 'PUT')]).toEqual(['r0', 'r1', 'r2', 'r3']);
  });
  it('may be turned around where no request meets both', () => {
    const node = built('Host(`a.test`)', 'Host(`b.test`) && Method(`GET`)');
    expect([routerFor(node, '/', 'a.test'), routerFor(node, '/', 'b.test'), routerFor(node, '/', 'b.test', 'POST')]).toEqual(['r0', 'r1', null]);
  });
  it.each([
    ['a catch-all before a host', ['PathPrefix(`/`)', 'Host(`a.test`)']],
    ['a host before the same host and a method', ['Host(`a.test`) && PathPrefix(`/x`)', 'Host(`a.test`) && Method(`GET`)']],
    ['a method before a host: as many kinds, but the host counts more', ['Method(`GET`)', 'Host(`a.test`)']],
  ])('%s is refused by both names', (_, rules) => {
    const { diagnostics } = built(...rules);
    expect(diagnostics.map(({ message, why }) => [message, why])).toEqual([['kong cannot express this order in the traditional_compatible flavour', '"r1.file" has more kinds of fields than "r0.file", so Kong always asks it first, and one request can meet both']]);
  });
  it('keeps within the numbers that Kong can tell apart', () => {
    const priorities = (node: ReturnType<typeof buildKong>): readonly number[] => [...(node.nodes[0]?.yaml ?? '').matchAll(/regex_priority: (\d+)/g)].map(([, digits]) => Number(digits));
    const apart = built(...Array.from({ length: 1100 }, (_, index) => `Host(\`h${String(index % 550)}.test\`) && PathPrefix(\`/p${String(index)}\`)`));
    expect(apart.diagnostics).toEqual([]);
    expect(new Set(priorities(apart))).toEqual(new Set([1, 2]));
    expect([routerFor(apart, '/p0', 'h0.test'), routerFor(apart, '/p1099', 'h549.test')]).toEqual(['r0', 'r1099']);
    const together = built(...Array.from({ length: 1100 }, (_, index) => `PathPrefix(\`/p${String(index)}\`)`));
    expect(together.diagnostics.map(({ message }) => message)).toEqual(['kong cannot express this many routes in the traditional_compatible flavour']);
  });
});
