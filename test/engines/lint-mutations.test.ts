import { afterAll, beforeAll, expect, test } from 'vitest';
import { composeFrom } from '../support/compose-from-containers.ts';
import { describeEngine } from '../support/describe-engine.ts';
import type { FakeContainer } from '../support/docker-container.ts';
import { errorsIn, fatesOf, SERVED_OTHERWISE } from '../support/fates.ts';
import { mutate, random, SOUND_LABELS } from '../support/label-mutations.ts';
import { lintFiles } from '../support/lint.ts';
import { lostInLog } from '../support/live-stack.ts';
import { startOracleTraefik } from '../support/oracle-static.ts';
import { ofProvider } from '../support/rawdata.ts';
import { asVerdict } from '../support/recorded-labels.ts';
import { recordedFiles } from '../support/recorded-static.ts';
import type { TraefikDocker } from '../support/traefik-docker.ts';

const SEED = Number(process.env['SEED'] ?? '1');
const ROUNDS = Number(process.env['ROUNDS'] ?? '4');
const SIZE = 66;

/** Containers that are each broken by an accident of their own. */
function containersOf(seed: number): readonly FakeContainer[] {
  const next = random(seed);
  return Array.from({ length: SIZE }, (_, index) => {
    const name = `${String.fromCodePoint(97 + (index % 26))}q${String.fromCodePoint(97 + Math.floor(next() * 26))}${String.fromCodePoint(97 + Math.floor(index / 26))}w${String.fromCodePoint(97 + Math.floor(next() * 26))}`;
    return { name: `c${String(index)}-${name}`, labels: mutate(SOUND_LABELS[index % SOUND_LABELS.length] ?? [], name, next), ports: ['80/tcp'], networks: { n1: `127.0.2.${String(index + 1)}` } };
  });
}

describeEngine('traefik', 'accidents in labels', (engine) => {
  let traefik: TraefikDocker;
  beforeAll(async () => {
    traefik = await startOracleTraefik(engine);
  });
  afterAll(() => traefik.stop());

  test.for(Array.from({ length: ROUNDS }, (_, round) => SEED * 1000 + round))('seed %i', async (seed) => {
    const containers = containersOf(seed);
    const outcome = await traefik.swap(containers, { timeoutMs: 15_000 });
    expect(outcome.kind, outcome.log.filter((line) => !/routerName|Skip|field not/.test(line)).join('\n')).toBe('applied');
    if (outcome.kind !== 'applied') return;
    const written = composeFrom(containers);
    const { findings } = lintFiles({ files: { 'compose.yml': written.text, ...recordedFiles([]) }, static: 'traefik.yml', dynamic: ['dynamic'], versions: ['3.7'], projectName: 'app' });
    const fates = fatesOf({ containers, verdict: asVerdict(ofProvider(outcome.data, 'docker')), lost: lostInLog(outcome.log, containers), exposedByDefault: true });
    const wrong: string[] = [];
    for (const container of containers) {
      const lines = written.lines.get(container.name);
      const errors = errorsIn(findings, lines === undefined ? [] : [{ file: 'compose.yml', ...lines }]);
      const fate = fates.get(container.name);
      const labels = JSON.stringify(container.labels, null, 1);
      const log = outcome.log.filter((line) => line.includes(container.name.slice(container.name.indexOf('-') + 1))).slice(0, 2).join('\n');
      if (fate === 'bad' && errors.length === 0) wrong.push(`MISSED ${labels}\n${log}`);
      const loud = errors.filter(({ rule }) => !SERVED_OTHERWISE.includes(rule));
      if (fate === 'good' && loud.length > 0) wrong.push(`FALSE ${labels}\n${loud.map(({ rule, message }) => `${rule}: ${message}`).join('\n')}`);
    }
    expect(wrong.join('\n\n')).toBe('');
  });
});
