import type { Loss, ProblemHint, ProblemKind } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { RawNode } from './raw.ts';

/** Something wrong in an untyped tree; labels, files and flags make their own problem of it. */
export interface Mistake {
  readonly kind: ProblemKind;
  readonly node: RawNode;
  readonly origin: OriginId;
  readonly subject: string;
  /** The engine stops decoding here: nothing of the container, file or command line is kept. */
  readonly fatal: boolean;
  /** What a mistake costs that is not fatal. */
  readonly loss?: Loss;
  readonly engineSays?: string;
  readonly candidates?: readonly string[];
  readonly context?: string;
  readonly hint?: ProblemHint;
  readonly related?: readonly OriginId[];
}
export type Report = (mistake: Mistake) => void;
