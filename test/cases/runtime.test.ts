import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { applyOverrides } from '../../src/index.ts';
import { backendNames, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { decisionOf } from '../support/decisions.ts';
import type { Recorded } from '../support/decisions.ts';
import { loadCase, overridesOf } from '../support/emitted.ts';
import { memoryRuntime } from '../support/memory-run.ts';

/** Every case on the TypeScript runtime: it defines the meaning, so not one difference from what Traefik did is allowed. */
describe('cases: runtime', () => {
  it.each(readCases().map((one, index) => [one.name, one, index] as const))('%s', (_, one, index) => {
    const recorded = JSON.parse(readFileSync(join(one.folder, 'decisions.json'), 'utf8')) as readonly Recorded[];
    const runtime = runtimeOf(one, index);
    const decided = one.requests.map(({ text, probe }) => decisionOf(text, runtime.ask(probe)));
    expect(decided).toEqual(recorded);
  });
});

function runtimeOf(one: Case, index: number): ReturnType<typeof memoryRuntime> {
  const overrides = overridesOf(one, index, {});
  const resolved = loadCase(one, overrides).gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overrides);
  return memoryRuntime(routing, backendNames(one, index));
}
