import type { Endpoint, EntryPoint, Listener, Middleware, MiddlewareKind, ResolvedService, Route } from '../../ir/index.ts';

/** Says of two routes whether they do the same with every request that both take. */
export type SameRoutes = (one: Route, other: Route) => boolean;

/**
 * Compares routes by all that the runtime reads of them, so that a request does not have to be carried through two equal
 * chains to see that they do the same. False only means that they have to be asked. Each pair, and each middleware of
 * it, is looked at once.
 */
export function sameRoutes(): SameRoutes {
  const routes = new Map<Route, readonly [Route, boolean]>();
  const middlewares = new Map<Middleware, Middleware>();
  const sameMiddleware = (one: Middleware, other: Middleware): boolean => {
    if (middlewares.get(one) === other) return true;
    if (!isSameMiddleware(one, other)) return false;
    middlewares.set(one, other);
    return true;
  };
  return (one, other) => {
    const known = routes.get(one);
    if (known !== undefined && known[0] === other) return known[1];
    const same = !one.defaultRule && !other.defaultRule && isSameChain(one.chain, other.chain, sameMiddleware) && isSameService(one.service, other.service, sameMiddleware);
    routes.set(one, [other, same]);
    return same;
  };
}

/** What entry points do before and after the choice of a route. TLS options make a route answer for its name alone, which is not looked at here. */
export function sameEdges(one: Listener, other: Listener): boolean {
  return isSame(edgeOf(one.entryPoint), edgeOf(other.entryPoint)) && [...one.tls, ...other.tls].every(({ tls }) => tls?.options === undefined);
}

function edgeOf({ forwardedHeaders, encodedCharacters, sanitizePath, encodeQuerySemicolons }: EntryPoint): unknown {
  return { forwardedHeaders, encodedCharacters: encodedCharacters ?? false, sanitizePath, encodeQuerySemicolons };
}

/** These ask who calls, or name other entities. */
const ASKED: ReadonlySet<MiddlewareKind> = new Set(['apiKey', 'chain', 'consumerLimit', 'errors', 'groups', 'jwt', 'login', 'plugin']);
/** Options for which it counts that they were written, whatever they say. */
const WRITTEN = ['forwardAuth.trustForwardHeader', 'headers.accessControlMaxAge'] as const;

function isSameMiddleware(one: Middleware, other: Middleware): boolean {
  if (ASKED.has(one.spec.kind) || WRITTEN.some((path) => one.places.has(path) !== other.places.has(path))) return false;
  return isSame(one.spec, other.spec);
}

function isSameChain(one: readonly Middleware[], other: readonly Middleware[], same: (one: Middleware, other: Middleware) => boolean): boolean {
  return one.length === other.length && one.every((middleware, at) => {
    const counterpart = other[at];
    return counterpart !== undefined && same(middleware, counterpart);
  });
}

/** Load balancers alone: what other services lead to has names, and names count for cookies and hashes. */
function isSameService(one: ResolvedService, other: ResolvedService, same: (one: Middleware, other: Middleware) => boolean): boolean {
  const mine = one.service.spec;
  const theirs = other.service.spec;
  if (mine.kind !== 'loadBalancer' || theirs.kind !== 'loadBalancer') return false;
  // How a server is connected to shows in no decision.
  const { endpoints, transport: _, ...rest } = mine;
  const { endpoints: seen, transport: __, ...options } = theirs;
  return endpoints.length === seen.length && endpoints.every((endpoint, at) => isSameAddress(endpoint, seen[at])) && isSame(rest, options) && isSameChain(one.chain, other.chain, same);
}

function isSameAddress(one: Endpoint, other: Endpoint | undefined): boolean {
  return other !== undefined && one.scheme === other.scheme && one.host === other.host && one.port === other.port && one.path === other.path && one.preservePath === other.preservePath && one.weight === other.weight;
}

/** Plain values, equal in all that they hold. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (Array.isArray(one)) return Array.isArray(other) && one.length === other.length && one.every((item, at) => isSame(item, other[at]));
  if (!isPlain(one) || !isPlain(other)) return false;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key) && isSame(one[key], other[key]));
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
