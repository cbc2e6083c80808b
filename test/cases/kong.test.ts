import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkKongYaml } from '../../src/models/kong/index.ts';
import type { KongNode } from '../../src/models/kong/index.ts';
import { loadAtcRouter } from '../support/atc-router.ts';
import { routedByEngine } from '../support/atc-routed.ts';
import { backendNames, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { comparable, decisionOf, targetDiffers } from '../support/decisions.ts';
import type { Recorded } from '../support/decisions.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { askKong, kongNodes, kongProbe, nodeAt } from '../support/kong-run.ts';
import { expectedVerdict, verdictOf } from '../support/verdicts.ts';

/**
 * Every case built for Kong, decided by a reader of the rendered files that was replayed against recordings of Kong 3.9.3,
 * routed once more by Kong's own router engine.
 */
const PORTS = { web: 20080, alt: 20081, websecure: 20443 };
let atc: Awaited<ReturnType<typeof loadAtcRouter>>;
beforeAll(async () => {
  atc = await loadAtcRouter();
});

describe('cases: Kong 3.9 files in the model', () => {
  it.each(readCases().map((one, index) => [one.name, one, index] as const))('%s', (_, one, index) => {
    const overrides = overridesOf(one, index, PORTS);
    const built = buildCase(loadCase(one, overrides), 'kong', '3.9', overrides);
    const verdict = verdictOf(built);
    expect(verdict).toEqual(expectedVerdict(one.folder, 'kong', verdict));
    if (built.files === undefined) return;
    const nodes = kongNodes(built.files);
    for (const { node, yaml } of nodes) {
      expect(checkKongYaml(yaml, node.flavor)).toEqual([]);
      expect([node.router.faults, node.rules.unknown]).toEqual([[], []]);
    }
    expect(JSON.stringify(differences(one, nodes, backendNames(one, index)), null, 1)).toEqual('[]');
  });
});

function differences(one: Case, nodes: ReturnType<typeof kongNodes>, names: ReadonlyMap<string, string>): readonly unknown[] {
  const recorded = JSON.parse(readFileSync(join(one.folder, 'decisions.json'), 'utf8')) as readonly Recorded[];
  return one.requests.flatMap(({ text, probe }, at) => {
    const wanted = recorded[at];
    if (wanted === undefined) throw new Error('recorded decisions are missing: RECORD=1');
    const port = Object.entries(PORTS).find(([name]) => name === probe.entryPoint)?.[1] ?? 0;
    const node = nodeAt(nodes, port)?.node;
    // An entry point without routers has no node: nothing answers there.
    if (node === undefined) return wanted.status === 404 ? [] : [{ request: text, wanted, seen: 'no listener' }];
    const seen = decisionOf(text, askKong(node, probe, names));
    if (targetDiffers('kong', wanted, seen, probe) === 'declined') return [];
    const [left, right] = [comparable('kong', wanted), comparable('kong', seen)];
    return [...(JSON.stringify(left) === JSON.stringify(right) ? [] : [{ request: text, wanted: left, seen: right }]), ...routing(text, node, kongProbe(probe))];
  });
}

function routing(text: string, node: KongNode, probe: ReturnType<typeof kongProbe>): readonly unknown[] {
  const { mine, theirs } = routedByEngine(atc, node, probe);
  return mine === theirs ? [] : [{ request: text, routeOfModel: mine, routeOfEngine: theirs }];
}
