import { codeRanges } from '../code-ranges.ts';
import { read, sleep, type Effects } from '../effect.ts';
import { freshDraft, ontoDraft, type Attempt, type Body, type RuntimeRequest, type RuntimeResponse, type Scope } from '../message.ts';
import type { Factory } from './factory.ts';

/**
 * Again when no byte was sent to a server, for every method; with `status` also after such answers of idempotent
 * methods (3.7). `attempts` counts the first one (pkg/middlewares/retry; ran: refused connections, POST too).
 */
export const retry: Factory<'retry'> = (spec) => {
  const watched = codeRanges(spec.status);
  return (next) => {
    if (spec.attempts <= 1) return next;
    return function* (request, draft) {
      const kept = spec.status.length > 0 && (spec.retryNonIdempotentMethod || idempotent(request.method)) ? yield* keepBody(request, spec.maxRequestBodyBytes) : undefined;
      const start = request.scope.now();
      const wait = backOff(spec.initialInterval, spec.attempts, request.scope);
      for (let number = 1; number < spec.attempts; number += 1) {
        const attempt: Attempt = { reached: false, wrote: false };
        const answer = yield* next({ ...request, body: kept ?? request.body, attempt: spec.disableRetryOnNetworkError ? undefined : attempt }, freshDraft());
        const late = spec.timeout > 0 && request.scope.now() - start >= spec.timeout;
        const unsent = attempt.reached && !attempt.wrote && !spec.disableRetryOnNetworkError;
        if (late || !(unsent || (kept !== undefined && watched(answer.status)))) return ontoDraft(draft, answer);
        finish(answer);
        yield* sleep(wait());
      }
      if (kept !== undefined) request.body = kept;
      return yield* next(request, draft);
    };
  };
};

function idempotent(method: string): boolean {
  return method !== 'POST' && method !== 'PATCH' && method !== 'LOCK';
}

/** The body in memory; undefined when it is larger than allowed: then nothing but unsent requests is repeated. */
function* keepBody(request: RuntimeRequest, limit: number): Effects<Body | undefined> {
  const held = yield* read(request.body, limit < 0 ? Number.MAX_SAFE_INTEGER : limit);
  if (!held.complete) request.body = held.rest;
  return held.complete ? { kind: 'bytes', bytes: held.bytes } : undefined;
}

/** Exponential up to twice the initial interval over all attempts, each half to one and a half of it. */
function backOff(initial: number, attempts: number, scope: Scope): () => number {
  const factor = 2 ** (1 / (attempts - 1));
  let interval = initial;
  return () => {
    const wait = scope.deciding ? 0 : interval * (0.5 + scope.random());
    interval *= factor;
    return wait;
  };
}

function finish(answer: RuntimeResponse): void {
  for (const done of answer.finalizers) done();
}
