import { counted } from './caller.ts';
import type { Factory } from './factory.ts';

/** Requests of one consumer at this router; who has a limit of their own is held to that one. */
export const consumerLimit: Factory<'consumerLimit'> = (spec, { middleware }) => (next) =>
  function* (request, draft) {
    const { consumer, scope } = request;
    const enough = consumer === undefined || consumer.limit !== undefined ? undefined : counted(scope, draft, `${consumer.name} ${middleware.symbol}`, spec);
    return enough ?? (yield* next(request, draft));
  };
