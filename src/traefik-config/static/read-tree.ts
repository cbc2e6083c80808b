import type { Sourced } from '../../text/index.ts';
import type { KeyNode } from '../keys.ts';
import { leafAt, type ConfigLeaf, type ConfigNode, type ConfigObject } from '../tree.ts';

export function flag(node: ConfigObject | undefined, name: string, fallback: boolean): boolean {
  const leaf = leafAt(node, name);
  return typeof leaf?.value === 'boolean' ? leaf.value : fallback;
}

export function textsAt(node: ConfigObject | undefined, name: string): readonly Sourced<string>[] {
  const found = node?.entries.get(name);
  if (found?.kind !== 'list') return [];
  return found.items.flatMap((item) => (item.kind === 'leaf' ? [{ value: String(item.value), origin: item.origin }] : []));
}

/** Plain data for the Traefik target: durations as written, since a number would be read as seconds. */
export function rawValue(node: ConfigNode, key: KeyNode | undefined): unknown {
  if (node.kind === 'leaf') return rawLeaf(node, key);
  if (node.kind === 'list') return node.items.map((item) => rawValue(item, key?.kind === 'items' ? key.item : key));
  return Object.fromEntries([...node.entries].map(([name, child]) => [name, rawValue(child, childOf(key, name))]));
}

function childOf(key: KeyNode | undefined, name: string): KeyNode | undefined {
  if (key?.kind === 'object') return key.children.get(name);
  return key?.kind === 'map' ? key.entry : undefined;
}

function rawLeaf(leaf: ConfigLeaf, key: KeyNode | undefined): unknown {
  const duration = (key?.kind === 'scalar' || key?.kind === 'scalars') && key.type === 'duration';
  if (duration || leaf.text.holes.length > 0) return leaf.text.text;
  return typeof leaf.value === 'bigint' ? String(leaf.value) : leaf.value;
}
