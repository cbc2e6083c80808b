import { expect, it } from 'vitest';
import { witnesses } from '../../src/analysis/index.ts';
import { applyOverrides } from '../../src/compile/overrides.ts';
import { modelOf } from '../../src/compile/validate.ts';
import { createRuntime } from '../../src/runtime/index.ts';
import { readCases } from '../support/cases.ts';
import { corruptions } from '../support/corruptions.ts';
import { buildCase, loadCase, overridesOf } from '../support/emitted.ts';
import { slice } from '../support/slice.ts';

// 2 s: what is taken for the same without deciding is held against both decisions, in whole and in corrupted files.

const PORTS: Readonly<Record<string, number>> = { web: 20080, alt: 20081, websecure: 20443 };
const CORRUPTED = process.env['FULL'] === '1' ? Infinity : 4;
const cases = readCases().map((one, index) => ({ one, index })).filter(({ one }) => slice(one.name, 6));
const total = { agreed: 0, asked: 0, differs: 0 };

it.each(cases.map(({ one, index }) => [one.name, one, index] as const))('requests that agree are decided alike: %s', (_, one, index) => {
  const overrides = overridesOf(one, index, PORTS);
  const loaded = loadCase(one, overrides);
  const { files, version } = buildCase(loaded, 'traefik', undefined, overrides);
  const resolved = loaded.gateways[0]?.resolved[0];
  if (files === undefined || resolved === undefined) return;
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, overrides);
  const { probes, lanes } = witnesses(routing, { limit: 60 });
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  const decided = probes.map((probe) => ({ probe, decision: runtime.decide(probe), front: lanes.find(({ entryPoint }) => entryPoint === probe.entryPoint)?.front(probe) }));
  const all = corruptions(files);
  const step = Math.max(1, Math.ceil(all.length / CORRUPTED));
  for (const texts of [files, ...all.filter((__, at) => at % step === index % step).map((corruption) => corruption.files)]) {
    const model = modelOf({ target: 'traefik', version }, { routing, files: new Map(texts.map(({ path, text }) => [path, text])) });
    for (const { probe, decision, front } of decided) {
      const seen = model?.ask(probe, decision).kind;
      const agrees = model?.agrees?.(probe, () => front) === true;
      total[agrees ? 'agreed' : 'asked'] += 1;
      if (seen === 'differs') total.differs += 1;
      if (agrees) expect(seen).toBe('same');
    }
  }
});

it('many agree, and there were some that do not', () => {
  console.log(total);
  expect(total.agreed).toBeGreaterThan(1000);
  expect(total.differs).toBeGreaterThan(20);
});
