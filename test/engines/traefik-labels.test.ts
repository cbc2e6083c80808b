import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { backendsOf, readCases } from '../support/cases.ts';
import { layPlugins } from '../support/case-plugins.ts';
import { judgeCase } from '../support/case-judge.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { buildCase, loadCase } from '../support/emitted.ts';
import { startBackends, traefikFromLabels } from '../support/engine-pool.ts';
import type { LabelledTraefik } from '../support/engine-pool.ts';
import { aloneContainers, overriddenContainers } from '../support/override-labels.ts';
import { slice } from '../support/slice.ts';
import { staticFlags } from '../support/static-flags.ts';

/**
 * Every case as labels again, on real Traefik's Docker provider: laid over the source's labels as Compose does it, and
 * without them, since nothing may hang on what the source happens to say beside.
 */
const cases = readCases();
const NOTHING = { endpoints: [], entryPoints: new Map<string, { host: string; port: number }>() };
const ways = [['over the source', overriddenContainers], ['alone', aloneContainers]] as const;

/** Cases whose files stand beside the labels need a file provider too: their files are asked in cases-emitted. */
describeEngine('traefik', 'cases: emitted labels', (engine) => {
  for (const profile of new Set(cases.map((one) => one.staticPath))) {
    test.each(ways)(`static ${profile}, %s`, async (_, containersFor) => {
      const mine = cases.map((one, index) => ({ one, index })).filter(({ one }) => one.staticPath === profile && one.dynamic.length === 0 && slice(one.name, 6));
      const backends = await startBackends(mine.flatMap(({ one, index }) => backendsOf(one, index)));
      const { entryPoints, flags } = staticFlags(parse(readFileSync(profile, 'utf8')));
      let traefik: LabelledTraefik | undefined;
      try {
        for (const { one, index } of mine) {
          const built = buildCase(loadCase(one, NOTHING), 'traefik-labels', '3.7', NOTHING);
          // What no form of Traefik can be built from is not about labels.
          if (built.files === undefined && buildCase(loadCase(one, NOTHING), 'traefik', '3.7', NOTHING).files === undefined) continue;
          expect({ case: one.name, files: built.files?.length, said: built.diagnostics.filter(({ blocking }) => blocking) }).toEqual({ case: one.name, files: one.stacks.length, said: [] });
          const containers = containersFor(one, index, built);
          if (traefik === undefined) traefik = await traefikFromLabels({ engine, backends, containers, entryPoints, staticFlags: flags, prepare: layPlugins(profile) });
          else expect({ case: one.name, kind: (await traefik.swap(containers)).kind }).toEqual({ case: one.name, kind: 'applied' });
          const { ask } = traefik;
          const { differences } = await judgeCase(one, 'runtime', (probe) => ask(probe));
          expect({ case: one.name, differences }).toEqual({ case: one.name, differences: [] });
        }
      } finally {
        await traefik?.stop();
        await backends.stop();
      }
    }, 200_000);
  }
});
