// Costs less than 1 s.

import { expect, it } from 'vitest';
import { readKongYaml } from '../../../src/models/kong/document.ts';

it('finds plugins and targets that stand at the top of a file and name what they belong to', () => {
  const file = readKongYaml(`
services:
  - name: shop
    host: pool
    routes:
      - {name: inner, paths: [/inner]}
routes:
  - {name: outer, paths: [/outer], service: shop, id: 00000000-0000-4000-8000-000000000001}
plugins:
  - {name: cors, service: shop}
  - {name: request-termination, route: inner}
  - {name: key-auth, route: {id: 00000000-0000-4000-8000-000000000001}}
  - {name: prometheus}
upstreams:
  - {name: pool, targets: [{target: 'a:80'}]}
targets:
  - {target: 'b:80', upstream: pool, weight: 0}
`);
  const plugins = Object.fromEntries(file.routes.map((route) => [route.name, route.plugins.map((plugin) => plugin.name)]));
  expect(plugins).toEqual({ inner: ['request-termination'], outer: ['key-auth'] });
  expect(file.routes[0]?.service?.plugins.map((plugin) => plugin.name)).toEqual(['cors']);
  expect(file.plugins.map((plugin) => plugin.name)).toEqual(['prometheus']);
  expect(file.upstreams.get('pool')?.targets).toEqual([{ address: 'a:80', weight: 100 }, { address: 'b:80', weight: 0 }]);
});
