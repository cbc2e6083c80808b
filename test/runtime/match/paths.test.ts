import { describe, expect, it } from 'vitest';
import { type Answer, type Asked, loadFixture, type RecordedRouter, simulate } from './harness.ts';

interface Recording {
  readonly sets: Readonly<Record<string, { readonly routers: readonly RecordedRouter[]; readonly entryPoint: string }>>;
  readonly observations: readonly (Asked & Answer & { readonly set: string })[];
}
const recording = loadFixture<Recording>('paths.json');

describe('Traefik 3.7.15 decides 241 request targets under six rule sets', () => {
  for (const [name, set] of Object.entries(recording.sets)) {
    const observed = recording.observations.filter((one) => one.set === name);
    it(`${name}: ${observed.length} observations`, () => {
      const decide = simulate(set.routers, set.entryPoint, { version: '3.7', syntax: 'v3' });
      const wrong = observed.flatMap((one) => {
        const expected = { status: one.status, router: one.router, backend: one.backend, upstream: one.upstream, host: one.host };
        const answer = { router: undefined, backend: undefined, upstream: undefined, host: undefined, ...decide({ target: one.target }) };
        return JSON.stringify({ ...expected, ...answer }) === JSON.stringify(expected) ? [] : [{ target: one.target, expected, answer }];
      });
      expect(wrong).toEqual([]);
      expect(observed).toHaveLength(241);
    });
  }
});
