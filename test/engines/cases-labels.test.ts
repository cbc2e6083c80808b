import { readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { describeEngine } from '../support/describe-engine.ts';
import { startBackends, traefikFromLabels } from '../support/engine-pool.ts';
import type { BackendPool, LabelledTraefik } from '../support/engine-pool.ts';
import { addressOf, containersOf, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { decisionOf } from '../support/decisions.ts';
import type { Recorded } from '../support/decisions.ts';
import { staticFlags } from '../support/static-flags.ts';
import { slice } from '../support/slice.ts';

/** Real Traefik on the source labels: records decisions with RECORD=1, asks them again without. */
const cases = readCases();
const recording = process.env['RECORD'] === '1';
const profiles = [...new Set(cases.map((one) => one.staticPath))];

describeEngine('traefik', 'cases: source labels', (engine) => {
  for (const profile of profiles) {
    test(`static ${profile}`, async () => {
      const mine = cases.map((one, index) => ({ one, index })).filter(({ one }) => one.staticPath === profile && (recording || slice(one.name)));
      const backends = await startBackends(mine.flatMap(({ one, index }) => one.services.flatMap((service, at) => (service.port > 1024 ? [{ name: `${one.name}/${service.name}`, address: addressOf(index, at), port: service.port }] : []))));
      const { entryPoints, flags } = staticFlags(parse(readFileSync(profile, 'utf8')));
      let traefik: LabelledTraefik | undefined;
      try {
        for (const { one, index } of mine) {
          const containers = containersOf(one, index);
          if (traefik === undefined) traefik = await traefikFromLabels({ engine, backends, containers, entryPoints, staticFlags: flags });
          else await traefik.swap(containers);
          await judge(one, traefik, backends);
        }
      } finally {
        await traefik?.stop();
        await backends.stop();
      }
    }, 200_000);
  }
});

async function judge(one: Case, traefik: LabelledTraefik, _backends: BackendPool): Promise<void> {
  const seen: Recorded[] = [];
  for (const { text, probe } of one.requests) seen.push(decisionOf(text, await traefik.ask(probe)));
  const file = join(one.folder, 'decisions.json');
  const text = `${JSON.stringify(seen.map((decision) => mask(decision, one.name)), null, 1)}\n`;
  if (recording) {
    if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
    return;
  }
  expect({ case: one.name, decisions: JSON.parse(text) as unknown }).toEqual({ case: one.name, decisions: JSON.parse(readFileSync(file, 'utf8')) as unknown });
}

/** Backends are named by case while they run; a case knows its own services. */
function mask(decision: Recorded, name: string): Recorded {
  const text = JSON.stringify(decision).replaceAll(`${name}/`, '');
  return JSON.parse(text) as Recorded;
}
