import { expect, test } from 'vitest';
import { judgePair, randomPair, type Fault } from '../support/diff-random.ts';

/**
 * Random gateways with one thing changed. Every claimed difference is asked of the whole runtime, every random request
 * that is answered otherwise must have been claimed. The full run takes a seed of the day too: a failure names it, so that it can be run again.
 */
const FULL = process.env['FULL'] === '1';
const given = process.env['DIFF_SEED'];
const seeds = given === undefined ? (FULL ? [20_261, Math.floor(Date.now() / 86_400_000)] : [2, 3]) : [Number(given)];
const pairs = Number(process.env['DIFF_PAIRS'] ?? (FULL ? 2000 : 100));
const from = Number(process.env['DIFF_FROM'] ?? 0);
const REQUESTS = 200;

for (const seed of seeds) {
  const count = Math.ceil(pairs / seeds.length);
  test(`seed ${String(seed)}: ${String(count)} pairs`, { timeout: 60_000 + count * 5000 }, () => {
    const faults: (Fault & { readonly pair: number })[] = [];
    const totals = { claims: 0, silent: 0, different: 0 };
    for (let number = from; number < from + count; number += 1) {
      const judged = judgePair(randomPair(seed, number, REQUESTS));
      for (const fault of judged.faults) if (!faults.some((known) => known.pair === number && known.class === fault.class)) faults.push({ pair: number, ...fault });
      totals.claims += judged.claims.length;
      totals.different += judged.different;
      if (judged.claims.length === 0) totals.silent += 1;
    }
    console.log(`seed ${String(seed)}: ${String(count)} pairs, ${String(totals.claims)} claims, ${String(totals.silent)} pairs called equal, ${String(totals.different)} random requests answered otherwise`);
    expect(faults).toEqual([]);
    expect(totals.silent).toBeLessThan(count);
  });
}
