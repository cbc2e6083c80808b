import type { OriginId, Run } from '../origin.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

interface NodePlace {
  /** As written: `!reset`, `!!int`; absent = none. */
  readonly tag?: string;
  /** Offsets into the file's text, end exclusive. A block scalar begins at its `|` or `>`. */
  readonly start: number;
  readonly end: number;
  readonly origin: OriginId;
}

/** A scalar keeps its text: what it means is asked with `resolveScalar`. */
export interface YamlScalar extends NodePlace {
  readonly kind: 'scalar';
  /** The text after quotes, escapes and folding. */
  readonly text: string;
  readonly style: ScalarStyle;
  /** How `text` maps to the source; absent = it is the source letter by letter, empty = it cannot be mapped. */
  readonly runs?: readonly Run[];
}
export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlNode;
}
/** Entries in source order, merge keys (`<<`) applied: what they bring stands behind the own entries. */
export interface YamlMapping extends NodePlace {
  readonly kind: 'mapping';
  readonly entries: readonly YamlEntry[];
}
export interface YamlSequence extends NodePlace {
  readonly kind: 'sequence';
  readonly items: readonly YamlNode[];
}
export type YamlNode = YamlScalar | YamlMapping | YamlSequence;

/** Why a file cannot be read, at its place. Lower case, no full stop. */
export interface YamlProblem {
  /** What other readers of YAML may take: a key that stands twice, an escape that Go does not know. */
  readonly kind?: 'key-twice' | 'escape';
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly origin: OriginId;
  /** The other place of a duplicate key, an alias cycle. */
  readonly related?: OriginId;
}

export interface YamlFile {
  /** One per document; a document without content is an empty plain scalar. */
  readonly docs: readonly YamlNode[];
  /** The first document. */
  readonly root?: YamlNode;
  readonly problems: readonly YamlProblem[];
  /** Values of the largest document as written, aliases not followed; only for a text that is large enough to matter. */
  readonly values?: number;
}

/** The value of a key; undefined when the node is no mapping or has no such key. */
export function yamlGet(node: YamlNode | undefined, key: string): YamlNode | undefined {
  if (node?.kind !== 'mapping') return undefined;
  return node.entries.find((entry) => entry.key.text === key)?.value;
}
