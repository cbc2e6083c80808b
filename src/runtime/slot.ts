import type { Scope } from './message.ts';

/** State of one instance. */
export interface Slot<T> {
  (scope: Scope): T;
  /** The same where there is some already. */
  readonly kept: (scope: Scope) => T | undefined;
}

/**
 * State of one middleware or balancer instance, kept per memory of a scope: a server has one memory for its life, every
 * decision gets a new one, so that asking what would happen never uses up a token.
 */
export function slot<T extends object>(create: (scope: Scope) => T): Slot<T> {
  const cells = new WeakMap<object, T>();
  const kept = ({ memory }: Scope): T | undefined => cells.get(memory);
  const state = (scope: Scope): T => {
    const found = kept(scope);
    if (found !== undefined) return found;
    const made = create(scope);
    cells.set(scope.memory, made);
    return made;
  };
  return Object.assign(state, { kept });
}
