import type { ServiceSpec } from '../../ir/index.ts';
import { codeRanges } from '../code-ranges.ts';
import { answering, read, type Effects } from '../effect.ts';
import { freshDraft, respondError, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import type { ServiceNode } from './service.ts';

type Spec = Extract<ServiceSpec, { kind: 'failover' }>;

/** Another service while the first has nothing up, or for answers of certain statuses (loadbalancer/failover). */
export function failover(spec: Spec, [main, fallback]: readonly ServiceNode[]): ServiceNode {
  if (main === undefined || fallback === undefined) return { handler: answering((_, draft) => respondError(draft, 503, 'Service Unavailable')), up: () => false };
  const statuses = codeRanges(spec.errors?.status ?? []);
  const limit = spec.errors?.maxRequestBodyBytes ?? -1;
  const watches = (spec.errors?.status.length ?? 0) > 0;
  return {
    up: (scope) => main.up(scope) || fallback.up(scope),
    handler: function* choose(request, draft) {
      if (!main.up(request.scope)) return yield* orNothing(fallback, request, draft);
      if (!watches) return yield* main.handler(request, draft);
      const held = yield* read(request.body, limit < 0 ? Number.MAX_SAFE_INTEGER : limit);
      if (!held.complete) return respondError(draft, 413, 'Request body too large');
      const body = { kind: 'bytes' as const, bytes: held.bytes };
      const answer = yield* main.handler({ ...request, body }, freshDraft());
      if (!statuses(answer.status)) return added(draft, answer);
      return yield* orNothing(fallback, { ...request, body }, draft);
    },
  };
}

function* orNothing(node: ServiceNode, request: RuntimeRequest, draft: Draft): Effects<RuntimeResponse> {
  if (!node.up(request.scope)) return respondError(draft, 503, 'Service Unavailable');
  return yield* node.handler(request, draft);
}

/** The answer's fields are added to those of the draft, not put over them. */
function added(draft: Draft, answer: RuntimeResponse): RuntimeResponse {
  return { ...answer, headers: [...draft.headers, ...answer.headers], untyped: draft.untyped };
}
