import { describe, expect, it } from 'vitest';
import type { HeaderList, Probe } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { routingFrom } from '../server/routing-from.ts';

/** What is answered before any router is asked, as real Traefik 3.7.15 did. */
const runtime = createRuntime(routingFrom({ http: { routers: { r: { rule: 'Host(`a.test`)', service: 's' }, n: { rule: 'Host(`n.test`)', service: 'noop@internal' }, m: { rule: 'Host(`m.test`)', service: 's', middlewares: ['port'] }, u: { rule: 'Host(`u.test`)', service: 's', middlewares: ['url'] } }, middlewares: { port: { redirectScheme: { scheme: 'https', port: '80' } }, url: { redirectRegex: { regex: '^http://u.test/(.*)', replacement: 'http://x:y:z/%zz' } } }, services: { s: { loadBalancer: { servers: [{ url: 'http://s.test' }] } } } } }), { clock: () => 0, random: () => 0 });

function status(method: string, target: string, { host = 'a.test', headers = [] }: { readonly host?: string; readonly headers?: HeaderList } = {}): number | 'forward' {
  const probe: Probe = { entryPoint: 'web', method, target, host, headers, tls: false, clientIp: '192.0.2.1' };
  const decision = runtime.decide(probe);
  return decision.kind === 'respond' ? decision.status : decision.kind === 'forward' ? 'forward' : -1;
}

describe('CONNECT', () => {
  it.each(['a.test:443', 'b.test:443', '/', '/#x', '*', 'http://a.test/', 'a.test:443/x'])('%s is refused with 501', (target) => {
    expect(status('CONNECT', target)).toBe(501);
  });
  it('in small letters is no method that knows such a target', () => {
    expect(status('connect', 'a.test:443')).toBe(400);
  });
});

describe('Expect', () => {
  it.each(['x', '100-Continue;q=1', '200-ok'])('%s cannot be met', (value) => {
    expect([status('GET', '/', { headers: [['Expect', value]] }), status('GET', '/', { host: 'none.test', headers: [['Expect', value]] }), status('GET', '/#x', { headers: [['Expect', value]] }), status('OPTIONS', '*', { headers: [['Expect', value]] })]).toEqual([417, 417, 417, 417]);
  });
  it.each(['', '100-continue', '100-CONTINUE', 'x, 100-continue', '100-continue,x'])('"%s" can', (value) => {
    expect(status('GET', '/', { headers: [['Expect', value]] })).toBe('forward');
  });
  it('only counts in its first line, and before CONNECT', () => {
    expect([status('GET', '/', { headers: [['Expect', ''], ['Expect', 'x']] }), status('GET', '/', { headers: [['expect', 'x'], ['Expect', '100-continue']] }), status('CONNECT', 'a.test:1', { headers: [['Expect', 'x']] })]).toEqual(['forward', 417, 417]);
  });
});

describe('noop@internal', () => {
  it('is a teapot', () => {
    expect(status('GET', '/', { host: 'n.test' })).toBe(418);
  });
});

describe('a redirect to what is no URL', () => {
  it('is a bad gateway', () => {
    expect([status('GET', '/', { host: 'm.test:' }), status('GET', '/', { host: 'u.test' }), status('GET', '/', { host: 'm.test' })]).toEqual([502, 502, 302]);
  });
});
