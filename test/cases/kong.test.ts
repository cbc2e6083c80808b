import { beforeAll, describe, expect, it } from 'vitest';
import { checkKongYaml } from '../../src/models/kong/index.ts';
import { loadAtcRouter } from '../support/atc-router.ts';
import { routedByEngine } from '../support/atc-routed.ts';
import { judgeCase } from '../support/case-judge.ts';
import { backendNames, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { settle, Tally } from '../support/conformance.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { askPort, kongNodes, kongProbe, nodeAt } from '../support/kong-run.ts';
import type { KongFolder } from '../support/kong-run.ts';
import { expectedVerdict, verdictOf } from '../support/verdicts.ts';

/**
 * Every case built for Kong, decided by a reader of the rendered files that was replayed against recordings of Kong 3.9.3,
 * routed once more by Kong's own router engine.
 */
const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443, dns: 20053 };
let atc: Awaited<ReturnType<typeof loadAtcRouter>>;
beforeAll(async () => {
  atc = await loadAtcRouter();
});

describe('cases: Kong 3.9 files in the model', () => {
  const tally = new Tally();
  it.each(readCases().map((one, index) => [one.name, one, index] as const))('%s', async (_, one, index) => {
    const overrides = overridesOf(one, index, PORTS);
    const built = buildCase(loadCase(one, overrides), 'kong', '3.9', overrides, one.allow);
    const verdict = verdictOf(built);
    expect(verdict).toEqual(expectedVerdict(one.folder, 'kong', verdict));
    if (built.files === undefined) return tally.add('refused');
    const nodes = kongNodes(built.files);
    for (const { node, yaml } of nodes) {
      expect(checkKongYaml(yaml, node.flavor)).toEqual([]);
      expect([node.router.faults, node.rules.unknown]).toEqual([[], []]);
    }
    const judged = await judgeCase(one, 'kong', (probe) => askPort(nodes, PORTS[probe.entryPoint] ?? 0, probe, backendNames(one, index)));
    tally.add(judged);
    expect([judged.differences, otherRoutes(one, nodes)]).toEqual([[], []]);
  });
  it('reaches its floor', () => settle('kong 3.9 (model)', tally.column));
});

/** Requests for which Kong's own engine finds another route than the model. */
function otherRoutes(one: Case, nodes: readonly KongFolder[]): readonly unknown[] {
  return one.requests.flatMap(({ text, probe }) => {
    const node = nodeAt(nodes, PORTS[probe.entryPoint] ?? 0)?.node;
    if (node === undefined) return [];
    const { mine, theirs } = routedByEngine(atc, node, kongProbe(probe));
    return mine === theirs ? [] : [{ request: text, model: mine, engine: theirs }];
  });
}
