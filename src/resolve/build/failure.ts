import type { Ref } from '../../ir/index.ts';
import type { Draft } from '../problems.ts';

/** Why an entity cannot be built: the engine's words, who is marked with them, and the problem to report. */
export interface Failure {
  readonly says: string;
  /** Entities that the engine marks as disabled with these words. */
  readonly marks: readonly Ref[];
  /** One cause, one problem, however many routers meet it; each place of a dangling reference is a cause of its own. */
  readonly key: string;
  readonly problem: Draft;
  /** The engine tells it beside the first one, and goes on. */
  readonly joins?: boolean;
}

/** The same failure, seen through an entity that contains the failing one. */
export function through(failure: Failure, holder: Ref, says: string = failure.says): Failure {
  return { ...failure, says, marks: [...failure.marks, holder] };
}
