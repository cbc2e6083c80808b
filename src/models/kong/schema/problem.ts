/** A place in a declarative file and what Kong says about it. `@entity` is the entity as a whole. */
export interface KongProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}
export type Collect = (path: readonly (string | number)[], message: string) => void;

export interface Place {
  readonly path: readonly (string | number)[];
  /** Key into the custom checks: `routes.paths[]`. */
  readonly key: string;
}
