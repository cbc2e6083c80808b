import type { ServiceSpec } from '../../ir/index.ts';
import { answering, detach, read, type Handler } from '../effect.ts';
import { freshDraft, respondError, type Scope } from '../message.ts';
import { slot } from '../slot.ts';
import type { ServiceNode } from './service.ts';

type Spec = Extract<ServiceSpec, { kind: 'mirroring' }>;
interface Mirror {
  readonly handler: Handler;
  readonly percent: number;
}

/** Copies of a share of the requests to other services; their answers are dropped (loadbalancer/mirror). */
export function mirroring(spec: Spec, [main, ...rest]: readonly ServiceNode[]): ServiceNode {
  const mirrors = rest.flatMap((node, index): Mirror[] => [{ handler: node.handler, percent: spec.mirrors[index]?.percent ?? 0 }]);
  const due = counted(mirrors);
  if (main === undefined) return { handler: answering((_, draft) => respondError(draft, 503, 'no available server')), up: () => false };
  return {
    up: main.up,
    handler: function* mirror(request, draft) {
      const active = due(request.scope);
      if (active.length === 0) return yield* main.handler(request, draft);
      let { body } = request;
      if (!spec.mirrorBody) {
        // The main service used the body up: a copy that announces one never leaves Traefik (ran).
        const held = yield* read(body, 0);
        if (!held.complete) return yield* main.handler({ ...request, body: held.rest }, draft);
      } else {
        const held = yield* read(body, spec.maxBodySize < 0 ? Number.MAX_SAFE_INTEGER : spec.maxBodySize);
        if (!held.complete) return yield* main.handler({ ...request, body: held.rest }, draft);
        body = { kind: 'bytes', bytes: held.bytes };
      }
      const copy = { ...request, body };
      const response = yield* main.handler({ ...request, body }, draft);
      yield* detach(function* () {
        for (const one of active) yield* one.handler({ ...copy }, freshDraft());
      });
      return response;
    },
  };
}

/** Which mirrors are behind their share: the first request goes to each mirror with a percentage above 0 (ran). */
function counted(mirrors: readonly Mirror[]): (scope: Scope) => readonly Mirror[] {
  const state = slot(() => ({ total: 0, counts: mirrors.map(() => 0) }));
  return (scope) => {
    const cell = state(scope);
    cell.total += 1;
    return mirrors.filter((one, index) => {
      const count = cell.counts[index] ?? 0;
      if (count * 100 >= cell.total * one.percent) return false;
      cell.counts[index] = count + 1;
      return true;
    });
  };
}
