import { describe, expect, it } from 'vitest';
import { resolveGateway, type ResolvedGateway } from '../../../src/resolve/index.ts';
import { readInspectFile, toStacks } from '../../../src/sources/docker/index.ts';
import { Origins } from '../../../src/text/index.ts';
import { ourView, recordedView } from '../../resolve/api-form.ts';
import { readRecording, recordedInput, type RecordedCase, type Verdict } from '../../resolve/recording.ts';
import { inspection } from '../../support/docker-container.ts';

/** The recorded sets of labels, given as `docker inspect` prints them: 310 cases on two versions, about 3 s. */
const cases = readRecording('fixtures/oracle/labels/verdicts.json');
const table = (['3.7', '2.11'] as const).flatMap((version) => cases.map((recorded) => ({ name: `${recorded.id} on ${version}`, version, recorded })));

function resolveInspected(recorded: RecordedCase, version: '3.7' | '2.11'): ResolvedGateway {
  const origins = new Origins();
  const read = readInspectFile('inspect.json', JSON.stringify(recorded.containers.map((container) => inspection({ ...container, published: {} }))));
  if (read.kind === 'invalid') throw new Error(read.message);
  const { stacks, files } = toStacks(read.seen, origins);
  return resolveGateway(recordedInput(recorded, version, { stacks, configFiles: [], files: new Map(files.map((file) => [file.path, file])) }, origins));
}

describe('containers as docker inspect prints them', () => {
  it.each(table)('have the fate that the engine gave them: $name', ({ recorded, version }) => {
    const verdict: Verdict = recorded[`v${version}`];
    const ours = ourView(resolveInspected(recorded, version), version);
    const others = (verdict.others ?? []).map((other) => JSON.stringify(recordedView(other, version)));
    if (others.includes(JSON.stringify(ours))) return;
    expect(ours).toEqual(recordedView(verdict, version));
  });
});
