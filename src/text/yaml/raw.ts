import type { Run, Spans } from '../origin.ts';
import type { ScalarStyle, YamlNode } from './node.ts';

/** What both readers give: nodes with offsets into the file, aliases and merge keys not yet followed. A tree of ours is one, too. */
export type RawNode = RawScalar | RawMapping | RawSequence;

interface RawPlace {
  /** As written, `!!` for the core tags; absent = none. */
  readonly tag?: string;
  readonly start: number;
  /** A block collection's may run on over white space. */
  readonly end: number;
}
export interface RawScalar extends RawPlace {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
  /** As in a {@link YamlNode}. */
  readonly runs?: readonly Run[];
}
export interface RawEntry {
  readonly key?: RawNode;
  readonly value?: RawNode;
}
export interface RawMapping extends RawPlace {
  readonly kind: 'mapping';
  readonly entries: readonly RawEntry[];
}
export interface RawSequence extends RawPlace {
  readonly kind: 'sequence';
  /** A pair stands for a mapping of one entry. */
  readonly items: readonly (RawNode | RawPair)[];
}
export interface RawPair extends RawEntry {
  readonly kind: 'pair';
}

/** A document; without contents it is an empty scalar at `start`. */
export interface RawDocument {
  readonly start: number;
  readonly contents?: RawNode;
  /** The nodes that have an anchor, by its name. */
  readonly anchors: ReadonlyMap<RawNode, string>;
  /** Scalars that stand for an alias, by the name of its anchor. */
  readonly aliases: ReadonlyMap<RawNode, string>;
  /** The same contents with their places, where nothing is to be followed and nothing is wrong. */
  readonly placed?: Placed;
}

export interface Placed {
  readonly root: YamlNode;
  readonly spans: Spans;
  /** As `values` of a YamlFile. */
  readonly values: number;
}
