import type { Factory } from './factory.ts';

/** Lifts the hold on guessing a Content-Type; `autoDetect: false` leaves it (3.7, ran). */
export const contentType: Factory<'contentType'> = (spec) => {
  if (spec.autoDetect === false) return (next) => next;
  return (next) => (request, draft) => {
    draft.untyped = false;
    return next(request, draft);
  };
};
