import { encodeUtf8 } from '../../rule-lang/index.ts';
import { codeRanges } from '../code-ranges.ts';
import type { Effects, Handler } from '../effect.ts';
import { canonicalName } from '../headers.ts';
import { draftOver, NO_BODY, ontoDraft, respondError, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { statusText } from '../status-text.ts';
import { escapeQuery, formatUrl, parseUrl } from '../url.ts';
import type { Factory } from './factory.ts';

/** Answers of certain statuses replaced by a page of another service, asked with GET (pkg/middlewares/customerrors; ran). */
export const errors: Factory<'errors'> = (spec, { service }) => {
  const caught = codeRanges(spec.status);
  const rewrites = Object.entries(spec.statusRewrites).map(([range, to]) => ({ applies: codeRanges([range]), to }));
  const page = service(spec.service);
  return (next) => {
    if (page === undefined) return next;
    return function* (request, draft) {
      const answer = yield* next(request, draftOver(draft));
      if (!caught(answer.status)) return ontoDraft(draft, answer);
      for (const done of answer.finalizers) done();
      const status = rewrites.find((one) => one.applies(answer.status))?.to ?? answer.status;
      const query = pageQuery(spec.query, status, answer.status, request);
      return yield* askPage(page, pageRequest(request, query, spec.errorRequestHeaders), status, draft);
    };
  };
};

/** `{url}` is the full URL as inner middlewares left it, escaped as a query value. */
function pageQuery(template: string, status: number, original: number, request: RuntimeRequest): string {
  if (template === '') return '';
  const url = formatUrl({ scheme: request.tls === undefined ? 'http' : 'https', opaque: '', authority: request.host, path: request.path, rawPath: request.rawPath, query: request.rawQuery, forceQuery: false, fragment: '' });
  return `/${encodeUtf8(template).replace(/^\//, '')}`
    .replaceAll('{status}', String(status))
    .replaceAll('{originalStatus}', String(original))
    .replaceAll('{url}', escapeQuery(url));
}

/** A new request without peer: nothing is appended to X-Forwarded-For (ran). */
function pageRequest(request: RuntimeRequest, query: string, only: readonly string[] | undefined): RuntimeRequest | undefined {
  const url = parseUrl(`http://${request.host}${query}`);
  if (url === undefined) return undefined;
  const names = only === undefined ? undefined : new Set(only.map(canonicalName));
  const headers = names === undefined ? request.headers : request.headers.filter(([name]) => names.has(name));
  const target = { path: url.path, rawPath: url.rawPath, rawQuery: url.query, forceQuery: url.forceQuery };
  const uri = formatUrl({ ...url, scheme: '', authority: undefined, fragment: '' });
  return { ...request, ...target, method: 'GET', requestUri: uri === '' || uri.startsWith('?') ? `/${uri}` : uri, headers, body: NO_BODY, tls: undefined, urlScheme: '', clientIp: '', attempt: undefined, forwardedForSuppressed: false };
}

function* askPage(page: Handler, request: RuntimeRequest | undefined, status: number, draft: Draft): Effects<RuntimeResponse> {
  if (request === undefined) return respondError(draft, status, statusText(status));
  const answer = yield* page(request, draftOver(draft));
  return { ...ontoDraft(draft, answer), status, via: undefined };
}
