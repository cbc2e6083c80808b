import { compileExpression, type Expression } from '../expression.ts';
import { read, type Effects } from '../effect.ts';
import { headerOf } from '../headers.ts';
import { freshDraft, respondError, respondStatus, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import type { Factory } from './factory.ts';

const MAX_ATTEMPTS = 10;
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Request and answer whole in memory; too large: 413 and 500 (oxy buffer; ran). 0 = no limit. */
export const buffering: Factory<'buffering'> = (spec) => {
  const again = spec.retryExpression === '' ? undefined : compileExpression(spec.retryExpression);
  const requestLimit = spec.maxRequestBodyBytes > 0 ? spec.maxRequestBodyBytes : UNLIMITED;
  const responseLimit = spec.maxResponseBodyBytes > 0 ? spec.maxResponseBodyBytes : UNLIMITED;
  return (next) =>
    function* (request, draft) {
      const held = yield* read(request.body, requestLimit);
      if (!held.complete) return respondStatus(draft, held.torn === true ? 500 : 413);
      const copy = (): RuntimeRequest => ({ ...request, body: held.bytes.length === 0 ? { kind: 'none' } : { kind: 'bytes', bytes: held.bytes } });
      for (let attempt = 1; ; attempt += 1) {
        const answer = yield* whole(yield* next(copy(), freshDraft()), request.method, responseLimit);
        if (answer === 'large') return respondStatus(draft, 500);
        if (answer === 'torn') return respondError(draft, 500, 'Internal Server Error');
        // A request without body is never repeated (3.7, ran).
        const repeat = held.bytes.length > 0 && attempt <= MAX_ATTEMPTS && wanted(again, answer, attempt, request.method);
        if (!repeat) return { ...answer, headers: [...draft.headers, ...answer.headers], untyped: draft.untyped && headerOf(answer.headers, 'Content-Type') === undefined };
        for (const done of answer.finalizers) done();
      }
    };
};

/** The answer with its body read, unless that is larger than allowed or breaks off (then nothing was told yet, and the recovery of Traefik speaks; ran). */
function* whole(answer: RuntimeResponse, method: string, limit: number): Effects<RuntimeResponse | 'large' | 'torn'> {
  // What a middleware answers to HEAD is counted too, and left out before its type can be guessed (ran).
  if (method === 'HEAD' && answer.body.kind === 'bytes') return answer.body.bytes.length > limit ? 'large' : { ...answer, body: { kind: 'none' } };
  if (method === 'HEAD' || answer.status === 204 || answer.status === 304 || answer.upgrade !== undefined) return answer;
  const held = yield* read(answer.body, limit);
  if (held.complete) return { ...answer, body: { kind: 'bytes', bytes: held.bytes } };
  return held.torn === true ? 'torn' : 'large';
}

function wanted(again: Expression | undefined, answer: RuntimeResponse, attempt: number, method: string): boolean {
  return again?.({
    IsNetworkError: () => answer.status === 502 || answer.status === 504,
    Attempts: () => attempt,
    ResponseCode: () => answer.status,
    RequestMethod: () => method,
  }) === true;
}
