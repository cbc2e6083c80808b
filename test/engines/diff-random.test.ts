import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { claimsOf, randomPair, textOf } from '../support/diff-random.ts';
import { asSent } from '../support/diff-sides.ts';
import { containersOf, readCase } from '../support/cases.ts';
import type { ProbeInput } from '../support/engine-ask.ts';
import { writeCase } from '../support/gen/compose.ts';
import type { GatewaySpec } from '../support/gen/spec.ts';
import { startWorld, type World } from '../support/gen/world.ts';

/**
 * Random gateways with one thing changed, on real Traefik: what is claimed to be answered otherwise is, and where nothing
 * is claimed nothing is. About two seconds a pair: three of the day, fifty with FULL=1.
 */
const FULL = process.env['FULL'] === '1';
const pairs = Number(process.env['DIFF_PAIRS'] ?? (FULL ? 50 : 3));
const seed = Number(process.env['DIFF_SEED'] ?? Math.floor(Date.now() / 86_400_000));
const REQUESTS = 40;
/** Witnesses of one pair that are asked at most. */
const WITNESSES = 40;

describeEngine('traefik', 'random pairs', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.stop());

  test(`seed ${String(seed)}: ${String(pairs)} pairs`, { timeout: 120_000 + pairs * 20_000 }, async () => {
    const faults: unknown[] = [];
    const totals = { claims: 0, silent: 0 };
    for (let number = 0; number < pairs; number += 1) {
      const pair = randomPair(seed, number, REQUESTS);
      const claims = claimsOf(pair).filter(({ shown, change: { witness } }) => shown && !witness.loggedIn && witness.probe.clientIp.startsWith('127.')).slice(0, WITNESSES);
      const sent = claims.map(({ change }) => asSent(change.witness, ''));
      const [was, is] = [await answers(world, pair.before, pair.requests, sent), await answers(world, pair.after, pair.requests, sent)];
      for (const [at, { change }] of claims.entries()) if (was.sent[at] === is.sent[at]) faults.push({ pair: number, what: pair.what, 'not confirmed': change.class, probe: change.witness.probe });
      totals.claims += claims.length;
      if (claimsOf(pair).length > 0) continue;
      totals.silent += 1;
      for (const [at, request] of pair.requests.entries()) if (was.asked[at] !== is.asked[at]) faults.push({ pair: number, what: pair.what, missed: request, before: was.asked[at], after: is.asked[at] });
    }
    console.log(`random pairs on real Traefik, seed ${String(seed)}: ${String(pairs)} pairs, ${String(totals.claims)} claims asked, ${String(totals.silent)} pairs called equal`);
    expect(faults).toEqual([]);
  });
});

interface Answers {
  readonly asked: readonly string[];
  readonly sent: readonly string[];
}

async function answers(world: World, spec: GatewaySpec, requests: readonly string[], sent: readonly ProbeInput[]): Promise<Answers> {
  writeCase(join(world.folder, 'pair'), spec, requests);
  const one = readCase('pair', world.index, world.folder);
  const labels = await world.labels(spec.profile);
  const outcome = await labels.swap(containersOf(one, world.index), { timeoutMs: 30_000 });
  if (outcome.kind === 'silent') throw new Error(`Traefik does not take the labels: ${outcome.log.join('\n')}`);
  const ask = async (probes: readonly ProbeInput[]): Promise<readonly string[]> => {
    const out: string[] = [];
    for (const probe of probes) out.push(textOf(await labels.ask(probe)));
    return out;
  };
  return { asked: await ask(one.requests.map(({ probe }) => probe)), sent: await ask(sent) };
}
