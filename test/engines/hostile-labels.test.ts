import { expect, test } from 'vitest';
import { build, verify } from '../../src/index.ts';
import type { BuildOptions, Loaded } from '../../src/index.ts';
import { buildOne, loadOne, optionsFor } from '../support/compile-one.ts';
import { composeFrom } from '../support/compose-from-containers.ts';
import { describeEngine } from '../support/describe-engine.ts';
import { HOSTILE_VALUES, hostileLabels } from '../support/hostile-labels.ts';
import type { HostileLabels } from '../support/hostile-labels.ts';
import { slice } from '../support/slice.ts';

/**
 * Every label that holds a text x every value that ends something somewhere: the build refuses it, or the engine starts
 * with all that was not refused and answers each witness request as the labels say. A sixth of the places a day.
 */
const TARGETS = [{ engine: 'traefik', target: 'traefik', version: '3.7' }, { engine: 'nginx122', target: 'nginx', version: '1.22' }, { engine: 'nginx131', target: 'nginx', version: '1.31' }] as const;
const WHERE = { roots: [process.cwd()], searchPath: '' };
// A counter in Redis cannot be asked here.
const cases = hostileLabels((place) => !place.includes('.redis.') && slice(place, 6));

function read(members: readonly HostileLabels[]): Loaded {
  return loadOne({ compose: composeFrom(members.map(({ labels }, at) => ({ name: `app${String(at)}`, labels, ports: ['80/tcp'], networks: { n1: '127.0.0.1' } }))).text });
}

const ALLOWED = ['middleware.forwardAuth', 'middleware.rateLimit', 'middleware.retry', 'middleware.compress', 'middleware.buffering', 'service.weighted'];
function optionsOf(target: string, version: string): BuildOptions {
  return { ...optionsFor({ target, version, allow: ALLOWED }), inlineSecrets: true };
}

for (const { engine, target, version } of TARGETS) {
  describeEngine(engine, 'hostile labels', () => {
    test(`${String(cases.length)} sets of labels are refused or inert`, async () => {
      const kept: HostileLabels[] = [];
      const contradicted: string[] = [];
      for (const one of cases) {
        const { files, diagnostics, validation } = caught(one, () => buildOne(read([one]), optionsOf(target, version)));
        contradicted.push(...(validation?.disagreements ?? []).slice(0, 1).map(({ what, expected, seen }) => `${one.place}: ${what}: ${expected}, the model of ${target} says ${seen}`));
        if (files !== undefined) kept.push(one);
        else expect(diagnostics.map(({ severity }) => severity), one.place).toContain('error');
      }
      expect(contradicted).toEqual([]);
      expect(kept.length).toBeGreaterThan(HOSTILE_VALUES.length);
      const loaded = read(kept);
      const options = optionsOf(target, version);
      const whole = build(loaded, options);
      expect([whole.diagnostics, whole.built[0]?.diagnostics].flat().filter((one) => one?.severity === 'error').map((one) => one?.message)).toEqual([]);
      const outcome = await verify(loaded, whole, options, WHERE);
      if (outcome.kind === 'unavailable') throw new Error(outcome.reason);
      expect(outcome.result.built[0]?.validation?.disagreements.map((one) => `${placeOf(kept, one.router ?? one.probe.target)}: ${one.what}: ${one.expected}, ${target} says ${one.seen}`)).toEqual([]);
      console.log(`${target} ${version}: ${String(kept.length)} of ${String(cases.length)} written, ${String(outcome.result.built[0]?.verifiedBy)}`);
    }, 600_000);
  });
}

/** No Kong runs here: its file is checked, and asked, by the model alone. */
test('kong: what is not refused passes its schema and says what the labels say', () => {
  const answers = cases.map((one) => ({ one, target: caught(one, () => buildOne(read([one]), optionsOf('kong', '3.9'))) }));
  expect(answers.flatMap(({ one, target: { validation } }) => (validation?.disagreements ?? []).slice(0, 1).map(({ what, expected, seen }) => `${one.place}: ${what}: ${expected}, the model says ${seen}`))).toEqual([]);
  expect(answers.filter(({ target: { files, diagnostics } }) => files === undefined && diagnostics.every(({ severity }) => severity !== 'error')).map(({ one }) => one.place)).toEqual([]);
  expect(answers.filter(({ target }) => target.files !== undefined).length).toBeGreaterThan(HOSTILE_VALUES.length);
});

/** The place that a witness of a whole gateway belongs to. */
function placeOf(members: readonly HostileLabels[], text: string): string {
  const name = /n\d+v\d+/.exec(text)?.[0];
  return members.find(({ labels }) => Object.keys(labels).some((key) => key.split('.').includes(name ?? '')))?.place ?? text;
}

function caught<T>({ place }: HostileLabels, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${place}: ${String(error)}`, { cause: error });
  }
}
