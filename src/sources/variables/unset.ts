import type { Stack } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';

/** A variable that a file names and nobody gave a value. */
export interface Hole {
  readonly name: string;
  readonly required: boolean;
  readonly origin: OriginId;
}

/** One entry per variable, all places where it is needed. */
export function unsetOf(holes: readonly Hole[]): Stack['unset'] {
  const byName = new Map<string, { name: string; required: boolean; origins: OriginId[] }>();
  for (const hole of holes) {
    const found = byName.get(hole.name) ?? { name: hole.name, required: false, origins: [] };
    found.required ||= hole.required;
    found.origins.push(hole.origin);
    byName.set(hole.name, found);
  }
  return [...byName.values()];
}
