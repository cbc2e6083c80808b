import { describe, expect, it } from 'vitest';
import type { Problem } from '../../src/ir/index.ts';
import { ourView, recordedView } from './api-form.ts';
import { readRecording, resolveCase, type RecordedCase, type Verdict } from './recording.ts';

/** 310 sets of labels that both engines were given by a Docker provider, and what their API and log said. */
const cases = readRecording('fixtures/oracle/labels/verdicts.json');
const versions = ['3.7', '2.11'] as const;
type Version = (typeof versions)[number];

const table = versions.flatMap((version) => cases.map((recorded) => ({ name: `${recorded.id} on ${version}`, version, recorded })));

describe('the API of the engine', () => {
  it('is covered case by case', () => expect(table.length).toBe(620));

  it.each(table)('$name', ({ recorded, version }) => {
    const verdict = verdictOf(recorded, version);
    const ours = ourView(resolveCase(recorded, version), version);
    const others = (verdict.others ?? []).map((other) => recordedView(other, version));
    // Several runs of the engine differed: any of its answers will do.
    if (others.some((other) => JSON.stringify(other) === JSON.stringify(ours))) return;
    expect(ours).toEqual(recordedView(verdict, version));
  });
});

describe('the log of the engine', () => {
  it.each(table)('$name: each error is a problem', ({ recorded, version }) => {
    const problems = resolveCase(recorded, version).problems;
    const errors = verdictOf(recorded, version).log.filter(({ level }) => level === 'ERR').map(textOf);
    expect(errors.filter((text) => !problems.some((problem) => explains(problem, text)))).toEqual([]);
  });

  it.each(table)('$name: each problem that costs something is seen', ({ recorded, version }) => {
    const { problems } = resolveCase(recorded, version);
    const verdict = verdictOf(recorded, version);
    const texts = [...verdict.log.map(textOf), ...errorsOf(verdict)];
    const seen = (problem: Problem): boolean => texts.some((text) => explains(problem, text));
    const unseen = problems.filter((problem) => problem.loss !== 'nothing' && !SILENT.has(problem.kind) && !failsLater(problem) && !seen(problem) && !problems.some((other) => other !== problem && seen(other) && hides(other, problem)));
    expect(unseen.map(({ kind, subject, engineSays }) => ({ kind, subject, engineSays }))).toEqual([]);
  });
});

function verdictOf(recorded: RecordedCase, version: Version): Verdict {
  return recorded[`v${version}`];
}

function textOf({ message, error }: Verdict['log'][number]): string {
  return [message ?? '', typeof error === 'string' ? error : ''].filter((text) => text !== '').join(' ');
}

function errorsOf(verdict: Verdict): readonly string[] {
  const { routers, services, middlewares, tcpRouters = {}, tcpServices = {}, udpRouters = {} } = verdict;
  return [routers, services, middlewares, tcpRouters, tcpServices, udpRouters].flatMap((section) => Object.values(section).flatMap((entity) => entity.errors ?? []));
}

/** Kinds that the engine does not speak of at WRN and above: that is what makes them worth reporting. */
const SILENT: ReadonlySet<Problem['kind']> = new Set<Problem['kind']>(['label-root-unknown', 'label-switched-off', 'label-name-case', 'too-many-services']);

/** The recording leaves the results of health checks out; that these fail is in the case's note. */
function failsLater({ engineSays }: Problem): boolean {
  return engineSays?.startsWith('health check path must be a relative URL') === true;
}

/** Log lines that carry no text of the mistake itself. */
const WORDLESS: Readonly<Record<string, Problem['kind'] | undefined>> = {
  "EntryPoint doesn't exist": 'entry-point-unknown',
  'No valid entryPoint for this router': 'entry-point-unknown',
  'no valid entryPoint for this router': 'entry-point-unknown',
  'Error in Go routine': 'label-bracket',
};

function explains(problem: Problem, text: string): boolean {
  const wordless = Object.entries(WORDLESS).some(([start, kind]) => text.startsWith(start) && kind === problem.kind);
  const says = problem.engineSays?.replace(':***', ':') ?? '';
  if (says === 'obtaining build tree') return wordless || text.startsWith('error while parsing rule ');
  const shorter = says.replace(/^building router handler: /, '');
  return wordless || (says !== '' && (text.includes(says) || text.includes(shorter)));
}

/** The engine stops at the first mistake of a container, rule, router without an entry point, or middleware. */
function hides(first: Problem, other: Problem): boolean {
  const entity = ({ symbol }: Problem): string => symbol.slice(0, symbol.lastIndexOf('.'));
  const sameRouter = first.kind === 'entry-point-unknown' && entity(first) === entity(other);
  const sameMiddleware = first.kind === 'middleware-invalid' && other.kind === 'middleware-invalid' && first.ref?.name === other.ref?.name;
  const sameContainer = first.loss === 'container' && other.loss === 'container' && first.symbol.split(' ')[0] === other.symbol.split(' ')[0];
  const sameRule = first.kind === 'rule-invalid' && other.kind === 'rule-invalid' && first.symbol === other.symbol;
  return sameContainer || sameRule || sameRouter || sameMiddleware;
}
