import { expect, it } from 'vitest';
import { unpacked } from '../../src/server/index.ts';
import { routingFrom } from './routing-from.ts';

/** What the server says that it does otherwise. Milliseconds. */
it('names the compress middlewares whose zstd cannot be had, once for all of them', () => {
  const routing = routingFrom({
    http: {
      routers: { a: { rule: 'Path(`/a`)', service: 's', middlewares: ['packs', 'few'] }, b: { rule: 'Path(`/b`)', service: 's', middlewares: ['other', 'packs'] } },
      middlewares: { packs: { compress: {} }, other: { compress: { encodings: ['zstd', 'gzip'] } }, few: { compress: { encodings: ['gzip'] } } },
      services: { s: { loadBalancer: { servers: [{ url: 'http://127.0.0.1' }] } } },
    },
  });
  expect(unpacked(routing, ['gzip', 'br'])).toEqual(['compress (other, packs): this Node cannot pack with zstd, 22.15 and newer can; clients get the next coding that they take']);
  expect(unpacked(routing, ['gzip', 'br', 'zstd'])).toEqual([]);
});
