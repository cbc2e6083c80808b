import type { Decision } from '../ir/index.ts';
import { resultKey } from '../runtime/index.ts';

/** Fields of the gateway's own answers that engines word differently, and that one engine does not change by itself. */
const WORDING: readonly string[] = ['content-type', 'x-content-type-options'];

/**
 * A text that is equal for equal answers. Both sides are one engine, so that the fields of its own answers count too; but
 * for those of a 404, which comes from a middleware or from nobody.
 */
export function answerKey(decision: Decision): string {
  if (decision.kind !== 'respond' || decision.status === 404) return resultKey(decision);
  const dressed = decision.headers.filter(([name]) => WORDING.includes(name.toLowerCase())).map(([name, value]) => `${name.toLowerCase()}: ${value}`);
  return [resultKey(decision), ...dressed.toSorted()].join('\n');
}
