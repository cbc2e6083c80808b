import { respondStatus } from '../message.ts';
import type { Factory } from './factory.ts';

/** Who calls must be in one of the groups. */
export const groups: Factory<'groups'> = ({ allow }) => (next) =>
  function* (request, draft) {
    const isIn = request.consumer?.groups.some((group) => allow.includes(group)) === true;
    return isIn ? yield* next(request, draft) : respondStatus(draft, 403);
  };
