import { describe, expect, it } from 'vitest';
import { childKey, keyAt, keyTable, siblingNames, staticTable, TRAEFIK_VERSIONS } from '../../src/traefik-config/keys.ts';
import type { KeyObject } from '../../src/traefik-config/keys.ts';
import { rows as dynamic3 } from '../../src/traefik-config/catalogue/dynamic-3.7.ts';
import { rows as dynamic2 } from '../../src/traefik-config/catalogue/dynamic-2.11.ts';
import { rows as static3 } from '../../src/traefik-config/catalogue/static-3.7.ts';

function objectAt(path: string, version: '3.7' | '2.11' = '3.7'): KeyObject {
  const found = keyAt(keyTable(version), path);
  if (found?.kind !== 'object') throw new Error(`${path} is ${String(found?.kind)}`);
  return found;
}

describe('key table', () => {
  it('has every row of the catalogue at its path', () => {
    for (const [version, rows] of [['3.7', dynamic3], ['2.11', dynamic2]] as const) {
      for (const row of rows) expect(keyAt(keyTable(version), row.path)?.path, row.path).toBe(row.path);
    }
    for (const row of static3) expect(keyAt(staticTable('3.7'), row.path)?.path, row.path).toBe(row.path);
  });

  it('finds names without case, and server for servers in labels only', () => {
    expect(childKey(objectAt('http.routers.*'), 'ENTRYPOINTS', 'label')?.name).toBe('entryPoints');
    const balancer = objectAt('http.services.*.loadBalancer');
    expect(childKey(balancer, 'server', 'label')?.name).toBe('servers');
    expect(childKey(balancer, 'servers', 'label')).toBeUndefined();
    expect(childKey(balancer, 'servers', 'file')?.name).toBe('servers');
    expect(childKey(balancer, 'server', 'file')).toBeUndefined();
  });

  it('knows where an option may be set', () => {
    expect(keyAt(keyTable('3.7'), 'http.routers.*.parentRefs')?.settable).toEqual({ label: false, file: true, kv: true });
    expect(keyAt(keyTable('3.7'), 'http.services.*.loadBalancer.servers[n].port')?.settable).toEqual({ label: true, file: false, kv: false });
    expect(keyAt(keyTable('2.11'), 'http.services.*.loadBalancer.servers[n].url')?.settable.label).toBe(false);
    expect(keyAt(keyTable('3.7'), 'http.services.*.weighted')?.ignored.label).toBe(true);
    expect(keyAt(keyTable('3.7'), 'http.services.*.weighted.sticky')?.ignored.label).toBe(false);
    expect(keyAt(keyTable('3.7'), 'http.services.*.weighted.sticky')?.settable.label).toBe(false);
  });

  it('offers only settable names', () => {
    expect(siblingNames(objectAt('http.routers.*'), 'label')).toEqual(['entrypoints', 'middlewares', 'observability', 'priority', 'rule', 'rulesyntax', 'service', 'tls']);
    expect(siblingNames(objectAt('http.services.*.loadBalancer'), 'file')).toContain('servers');
    expect(TRAEFIK_VERSIONS).toHaveLength(2);
  });
});
