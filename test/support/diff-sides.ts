import { placeOf } from '../../src/diagnostics/index.ts';
import { compareBehaviour, compareEntities, compareQuiet } from '../../src/diff/index.ts';
import type { BehaviourChange, Side } from '../../src/diff/index.ts';
import type { Probe } from '../../src/ir/index.ts';
import type { Loaded } from '../../src/index.ts';
import type { ProbeInput } from './engine-ask.ts';

/** One state of a gateway as the comparison takes it. */
export function diffSide(loaded: Loaded, side: 'old' | 'new'): Side {
  const resolved = loaded.gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  return { routing: resolved.routing, gateway: resolved.gateway, at: (origin) => ({ side, ...placeOf(origin, loaded.origins, loaded.files) }) };
}

/** Everything that the comparison claims with a request that shows it, and how many changed routes it says nothing about. */
export function claimsBetween(before: Side, after: Side, more: readonly Probe[] = []): { readonly changes: readonly BehaviourChange[]; readonly blind: number } {
  const { changes, blind } = compareBehaviour(before, after, more);
  return { changes: [...changes, ...compareQuiet(before, after, compareEntities(before, after), changes)], blind: blind.length };
}

/** A witness as a client sends it; with the login that the fixtures' hashes let in where it stands for one. */
export function asSent({ probe, loggedIn }: BehaviourChange['witness'], login: string): ProbeInput {
  const { entryPoint, method, target, host, tls, clientIp } = probe;
  const headers: Probe['headers'] = loggedIn ? [...probe.headers.filter(([name]) => name.toLowerCase() !== 'authorization'), ['Authorization', `Basic ${Buffer.from(login).toString('base64')}`]] : probe.headers;
  return { entryPoint, method, target, host, headers, tls, clientIp, ...(probe.body === undefined ? {} : { body: Buffer.from(probe.body).toString('latin1') }) };
}
