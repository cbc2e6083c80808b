import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { startOracleTraefik } from '../support/oracle-static.ts';
import { ofProvider } from '../support/rawdata.ts';
import { asVerdict, readRecordedCases, type RecordedCase } from '../support/recorded-labels.ts';
import type { TraefikDocker } from '../support/traefik-docker.ts';

/** One process serves all cases with the same static flags. */
function byFlags(cases: readonly RecordedCase[]): readonly (readonly [string, readonly RecordedCase[]])[] {
  const keys = [...new Set(cases.map(({ flags }) => flags.join(' ')))];
  return keys.map((key) => [key, cases.filter(({ flags }) => flags.join(' ') === key)]);
}

describeEngine('traefik', 'recorded label verdicts', (engine) => {
  describe.for(byFlags(readRecordedCases('fixtures/read/labels')))('with flags "%s"', ([, cases]) => {
    let traefik: TraefikDocker;
    beforeAll(async () => {
      traefik = await startOracleTraefik(engine, cases[0]?.flags);
    });
    afterAll(() => traefik.stop());

    test.for(cases.map((recorded) => [recorded.id, recorded] as const))('%s', async ([, recorded]) => {
      const outcome = await traefik.swap(recorded.containers, { timeoutMs: recorded.providerDown ? 1500 : 10_000 });
      if (recorded.providerDown) expect(outcome.kind).toBe('silent');
      else expect(outcome.kind === 'applied' ? asVerdict(ofProvider(outcome.data, 'docker')) : outcome).toEqual(recorded.verdict);
    });
  });
});
