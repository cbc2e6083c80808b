import { createHash } from 'node:crypto';
import { requestText } from '../analysis/index.ts';
import type { Witness } from './behaviour.ts';
import type { ChangeClass } from './classes.ts';

/** What an acknowledgement is bound to: the class and the request, not the place in a file. */
export function fingerprintOf(id: ChangeClass, { probe, loggedIn }: Pick<Witness, 'probe' | 'loggedIn'>): string {
  return hashOf([id, probe.entryPoint, requestText(probe), String(loggedIn)]);
}

export function hashOf(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
