import { addHeader } from '../headers.ts';
import { respondError, setPath, syncRequestUri } from '../message.ts';
import { compilePattern } from '../pattern.ts';
import { escapedPath, joinedPath } from '../url.ts';
import { unescapePath } from '../url-parts.ts';
import type { Factory } from './factory.ts';

/** RE2 over the escaped path, every match replaced; 400 when the outcome is not a clean path (3.7, ran). */
export const replacePathRegex: Factory<'replacePathRegex'> = (spec) => {
  const pattern = compilePattern(spec.regex.trim());
  const template = spec.replacement.trim();
  return (next) =>
    function* (request, draft) {
      const current = request.rawPath === '' ? escapedPath(request) : request.rawPath;
      if (!pattern.test(current)) return yield* next(request, draft);
      request.headers = addHeader(request.headers, 'X-Replaced-Path', current);
      request.rawPath = pattern.replace(current, template);
      const path = unescapePath(request.rawPath);
      if (typeof path !== 'string') return respondError(draft, 500, path.error);
      request.path = path;
      syncRequestUri(request);
      if (path !== '') {
        const joined = joinedPath(request);
        if (joined?.path !== path) return respondError(draft, 400, 'Bad Request');
        setPath(request, joined);
      }
      return yield* next(request, draft);
    };
};
