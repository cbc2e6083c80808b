import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineName } from '../../src/engines/find.ts';
import { freePorts } from '../../src/engines/free-port.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { nginxFromDir, startBackends, traefikFromFiles } from '../support/engine-pool.ts';
import type { BackendPool, RunningEngine } from '../support/engine-pool.ts';
import { layPlugins } from '../support/case-plugins.ts';
import { backendsOf, readCases } from '../support/cases.ts';
import { judgeCase } from '../support/case-judge.ts';
import { settle, Tally } from '../support/conformance.ts';
import { buildCase, loadCase, overridesOf, writeBuilt } from '../support/emitted.ts';
import { objectAt } from '../support/json.ts';
import { expectedVerdict, verdictOf } from '../support/verdicts.ts';

/** Every case on every engine that we write for, against what real Traefik decided with the labels. */
const cases = readCases();
let backends: BackendPool;
beforeAll(async () => {
  backends = await startBackends(cases.flatMap((one, index) => backendsOf(one, index)));
});
afterAll(() => backends.stop());

interface Column {
  readonly engine: EngineName;
  readonly target: string;
  readonly version: string;
  readonly start: (binary: Parameters<Parameters<typeof describeEngine>[2]>[0], dir: string, ports: Readonly<Record<string, number>>) => Promise<RunningEngine>;
}
/** nginx does not open an entry point that serves nothing: only the ports that it was told to listen on are waited for. */
const startNginxDir: Column['start'] = (engine, dir, ports) => {
  const text = readFileSync(join(dir, 'nginx.conf'), 'utf8');
  return nginxFromDir({ engine, backends, dir, ports: Object.fromEntries(Object.entries(ports).filter(([, port]) => new RegExp(`listen [^;]*\\b${String(port)}\\b`).test(text))) });
};

const columns: readonly Column[] = [
  { engine: 'traefik', target: 'traefik', version: '3.7', start: (engine, dir) => traefikFromFiles({ engine, backends, dir }) },
  { engine: 'nginx122', target: 'nginx', version: '1.22', start: startNginxDir },
  { engine: 'nginx131', target: 'nginx', version: '1.31', start: startNginxDir },
];

for (const column of columns) {
  describeEngine(column.engine, `cases: emitted files`, (engine) => {
    const tally = new Tally();
    for (const [index, one] of cases.entries()) {
      test(one.name, async () => {
        const ports = await freePorts(Object.keys(objectAt(parse(readFileSync(one.staticPath, 'utf8')), 'entryPoints')));
        const overrides = overridesOf(one, index, ports);
        const built = buildCase(loadCase(one, overrides), column.target, column.version, overrides, one.allow);
        const verdict = verdictOf(built);
        expect(verdict).toEqual(expectedVerdict(one.folder, column.target, verdict));
        if (built.files === undefined) return tally.add('refused');
        const dir = writeBuilt(built);
        if (column.target === 'traefik') await layPlugins(one.staticPath)(dir);
        const running = await column.start(engine, dir, ports);
        try {
          const judged = await judgeCase(one, column.target, (probe) => running.ask(probe));
          tally.add(judged);
          expect(judged.differences).toEqual([]);
        } finally {
          await running.stop();
          rmSync(dir, { recursive: true, force: true });
        }
      });
    }
    test('reaches its floor', () => settle(`${column.engine} (emitted files)`, tally.column));
  });
}
