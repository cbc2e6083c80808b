import { createHash } from 'node:crypto';
import type { Witness } from './behaviour.ts';
import type { ChangeClass } from './classes.ts';
import { describeWitness } from './describe.ts';

/**
 * What an acknowledgement is bound to: the class, the request, and what both sides do with it. Not the place in a file,
 * and not the name of a router: those may change without another effect.
 */
export function fingerprintOf(id: ChangeClass, witness: Witness): string {
  const { request, entryPoint, before, after } = describeWitness(witness);
  return hashOf([id, entryPoint, request, before, after]);
}

export function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
