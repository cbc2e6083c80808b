import type { Problem } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';

/** A value that decodes, and that 3.7 does not take as it is written. */
export interface Found {
  readonly path: string;
  readonly origin: OriginId;
  readonly subject: string;
  readonly says: string;
  readonly candidates?: readonly string[];
}

/** As problems of the static configuration; `loss`: whether the engine starts nonetheless. */
export function toProblems(found: readonly Found[], loss: 'nothing' | 'everyContainer', symbol: string): readonly Problem[] {
  return found.map(({ path, origin, subject, says, candidates }) => ({ kind: 'static-invalid', origin, subject, context: path, engineSays: says, loss, symbol: `${symbol} ${path}`, ...(candidates === undefined ? {} : { candidates }) }));
}
