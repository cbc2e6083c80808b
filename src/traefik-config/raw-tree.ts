import type { ConfigLeaf, ConfigNode } from './tree.ts';
import { engineValue } from './raw.ts';
import type { RawNode } from './raw.ts';

/**
 * A tree of unknown content, a plugin's options: all values are texts, `[n]` parts become lists
 * (paerser's squashNode and fillRawValue).
 */
export function rawEntries(node: RawNode): ReadonlyMap<string, ConfigNode> {
  const out = new Map<string, ConfigNode>();
  for (const child of node.children) {
    const same = sameName(child);
    // The engine mistakes `foo.bar.bar` for a value of `foo.bar`: one level is lost.
    if (same !== undefined) for (const below of child.children) out.set(below.name, rawValue(below));
    else out.set(child.name, rawValue(child));
  }
  return out;
}

function sameName(node: RawNode): RawNode | undefined {
  if (node.children.length === 0 || isItem(node.children[0])) return undefined;
  return node.children.find((child) => child.name === node.name);
}

function isItem(node: RawNode | undefined): boolean {
  return node !== undefined && node.name.startsWith('[') && node.name.endsWith(']');
}

function rawValue(node: RawNode): ConfigNode {
  if (node.children.length === 0) return node.scalars === undefined || node.scalars.length === 0 ? leaf(node) : { kind: 'list', items: node.scalars.map((item) => ({ kind: 'leaf' as const, value: item.text.text, text: item.text, origin: item.origin })), origin: node.origin };
  if (isItem(node.children[0])) return { kind: 'list', items: node.children.map(rawValue), origin: node.origin };
  return { kind: 'object', entries: new Map(node.children.map((child) => [child.name, rawValue(child)])), origin: node.origin };
}

function leaf(node: RawNode): ConfigLeaf {
  const text = node.value?.text ?? { text: engineValue(node), holes: [] };
  return { kind: 'leaf', value: text.text, text, origin: node.value?.origin ?? node.origin };
}
