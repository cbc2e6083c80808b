import { asksForNothing, chainOf, drawsNonce, observabilityOf, refKey, responseHeadersConflict, type EntryPoint, type Middleware, type Route } from '../../ir/index.ts';
import type { Capabilities, Row, Verdict } from '../target.ts';
import { changesRefusals, knowsCaller, losesHeaders, orderProblem, pathProblem, repeatProblem } from './chain.ts';
import { hasOpenEnd } from './paths.ts';
import { setsNoHost } from '../nginx-common/host.ts';
import { isPort, namedHosts, needsHosts } from './redirect.ts';
import { refusedStreams, streams } from './stream-capabilities.ts';

const RAN = [{ version: '3.9.3', by: 'ran' }] as const;
const READ = [{ version: '3.9.3', by: 'read' }] as const;

const exact: { readonly verdict: Verdict; readonly seen: typeof RAN } = { verdict: { kind: 'exact' }, seen: RAN };
const equivalent = (how: string): { readonly verdict: Verdict; readonly seen: typeof RAN } => ({ verdict: { kind: 'equivalent', how }, seen: RAN });
const approximate = (differs: string, seen: Row<never>['seen'] = RAN): { readonly verdict: Verdict; readonly seen: Row<never>['seen'] } => ({ verdict: { kind: 'approximate', differs }, seen });
const no = (because: string, help?: string): Verdict => (help === undefined ? { kind: 'unsupported', because } : { kind: 'unsupported', because, help });
const unsupported = (because: string, help?: string): { readonly verdict: Verdict; readonly seen: Row<never>['seen'] } => ({ verdict: no(because, help), seen: READ });

const CACHE = 'Kong 3.9 caches a lookup with absent and empty values under one key: the first request would decide for both';
const HASHES = "Kong's basic-auth keeps sha1(password + consumer id): it cannot be made from an htpasswd line, and the line itself would become the password";

/** Each path problem is said at the middleware that makes it; a chain's position counts, so the whole route is looked at. */
function pathExcept(title: string): { readonly title: string; readonly when: (use: { readonly middleware: Middleware }, site: { readonly route?: Route }) => boolean; readonly verdict: Verdict } {
  return {
    title,
    when: (use, { route }) => pathProblem([use.middleware]) !== undefined || (route !== undefined && pathProblem(chainOf(route)) !== undefined),
    verdict: no('Kong can cut one matched prefix, put a plain prefix before the rest, or replace a path that one anchored pattern matches as a whole; this value or this place in the chain is outside', 'change the middleware, or keep the router on Traefik'),
  };
}

const orderConflict = (route: Route): boolean => orderProblem(chainOf(route)) !== undefined;
const repeats = (route: Route): boolean => repeatProblem(chainOf(route)) !== undefined;

/** Traefik sets these before it routes, or takes the client's away; Kong routes first, on what the client sent. */
const setByProxy = {
  title: 'a header that Traefik itself sets',
  when: (use: { readonly name: { readonly value: string } }): boolean => /^x[-_](?:forwarded[-_]|real[-_]ip$)/i.test(use.name.value),
  verdict: no('Traefik sets this header before it routes and takes the one of an untrusted client away; Kong routes on what the client sent'),
};

/** Recorded answers of key-auth, jwt, basic-auth and acl. */
const told = (how: string): { readonly verdict: Verdict; readonly seen: Row<never>['seen'] } => ({ verdict: { kind: 'equivalent', how }, seen: [{ version: '3.9.3', by: 'recorded' }] });

/** Plugins that log, count and trace are not written. */
const NO_LOGS = unsupported('Kong logs, counts and traces with plugins of its own, which need a place to send to', 'take the option away and add file-log, prometheus or opentelemetry to the node, or keep the router on Traefik');
const SILENT: Verdict = { kind: 'equivalent', how: 'no plugin writes anything down' };

/** Kong redirects by the scheme of the connection (recorded), Traefik by X-Forwarded-Proto of a peer that it believes. */
const LOOPS: Verdict = { kind: 'approximate', differs: 'a request that a believed peer sends as X-Forwarded-Proto: https is redirected too, which goes round in circles behind a proxy that ends TLS' };

/** Put first in the chain, they are on every answer in Traefik as well. */
const DECORATED: Verdict = { kind: 'approximate', differs: 'what a middleware before it refuses gets the response headers too (in Traefik only where the headers come first in the chain)' };

/** https_redirect_status_code is the router's, no plugin's. */
const BARE_REDIRECT: Verdict = { kind: 'approximate', differs: 'Kong redirects to https before any plugin: the redirection lacks the response headers that are set before it' };

function believesProto({ forwardedHeaders }: EntryPoint): boolean {
  return forwardedHeaders.insecure || forwardedHeaders.trustedIPs.length > 0;
}

const NOBODY_KNOWN = {
  title: 'nobody has asked who calls',
  when: (_use: unknown, { route, index }: { readonly route?: Route; readonly index?: number }): boolean => route !== undefined && !knowsCaller(chainOf(route), index),
  verdict: no('no middleware before it finds out who calls', 'put apiKey, jwt or login before it'),
};

/** What the expressions flavour of Kong 3.9 can say. */
export const expressions: Capabilities = {
  'rule.host': equivalent('case, a trailing dot and an odd port are taken as Traefik does; an absolute-form request is refused by the node files'),
  'rule.hostRegexp': equivalent('a Host in which Kong keeps a port is refused with 400'),
  'rule.path': exact,
  'rule.pathPrefix': exact,
  'rule.pathRegexp': equivalent('the pattern is translated from RE2 to the Rust engine'),
  'rule.method': exact,
  'rule.header': {
    ...equivalent('a header spelled with `_` for `-` counts too, and so does one that Connection names'),
    except: [
      setByProxy,
      { title: 'empty value', when: (use) => use.value.value === '', verdict: no(CACHE) },
      { title: 'a name that is no field', when: (use) => !/^[A-Za-z0-9_-]+$/.test(use.name.value), verdict: no("a field name of Kong's expressions holds letters, digits and `_` only") },
    ],
  },
  'rule.headerRegexp': { ...equivalent('a header spelled with `_` for `-` counts too, and so does one that Connection names'), except: [setByProxy, { title: 'a name that is no field', when: (use) => !/^[A-Za-z0-9_-]+$/.test(use.name.value), verdict: no("a field name of Kong's expressions holds letters, digits and `_` only") }] },
  'rule.query': {
    ...exact,
    except: [
      { title: 'presence', when: (use) => use.kind === 'queryPresent' || use.value === undefined || use.value.value === '', verdict: no(CACHE, 'test for a value: Query(`name`, `value`)') },
      { title: 'v2 reads the first value only', when: (use) => use.kind === 'query' && use.v2 === true, verdict: { kind: 'approximate', differs: 'v2 looks at the first value of a repeated name, Kong at all' } },
      { title: 'a name that is no field', when: (use) => !/^[A-Za-z0-9_]+$/.test(use.name.value), verdict: no("a field name of Kong's expressions holds letters, digits and `_` only") },
    ],
  },
  'rule.queryRegexp': {
    ...equivalent('the pattern is translated from RE2 to the Rust engine'),
    except: [
      { title: 'presence', when: (use) => use.pattern === undefined, verdict: no(CACHE, 'test for a value: QueryRegexp(`name`, `.+`)') },
      { title: 'a name that is no field', when: (use) => !/^[A-Za-z0-9_]+$/.test(use.name.value), verdict: no("a field name of Kong's expressions holds letters, digits and `_` only") },
    ],
  },
  'rule.clientIp': exact,
  'priority.order': equivalent('ranks instead of numbers: every decision of 2,892 recorded ones'),
  'priority.tie': equivalent('Kong asks them in the order of the routing; Traefik leaves it to chance'),
  'entryPoint.split': equivalent('one node for each set of routes, because a Kong route cannot choose a listener'),
  'entryPoint.redirection': { ...equivalent('two routes by method; `//` and dots stay in the Location, and its host is in lower case without a final dot'), except: [{ title: 'peers that are believed', when: believesProto, verdict: LOOPS }] },
  'entryPoint.forwardedHeaders': { ...equivalent('trusted_ips of the node; the peer stays the client address; X-Forwarded-Uri, -Method, -Server and -Tls-Client-Cert are taken from every peer unless all are trusted'), seen: READ, except: [{ title: 'connection', when: (use) => use.forwardedHeaders.connection.length > 0, verdict: no('Kong removes all hop-by-hop headers') }] },
  'entryPoint.encodedCharacters': equivalent('a guard route of the node answers 400'),
  'entryPoint.sanitizePath': equivalent('Kong always cleans: a request with an unclean path is refused with 400'),
  'entryPoint.proxyProtocol': approximate('the proxy_protocol flag of the listener requires the header from every peer, trusted or not', READ),
  'entryPoint.observability': { ...NO_LOGS, except: [{ title: 'switched off', when: (use) => asksForNothing(observabilityOf(use.raw)), verdict: SILENT }] },
  'middleware.addPrefix': { ...exact, except: [pathExcept('a prefix that is no service path')] },
  'middleware.apiKey': {
    ...told('401 with another body; the service is told X-Consumer-ID and X-Credential-Identifier too'),
    except: [
      { title: 'a name that is no field', when: (use) => use.spec.names.some((name) => !/^[A-Za-z0-9_-]+$/.test(name)), verdict: no('the name of a key holds letters, digits, `-` and `_`') },
      { title: 'taken out of the query', when: (use) => use.spec.in.includes('query') && !use.spec.keep, verdict: { kind: 'approximate', differs: 'the rest of the query is put together again: order and escapes may change' } },
    ],
  },
  'middleware.basicAuth': equivalent('judged by its users'),
  'middleware.basicAuth.hash': unsupported(HASHES, 'keep this router on Traefik or nginx, or protect it with a Kong consumer whose password is a vault reference'),
  'middleware.basicAuth.headerField': unsupported('Kong names the user in X-Consumer-Username only, and a client could send the field itself', 'let the endpoint read X-Consumer-Username'),
  'middleware.basicAuth.usersFile': unsupported(HASHES),
  'middleware.buffering.maxRequestBodyBytes': exact,
  'middleware.buffering.memory': equivalent('where the body waits is not visible'),
  'middleware.buffering.maxResponseBodyBytes': unsupported('Kong has no limit for answers', 'limit the answer where it is made'),
  'middleware.buffering.retryExpression': unsupported('Kong retries on connection errors only', 'use the middleware retry, or let the caller try again'),
  'middleware.circuitBreaker': unsupported('Kong counts failures per target and has no ratios, latencies or half-open state', 'let the callers break the circuit, or keep the router on Traefik'),
  'middleware.compress': approximate('gzip is a switch of the whole node: answers of all its routers are compressed, with gzip only', READ),
  'middleware.consumerLimit': { ...told('fixed windows on each node, counted by consumer'), except: [NOBODY_KNOWN] },
  'middleware.contentType': approximate('Kong does not guess the type of an answer that has none'),
  'middleware.digestAuth': unsupported('Kong has no digest authentication', 'use basicAuth over TLS'),
  'middleware.encodedCharacters': equivalent('a guard route of the router answers 400'),
  'middleware.errors': unsupported('Kong cannot ask another service for an error page', 'let the endpoint make the page, or keep the router on Traefik'),
  'middleware.forwardAuth': unsupported('Kong OSS has no plugin that asks another service', 'keep this router on Traefik or nginx'),
  'middleware.groups': { ...told('403 with another body'), except: [NOBODY_KNOWN, { title: 'no group', when: (use) => use.spec.allow.length === 0, verdict: no('a list without a group lets everybody in there', 'name a group, or take the route away') }] },
  'middleware.grpcWeb': unsupported("Kong's grpc-web plugin works on gRPC services only"),
  'middleware.headers.customRequest': { ...exact, except: [{ title: 'a Host that is none', when: (use) => setsNoHost(use.spec), verdict: no('Traefik sends an empty Host instead of one with such characters', 'write a host name') }] },
  'middleware.headers.customResponse': {
    ...equivalent('answers of the router\'s own refusals carry the headers too'),
    except: [{ title: 'Content-Type taken away', when: (use) => Object.entries(use.spec.customResponseHeaders).some(([name, value]) => value === '' && name.toLowerCase() === 'content-type'), verdict: no('Traefik then guesses a type from the content; Kong sends none', 'name the type instead of removing it') }],
  },
  'middleware.headers.cors': approximate('preflights lack Expose-Headers and have Vary: Origin; with `*` and credentials all methods are listed'),
  'middleware.headers.security': {
    ...equivalent('literal answer headers; Strict-Transport-Security on TLS nodes only'),
    except: [{ title: 'a nonce', when: (use) => drawsNonce(use.spec), verdict: no('Kong writes answer headers that are always the same', 'write the policy where the page is made, which must know the nonce anyway') }, { title: 'a TLS proxy in front', when: (use) => use.spec.stsSeconds > 0 && Object.keys(use.spec.sslProxyHeaders).length > 0, verdict: no('Strict-Transport-Security would depend on a request header') }, { title: 'publicKey', when: (use) => use.spec.publicKey !== '', verdict: no('no browser reads Public-Key-Pins any more; it is not written', 'remove publicKey') }],
  },
  'middleware.headers.allowedHosts': unsupported('Kong answers 404 for a host that no route names, Traefik 500', 'name the hosts in the rules instead'),
  'middleware.headers.isDevelopment': equivalent('the parts that it switches off are not written'),
  'middleware.inFlightReq': unsupported('Kong OSS does not count requests in flight', 'limit them in the endpoint, or keep the router on Traefik'),
  'middleware.ipAllowList': exact,
  'middleware.ipAllowList.ipStrategy': { ...unsupported('the address comes from the connection: a node cannot count from the right of X-Forwarded-For for one router', 'keep the router on Traefik or nginx'), except: [{ title: 'the default strategy', when: (use) => (use.spec.ipStrategy?.depth ?? 0) === 0 && (use.spec.ipStrategy?.excludedIPs.length ?? 0) === 0, verdict: { kind: 'exact' } }] },
  'middleware.ipAllowList.rejectStatusCode': exact,
  'middleware.jwt': told('401 with another body; the service is told X-Consumer-ID and X-Credential-Identifier too'),
  'middleware.login': told('401 with another body; Proxy-Authorization counts too'),
  'middleware.passTLSClientCert': unsupported('client certificates need Kong Enterprise', 'keep the router on Traefik or nginx'),
  'middleware.plugin': unsupported('Traefik plugins run in Traefik only', 'do its work in the endpoint, or keep the router on Traefik'),
  'middleware.rateLimit': {
    ...approximate('fixed windows instead of a token bucket: a burst is allowed once per window, and counters start again with it'),
    except: [{ title: "a consumer's own limit", when: (_use, { route, routing }) => route !== undefined && knowsCaller(chainOf(route)) && (routing.consumers ?? []).some(({ limit }) => limit !== undefined), verdict: no("a consumer's own limit takes the place of the route's in Kong", 'take `limit` off the consumers, or use consumerLimit at the route') }],
  },
  'middleware.rateLimit.sourceCriterion': { ...approximate('counted by the header that it names; requests without it are counted by address'), except: [{ title: 'by host or address from a header', when: (use) => use.spec.sourceCriterion?.requestHost === true || (use.spec.sourceCriterion?.ipStrategy?.depth ?? 0) > 0, verdict: no('Kong counts by address or by one header') }] },
  'middleware.rateLimit.redis': unsupported('the connection settings differ and are not translated', 'leave redis away: each node then counts for itself'),
  'middleware.redirectRegex': unsupported("Kong's redirect plugin knows a fixed target, or the same path on another host", 'keep this router on Traefik or nginx'),
  'middleware.redirectScheme': {
    ...equivalent('two routes by method; the Location keeps `//` and dot segments and has the host in lower case, without a final dot'),
    except: [
      { title: 'peers that are believed', when: (_use, { route, routing }) => routing.listeners.some(({ entryPoint, plain, tls }) => believesProto(entryPoint) && route !== undefined && [...plain, ...tls].some(({ router }) => refKey(router) === refKey(route.router))), verdict: LOOPS },
      { title: 'on TLS', when: (use, { route }) => route?.tls !== undefined && use.spec.scheme === 'https', verdict: { kind: 'approximate', differs: 'a request whose Host names a port is served as it is; Traefik sends it to the same host without the port' } },
      { title: 'another scheme', when: (use) => use.spec.scheme !== 'https', verdict: no('Kong redirects from http to https only') },
      { title: 'another port', when: (use, { route }) => needsHosts(use.middleware) && (!isPort(use.spec.port) || route === undefined || namedHosts(route.rule) === undefined), verdict: no('a redirection to another port is to a constant place in Kong: the rule must name the hosts', 'name them with Host, or redirect to port 443') },
      { title: 'another port of named hosts', when: (use) => needsHosts(use.middleware), verdict: { kind: 'approximate', differs: 'a quote in the query of the Location stands as `%27`, and a Host with anything but a port behind the name is refused' } },
    ],
  },
  'middleware.replacePath': { ...approximate('X-Replaced-Path is not sent; X-Forwarded-Path holds the path as it came in'), except: [pathExcept('a path that is written differently')] },
  'middleware.replacePathRegex': { ...approximate('X-Replaced-Path is not sent; X-Forwarded-Path holds the path as it came in; a path whose groups could make an unclean one is refused'), except: [pathExcept('a pattern that is not the whole path')] },
  'middleware.retry': approximate('on connection errors and timeouts, on the next target, without the initial interval; a POST that was sent is not repeated'),
  'middleware.retry.status': unsupported('an answer is never retried in Kong', 'let the caller try again, or keep the router on Traefik'),
  'middleware.stripPrefix': { ...equivalent('a second escape, or one of `!\'()*[]`, behind an escaped slash is refused; X-Forwarded-Prefix holds the text that was cut'), except: [pathExcept('a place in the chain where the path has changed')] },
  'middleware.stripPrefixRegex': { ...equivalent('as stripPrefix'), except: [{ title: 'a pattern without one end', when: (use) => use.spec.regex.some(hasOpenEnd), verdict: no('where the match of this pattern ends depends on what stands behind it, or on the whole path: a guard of Kong cannot follow that', 'begin the pattern with `^` and let each part of it say by its first character whether it goes on, or keep the router on Traefik') }, pathExcept('a pattern that is no strip route')] },
  'chain.order': { ...exact, except: [{ title: "Kong's own order", when: orderConflict, verdict: no('Kong runs plugins in its own order: https redirect, cors, address list, body size, rate limit; path and header changes come last', 'write the middlewares in this order') }, { title: 'response headers behind what refuses', when: (route) => changesRefusals(chainOf(route)), verdict: DECORATED }, { title: 'response headers before a redirection', when: (route) => route.tls === undefined && losesHeaders(chainOf(route)), verdict: BARE_REDIRECT }] },
  'chain.repeat': { ...exact, except: [{ title: 'one instance per route', when: repeats, verdict: no('a Kong route has one instance of each plugin', 'merge the two middlewares') }, { title: 'one response header, two values', when: (route) => responseHeadersConflict(chainOf(route)), verdict: no("Traefik sends the outer middleware's value, Kong the inner one's", 'set the header in one of them') }] },
  'service.endpoints': equivalent('of several User-Agent lines all are handed on, in Traefik the first; a 304 keeps its Content-Type'),
  'service.empty': equivalent('503 with another body'),
  'service.weights': equivalent('the same ratio, another sequence'),
  'service.strategy': approximate('least-connections, latency or a hash of the address stand in for p2c, leasttime and hrw'),
  'service.scheme': { ...equivalent('https with verified certificates'), seen: READ, except: [{ title: 'h2c', when: (use) => use.endpoints.some((endpoint) => endpoint.scheme !== 'http' && endpoint.scheme !== 'https'), verdict: no('a Kong service speaks http or https; gRPC needs routes of its own') }, { title: 'mixed', when: (use) => new Set(use.endpoints.map((endpoint) => endpoint.scheme)).size > 1, verdict: no('a Kong service has one protocol for all targets') }] },
  'service.preservePath': { ...equivalent('the path of the first server is the service path'), seen: READ, except: [{ title: 'different paths', when: (use) => new Set(use.endpoints.map((endpoint) => `${String(endpoint.preservePath)} ${endpoint.path}`)).size > 1 || use.endpoints.some((endpoint) => !/^[A-Za-z0-9._~/-]*$/.test(endpoint.path) || endpoint.path.includes('//')), verdict: no('a Kong service has one plain path for all targets') }] },
  'service.passHostHeader': exact,
  'service.sticky': approximate('the cookie is hashed to a target; its attributes cannot be set, and it moves when targets change'),
  'service.healthCheck': approximate('GET on the port of the target, without a query; other options are left out'),
  'service.passiveHealthCheck': approximate('a target does not come back without active checks'),
  'service.transport': { ...equivalent('timeouts and certificate checks'), seen: READ, except: [{ title: 'own certificates', when: (_use, { route }) => transportOf(route) !== undefined && hasCertificates(route), verdict: no('serverName, rootCAs and client certificates are not translated') }] },
  'service.flushInterval': { ...equivalent('response_buffering is off where the answer is flushed at once'), seen: READ },
  'service.middlewares': equivalent("run after the router's own"),
  'service.weighted': { ...approximate('one upstream with the weights multiplied: the same ratio, another sequence'), except: [{ title: 'members that are no plain pools', when: (use) => use.spec.kind !== 'weighted', verdict: no('members must be load balancers') }] },
  'service.weighted.sticky': unsupported('a cookie cannot choose between services', 'make one service of them'),
  'service.highestRandomWeight': unsupported('Kong hashes to targets, not to services', 'make one service of them'),
  'service.mirroring': unsupported('Kong OSS cannot copy requests', 'let the endpoint copy them, or keep the service on Traefik'),
  'service.failover': unsupported('weights of zero do not fail over in Kong', 'keep the service on Traefik'),
  'service.internal': equivalent('the router keeps its place and answers 404, noop@internal 418'),
  'tls.router': equivalent('the node of its entry point speaks TLS'),
  'tls.certificates': equivalent('kong.conf names the files; several of them need the setting tls, and all but the first are read from the environment'),
  'tls.options': { ...equivalent('versions, ciphers and curves of the whole node; what a node cannot say is refused'), seen: READ },
  'tls.resolver': approximate('no certificate is fetched: the node serves the one in kong.conf, or one that it signs itself'),
  'tls.domains': equivalent('only a resolver reads them'),
  ...streams,
  'router.defaultRule': exact,
  'router.observability': { ...NO_LOGS, except: [{ title: 'switched off', when: (use) => asksForNothing(use.observability), verdict: SILENT }] },
};

function transportOf(route: Route | undefined): Route['service']['transport'] {
  return route?.service.transport;
}

function hasCertificates(route: Route | undefined): boolean {
  const transport = transportOf(route);
  return transport !== undefined && (transport.serverName !== '' || transport.rootCAs.length > 0 || transport.certificates.length > 0);
}

/**
 * Classic fields know no negation, no addresses and no parameters; hosts compare with case, and routes with more kinds of
 * fields always come first. Coarse: what is not a host, a path or a method stays with the expressions flavour.
 */
const needsExpressions = (what: string): { readonly verdict: Verdict; readonly seen: Row<never>['seen'] } => unsupported(`the traditional_compatible flavour has no ${what} that means the same`, 'use the expressions flavour');

export const traditionalCompatible: Capabilities = {
  ...expressions,
  'rule.host': { verdict: { kind: 'approximate', differs: 'hosts are compared with case, and a trailing dot or an odd port does not match' }, seen: RAN },
  'rule.hostRegexp': needsExpressions('host pattern'),
  'rule.pathRegexp': needsExpressions('unanchored path pattern'),
  'rule.header': needsExpressions('header test (values ignore case)'),
  'rule.headerRegexp': needsExpressions('header pattern'),
  'rule.query': needsExpressions('query test'),
  'rule.queryRegexp': needsExpressions('query test'),
  'rule.clientIp': needsExpressions('address test'),
  ...refusedStreams(needsExpressions('TCP or UDP router').verdict),
};
