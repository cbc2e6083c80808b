import type { Decision, Probe } from '../../ir/index.ts';
import type { Front } from '../../runtime/front.ts';

/** One thing in which the files do not say what the labels say. */
export interface Mismatch {
  readonly what: string;
  readonly expected: string;
  readonly seen: string;
}

/** What the reader of the rendered text says to a request, held against the decision that it has to be. */
export type Answer =
  | { readonly kind: 'same' }
  /** A declared class of requests that the target refuses. */
  | { readonly kind: 'declined' }
  | { readonly kind: 'differs'; readonly mismatch: Mismatch }
  /** The reader does not know what this text does: nothing is claimed. */
  | { readonly kind: 'unmodelled'; readonly what: string };

/** Asks the model of one target. */
export type Asker = (probe: Probe, decision: Decision) => Answer;

/**
 * Whether the answer is `same` for certain: then nothing needs to be decided. False says nothing.
 * @param front what the routing does with the request in front of every chain; undefined where it has no routes there
 */
export type Agrees = (probe: Probe, front: () => Front | undefined) => boolean;

export const SAME: Answer = { kind: 'same' };

export function differs(what: string, expected: string, seen: string): Answer {
  return { kind: 'differs', mismatch: { what, expected, seen } };
}

type Forward = Extract<Decision, { kind: 'forward' }>;
export type Endpoints = Forward['endpoints'];

/** The same servers with the same shares. `tolerance` is what percentages of two digits lose. */
export function endpointsDiffer(expected: Endpoints, seen: Endpoints, tolerance: number): Answer | undefined {
  if (isSameOne(expected, seen)) return undefined;
  const [left, right] = [shares(expected), shares(seen)];
  const same = left.size === right.size && [...left].every(([address, share]) => Math.abs(share - (right.get(address) ?? -1)) <= tolerance);
  return same ? undefined : differs('endpoint', printed(expected), printed(seen));
}

/** Most services have one server. One that has no weight is none. */
function isSameOne([one, ...others]: Endpoints, [other, ...more]: Endpoints): boolean {
  return others.length + more.length === 0 && one?.address === other?.address && one?.weight === other?.weight;
}

function shares(endpoints: Endpoints): ReadonlyMap<string, number> {
  const total = endpoints.reduce((sum, { weight }) => sum + weight, 0);
  const out = new Map<string, number>();
  for (const { address, weight } of endpoints) {
    const key = address.replace(/^h2c:/, 'http:').toLowerCase();
    out.set(key, (out.get(key) ?? 0) + weight / (total === 0 ? 1 : total));
  }
  return out;
}

function printed(endpoints: Endpoints): string {
  return endpoints.map(({ address, weight }) => `${address} (${String(weight)})`).join(', ');
}
