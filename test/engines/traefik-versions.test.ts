import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePorts } from '../../src/engines/free-port.ts';
import { features } from '../../src/compile/matrix.ts';
import { layPlugins } from '../support/case-plugins.ts';
import { judgeCase } from '../support/case-judge.ts';
import { backendsOf, readCases } from '../support/cases.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { buildCase, loadCase, overridesOf, writeBuilt } from '../support/emitted.ts';
import { startBackends, traefikFromFiles } from '../support/engine-pool.ts';
import type { BackendPool } from '../support/engine-pool.ts';
import { objectAt } from '../support/json.ts';
import { slice } from '../support/slice.ts';

/**
 * Files for 2.11 hold rules of the v2 grammar. Traefik 3.7 still reads it (`core.defaultRuleSyntax`), so it says whether a
 * converted rule decides as the one that it was made from.
 */
const cases = readCases();
let backends: BackendPool;
beforeAll(async () => {
  backends = await startBackends(cases.flatMap((one, index) => backendsOf(one, index)));
});
afterAll(() => backends.stop());

describeEngine('traefik', 'cases: files for 2.11, rules read as v2', (engine) => {
  const built: string[] = [];
  for (const [index, one] of cases.entries()) {
    if (!slice(one.name, 6)) continue;
    test(one.name, async () => {
      const ports = await freePorts(Object.keys(objectAt(parse(readFileSync(one.staticPath, 'utf8')), 'entryPoints')));
      const overrides = overridesOf(one, index, ports);
      const files = buildCase(loadCase(one, overrides), 'traefik', '2.11', overrides, features());
      if (files.files === undefined) return expect(files.diagnostics.map(({ rule }) => rule)).not.toEqual([]);
      built.push(one.name);
      // A rule that 2.11 can only approximate was allowed by name: who answers may differ.
      if (files.judged.some(({ allowed, use }) => allowed !== undefined && use.feature.startsWith('rule.'))) return;
      const dir = writeBuilt(files);
      await layPlugins(one.staticPath)(dir);
      appendFileSync(join(dir, 'traefik.yml'), 'core:\n  defaultRuleSyntax: v2\n');
      const traefik = await traefikFromFiles({ engine, backends, dir });
      try {
        expect((await judgeCase(one, 'traefik', (probe) => traefik.ask(probe))).differences).toEqual([]);
      } finally {
        await traefik.stop();
        rmSync(dir, { recursive: true, force: true });
      }
    });
  }
  test('most cases can be written for 2.11', () => expect(built.length).toBeGreaterThan(cases.filter((one) => slice(one.name, 6)).length / 2));
});
