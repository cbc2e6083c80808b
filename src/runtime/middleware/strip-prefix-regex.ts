import { compilePattern } from '../pattern.ts';
import { stripAndGo } from './strip.ts';
import type { Factory } from './factory.ts';

/** The first pattern whose leftmost match in the decoded path is a prefix of it; empty matches do not count (ran). */
export const stripPrefixRegex: Factory<'stripPrefixRegex'> = (spec) => {
  const patterns = spec.regex.map((source) => compilePattern(source.trim()));
  return (next) =>
    function* (request, draft) {
      for (const pattern of patterns) {
        const prefix = pattern.find(request.path) ?? '';
        if (prefix !== '' && request.path.startsWith(prefix)) return yield* stripAndGo(request, draft, prefix, false, next);
      }
      return yield* next(request, draft);
    };
};
