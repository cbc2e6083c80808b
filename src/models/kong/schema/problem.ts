/** A place in a declarative file and what Kong says about it. `@entity` is the entity as a whole. */
export interface KongProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Names that would be right there. */
  readonly candidates?: readonly string[];
}
export type Collect = (path: readonly (string | number)[], message: string, candidates?: readonly string[]) => void;

export interface Place {
  readonly path: readonly (string | number)[];
  /** Key into the custom checks: `routes.paths[]`. */
  readonly key: string;
}
