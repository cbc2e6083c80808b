import { authorized, parseRanges, selectIp } from '../ip.ts';
import { respondStatus } from '../message.ts';
import type { Factory } from './factory.ts';

/** Only addresses of the ranges; others get 403 or rejectStatusCode with its text (pkg/middlewares/ipallowlist). */
export const ipAllowList: Factory<'ipAllowList'> = (spec) => {
  const ranges = parseRanges(spec.sourceRange);
  const address = selectIp(spec.ipStrategy);
  const status = spec.rejectStatusCode === 0 ? 403 : spec.rejectStatusCode;
  return (next) =>
    function* (request, draft) {
      return authorized(ranges, address(request)) ? yield* next(request, draft) : respondStatus(draft, status);
    };
};
