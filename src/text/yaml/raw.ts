import type { ScalarStyle } from './node.ts';

/** What both readers give: nodes with offsets into the file, aliases and merge keys not yet followed. */
export type RawNode = RawScalar | RawMapping | RawSequence | RawAlias;

interface RawPlace {
  /** As written, `!!` for the core tags; absent = none. */
  readonly tag?: string;
  readonly anchor?: string;
  readonly start: number;
  /** A block collection's or block scalar's may run on over white space. */
  readonly end: number;
}
export interface RawScalar extends RawPlace {
  readonly kind: 'scalar';
  readonly text: string;
  readonly style: ScalarStyle;
}
export interface RawMapping extends RawPlace {
  readonly kind: 'mapping';
  readonly pairs: readonly RawPair[];
}
export interface RawSequence extends RawPlace {
  readonly kind: 'sequence';
  /** A pair stands for a mapping of one entry. */
  readonly items: readonly (RawNode | RawPair)[];
}
export interface RawAlias {
  readonly kind: 'alias';
  readonly name: string;
  readonly start: number;
  readonly end: number;
}
export interface RawPair {
  readonly kind: 'pair';
  readonly key?: RawNode;
  readonly value?: RawNode;
}

/** A document; without contents it is an empty scalar at `start`. */
export interface RawDocument {
  readonly start: number;
  readonly contents?: RawNode;
}
