import { encodeUtf8 } from '../../rule-lang/index.ts';
import type { HeadersSpec } from '../../ir/index.ts';
import type { Wrapper } from '../effect.ts';
import { headerOf, removeHeader, setHeader } from '../headers.ts';
import { deleteResponseHeader, setResponseHeader, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { isPreflight, originOf, preflight } from './headers-cors.ts';
import { hasSecurity, security } from './headers-security.ts';
import type { Factory } from './factory.ts';

/** Custom and CORS headers outside, security headers inside (pkg/middlewares/headers). */
export const headers: Factory<'headers'> = (spec, { middleware }) => {
  const custom = hasCustom(spec);
  const maxAgeSet = middleware.places.has('headers.accessControlMaxAge');
  // Any max age, 0 too, makes it a CORS middleware (ran).
  const cors = hasCors(spec) || maxAgeSet;
  const outer = custom || cors ? customAndCors(spec, cors, maxAgeSet) : (next: Parameters<Wrapper>[0]) => next;
  const inner = hasSecurity(spec) ? security(spec) : (next: Parameters<Wrapper>[0]) => next;
  return (next) => outer(inner(next));
};

function hasCustom(spec: HeadersSpec): boolean {
  return Object.keys(spec.customRequestHeaders).length + Object.keys(spec.customResponseHeaders).length > 0;
}

function hasCors(spec: HeadersSpec): boolean {
  const lists = [spec.accessControlAllowHeaders, spec.accessControlAllowMethods, spec.accessControlAllowOriginList, spec.accessControlAllowOriginListRegex, spec.accessControlExposeHeaders];
  return spec.accessControlAllowCredentials || spec.addVaryHeader || lists.some((list) => list.length > 0);
}

function customAndCors(spec: HeadersSpec, cors: boolean, maxAgeSet: boolean): Wrapper {
  const allowed = originOf(spec);
  return (next) =>
    function* (request, draft) {
      if (cors && isPreflight(request)) return preflight(spec, request, draft, allowed, maxAgeSet);
      changeRequest(spec, request);
      const origin = () => allowed(headerOf(request.headers, 'Origin') ?? '');
      return changeResponse(spec, yield* next(request, draft), origin);
    };
}

/** Empty deletes, `Host` sets the host, anything else replaces (ran). */
function changeRequest(spec: HeadersSpec, request: RuntimeRequest): void {
  for (const [name, value] of Object.entries(spec.customRequestHeaders)) {
    if (value === '' && name === 'X-Forwarded-For') request.forwardedForSuppressed = true;
    if (value === '') request.headers = removeHeader(request.headers, name);
    else if (name.toLowerCase() === 'host') request.host = encodeUtf8(value);
    else {
      request.headers = setHeader(request.headers, name, encodeUtf8(value));
      if (name.toLowerCase() === 'x-forwarded-for') request.forwardedForSuppressed = false;
    }
  }
}

function changeResponse(spec: HeadersSpec, response: RuntimeResponse, origin: () => string | undefined): RuntimeResponse {
  let out = response;
  for (const [name, value] of Object.entries(spec.customResponseHeaders)) out = value === '' ? deleteResponseHeader(out, name) : setResponseHeader(out, name, encodeUtf8(value));
  const match = origin();
  if (match !== undefined) out = setResponseHeader(out, 'Access-Control-Allow-Origin', match);
  if (spec.accessControlAllowCredentials) out = setResponseHeader(out, 'Access-Control-Allow-Credentials', 'true');
  const exposed = spec.accessControlExposeHeaders;
  if (exposed.length > 0 && !(exposed.includes('*') && spec.accessControlAllowCredentials)) out = setResponseHeader(out, 'Access-Control-Expose-Headers', exposed.join(','));
  return spec.addVaryHeader ? varyByOrigin(out) : out;
}

function varyByOrigin(response: RuntimeResponse): RuntimeResponse {
  const vary = headerOf(response.headers, 'Vary') ?? '';
  if (vary === 'Origin') return response;
  return setResponseHeader(response, 'Vary', vary === '' ? 'Origin' : `${vary},Origin`);
}
