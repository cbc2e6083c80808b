import { encodeUtf8 } from '../../rule-lang/index.ts';
import type { HeadersSpec } from '../../ir/index.ts';
import type { Wrapper } from '../effect.ts';
import { headerOf, removeHeader, setHeader } from '../headers.ts';
import { deleteResponseHeader, setResponseHeader, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { isPreflight, originOf, preflight } from './headers-cors.ts';
import { hasSecurity, security } from './headers-security.ts';
import type { Factory } from './factory.ts';

/** Custom and CORS headers outside, security headers inside (pkg/middlewares/headers). */
export const headers: Factory<'headers'> = (written, { middleware }) => {
  const spec = onTheWire(written);
  const custom = hasCustom(spec);
  const maxAgeSet = middleware.places.has('headers.accessControlMaxAge');
  // Any max age, 0 too, makes it a CORS middleware (ran).
  const cors = hasCors(spec) || maxAgeSet;
  const outer = custom || cors ? customAndCors(spec, cors, maxAgeSet) : (next: Parameters<Wrapper>[0]) => next;
  const inner = hasSecurity(spec) ? security(spec) : (next: Parameters<Wrapper>[0]) => next;
  return (next) => outer(inner(next));
};

/** The texts as the bytes that they are in a message; patterns stay as they are, they run over text. */
function onTheWire(spec: HeadersSpec): HeadersSpec {
  return {
    ...spec,
    customRequestHeaders: fieldsOnTheWire(spec.customRequestHeaders),
    customResponseHeaders: fieldsOnTheWire(spec.customResponseHeaders),
    sslProxyHeaders: fieldsOnTheWire(spec.sslProxyHeaders),
    accessControlAllowHeaders: spec.accessControlAllowHeaders.map(encodeUtf8),
    accessControlAllowMethods: spec.accessControlAllowMethods.map(encodeUtf8),
    accessControlAllowOriginList: spec.accessControlAllowOriginList.map(encodeUtf8),
    accessControlExposeHeaders: spec.accessControlExposeHeaders.map(encodeUtf8),
    allowedHosts: spec.allowedHosts.map(encodeUtf8),
    customFrameOptionsValue: encodeUtf8(spec.customFrameOptionsValue),
    customBrowserXSSValue: encodeUtf8(spec.customBrowserXSSValue),
    contentSecurityPolicy: encodeUtf8(spec.contentSecurityPolicy),
    contentSecurityPolicyReportOnly: encodeUtf8(spec.contentSecurityPolicyReportOnly),
    publicKey: encodeUtf8(spec.publicKey),
    referrerPolicy: encodeUtf8(spec.referrerPolicy),
    permissionsPolicy: encodeUtf8(spec.permissionsPolicy),
  };
}

function fieldsOnTheWire(fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, encodeUtf8(value)]));
}

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
    else if (name.toLowerCase() === 'host') request.host = value;
    else {
      request.headers = setHeader(request.headers, name, value);
      if (name.toLowerCase() === 'x-forwarded-for') request.forwardedForSuppressed = false;
    }
  }
}

function changeResponse(spec: HeadersSpec, response: RuntimeResponse, origin: () => string | undefined): RuntimeResponse {
  let out = response;
  for (const [name, value] of Object.entries(spec.customResponseHeaders)) out = value === '' ? deleteResponseHeader(out, name) : setResponseHeader(out, name, value);
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
