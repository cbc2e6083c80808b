import type { HeaderList, SpecOf } from '../../ir/index.ts';
import { read, send, type Effects, type Read, type UpstreamRequest, type UpstreamResponse } from '../effect.ts';
import { addHeader, canonicalName, headerOf, removeHeader, removeHeaders, setHeader, valuesOf } from '../headers.ts';
import { bytesBody, NO_BODY, respond, syncRequestUri, type Body, type Draft, type RuntimeRequest, type RuntimeResponse } from '../message.ts';
import { compilePattern } from '../pattern.ts';
import { formatUrl, parseUrl, resolveReference, type Url } from '../url.ts';
import { authRequestHeaders } from './forward-auth-headers.ts';
import type { Factory } from './factory.ts';

type Spec = SpecOf<'forwardAuth'>;
const TIMEOUT = 30_000;
const HOP = ['Connection', 'Keep-Alive', 'Te', 'Trailers', 'Transfer-Encoding', 'Upgrade'];

/** Asks another server first: 2xx goes on with some of its headers, anything else is the answer (pkg/middlewares/auth/forward.go; ran). */
export const forwardAuth: Factory<'forwardAuth'> = (spec, { middleware }) => {
  const trust = middleware.places.has('forwardAuth.trustForwardHeader') ? spec.trustForwardHeader : undefined;
  const address = parseUrl(spec.address);
  const carry = carryHeaders(spec);
  return (next) =>
    function* (request, draft) {
      const body = spec.forwardBody ? yield* keptBody(request, spec.maxBodySize) : NO_BODY;
      if (typeof body === 'string') return respond(draft, REFUSED[body]);
      if (address === undefined) return respond(draft, 500);
      const question = authRequest(spec, address, request, body, trust);
      const outcome = yield* send({ kind: 'url', url: spec.address, timeout: TIMEOUT, ...(spec.tls === undefined ? {} : { tls: spec.tls }) }, question);
      if (outcome.kind === 'failure') return respond(draft, outcome.failure === 'cancelled' ? 499 : 500);
      const answer = yield* whole(outcome.response, spec.maxResponseBodySize);
      if (typeof answer === 'string') return respond(draft, REFUSED[answer]);
      if (answer.status === 401 && spec.authSigninURL !== '') return respond(draft, 302, [['Location', spec.authSigninURL]]);
      if (answer.status < 200 || answer.status >= 300) return refused(spec, address, answer, draft);
      request.headers = carry(request.headers, answer.headers);
      syncRequestUri(request);
      return withCookies(spec, answer.headers, yield* next(request, draft));
    };
};

/** Why a body is not there whole: larger than allowed, or it broke off. */
type NotWhole = 'large' | 'torn';
const REFUSED: Readonly<Record<NotWhole, number>> = { large: 401, torn: 500 };

/** The request's body, held for both. */
function* keptBody(request: RuntimeRequest, limit: number): Effects<Body | NotWhole> {
  const held = yield* read(request.body, limit < 0 ? Number.MAX_SAFE_INTEGER : limit);
  if (!held.complete) return notWhole(held);
  request.body = bytesBody(held.bytes);
  return request.body;
}

function* whole(response: UpstreamResponse, limit: number): Effects<UpstreamResponse | NotWhole> {
  const packed = headerOf(response.headers, 'Content-Encoding') === 'gzip';
  const from: Body = packed ? { kind: 'transformed', by: 'gunzip', from: response.body } : response.body;
  const held = yield* read(from, limit < 0 ? Number.MAX_SAFE_INTEGER : limit);
  const headers = packed ? removeHeaders(response.headers, ['Content-Encoding', 'Content-Length']) : response.headers;
  return held.complete ? { ...response, headers, body: bytesBody(held.bytes) } : notWhole(held);
}

function notWhole({ torn = false }: Read): NotWhole {
  return torn ? 'torn' : 'large';
}

function authRequest(spec: Spec, address: Url, request: RuntimeRequest, body: Body, trust: boolean | undefined): UpstreamRequest {
  const query = address.forceQuery || address.query !== '' ? `?${address.query}` : '';
  const method = spec.preserveRequestMethod ? request.method : 'GET';
  return {
    method,
    target: (formatUrl({ ...address, scheme: '', authority: undefined, query: '', forceQuery: false, fragment: '' }) || '/') + query,
    host: (address.authority ?? '').replace(/^.*@/, ''),
    headers: authRequestHeaders(request, method, spec.authRequestHeaders, trust),
    body,
  };
}

/** Status, headers and body of the refusal; a relative Location is made absolute unless preserved (ran). */
function refused(spec: Spec, address: Url, answer: UpstreamResponse, draft: Draft): RuntimeResponse {
  let headers: HeaderList = [...draft.headers, ...removeHeaders(answer.headers, HOP)];
  const written = headerOf(answer.headers, 'Location') ?? '';
  if (written !== '') {
    const location = parseUrl(written);
    if (location === undefined) return { ...respond(draft, 500), headers };
    headers = setHeader(headers, 'Location', formatUrl(spec.preserveLocationHeader ? location : resolveReference(address, location)));
  }
  const untyped = draft.untyped && headerOf(headers, 'Content-Type') === undefined;
  return { ...respond(draft, answer.status), headers, untyped, body: answer.body };
}

/** authResponseHeaders and ...Regex: the client's copies go, the auth server's come (ran). */
function carryHeaders(spec: Spec): (request: HeaderList, answer: HeaderList) => HeaderList {
  const pattern = spec.authResponseHeadersRegex === '' ? undefined : compilePattern(spec.authResponseHeadersRegex);
  return (request, answer) => {
    let out = request;
    for (const name of spec.authResponseHeaders) {
      out = removeHeader(out, name);
      for (const value of valuesOf(answer, name)) out = addHeader(out, name, value);
    }
    if (pattern === undefined) return out;
    const fresh = answer.filter(([name]) => pattern.test(name));
    return [...out.filter(([name]) => !pattern.test(name)), ...fresh];
  };
}

/** Cookies of the auth server: those that are named replace the backend's of the same name. */
function withCookies(spec: Spec, answer: HeaderList, response: RuntimeResponse): RuntimeResponse {
  const cookies = valuesOf(answer, 'Set-Cookie');
  if (cookies.length === 0) return response;
  const named = (line: string) => spec.addAuthCookiesToResponse.includes(line.slice(0, Math.max(0, line.indexOf('='))).trim());
  const own = valuesOf(response.headers, 'Set-Cookie').filter((line) => !named(line));
  let headers = removeHeader(response.headers, canonicalName('Set-Cookie'));
  for (const line of [...own, ...cookies.filter(named)]) headers = addHeader(headers, 'Set-Cookie', line);
  return { ...response, headers };
}
