import type { Hole } from '../variables/index.ts';
import type { SpecNode } from './node.ts';

/** Variables without a value that a file needs, at each of their places. */
export function holesIn(node: SpecNode): readonly Hole[] {
  if (node.kind === 'sequence') return node.items.flatMap(holesIn);
  if (node.kind === 'mapping') return [...node.entries.values()].flatMap(({ value }) => holesIn(value));
  // A question mark stands for a variable that cannot be read, which is said already.
  return node.text.holes.filter((name) => name !== '?').map((name) => ({ name, required: false, origin: node.origin }));
}
