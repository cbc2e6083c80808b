import type { Feature } from '../../src/ir/index.ts';
import { usesOf } from '../../src/targets/uses.ts';
import { readCases } from './cases.ts';
import { loadCase, overridesOf } from './emitted.ts';

/** The cases that use a feature, in the order of their names. */
export type CasesByFeature = ReadonlyMap<Feature, readonly string[]>;

/** Reads and resolves every case and notes what its served routes use. */
export function casesByFeature(): CasesByFeature {
  const found = new Map<Feature, string[]>();
  for (const one of readCases()) {
    const resolved = loadCase(one, overridesOf(one, one.index, {})).gateways[0]?.resolved[0];
    if (resolved === undefined) throw new Error(`${one.name}: nothing was resolved`);
    for (const feature of new Set(usesOf(resolved.routing, '3.7').map((use) => use.feature))) found.set(feature, [...(found.get(feature) ?? []), one.name]);
  }
  return found;
}
