import { setImmediate as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { applyOverrides } from '../../src/compile/overrides.ts';
import { withoutOwnRoutes } from '../../src/compile/foreign.ts';
import { modelOf, validate } from '../../src/compile/validate.ts';
import { repliesOf } from '../../src/compile/validation/replies.ts';
import type { OutputFile } from '../../src/index.ts';
import type { Probe, Routing } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { corruptions, rareCorruptions, type Corruption } from '../support/corruptions.ts';
import { readCases } from '../support/cases.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { nginxProbe } from '../support/nginx-model.ts';

const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443 };
/** Of all cases the ones with most to lose; all of them with FULL. */
const CHOSEN = [
  'add-prefix', 'basic-auth-apr1', 'basic-auth-options', 'body-limit', 'chain-flat', 'client-ip', 'compress-allowed', 'cors-list', 'errors-pages', 'errors-rewrites', 'errors-url', 'failover-behind-refusals', 'failover-status', 'header-match', 'headers-request', 'headers-response', 'headers-security', 'host-or', 'host-regexp', 'host-wildcard',
  'ip-allow', 'many-hosts', 'method', 'mirroring-all', 'mirroring-without-body', 'negation', 'nested-boolean', 'path-exact', 'path-prefix-boundary', 'path-regexp', 'priority-explicit', 'query-match', 'redirect-regex', 'redirect-scheme', 'replace-path', 'replace-path-regex', 'retry-status-allowed', 'strip-prefix', 'strip-then-add', 'tls-router', 'weights',
];
const FULL = process.env['FULL'] === '1';
const cases = readCases().map((one, index) => ({ one, index })).filter(({ one }) => FULL || CHOSEN.includes(one.name));

/** In milliseconds. Nothing is said about time here: this only ends what hangs, on a busy machine too. */
const PATIENCE = 900_000;

/** Lines that are dropped or name something else are all tried with FULL, of the other changes one in twelve. */
function drawn(files: readonly OutputFile[], turn: number): readonly Corruption[] {
  const [common, rare] = [corruptions(files), rareCorruptions(files)];
  return FULL ? [...common, ...every(12, rare, turn)] : [...every(Math.ceil(common.length / 5), common, turn), ...every(Math.ceil(rare.length / 3), rare, turn)];
}

function every(step: number, all: readonly Corruption[], turn: number): readonly Corruption[] {
  return all.filter((_, at) => at % Math.max(1, step) === turn % Math.max(1, step));
}

/** Changes that the build's check does not look for, and why. */
const EXCEPTED: readonly { readonly target: string; readonly cases: readonly string[]; readonly line: RegExp; readonly why: string }[] = [
  { target: 'nginx', cases: ['header-underscore'], line: /dropped: ignore_invalid_headers off;$/, why: 'fields with a dot in their name are lost by declaration elsewhere (target-dropped-fields), so that none is asked' },
];

function isExcepted(target: string, name: string, line: string): boolean {
  return EXCEPTED.some((one) => one.target === target && one.cases.includes(name) && one.line.test(line));
}

/** The recorded requests that the files now decide otherwise. */
function changed(subject: { readonly target: string; readonly version: string }, routing: Routing, files: readonly OutputFile[], probes: readonly Probe[]): number {
  const model = modelOf(subject, { routing, files: new Map(files.map(({ path, text }) => [path, text])) });
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  return probes.filter((probe) => {
    const decision = runtime.decide(probe);
    const asked = model?.ask(probe, decision).kind ?? 'differs';
    return ['differs', 'unmodelled'].includes(asked) || (asked === 'same' && decision.kind === 'forward' && repliesOf(routing, model?.after)?.differs(probe, decision.router) !== undefined);
  }).length;
}

describe.each(['traefik', 'nginx', 'kong'])('corrupted %s files', (target) => {
  const total = { corrupted: 0, harmful: 0, noticed: 0 };
  it.each(cases.map(({ one, index }) => [one.name, one, index] as const))('are noticed: %s', { timeout: PATIENCE }, async (_, one, index) => {
    const overrides = overridesOf(one, index, PORTS);
    const loaded = loadCase(one, overrides);
    const built = buildCase(loaded, target, undefined, overrides, one.allow.filter((feature) => /middleware\.(?:errors|compress|retry(?:\.status)?)$/.test(feature)));
    const resolved = loaded.gateways[0]?.resolved[0];
    if (built.files === undefined || resolved === undefined) return;
    const whole = applyOverrides(resolved.gateway, resolved.routing, overrides).routing;
    const routing = target === 'traefik' ? whole : withoutOwnRoutes(whole);
    const probes = one.requests.filter(({ probe }) => probe.httpVersion === undefined).map(({ probe }) => nginxProbe(probe));
    const before = changed(built, routing, built.files, probes);
    const missed: string[] = [];
    for (const { name, files } of drawn(built.files, index)) {
      total.corrupted += 1;
      // Some cases take a minute: the runner must hear of it in between.
      await pause();
      // What changes nothing that is recorded may be noticed all the same: nothing is claimed about it.
      if (changed(built, routing, files, probes) <= before) continue;
      const result = validate({ target, version: built.version, routing, files, judged: built.judged, enough: 1 });
      total.harmful += 1;
      if ((result?.disagreements.length ?? 0) > 0 || (result?.unmodelled.length ?? 0) > 0) total.noticed += 1;
      else if (!isExcepted(target, one.name, name)) missed.push(name);
    }
    expect(missed).toEqual([]);
  });
  it('many of them change a recorded decision', () => {
    console.log(target, total);
    expect(total.harmful).toBeGreaterThan(25);
  });
});
