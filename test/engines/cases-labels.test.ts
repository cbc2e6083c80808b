import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, traefikFromLabels } from '../support/engine-pool.ts';
import type { LabelledTraefik } from '../support/engine-pool.ts';
import { askCase } from '../support/case-ask.ts';
import { layPlugins } from '../support/case-plugins.ts';
import { backendsOf, containersOf, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { maskNames } from '../support/case-judge.ts';
import { decisionOf } from '../support/decisions.ts';
import type { Recorded } from '../support/decisions.ts';
import { dynamicFolder } from '../support/dynamic-folder.ts';
import { staticFlags } from '../support/static-flags.ts';
import { slice } from '../support/slice.ts';

/** Real Traefik on the source labels: records decisions with RECORD=1 (one case alone with ONLY=NAME), asks them again without. */
const cases = readCases();
const recording = process.env['RECORD'] === '1';
const only = process.env['ONLY'];
const profiles = [...new Set(cases.map((one) => one.staticPath))];

describeEngine('traefik', 'cases: source labels', (engine) => {
  for (const profile of profiles) {
    if (only !== undefined && !cases.some(({ name, staticPath }) => name === only && staticPath === profile)) continue;
    test(`static ${profile}`, async () => {
      const mine = cases.map((one, index) => ({ one, index })).filter(({ one }) => one.staticPath === profile && (only === undefined ? recording || slice(one.name) : one.name === only));
      const backends = await startBackends(mine.flatMap(({ one, index }) => backendsOf(one, index)));
      const { entryPoints, flags } = staticFlags(parse(readFileSync(profile, 'utf8')));
      const files = await dynamicFolder(mine.map(({ one }) => one));
      let traefik: LabelledTraefik | undefined;
      try {
        for (const { one, index } of mine) {
          const containers = containersOf(one, index);
          await files.write(one);
          if (traefik === undefined) traefik = await traefikFromLabels({ engine, backends, containers, entryPoints, staticFlags: flags, prepare: layPlugins(profile), ...files.directory });
          else expect((await traefik.swap(containers, { timeoutMs: 30_000 })).kind).toBe('applied');
          await files.applied(traefik, containers);
          await judge(one, traefik);
        }
      } finally {
        await traefik?.stop();
        await backends.stop();
        await files.remove();
      }
    }, 600_000);
  }
});

async function judge(one: Case, traefik: LabelledTraefik): Promise<void> {
  const seen: Recorded[] = [];
  for (const { text, probe } of one.requests) seen.push(decisionOf(text, await askCase(traefik.ask, probe)));
  const file = join(one.folder, 'decisions.json');
  const text = `[\n${seen.map((decision) => JSON.stringify(maskNames(decision, one.name))).join(',\n')}\n]\n`;
  if (recording) {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
    return;
  }
  expect({ case: one.name, decisions: JSON.parse(text) as unknown }).toEqual({ case: one.name, decisions: JSON.parse(readFileSync(file, 'utf8')) as unknown });
}
