import { compileExpression, type Expression } from '../expression.ts';
import { read, type Effects } from '../effect.ts';
import { headerOf } from '../headers.ts';
import { freshDraft, respondStatus, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
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
      if (!held.complete) return respondStatus(draft, 413);
      const copy = (): RuntimeRequest => ({ ...request, body: held.bytes.length === 0 ? { kind: 'none' } : { kind: 'bytes', bytes: held.bytes } });
      for (let attempt = 1; ; attempt += 1) {
        const answer = yield* whole(yield* next(copy(), freshDraft()), request.method, responseLimit);
        if (answer === undefined) return respondStatus(draft, 500);
        // A request without body is never repeated (3.7, ran).
        const repeat = held.bytes.length > 0 && attempt <= MAX_ATTEMPTS && wanted(again, answer, attempt, request.method);
        if (!repeat) return { ...answer, headers: [...draft.headers, ...answer.headers], untyped: draft.untyped && headerOf(answer.headers, 'Content-Type') === undefined };
        for (const done of answer.finalizers) done();
      }
    };
};

/** The answer with its body read; undefined = larger than allowed. */
function* whole(answer: RuntimeResponse, method: string, limit: number): Effects<RuntimeResponse | undefined> {
  // What a middleware answers to HEAD is counted too, and left out before its type can be guessed (ran).
  if (method === 'HEAD' && answer.body.kind === 'bytes') return answer.body.bytes.length > limit ? undefined : { ...answer, body: { kind: 'none' } };
  if (method === 'HEAD' || answer.status === 204 || answer.status === 304 || answer.upgrade !== undefined) return answer;
  const held = yield* read(answer.body, limit);
  return held.complete ? { ...answer, body: { kind: 'bytes', bytes: held.bytes } } : undefined;
}

function wanted(again: Expression | undefined, answer: RuntimeResponse, attempt: number, method: string): boolean {
  return again?.({
    IsNetworkError: () => answer.status === 502 || answer.status === 504,
    Attempts: () => attempt,
    ResponseCode: () => answer.status,
    RequestMethod: () => method,
  }) === true;
}
