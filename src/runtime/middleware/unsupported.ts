import { respondError } from '../message.ts';
import { answering, type Wrapper } from '../effect.ts';

/** A middleware that cannot run here: the route answers 501 with the reason, never as if the middleware were not there. */
export function unsupported(reason: string): Wrapper {
  return () => answering((_, draft) => respondError(draft, 501, reason));
}
