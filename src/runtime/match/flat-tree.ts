import type { RadixNode } from './radix-tree.ts';

/**
 * A radix tree as one row of numbers. A node is: the length of its label, the class of texts that leave the tree below it,
 * the class of the text that ends there, its lowest letter, the count of its children, then the places of these (0 = none).
 * Before it stand the letters of its label but the first, by which it was found.
 */
export type FlatTree = Int32Array;

const CHILDREN = 5;

interface Placed {
  readonly node: RadixNode<number>;
  readonly at: number;
  /** The class of the nearest value above. */
  readonly above: number;
}

/** Values become classes: `n` for all texts that begin with the value's own and with no longer one, `n + 1` for just that text; 0 = no value on the way. */
export function flatten(root: RadixNode<number>): FlatTree {
  const placed: Placed[] = [];
  const places = new Map<RadixNode<number>, number>();
  let size = 0;
  const put = (node: RadixNode<number>, above: number): void => {
    const at = size + Math.max(0, node.label.length - 1);
    placed.push({ node, at, above });
    places.set(node, at);
    size = at + CHILDREN + node.children.length;
  };
  put(root, 0);
  // The list grows while it is walked: a chain of ten thousand prefixes must not be a recursion.
  for (const { node, above } of placed) for (const child of node.children) if (child !== undefined) put(child, node.value ?? above);
  const cells = new Int32Array(size);
  for (const one of placed) fill(cells, one, places);
  return cells;
}

function fill(cells: FlatTree, { node, at, above }: Placed, places: ReadonlyMap<RadixNode<number>, number>): void {
  const { label, children, lowest, value } = node;
  for (let letter = 1; letter < label.length; letter += 1) cells[at - label.length + letter] = label.charCodeAt(letter);
  cells.set([label.length, value ?? above, value === undefined ? above : value + 1, lowest, children.length], at);
  for (const [index, child] of children.entries()) cells[at + CHILDREN + index] = child === undefined ? 0 : (places.get(child) ?? 0);
}

/** The class of a text. Nothing but integers and letters is touched, so that it stays fast whatever other code has seen. */
export function classOf(cells: FlatTree, text: string): number {
  const end = text.length;
  let node = 0;
  let at = 0;
  while (at < end) {
    const place = text.charCodeAt(at) - (cells[node + 3] ?? 0);
    if (place < 0 || place >= (cells[node + 4] ?? 0)) return cells[node + 1] ?? 0;
    const child = cells[node + 5 + place] ?? 0;
    const length = cells[child] ?? 0;
    if (child === 0 || at + length > end) return cells[node + 1] ?? 0;
    at += 1;
    for (let letter = child - length + 1; letter < child; letter += 1, at += 1) if (text.charCodeAt(at) !== cells[letter]) return cells[node + 1] ?? 0;
    node = child;
  }
  return cells[node + 2] ?? 0;
}
