import { chainOf, type Middleware, type MiddlewareKind, type Route } from '../../ir/index.ts';
import { matchesEmpty } from '../../rule-lang/index.ts';
import { isCleanPath, sentPath } from './go-path.ts';
import { usesCors } from './middlewares/cors.ts';
import { statusesOf } from './statuses.ts';

const CHANGES_PATH: readonly MiddlewareKind[] = ['addPrefix', 'stripPrefix', 'stripPrefixRegex', 'replacePath', 'replacePathRegex'];
const LIMITS: readonly MiddlewareKind[] = ['rateLimit', 'inFlightReq'];

/** Why nginx cannot keep the order of a chain: a later member would have to see what an earlier one changed. */
export function chainProblem(route: Route): string | undefined {
  const chain = chainOf(route);
  for (const [index, later] of chain.entries()) {
    for (const earlier of chain.slice(0, index)) {
      const problem = pairProblem(earlier, later);
      if (problem !== undefined) return problem;
    }
  }
  return watchProblem(chain);
}

/** May answer in place of the endpoint, wherever it stands. */
const ANSWERS: readonly MiddlewareKind[] = ['basicAuth', 'ipAllowList', 'rateLimit', 'inFlightReq', 'buffering', 'encodedCharacters'];

/**
 * Error pages are asked for with the request as the inner middlewares left it, and nginx knows one that all of them have left:
 * where one answers, those behind it have not changed anything.
 */
function watchProblem(chain: readonly Middleware[]): string | undefined {
  const at = chain.findIndex(({ spec }) => spec.kind === 'errors');
  const [errors, ...inner] = at < 0 ? [] : chain.slice(at);
  if (errors?.spec.kind !== 'errors') return undefined;
  const statuses = statusesOf(errors.spec.status) ?? [];
  const nested = inner.find(({ spec }) => spec.kind === 'errors' || spec.kind === 'forwardAuth');
  if (nested !== undefined) return `${errors.ref.name} before ${nested.ref.name}: nginx catches an answer once`;
  const first = inner.findIndex(answersOrRefuses(statuses));
  const later = first < 0 ? undefined : inner.slice(first).find(changesRequest);
  return later === undefined ? undefined : `${errors.ref.name} before ${later.ref.name}: the page would be asked for with what ${later.ref.name} changes, although it was never reached`;
}

/** True when error pages catch the status of a redirection of the gateway itself. */
export function catchesRedirection(route: Route): boolean {
  const chain = chainOf(route);
  const at = chain.findIndex(({ spec }) => spec.kind === 'errors' && (statusesOf(spec.status) ?? []).some((status) => status < 400));
  return at >= 0 && chain.slice(at).some(({ spec }) => spec.kind === 'redirectScheme' || spec.kind === 'redirectRegex');
}

function answersOrRefuses(statuses: readonly number[]): (one: Middleware) => boolean {
  return ({ spec }) => ANSWERS.includes(spec.kind) || (spec.kind === 'headers' && (spec.allowedHosts.length > 0 || statuses.includes(200))) || (statuses.includes(400) && CHANGES_PATH.includes(spec.kind));
}

function changesRequest({ spec }: Middleware): boolean {
  return CHANGES_PATH.includes(spec.kind) || (spec.kind === 'headers' && Object.keys(spec.customRequestHeaders).length > 0) || (spec.kind === 'basicAuth' && (spec.removeHeader || spec.headerField !== ''));
}

/** True when a prefix may leave nothing of a path and Traefik then replaces an empty text, which it writes into X-Replaced-Path. */
export function replacesNothing(route: Route): boolean {
  let bare = false;
  let kept = false;
  for (const { spec } of chainOf(route)) {
    if (bare && CHANGES_PATH.includes(spec.kind) && (kept || spec.kind === 'replacePath' || (spec.kind === 'replacePathRegex' && matchesEmpty(spec.regex)))) return true;
    if (spec.kind === 'replacePathRegex') kept = bare;
    else if (spec.kind === 'addPrefix') bare = false;
    else if (spec.kind === 'stripPrefixRegex' || (spec.kind === 'stripPrefix' && spec.forceSlash !== true)) bare = true;
  }
  return false;
}

function pairProblem(earlier: Middleware, later: Middleware): string | undefined {
  const names = `${earlier.ref.name} before ${later.ref.name}`;
  if (earlier.spec.kind === 'replacePath' && ['stripPrefix', 'stripPrefixRegex'].includes(later.spec.kind)) return `${names}: the replaced path is not looked at again`;
  if (earlier.spec.kind === 'replacePathRegex' && ['stripPrefix', 'stripPrefixRegex'].includes(later.spec.kind)) return `${names}: the replaced path is not looked at again`;
  if (earlier.spec.kind === 'replacePath' && ['replacePath', 'replacePathRegex'].includes(later.spec.kind) && (sentPath(earlier.spec.path) !== earlier.spec.path || !isCleanPath(earlier.spec.path))) return `${names}: the replaced path is told without its escapes, and may have dot segments`;
  if (readsHeader(later, writtenBy(earlier))) return `${names}: nginx reads the header of the client`;
  if (earlier.spec.kind === 'headers' && usesCors(earlier.spec, earlier) && writtenBy(later).some((name) => /^origin$/i.test(name))) return `${names}: the origin is looked at again when the answer is there`;
  if (CHANGES_PATH.includes(earlier.spec.kind) && later.spec.kind === 'encodedCharacters') return `${names}: nginx reads the path of the client`;
  return undefined;
}

/** What nginx adds to answers of its own, by the middlewares that make it answer. */
const OWN_HEADERS: Readonly<Partial<Record<MiddlewareKind, readonly string[]>>> = { redirectScheme: ['location'], redirectRegex: ['location'], basicAuth: ['www-authenticate'], forwardAuth: ['location', 'www-authenticate'] };

/** True when a middleware sets or takes away a header that nginx itself adds for an inner one. */
export function overridesOwn(route: Route): boolean {
  const named = new Set<string>();
  return chainOf(route).some(({ spec }) => {
    if (spec.kind === 'headers') for (const name of Object.keys(spec.customResponseHeaders)) named.add(name.toLowerCase());
    return OWN_HEADERS[spec.kind]?.some((name) => named.has(name)) === true;
  });
}

/** Request headers that a middleware sets or takes away. */
function writtenBy({ spec }: Middleware): readonly string[] {
  switch (spec.kind) {
    case 'headers': return Object.keys(spec.customRequestHeaders);
    case 'basicAuth': return [...(spec.removeHeader ? ['Authorization'] : []), ...(spec.headerField === '' ? [] : [spec.headerField])];
    case 'forwardAuth': return spec.authResponseHeaders;
    case 'stripPrefix': case 'stripPrefixRegex': return ['X-Forwarded-Prefix'];
    case 'replacePath': case 'replacePathRegex': return ['X-Replaced-Path'];
    case 'passTLSClientCert': return ['X-Forwarded-Tls-Client-Cert', 'X-Forwarded-Tls-Client-Cert-Info'];
    default: return [];
  }
}

/** True when a middleware decides by a header that an earlier one sets. */
function readsHeader(later: Middleware, names: readonly string[]): boolean {
  const has = (wanted: string): boolean => names.some((name) => name.toLowerCase() === wanted.toLowerCase());
  switch (later.spec.kind) {
    case 'basicAuth': return has('Authorization');
    case 'compress': return has('Accept-Encoding');
    case 'redirectScheme': case 'redirectRegex': return has('Host') || has('X-Forwarded-Proto');
    case 'rateLimit': case 'inFlightReq': return has('Host') || has(later.spec.sourceCriterion?.requestHeaderName ?? '');
    case 'forwardAuth': return has('Host') && later.places.has('forwardAuth.trustForwardHeader');
    case 'headers': return has('Origin') || has('Host') && later.spec.allowedHosts.length > 0 || later.spec.hostsProxyHeaders.some(has);
    default: return false;
  }
}

/** True when a CORS middleware adds to a header that an inner one sets: nginx knows only what the endpoint said. */
export function addsToInner(route: Route): boolean {
  const chain = chainOf(route);
  const first = chain.findIndex((one) => one.spec.kind === 'headers' && usesCors(one.spec, one));
  return first >= 0 && chain.slice(first + 1).some(({ spec, places }) => spec.kind === 'headers' && (usesCors(spec, { places }) || Object.keys(spec.customResponseHeaders).some((name) => /^(?:vary|access-control-allow-origin)$/i.test(name))));
}

/** nginx counts limits of one kind once per request: two places of a chain would count only the first. */
export function repeatProblem(route: Route): boolean {
  const kinds = chainOf(route).map(({ spec }) => spec.kind);
  return LIMITS.some((kind) => {
    const first = kinds.indexOf(kind);
    const last = kinds.lastIndexOf(kind);
    return first !== last && kinds.slice(first, last).some((between) => ['basicAuth', 'forwardAuth', 'ipAllowList', 'headers'].includes(between));
  });
}
