import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { entriesOf } from '../../../src/models/kong/classic.ts';
import type { Flavor } from '../../../src/models/kong/classic.ts';
import { readRoute } from '../../../src/models/kong/document.ts';
import { answer, readKongNode } from '../../../src/models/kong/index.ts';
import type { JsonObject } from '../../../src/models/kong/value.ts';
import { plainProbe } from '../../support/kong-recordings.ts';

/** The names of the routes in the order of asking, each of one path at most. */
function ordered(routes: readonly JsonObject[], flavor: Flavor = 'traditional_compatible'): readonly string[] {
  const numbered = routes.flatMap((route) => entriesOf(readRoute(route), flavor).map(({ route: { name }, priority }) => ({ name, priority })));
  return numbered.toSorted((a, b) => (a.priority > b.priority ? -1 : 1)).map(({ name }) => name);
}

function routeFor(routes: readonly JsonObject[], path: string, host: string): string | undefined {
  const node = readKongNode({ yaml: stringify({ services: [{ name: 's', url: 'http://a:80', routes }] }) });
  return answer(node, plainProbe(path, host)).match?.route.name;
}

const host = { name: 'host', hosts: ['a.test'] };
const pathAndMethod = { name: 'path and method', paths: ['/x'], methods: ['GET'] };
const regex = { name: 'regex', paths: ['~/x'] };

describe('the order that 3.9 computes with numbers of 32 bits', () => {
  it('puts plain hosts before more kinds of fields', () => {
    expect(ordered([pathAndMethod, host])).toEqual(['host', 'path and method']);
    expect(ordered([host, pathAndMethod], 'traditional')).toEqual(['path and method', 'host']);
    expect(routeFor([pathAndMethod, host], '/x', 'a.test')).toBe('host');
  });

  it('puts a regex before more kinds of fields, and after plain hosts', () => {
    expect(ordered([pathAndMethod, regex, host])).toEqual(['host', 'regex', 'path and method']);
    expect(ordered([regex, pathAndMethod], 'traditional')).toEqual(['path and method', 'regex']);
  });

  it('counts a list of hosts that is empty as plain', () => {
    expect(ordered([pathAndMethod, { name: 'empty', hosts: [], paths: ['/'] }])).toEqual(['empty', 'path and method']);
  });

  it('begins anew after 8191 regex priorities, and meets the number of kinds from 1024 on', () => {
    const ranked = (name: string, priority: number): JsonObject => ({ name, paths: ['~/x'], regex_priority: priority });
    expect(ordered([ranked('wrapped', 8193), ranked('large', 1023), ranked('small', 2)])).toEqual(['large', 'small', 'wrapped']);
    expect(ordered([ranked('met', 1025), ranked('two', 2)])).toEqual(['two', 'met']);
    expect(ordered([ranked('negative', -1), ranked('large', 1023)])).toEqual(['negative', 'large']);
    expect(ordered([ranked('met', 1025), ranked('two', 2)], 'traditional')).toEqual(['met', 'two']);
  });

  it('has one number for all routes of four kinds and more without plain hosts or a regex', () => {
    const four = (name: string, path: string): JsonObject => ({ name, hosts: ['*.a.test'], paths: [path], methods: ['GET'], headers: { 'X-A': ['1'] } });
    const [short, long] = [four('short', '/x'), four('long', '/x/y')].flatMap((route) => entriesOf(readRoute(route), 'traditional_compatible'));
    expect(short?.priority).toBe(1n << 63n);
    expect(long?.priority).toBe(short?.priority);
  });
});

describe('the parts of a route with paths of several lengths', () => {
  it('have ids of their own', () => {
    const ids = entriesOf(readRoute({ name: 'r', id: '2b8a4f9e-6a3c-4c59-9d0f-4b1f5f0e7a11', paths: ['/a', '/abc', '~/x'] }), 'traditional_compatible').map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(entriesOf(readRoute({ name: 'r', id: 'own', paths: ['/a', '/b'] }), 'traditional_compatible').map(({ id }) => id)).toEqual(['own']);
  });
});

describe('routes of streams in classic fields', () => {
  const stream = (name: string, more: JsonObject): JsonObject => ({ name, protocols: ['tls'], ...more });
  it('are asked by name, then by address, port and network', () => {
    const routes = [
      stream('network', { sources: [{ ip: '10.0.0.0/8' }] }), stream('address', { sources: [{ ip: '10.0.0.1' }] }), stream('port', { sources: [{ port: 5 }] }),
      stream('both', { sources: [{ ip: '10.0.0.0/8' }], destinations: [{ port: 443 }] }), stream('to', { destinations: [{ ip: '10.0.0.1' }] }), stream('name', { snis: ['a.test'] }),
    ];
    expect(ordered(routes)).toEqual(['both', 'name', 'address', 'port', 'network', 'to']);
  });

  it('look at the name where the connection is TLS', () => {
    expect(entriesOf(readRoute(stream('name', { snis: ['*.a.test'] })), 'traditional_compatible')[0]?.expression).toBe('(net.protocol != r#"tls"# || (tls.sni =^ r#".a.test"#))');
  });
});

describe('what classic fields become', () => {
  const expression = (more: JsonObject): string | undefined => entriesOf(readRoute({ name: 'r', ...more }), 'traditional_compatible')[0]?.expression;
  it('has no host bits in networks', () => {
    expect(expression({ protocols: ['tcp'], sources: [{ ip: '10.1.2.3/9' }, { ip: 'fd00::1/64' }] })).toBe('((net.src.ip in 10.0.0.0/9) || (net.src.ip in fd00::1/64))');
  });

  it('lowers the letters of ASCII in a header alone', () => {
    expect(expression({ headers: { 'X-A': ['ÀB', '~*C\\D'] } })).toBe('(any(lower(http.headers.x_a)) == r#"Àb"# || any(lower(http.headers.x_a)) ~ r#"c\\d"#)');
  });
});
