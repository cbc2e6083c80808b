import type { ConfigLeaf, ConfigNode, ConfigObject } from '../traefik-config/tree.ts';
import type { OriginId, Text } from '../text/index.ts';
import { known } from '../text/index.ts';

/** The leaves of a list of scalars. A lone scalar counts as a list of one: file decoding accepts that (ran). */
export function leavesAt(node: ConfigObject | undefined, key: string): readonly ConfigLeaf[] {
  const child = node?.entries.get(key);
  if (child === undefined || child.kind === 'object') return [];
  if (child.kind === 'leaf') return [child];
  return child.items.every(isLeaf) ? child.items : child.items.filter(isLeaf);
}

function isLeaf(node: ConfigNode): node is ConfigLeaf {
  return node.kind === 'leaf';
}

/** The objects of a list of objects. */
export function itemsAt(node: ConfigObject | undefined, key: string): readonly ConfigObject[] {
  const child = node?.entries.get(key);
  if (child?.kind === 'object') return [child];
  if (child?.kind !== 'list') return [];
  return child.items.every(isObject) ? child.items : child.items.filter(isObject);
}

function isObject(node: ConfigNode): node is ConfigObject {
  return node.kind === 'object';
}

export function textLeaf(text: string | Text, origin: OriginId): ConfigLeaf {
  const whole = typeof text === 'string' ? known(text) : text;
  return { kind: 'leaf', value: whole.text, text: whole, origin };
}

export function emptyObject(origin: OriginId): ConfigObject {
  return { kind: 'object', entries: new Map(), origin };
}

/** A copy with one entry set. */
export function withEntry({ entries, origin }: ConfigObject, key: string, value: ConfigNode): ConfigObject {
  return { kind: 'object', entries: copied(entries).set(key, value), origin };
}

/** A copy without these entries. */
export function withoutEntries(node: ConfigObject, ...keys: readonly string[]): ConfigObject {
  if (!keys.some((key) => node.entries.has(key))) return node;
  const entries = copied(node.entries);
  for (const key of keys) entries.delete(key);
  return { kind: 'object', entries, origin: node.origin };
}

/** A copy with one entry in the place of some others. */
export function withInstead({ entries, origin }: ConfigObject, others: readonly string[], key: string, value: ConfigNode): ConfigObject {
  const kept = new Map<string, ConfigNode>();
  entries.forEach((entry, name) => {
    if (!others.includes(name)) kept.set(name, entry);
  });
  return { kind: 'object', entries: kept.set(key, value), origin };
}

/** Each container's service and router is copied several times: `new Map(entries)` would make a pair of each entry first. */
function copied(entries: ConfigObject['entries']): Map<string, ConfigNode> {
  const copy = new Map<string, ConfigNode>();
  entries.forEach((value, key) => copy.set(key, value));
  return copy;
}

/** A tree as plain data, for what is carried verbatim to Traefik (`plugin`, `tls.options`). */
export function plain(node: ConfigNode): unknown {
  if (node.kind === 'leaf') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, child]) => [key, plain(child)]));
}
