import { respond, type RuntimeResponse } from '../message.ts';
import { slot } from '../slot.ts';
import { sourceOf } from '../source.ts';
import type { Factory } from './factory.ts';

/** At most `amount` requests of one source at a time, counted until their answer is over (oxy connlimit). */
export const inFlightReq: Factory<'inFlightReq'> = (spec) => {
  const source = sourceOf(spec.sourceCriterion, 'host');
  const running = slot(() => new Map<string, number>());
  return (next) =>
    function* (request, draft) {
      const counts = running(request.scope);
      const key = source(request);
      const count = counts.get(key) ?? 0;
      if (count >= spec.amount) return respond(draft, 429, [], `max connections reached: ${String(spec.amount)}`);
      counts.set(key, count + 1);
      let held = true;
      const release = () => {
        if (held) leave(counts, key);
        held = false;
      };
      let response: RuntimeResponse | undefined;
      try {
        response = yield* next(request, draft);
        return { ...response, finalizers: [...response.finalizers, release] };
      } finally {
        if (response === undefined) release();
      }
    };
};

function leave(counts: Map<string, number>, key: string): void {
  const left = (counts.get(key) ?? 1) - 1;
  if (left === 0) counts.delete(key);
  else counts.set(key, left);
}
