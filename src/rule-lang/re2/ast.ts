import type { Ranges } from './ranges.ts';

export type Assertion = 'beginText' | 'endText' | 'beginLine' | 'endLine' | 'wordBoundary' | 'notWordBoundary';

/** A Go regular expression with its flags applied: case folding is in the sets, dot is a set, laziness is on the repeat. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly ranges: Ranges }
  | { readonly kind: 'assert'; readonly at: Assertion }
  | { readonly kind: 'capture'; readonly index: number; readonly name?: string; readonly node: Node }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; /** -1 = no limit */ readonly max: number; readonly greedy: boolean }
  | { readonly kind: 'concat'; readonly nodes: readonly Node[] }
  | { readonly kind: 'alternate'; readonly nodes: readonly Node[] };

export interface Re2 {
  readonly source: string;
  readonly node: Node;
  readonly captures: number;
  /** Group names by index; index 0 is the whole match. */
  readonly names: readonly (string | undefined)[];
}

/** Go's own words, e.g. ``missing closing ]: `[a` ``. `at`..`end` is the part of the pattern that it quotes. */
export interface Re2Error {
  readonly message: string;
  readonly at: number;
  readonly end: number;
}

export type Re2Result = { readonly ok: true; readonly re: Re2 } | { readonly ok: false; readonly error: Re2Error };
