import type { FileEntry, FileMapping, FileScalar, FileValue, GoKind } from '../../traefik-config/file-value.ts';
import type { OriginId, Text } from '../../text/index.ts';
import { itemsOf } from './node.ts';
import type { SpecNode, SpecScalar } from './node.ts';

/** Constructors for the tree that the engine's own file would have been read to. */

export function text(value: string | Text, origin: OriginId, go: GoKind = 'string'): FileScalar {
  return { kind: 'scalar', go, text: typeof value === 'string' ? { text: value, holes: [] } : value, origin };
}

export function entry(key: string, origin: OriginId, value: FileValue): FileEntry {
  return { key, origin, value };
}

export function mapping(entries: readonly (FileEntry | undefined)[], origin: OriginId): FileMapping {
  return { kind: 'mapping', entries: entries.filter((one) => one !== undefined), origin };
}

export function list(items: readonly FileValue[], origin: OriginId): FileValue {
  return { kind: 'sequence', items, origin };
}

const GO: Readonly<Record<SpecScalar['type'], GoKind>> = { text: 'string', flag: 'bool', integer: 'int', number: 'float64', null: 'invalid', unknown: 'string' };

/** A node as it is. */
export function same(node: SpecNode): FileValue {
  if (node.kind === 'scalar') return text(node.text, node.origin, GO[node.type]);
  if (node.kind === 'sequence') return list(node.items.map(same), node.origin);
  return mapping([...node.entries.values()].map((one) => entry(one.key, one.origin, same(one.value))), node.origin);
}

/** A list whatever was written: one scalar is a list of one. */
export function sameList(node: SpecNode): FileValue {
  return list(itemsOf(node).map(same), node.origin);
}
