import { describe, expect, it } from 'vitest';
import { applyOverrides } from '../../src/index.ts';
import { judgeCase } from '../support/case-judge.ts';
import { backendNames, readCases } from '../support/cases.ts';
import type { Case } from '../support/cases.ts';
import { settle, Tally } from '../support/conformance.ts';
import { loadCase, overridesOf } from '../support/emitted.ts';
import { memoryRuntime } from '../support/memory-run.ts';

/** Every case on the TypeScript runtime: it defines the meaning, so not one difference from what Traefik did is allowed. */
describe('cases: runtime', () => {
  const tally = new Tally();
  it.each(readCases().map((one, index) => [one.name, one, index] as const))('%s', async (_, one, index) => {
    const runtime = runtimeOf(one, index);
    if (runtime === undefined) return tally.add('refused');
    const judged = await judgeCase(one, 'runtime', (probe) => runtime.ask(probe));
    tally.add(judged);
    expect(judged.differences).toEqual([]);
  });
  it('reaches its floor', () => settle('runtime', tally.column));
});

/** undefined = the case asks a TCP router, which the runtime of HTTP routes does not decide. */
function runtimeOf(one: Case, index: number): ReturnType<typeof memoryRuntime> | undefined {
  const overrides = overridesOf(one, index, {});
  const resolved = loadCase(one, overrides).gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overrides);
  if (routing.listeners.some(({ tcp }) => tcp.length > 0)) return undefined;
  return memoryRuntime(routing, backendNames(one, index));
}
