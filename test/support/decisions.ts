import type { Observation } from './engine-ask.ts';
import type { HeaderList } from '../../src/ir/index.ts';

/** What of an observation is a decision: everything but what changes from run to run or belongs to the connection. */
export interface Recorded {
  readonly request: string;
  readonly status: number;
  readonly headers: readonly string[];
  /** Of an answer that the engine made itself. */
  readonly body?: string;
  readonly backend?: { readonly name: string; readonly method: string; readonly target: string; readonly headers: readonly string[] };
}

/** Facts of a connection or a clock, on every engine. */
const AMBIENT_RESPONSE = new Set(['date', 'connection', 'keep-alive', 'transfer-encoding', 'content-length']);
/** Host name of the machine, and what belongs to the hop. */
const AMBIENT_REQUEST = new Set(['connection', 'x-forwarded-server', 'content-length', 'transfer-encoding']);

/** The decision in an observation; ports of loopback servers are masked in addresses. */
export function decisionOf(request: string, seen: Observation): Recorded {
  const { backend } = seen;
  return {
    request, status: seen.status, headers: lines(seen.responseHeaders, AMBIENT_RESPONSE),
    ...(backend === null
      ? { body: seen.body }
      : { backend: { name: backend.name, method: backend.method, target: backend.target, headers: lines(backend.headers, AMBIENT_REQUEST) } }),
  };
}

function lines(headers: HeaderList, without: ReadonlySet<string>): readonly string[] {
  return headers.filter(([name]) => !without.has(name.toLowerCase())).map(([name, value]) => `${canonical(name)}: ${value}`).sort();
}

function canonical(name: string): string {
  return name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, char: string) => dash + char.toUpperCase());
}
