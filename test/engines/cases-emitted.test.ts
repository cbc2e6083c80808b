import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EngineName } from '../../src/engines/find.ts';
import { freePorts } from '../../src/engines/free-port.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { nginxFromDir, startBackends, traefikFromFiles } from '../support/engine-pool.ts';
import type { BackendPool, RunningEngine } from '../support/engine-pool.ts';
import { addressOf, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { comparable, decisionOf, targetDiffers } from '../support/decisions.ts';
import type { Recorded } from '../support/decisions.ts';
import { buildCase, loadCase, overridesOf, writeBuilt } from '../support/emitted.ts';
import { objectAt } from '../support/json.ts';

/** Every case on every engine that we write for, against what real Traefik decided with the labels. */
const cases = readCases();
let backends: BackendPool;
beforeAll(async () => {
  backends = await startBackends(cases.flatMap((one, index) => one.services.flatMap((service, at) => (service.port > 1024 ? [{ name: `${one.name}/${service.name}`, address: addressOf(index, at), port: service.port }] : []))));
});
afterAll(() => backends.stop());

const totals = new Map<string, { built: number; refused: number; asked: number; declined: number }>();
afterAll(() => {
  for (const [name, total] of totals) console.log(`conformance ${name}: ${String(total.built)} built, ${String(total.refused)} refused, ${String(total.asked)} requests equal, ${String(total.declined)} refused by class`);
});

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
    for (const [index, one] of cases.entries()) {
      test(one.name, async () => {
        const ports = await freePorts(Object.keys(objectAt(parse(readFileSync(one.staticPath, 'utf8')), 'entryPoints')));
        const overrides = overridesOf(one, index, ports);
        const built = buildCase(loadCase(one, overrides), column.target, column.version, overrides);
        const total = totals.get(column.engine) ?? { built: 0, refused: 0, asked: 0, declined: 0 };
        totals.set(column.engine, total);
        const expected = JSON.parse(readFileSync(join(one.folder, 'verdicts.json'), 'utf8')) as Record<string, unknown>;
        const verdict = built.files === undefined ? built.diagnostics.filter((diagnostic) => diagnostic.blocking).map((diagnostic) => diagnostic.symbol.split(' ')[0]).sort() : 'built';
        expect({ case: one.name, verdict }).toEqual({ case: one.name, verdict: expected[column.target] });
        if (built.files === undefined) {
          total.refused += 1;
          return;
        }
        total.built += 1;
        const dir = writeBuilt(built);
        const running = await column.start(engine, dir, ports);
        try {
          const result = await askAll(one, running, column.target);
          total.asked += result.asked;
          total.declined += result.declined;
          expect(result.differences).toEqual([]);
        } finally {
          await running.stop();
          rmSync(dir, { recursive: true, force: true });
        }
      });
    }
  });
}

interface Asked {
  readonly asked: number;
  readonly declined: number;
  readonly differences: readonly unknown[];
}

async function askAll(one: Case, running: RunningEngine, target: string): Promise<Asked> {
  const recorded = JSON.parse(readFileSync(join(one.folder, 'decisions.json'), 'utf8')) as readonly Recorded[];
  const differences: unknown[] = [];
  let declined = 0;
  for (const [at, { text, probe }] of one.requests.entries()) {
    const seen = JSON.parse(JSON.stringify(decisionOf(text, await running.ask(probe))).replaceAll(`${one.name}/`, '')) as Recorded;
    const wanted = recorded[at];
    if (wanted === undefined) throw new Error('recorded decisions are missing: RECORD=1');
    if (targetDiffers(target, wanted, seen, probe) === 'declined') {
      declined += 1;
      continue;
    }
    const [left, right] = [comparable(target, wanted), comparable(target, seen)];
    if (JSON.stringify(left) !== JSON.stringify(right)) differences.push({ request: text, wanted: left, seen: right });
  }
  return { asked: one.requests.length - declined, declined, differences };
}
