import type { Probe, Routing } from '../ir/index.ts';
import { failuresOf } from '../testing/index.ts';
import type { Decider, Outcome, RouteTest } from '../testing/index.ts';
import type { LoadedGateway } from './types.ts';

/** Who can be asked. */
export type TestEngine = 'runtime' | 'traefik' | 'nginx';
export const TEST_ENGINES: readonly TestEngine[] = ['runtime', 'traefik', 'nginx'];

/** What one engine says to one test. */
export interface EngineResult {
  readonly engine: TestEngine;
  readonly kind: 'passed' | 'failed' | 'not asked';
  /** Failures, or why it was not asked. */
  readonly lines: readonly string[];
}
/** The routing of the version that build compiles. */
export function routingOf(gateway: LoadedGateway): Routing {
  return gateway.resolved[0]?.routing ?? { listeners: [], certificates: [], tlsOptions: [], tlsStores: [] };
}

/** What the runtime says to a test. */
export function judge(test: RouteTest, probe: Probe | undefined, runtime: Decider): Omit<EngineResult, 'engine'> {
  if (probe === undefined) return { kind: 'failed', lines: ['no entry point serves this request'] };
  return verdict(test, runtime.decide(probe));
}

/** A test held against what was seen. */
export function verdict(test: RouteTest, seen: Outcome): Omit<EngineResult, 'engine'> {
  const lines = failuresOf(test.expect, seen);
  return { kind: lines.length === 0 ? 'passed' : 'failed', lines };
}
