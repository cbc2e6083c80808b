import { describe, expect, it } from 'vitest';
import { fileHost } from '../../src/cli/host.ts';
import { withUserFiles } from '../../src/cli/serve-users.ts';
import { applyOverrides } from '../../src/index.ts';
import { usesOf } from '../../src/targets/uses.ts';
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
    const judged = await judgeCase(one, 'runtime', runtime.ask);
    tally.add(judged);
    expect(judged.differences).toEqual([]);
  });
  it('reaches its floor', () => settle('runtime', tally.column));
});

/** Plugins run in Traefik only, and counters that several proxies share are not the runtime's. */
const NOT_HERE: readonly string[] = ['middleware.plugin', 'middleware.rateLimit.redis'];

/** undefined = the case asks a TCP or UDP router, or uses what the runtime does not have. */
function runtimeOf(one: Case, index: number): ReturnType<typeof memoryRuntime> | undefined {
  const overrides = overridesOf(one, index, {});
  const resolved = loadCase(one, overrides).gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overrides);
  if (routing.listeners.some(({ tcp, udp }) => tcp.length > 0 || udp !== undefined)) return undefined;
  if (usesOf(routing, '3.7').some(({ feature }) => NOT_HERE.includes(feature))) return undefined;
  return memoryRuntime(withUserFiles(routing, fileHost(process.cwd())).routing, backendNames(one, index));
}
