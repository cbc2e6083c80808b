import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { Counts } from '../support/gen/counts.ts';
import { COLUMNS } from '../support/gen/judge.ts';
import { runGenerated } from '../support/gen/run.ts';
import { startWorld, type World } from '../support/gen/world.ts';

/**
 * Whole gateways out of a seed, asked of every engine: real Traefik on the labels says what is right. One seed is always
 * the same, one is of the day, so that CI sees new gateways every day and a failure can be run again.
 */
const FULL = process.env['FULL'] === '1';
const FIXED_SEED = 20_261;
const given = process.env['CONFORMANCE_SEED'];
const seeds = given === undefined ? [FIXED_SEED, Math.floor(Date.now() / 86_400_000)] : [Number(given)];
const gateways = Number(process.env['CONFORMANCE_GATEWAYS'] ?? (FULL ? 500 : 60));
const asked = process.env['CONFORMANCE_COLUMNS']?.split(',');
const columns = COLUMNS.filter((column) => asked === undefined || asked.includes(column));
const REQUESTS = 60;
/** Below that some things are not drawn at all. */
const MANY = 100;

describeEngine('traefik', 'generated gateways', () => {
  let world: World;
  const total = new Counts();
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  for (const [at, seed] of seeds.entries()) {
    const count = at === 0 ? Math.ceil(gateways / seeds.length) : Math.floor(gateways / seeds.length);
    test(`seed ${String(seed)}: ${String(count)} gateways`, { timeout: 120_000 + count * 20_000 }, async () => {
      const { counts, disagreements } = await runGenerated(world, { seed, gateways: count, requests: REQUESTS, columns, total, shrunk: Number(process.env['CONFORMANCE_SHRINK'] ?? 3), onGateway: tell(count) });
      console.log(`generated gateways, seed ${String(seed)}: ${String(count)}\n${counts.print()}`);
      expect(disagreements).toEqual([]);
    });
  }

  test('uses everything, hits routers, is seldom refused', () => {
    expect(total.rarer(gateways >= 450 ? 50 : gateways >= MANY ? 1 : 0)).toEqual([]);
    expect(total.missed).toBeLessThanOrEqual(0.4);
    expect(total.declinedPlain).toBeLessThan(0.01);
  });
});

/** A long run says where it is. */
function tell(count: number): (done: number) => void {
  return (done) => {
    if (count > MANY && done % MANY === 0) console.log(`${String(done)} of ${String(count)} gateways`);
  };
}
