import { encodeUtf8 } from '../../rule-lang/index.ts';
import { stripAndGo } from './strip.ts';
import type { Factory } from './factory.ts';

/** The first prefix in list order that the decoded path begins with; no segment border: `/apix` becomes `/x` (ran). */
export const stripPrefix: Factory<'stripPrefix'> = (spec) => {
  const prefixes = spec.prefixes.map((prefix) => encodeUtf8(prefix.trim()));
  return (next) =>
    function* (request, draft) {
      const prefix = prefixes.find((one) => request.path.startsWith(one));
      if (prefix === undefined) return yield* next(request, draft);
      return yield* stripAndGo(request, draft, prefix, spec.forceSlash === true, next);
    };
};
