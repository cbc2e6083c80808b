import type { Stack } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { SpecNode } from './node.ts';

/** Variables without a value that a file needs, one entry each, with all their places. */
export function unsetIn(spec: SpecNode): Stack['unset'] {
  const found = new Map<string, OriginId[]>();
  collect(spec, found);
  return [...found].map(([name, origins]) => ({ name, required: false, origins }));
}

function collect(node: SpecNode, found: Map<string, OriginId[]>): void {
  if (node.kind === 'sequence') for (const item of node.items) collect(item, found);
  else if (node.kind === 'mapping') for (const { value } of node.entries.values()) collect(value, found);
  // A question mark stands for a variable that cannot be read, which is said already.
  else for (const name of node.text.holes) if (name !== '?') found.set(name, [...(found.get(name) ?? []), node.origin]);
}
