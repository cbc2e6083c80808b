import type { Routing } from '../ir/index.ts';
import { coverageOf, decider, mutants, probeFor } from '../testing/index.ts';
import type { Coverage, RouteTest } from '../testing/index.ts';
import { askEngine } from './route-tests-engine.ts';
import { judge, routingOf, type EngineResult, type TestEngine } from './route-tests-judge.ts';
import { explain } from './explain.ts';
import type { BuildOptions, Loaded, LoadedGateway } from './types.ts';
import type { EnginePlaces } from './verify/engine-places.ts';

export { TEST_ENGINES } from './route-tests-judge.ts';
export type { EngineResult, TestEngine } from './route-tests-judge.ts';

export interface TestResult {
  readonly test: RouteTest;
  readonly results: readonly EngineResult[];
  /** What `explain` says, where something failed. */
  readonly explained?: ReturnType<typeof explain>;
}
export interface TestRun {
  readonly results: readonly TestResult[];
  readonly passed: number;
  readonly failed: number;
  readonly coverage: Coverage;
  /** Mistakes that no test would notice; undefined = nobody asked. */
  readonly survivors?: { readonly total: number; readonly unnoticed: readonly string[] };
  /** Engines that do not run what was compiled, or not on this machine alone. */
  readonly broken: readonly { readonly engine: TestEngine; readonly reason: string }[];
  /** Who was asked, with its version. */
  readonly asked: readonly string[];
  /** Engines that are not on this machine. */
  readonly absent: readonly TestEngine[];
}

export interface TestOptions {
  readonly engines: readonly TestEngine[];
  readonly mutate: boolean;
  /** Where real engines are looked for. */
  readonly where: EnginePlaces;
  /** What a build for them is told: accepted approximations and the settings of targets; nothing by default. */
  readonly build?: Pick<BuildOptions, 'allowances' | 'settings'>;
}

/** Runs tests against one gateway, on the runtime and on the real engines that are asked for. */
export async function runRouteTests(loaded: Loaded, gateway: LoadedGateway, tests: readonly RouteTest[], options: TestOptions): Promise<TestRun> {
  const routing = routingOf(gateway);
  const runtime = decider(routing);
  const probes = tests.map((test) => probeFor(routing, test.request, test.body));
  const columns: { readonly engine: TestEngine; readonly results: readonly Omit<EngineResult, 'engine'>[] }[] = [];
  const broken: { engine: TestEngine; reason: string }[] = [];
  const absent: TestEngine[] = [];
  const who: string[] = [];
  for (const engine of options.engines) {
    if (engine === 'runtime') {
      columns.push({ engine, results: tests.map((test, at) => judge(test, probes[at], runtime)) });
      who.push(engine);
      continue;
    }
    const asked = await askEngine(engine, loaded, gateway, tests, options);
    if (asked.kind === 'absent') absent.push(engine);
    else if (asked.kind === 'broken') broken.push({ engine, reason: asked.reason });
    else {
      columns.push({ engine, results: asked.results });
      who.push(`${engine} ${asked.version}`);
    }
  }
  const results = tests.map((test, at): TestResult => {
    const own = columns.map(({ engine, results: column }): EngineResult => ({ engine, ...(column[at] ?? { kind: 'not asked', lines: [] }) }));
    return { test, results: own, ...(own.some(({ kind }) => kind === 'failed') ? { explained: explain(loaded, gateway, test.request) } : {}) };
  });
  const has = ({ results: own }: TestResult, wanted: EngineResult['kind']): boolean => own.some(({ kind }) => kind === wanted);
  const failed = results.filter((one) => has(one, 'failed')).length;
  // A test that nobody could be asked has not passed.
  const passed = results.filter((one) => has(one, 'passed') && !has(one, 'failed')).length;
  const exercised = probes.flatMap((probe) => (probe === undefined ? [] : [{ probe, outcome: runtime.decide(probe) }]));
  return { results, passed, failed, asked: who, broken, absent, coverage: coverageOf(routing, exercised), ...(options.mutate ? { survivors: survivorsOf(routing, tests) } : {}) };
}

function survivorsOf(routing: Routing, tests: readonly RouteTest[]): { readonly total: number; readonly unnoticed: readonly string[] } {
  const passes = (subject: Routing): readonly boolean[] => {
    const runtime = decider(subject);
    return tests.map((test) => judge(test, probeFor(subject, test.request, test.body), runtime).kind === 'passed');
  };
  const before = passes(routing);
  const unnoticed: string[] = [];
  let total = 0;
  for (const { what, routing: changed } of mutants(routing)) {
    total += 1;
    if (passes(changed).every((passed, at) => passed === before[at])) unnoticed.push(what);
  }
  return { total, unnoticed };
}
