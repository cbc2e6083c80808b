import type { RawNode, RawPair } from './raw.ts';

/** How many values a document has as it is written: an alias is one, whatever it stands for, and a key is none. */
export function countValues(root: RawNode | undefined): number {
  let count = 0;
  const open: (RawNode | RawPair)[] = root === undefined ? [] : [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    count += 1;
    const inner = node.kind === 'mapping' ? node.entries.map(({ value }) => value) : node.kind === 'sequence' ? node.items : node.kind === 'pair' ? [node.value] : [];
    for (const one of inner) {
      if (one === undefined) count += 1;
      else open.push(one);
    }
  }
  return count;
}
