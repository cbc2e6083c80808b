import type { Problem } from '../ir/index.ts';
import type { OriginId, Text } from '../text/index.ts';

/**
 * A decoded configuration, whatever it was written as (labels, YAML, TOML, KV): names as in the catalogue
 * (`stripPrefix`, `servers`), user-chosen names as written, values of the catalogue's type.
 * Durations are numbers in milliseconds; integers are numbers (bigint beyond 2^53).
 */
export type ConfigNode = ConfigObject | ConfigList | ConfigLeaf;
export interface ConfigLeaf {
  readonly kind: 'leaf';
  readonly value: string | number | bigint | boolean;
  /** As written, with the variables that it still holds. */
  readonly text: Text;
  readonly origin: OriginId;
}
export interface ConfigList {
  readonly kind: 'list';
  readonly items: readonly ConfigNode[];
  readonly origin: OriginId;
}
export interface ConfigObject {
  readonly kind: 'object';
  readonly entries: ReadonlyMap<string, ConfigNode>;
  /** Where the object first appears: the key part in a label, the key in a file. */
  readonly origin: OriginId;
}

/** The object below a key; undefined where there is none. */
export function objectAt(node: ConfigNode | undefined, key: string): ConfigObject | undefined {
  const child = node?.kind === 'object' ? node.entries.get(key) : undefined;
  return child?.kind === 'object' ? child : undefined;
}

/** The object at a path of keys. */
export function objectBelow(node: ConfigNode | undefined, ...path: readonly string[]): ConfigObject | undefined {
  let at = node;
  for (const key of path) at = objectAt(at, key);
  return at?.kind === 'object' ? at : undefined;
}

export function leafAt(node: ConfigObject | undefined, key: string): ConfigLeaf | undefined {
  const child = node?.entries.get(key);
  return child?.kind === 'leaf' ? child : undefined;
}

/** The text of a leaf; what is not there is empty, as Go's zero value. */
export function textAt(node: ConfigObject | undefined, key: string, absent = ''): string {
  const leaf = leafAt(node, key);
  return leaf === undefined ? absent : String(leaf.value);
}

/** A value that was written and holds no variable. */
export function knownLeaf(node: ConfigNode | undefined): ConfigLeaf | undefined {
  return node?.kind === 'leaf' && node.text.holes.length === 0 ? node : undefined;
}

/** What one container's labels, or one file, mean. */
export interface Decoded {
  /** `http`, `tcp`, `udp`, `tls` below; undefined = the engine refuses the whole container or file. */
  readonly root: ConfigObject | undefined;
  readonly problems: readonly Problem[];
}
