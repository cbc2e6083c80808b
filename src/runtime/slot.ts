import type { Scope } from './message.ts';

/**
 * State of one middleware or balancer instance, kept per memory of a scope: a server has one memory for its life, every
 * decision gets a new one, so that asking what would happen never uses up a token.
 */
export function slot<T extends object>(create: (scope: Scope) => T): (scope: Scope) => T {
  const cells = new WeakMap<object, T>();
  return (scope) => {
    const found = cells.get(scope.memory);
    if (found !== undefined) return found;
    const made = create(scope);
    cells.set(scope.memory, made);
    return made;
  };
}
