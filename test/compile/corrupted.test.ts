import { describe, expect, it } from 'vitest';
import { applyOverrides } from '../../src/compile/overrides.ts';
import { withoutOwnRoutes } from '../../src/compile/foreign.ts';
import { modelOf, validate } from '../../src/compile/validate.ts';
import { repliesOf } from '../../src/compile/validation/replies.ts';
import type { OutputFile } from '../../src/index.ts';
import type { Probe, Routing } from '../../src/ir/index.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { corruptions } from '../support/corruptions.ts';
import { readCases } from '../support/cases.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { nginxProbe } from '../support/nginx-model.ts';

const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443 };
/** Of all cases the ones with most to lose; all of them with FULL. */
const CHOSEN = [
  'add-prefix', 'basic-auth-apr1', 'basic-auth-options', 'body-limit', 'chain-flat', 'client-ip', 'compress-allowed', 'cors-list', 'errors-pages', 'errors-rewrites', 'errors-url', 'failover-behind-refusals', 'failover-status', 'header-match', 'headers-request', 'headers-response', 'headers-security', 'host-or', 'host-regexp', 'host-wildcard',
  'ip-allow', 'many-hosts', 'method', 'mirroring-all', 'mirroring-without-body', 'negation', 'nested-boolean', 'path-exact', 'path-prefix-boundary', 'path-regexp', 'priority-explicit', 'query-match', 'redirect-regex', 'redirect-scheme', 'replace-path', 'replace-path-regex', 'retry-status-allowed', 'strip-prefix', 'strip-then-add', 'tls-router', 'weights',
];
const PER_CASE = process.env['FULL'] === '1' ? Infinity : 8;
const cases = readCases().map((one, index) => ({ one, index })).filter(({ one }) => process.env['FULL'] === '1' || CHOSEN.includes(one.name));

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
  const total = { corrupted: 0, harmful: 0, noticed: 0, alsoNoticed: 0 };
  const missed: string[] = [];
  it.each(cases.map(({ one, index }) => [one.name, one, index] as const))('are noticed: %s', (_, one, index) => {
    const overrides = overridesOf(one, index, PORTS);
    const loaded = loadCase(one, overrides);
    const built = buildCase(loaded, target, undefined, overrides, one.allow.filter((feature) => /middleware\.(?:errors|compress|retry(?:\.status)?)$/.test(feature)));
    const resolved = loaded.gateways[0]?.resolved[0];
    if (built.files === undefined || resolved === undefined) return;
    const whole = applyOverrides(resolved.gateway, resolved.routing, overrides).routing;
    const routing = target === 'traefik' ? whole : withoutOwnRoutes(whole);
    const probes = one.requests.filter(({ probe }) => probe.httpVersion === undefined).map(({ probe }) => nginxProbe(probe));
    const before = changed(built, routing, built.files, probes);
    const all = corruptions(built.files);
    const step = Math.max(1, Math.ceil(all.length / PER_CASE));
    for (const { name, files } of all.filter((__, at) => at % step === index % step)) {
      const harmful = changed(built, routing, files, probes) > before;
      const result = validate({ target, version: built.version, routing, files, judged: built.judged });
      const noticed = (result?.disagreements.length ?? 0) > 0 || (result?.unmodelled.length ?? 0) > 0;
      total.corrupted += 1;
      if (harmful) total.harmful += 1;
      if (harmful && noticed) total.noticed += 1;
      if (!harmful && noticed) total.alsoNoticed += 1;
      if (harmful && !noticed) missed.push(`${one.name} ${name}`);
    }
  });
  it('nearly all that change a recorded decision', () => {
    console.log(target, total, missed.slice(0, 20));
    expect(total.harmful).toBeGreaterThan(25);
    expect(total.noticed / total.harmful).toBeGreaterThanOrEqual(0.95);
  });
});
