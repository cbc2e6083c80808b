import { encodeUtf8 } from '../../rule-lang/index.ts';
import { addHeader } from '../headers.ts';
import { respondError, syncRequestUri } from '../message.ts';
import { escapedPath } from '../url.ts';
import { unescapePath } from '../url-parts.ts';
import type { Factory } from './factory.ts';

/** The whole path replaced, the query kept; the old escaped path in X-Replaced-Path (pkg/middlewares/replacepath). */
export const replacePath: Factory<'replacePath'> = (spec) => {
  const rawPath = encodeUtf8(spec.path);
  const path = unescapePath(rawPath);
  return (next) =>
    function* (request, draft) {
      request.headers = addHeader(request.headers, 'X-Replaced-Path', request.rawPath === '' ? escapedPath(request) : request.rawPath);
      if (typeof path !== 'string') return respondError(draft, 500, path.error);
      request.rawPath = rawPath;
      request.path = path;
      syncRequestUri(request);
      return yield* next(request, draft);
    };
};
