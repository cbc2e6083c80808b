import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { witnesses } from '../../src/analysis/index.ts';
import { severityOf, type BehaviourChange } from '../../src/diff/index.ts';
import type { Loaded } from '../../src/index.ts';
import { resultKey } from '../../src/runtime/index.ts';
import { loadSide, readPairs, STATIC, type ChangedPair } from '../diff/pair.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { askSide, columns, crowd } from '../support/diff-ask.ts';
import { PAIR_BACKENDS } from '../support/diff-live.ts';
import { asSent, claimsBetween, diffSide } from '../support/diff-sides.ts';
import { startBackends, traefikFromLabels, type BackendPool, type LabelledTraefik } from '../support/engine-pool.ts';
import type { ProbeInput } from '../support/engine-ask.ts';
import { staticFlags } from '../support/static-flags.ts';

/**
 * The pairs on real Traefik: both label sets are put into one running process in turn, and what was claimed is asked of
 * each. About a second a pair: a fifth of them a day, all with FULL=1.
 */
const only = process.env['DIFF_PAIR'];

function chosen(pairs: readonly ChangedPair[]): readonly (readonly [string, ChangedPair])[] {
  const today = Math.floor(Date.now() / 86_400_000) % 5;
  const isWanted = ({ name }: ChangedPair): boolean => (only === undefined ? process.env['FULL'] === '1' || createHash('sha256').update(name).digest().readUInt32BE(0) % 5 === today : name === only);
  return pairs.filter(isWanted).map((pair) => [pair.name, pair]);
}

/** `test` is what the hash in the fixtures lets in. */
const LOGIN = 'u:test';
/** Requests that a pair of equal sides is asked at most. */
const EDGES = 60;

describeEngine('traefik', 'pairs of label sets', (engine) => {
  let backends: BackendPool;
  let traefik: LabelledTraefik;
  beforeAll(async () => {
    backends = await startBackends(PAIR_BACKENDS);
    const { entryPoints, flags } = staticFlags(parse(STATIC));
    traefik = await traefikFromLabels({ engine, backends, containers: [], entryPoints, staticFlags: flags });
  });
  afterAll(async () => {
    await traefik.stop();
    await backends.stop();
  });

  describe('that differ: both sides do what the witness says', () => {
    test.for(chosen(readPairs('changes')))('%s', async ([, pair]) => {
      const [before, after] = [loadSide(pair.before), loadSide(pair.after)];
      const claims = claimsBetween(diffSide(before, 'old'), diffSide(after, 'new')).changes;
      // Entry points share a rate: only the first of several requests finds it untouched, however fast the machine is.
      const changes = JSON.stringify(pair).includes('ratelimit') ? claims.slice(0, 1) : claims;
      const sent = changes.map(({ witness }) => asSent(witness, LOGIN));
      const [was, is] = [await askSide(traefik, before, sent), await askSide(traefik, after, sent)];
      for (const { real, expected } of [was, is].map(columns)) expect(real).toEqual(expected);
      for (const [at, change] of changes.entries()) {
        const probe = sent[at];
        if (probe === undefined || isQuiet(change)) continue;
        const differs = JSON.stringify(was[at]?.real) !== JSON.stringify(is[at]?.real);
        if (isShown(change)) expect([change.class, differs]).toEqual([change.class, true]);
        else if (!differs && isFelt(change)) expect([change.class, await crowd(traefik, before, probe)]).not.toEqual([change.class, await crowd(traefik, after, probe)]);
      }
    });
  });

  describe('that only look different: what could tell them apart is answered alike', () => {
    test.for(chosen(readPairs('same')))('%s', async ([, pair]) => {
      const [before, after] = [loadSide(pair.before), loadSide(pair.after)];
      const sent = [...edgesOf(before), ...edgesOf(after)];
      const [was, is] = [await askSide(traefik, before, sent), await askSide(traefik, after, sent)];
      expect(is.map(({ real }) => real)).toEqual(was.map(({ real }) => real));
      for (const { real, expected } of [was, is].map(columns)) expect(real).toEqual(expected);
    });
  });
});

/** What a real server, or many requests, show where one decision does not. */
function isFelt({ class: id }: BehaviourChange): boolean {
  return id === 'endpoint-set-changed' || (severityOf(id) === 'security' && id !== 'unproven');
}

/** Changes of which the claim is that no request notices them. */
function isQuiet({ class: id }: BehaviourChange): boolean {
  return id === 'renamed' || id === 'priority-changed-same-winner';
}

/** Whether the claim is that this very request is answered otherwise, and not only by another one of several servers. */
function isShown({ class: id, witness }: BehaviourChange): boolean {
  return id !== 'endpoint-set-changed' && resultKey(witness.before.decision) !== resultKey(witness.after.decision);
}

function edgesOf(loaded: Loaded): readonly ProbeInput[] {
  const { routing } = diffSide(loaded, 'old');
  return witnesses(routing, { limit: EDGES }).probes.filter(({ clientIp }) => clientIp.startsWith('127.')).slice(0, EDGES).map((probe) => asSent({ probe, loggedIn: false, before: NONE, after: NONE }, LOGIN));
}

const NONE = { decision: { kind: 'refused', requestClass: '' }, routes: [], replicas: new Map<string, number>() } as const;
