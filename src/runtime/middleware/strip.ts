import { addHeader } from '../headers.ts';
import type { Handler } from '../effect.ts';
import { respondError, setPath, syncRequestUri, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { joinedPath } from '../url.ts';
import type { Effects } from '../effect.ts';
import { leadingSlash } from './add-prefix.ts';

/**
 * Cuts a prefix off and goes on, for stripPrefix and stripPrefixRegex. What is left must be a clean path: since 3.7.3
 * `/api../x` without `/api` is refused with 400 instead of reaching `/../x`.
 */
export function* stripAndGo(request: RuntimeRequest, draft: Draft, prefix: string, forceSlash: boolean, next: Handler): Effects<RuntimeResponse> {
  const cut = forceSlash ? (rest: string) => `/${rest.replace(/^\//, '')}` : leadingSlash;
  request.path = cut(request.path.slice(prefix.length));
  if (request.rawPath !== '') request.rawPath = cut(request.rawPath.slice(encodedLength(request.rawPath, prefix)));
  if (request.path !== '') {
    const joined = joinedPath(request);
    if (joined?.path !== request.path) return respondError(draft, 400, 'Bad Request');
    setPath(request, joined);
  }
  request.headers = addHeader(request.headers, 'X-Forwarded-Prefix', prefix);
  syncRequestUri(request);
  return yield* next(request, draft);
}

/** How many characters of the raw path stand for the decoded prefix. */
function encodedLength(rawPath: string, prefix: string): number {
  let at = 0;
  for (let decoded = 0; at < rawPath.length && decoded < prefix.length; decoded += 1) at += rawPath[at] === '%' && at + 2 < rawPath.length ? 3 : 1;
  return at;
}
