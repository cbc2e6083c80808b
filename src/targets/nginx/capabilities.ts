import { asksForNothing, drawsNonce, observabilityOf, refKey, type EntryPoint, type HttpMatcher, type IpStrategy, type LoadBalancer, type Route, type Service, type TcpRoute } from '../../ir/index.ts';
import { matchesEmpty } from '../../rule-lang/index.ts';
import type { Capabilities, Row, UseSite, Verdict } from '../target.ts';
import { addsToInner, catchesRedirection, chainProblem, overridesOwn, repeatProblem, replacesNothing } from './chain-order.ts';
import { isCleanPath, isPlainPath, sentPath } from './go-path.ts';
import { ipRange } from './ip-range.ts';
import { strategyProblem } from './ip-strategy.ts';
import { endpointsOf } from './leaves.ts';
import { retriedStatuses } from './middlewares/content.ts';
import { requestRate } from './middlewares/limits.ts';
import { pcre, replacementParts } from './re2.ts';
import { cannotCatch, catchesChallenge, catchesLimit, hasOddMembers, hasOddPages, hasOddQuery, isWatched, rewritesOddly, stickyProblem } from './service-problems.ts';
import { isReadableCookie } from './sticky.ts';
import { setsNoHost } from '../nginx-common/host.ts';
import { beginningOf } from './replaced-path.ts';
import { mixesTermination } from './stream.ts';
import { optionsDiffer } from './tls.ts';
import { isDrawn, isFixed, LOCAL } from './upstreams.ts';
import { isTakenApart, takesQueryIntoFragment } from './url-text.ts';
import { atLeast } from './version.ts';

type Seen = Row<unknown>['seen'];
const RAN: Seen = [{ version: '1.22.1', by: 'ran' }, { version: '1.31.3', by: 'ran' }];
const READ: Seen = [{ version: '1.22.1', by: 'read' }];

const EXACT: Row<unknown> = { verdict: { kind: 'exact' }, seen: RAN };

function equivalent(how: string, seen: Seen = RAN): Row<unknown> {
  return { verdict: { kind: 'equivalent', how }, seen };
}

function approximate(differs: string, seen: Seen = RAN): Row<unknown> {
  return { verdict: { kind: 'approximate', differs }, seen };
}

function refuse(because: string, help?: string): Verdict {
  return help === undefined ? { kind: 'unsupported', because } : { kind: 'unsupported', because, help };
}

function unsupported(because: string, help?: string): Row<unknown> {
  return { verdict: refuse(because, help), seen: READ };
}

/** A row with exceptions: the first whose condition holds is the verdict. */
function except<Use>(row: Row<unknown>, ...exceptions: readonly (readonly [title: string, when: (use: Use, site: UseSite) => boolean, verdict: Verdict])[]): Row<Use> {
  return { verdict: row.verdict, seen: row.seen, except: exceptions.map(([title, when, verdict]) => ({ title, when, verdict })) };
}

function untranslatable(source: string | undefined, subject: 'bytes' | 'ascii' = 'bytes'): boolean {
  return source !== undefined && 'unsupported' in pcre(source, subject);
}

const NO_PATTERN = refuse('the pattern cannot be written for PCRE over bytes', 'write a simpler pattern, or keep the router on Traefik');
/** Two different header names become one nginx variable. */
const NO_HEADER = refuse('nginx has no variable for this header alone: it takes only letters, digits and hyphens apart', 'use a header name of letters, digits and hyphens');

/** nginx joins the lines of a header, or sees the first: which one it was cannot be told in a map. */
const SEVERAL_LINES = approximate('of a header that comes in several lines, a rule sees the first (before 1.23) or all of them as one text, joined by ", "; Traefik tries each');

/** Since 1.23 nginx cannot tell two lines of a header from one with a comma. */
const SEVERAL_AGENTS = 'of several User-Agent lines all are handed on, in Traefik the first';

const BY_CHANCE = 'same shares, chosen by chance for each request instead of in turn';
/** nginx cannot tell a connection that is refused from one that breaks before there is an answer. */
const LOCAL_AGAIN = 'where localhost has two addresses, a request that may be repeated goes to the second one also when the first breaks off without an answer';

/** An address of X-Forwarded-For is found by a pattern. */
function unreadableSource(strategy: IpStrategy | undefined, ranges: readonly string[] = []): boolean {
  return strategy !== undefined && strategyProblem(strategy, ranges) !== undefined;
}

const NO_SOURCE = refuse('nginx finds an address of X-Forwarded-For by a pattern: it cannot take IPv6 networks out of it, nor tell a text that is no address from 255.255.255.255', 'name IPv4 addresses in excludedIPs, leave out ipv6Subnet and ranges that hold every address, or leave ipStrategy out');

/** A redirection gets an empty Location (ran on both versions); what stands before an answer is none. */
function isOddReturn(status: number): boolean {
  return status !== 0 && (status < 200 || [301, 302, 303, 307, 308].includes(status));
}

const NO_STATUS = refuse('nginx catches statuses from 300 to 599, without 499', 'name statuses of that range; what a success means is for the endpoint to say');

function unreadableHeader(name: string): boolean {
  return !/^[A-Za-z0-9-]+$/.test(name);
}

function hasStatic(matcher: HttpMatcher): boolean {
  return 'v2' in matcher && matcher.v2 === true;
}

/** The endpoints behind a balancer that is not the only one of its route. */
function isBehindNames(site: UseSite): boolean {
  return site.route !== undefined && endpointsOf(site.route.service).some(({ host }) => !isFixed(host)) && !atLeast(site.version, '1.27.3');
}

/** Where chance chooses the endpoint of a request. */
function isByChance({ route, version }: UseSite): boolean {
  return route !== undefined && isDrawn(endpointsOf(route.service), route.service, version);
}

function isLocal({ endpoints }: LoadBalancer): boolean {
  return endpoints.some(({ host }) => host === LOCAL);
}

/** Changes that Traefik's own redirect writer would escape anew. */
function isUnsafeUrlText(replacement: string): boolean {
  return /[^!$&'()*+,\-./0-9:;=?@A-Z[\]_a-z~{}%#]/.test(replacement) || /[{}]/.test(replacement.replace(/\$\{[\p{L}\p{Nd}_]+\}/gu, ''));
}

function replaceProblem(regex: string, replacement: string): boolean {
  const re = pcre(regex, 'bytes');
  if ('unsupported' in re) return true;
  if (!re.once) return true;
  if (re.canBeEmpty && !re.atStart) return true;
  return replacementParts(replacement, re, re.atStart ? 0 : 1) === undefined || isUnsafeUrlText(replacement);
}

const NO_REPLACEMENT = refuse('this replacement needs more than one match, a group beyond the ninth, or characters that Go would escape anew', 'anchor the expression with ^ or $ (or let a `.*` stand in it), and write the replacement in plain URL characters');

function isOddUpstreamName({ endpoints }: LoadBalancer): boolean {
  return endpoints.some(({ scheme }) => !['http', 'https', 'h2c'].includes(scheme)) || new Set(endpoints.map(({ scheme }) => scheme)).size > 1;
}

function membersDiffer(route: Route | undefined): boolean {
  if (route === undefined) return false;
  const balancers = route.service.members.flatMap(function collect(member): typeof route.service.members {
    return member.service.spec.kind === 'loadBalancer' ? [member] : member.members.flatMap(collect);
  });
  const settings = balancers.map(({ service: { spec }, transport, chain }) => (spec.kind === 'loadBalancer' ? JSON.stringify([spec.passHostHeader, spec.endpoints[0]?.scheme ?? 'http', transport?.ref ?? null, chain.length]) : ''));
  return new Set(settings).size > 1 || balancers.some(({ chain }) => chain.length > 0) || balancers.some(({ service: { spec } }) => spec.kind === 'loadBalancer' && spec.endpoints.length === 0);
}

/** The TCP routers of the same port. */
function portOf(route: TcpRoute, { routing }: UseSite): readonly TcpRoute[] {
  return routing.listeners.find(({ tcp }) => tcp.includes(route))?.tcp ?? [route];
}

const RESERVED_RESPONSE = /^(?:server|date|x-accel-(?:redirect|expires|limit-rate|buffering|charset)|x-pad|connection|content-length|transfer-encoding|keep-alive|upgrade)$/i;
const RESERVED_REQUEST = /^(?:connection|content-length|transfer-encoding|upgrade|te|trailer|keep-alive|proxy-connection|proxy-authenticate|proxy-authorization|http2-settings|expect)$/i;

/** The written configuration serves; what is observed of it is the operator's. */
const NO_LOGS = unsupported('nginx.conf writes no access log, counts nothing and traces nothing', 'take the option away and let the endpoint or a proxy in front write it down, or keep the router on Traefik');
const SILENT: Verdict = { kind: 'equivalent', how: 'nothing is written down of any request' };

/** Keys in a map would stand in nginx.conf, and tokens need NGINX Plus. */
const NO_CONSUMERS = unsupported('nginx knows no consumers', 'let a service of yours decide (forwardAuth), write users into basicAuth, or build this gateway for kong');

/** One row per feature. Verdicts hold for the request classes P, R and U; class X is refused with 400. */
export const capabilities: Capabilities = {
  'rule.host': EXACT,
  'rule.hostRegexp': except(EXACT, ['a pattern that PCRE cannot say', (use) => untranslatable(use.pattern.value, 'ascii'), NO_PATTERN]),
  'rule.path': EXACT,
  'rule.pathPrefix': EXACT,
  'rule.pathRegexp': except(EXACT, ['a pattern that PCRE cannot say', (use) => untranslatable(use.pattern.value), NO_PATTERN]),
  'rule.method': except(EXACT, ['a method that nginx refuses', (use) => /^(?:TRACE|CONNECT)$/i.test(use.method.value) || !/^[A-Za-z_-]+$/.test(use.method.value), refuse('nginx answers this method itself (405 or 400)', 'leave the method out of the rule, or keep the router on Traefik')]),
  'rule.header': except(SEVERAL_LINES, ['a name that shares its variable', (use) => unreadableHeader(use.name.value), NO_HEADER]),
  'rule.headerRegexp': except(SEVERAL_LINES, ['a pattern that an empty value matches', (use) => matchesEmpty(use.pattern.value), refuse('nginx cannot tell a header that is there and empty from one that is not there', 'write a pattern that asks for one character at least')], ['a name that shares its variable', (use) => unreadableHeader(use.name.value), NO_HEADER], ['a pattern that PCRE cannot say', (use) => untranslatable(use.pattern.value), NO_PATTERN]),
  'rule.query': except(EXACT, ['v2: only the first value counts', (use) => use.kind === 'query' && hasStatic(use), refuse('in the v2 syntax only the first value of a key counts', 'write the rule in the v3 syntax')]),
  'rule.queryRegexp': except(approximate('the value is matched as it was sent, and only its first occurrence: a value with %, + or a repeat differs'), ['a pattern that PCRE cannot say', (use) => untranslatable(use.pattern?.value), NO_PATTERN], ['present and empty', (use) => use.pattern === undefined, { kind: 'exact' }]),
  'rule.clientIp': except(EXACT, ['no address that nginx reads', (use) => ipRange(use.range.value) === undefined, refuse('nginx does not read this address range', 'write it as ADDRESS/BITS with the address in its usual form')]),
  'priority.order': EXACT,
  'priority.tie': equivalent('Traefik leaves the order of overlapping rules of equal priority to chance; nginx always takes one of them'),
  'entryPoint.split': EXACT,
  'entryPoint.redirection': EXACT,
  'entryPoint.forwardedHeaders': except(
    equivalent('of a field but X-Forwarded-For that a trusted peer sends in several lines, the first is taken and handed on'),
    ['a range that nginx does not read', (use) => use.forwardedHeaders.trustedIPs.some((range) => ipRange(range) === undefined), refuse('nginx does not read one of the trusted addresses', 'write each as ADDRESS or ADDRESS/BITS in its usual form')],
    ['Connection headers', (use) => use.forwardedHeaders.connection.length > 0, refuse('nginx cannot keep single headers that Connection names', 'leave the list of the entry point empty')],
    ['1.23 and newer', (_, site) => atLeast(site.version, '1.23'), { kind: 'equivalent', how: 'a field that a trusted peer sends in several lines is taken as one, joined by ", "' }],
  ),
  'entryPoint.encodedCharacters': EXACT,
  'entryPoint.sanitizePath': unsupported('nginx always removes dot segments and repeated slashes before it matches', 'leave sanitizePath at its default'),
  'entryPoint.proxyProtocol': except(
    approximate('a connection without the PROXY header is closed, whoever the peer is: Traefik serves it'),
    ['TCP routers', (use, site) => site.routing.listeners.some(({ entryPoint, tcp }) => entryPoint.name === use.name && tcp.length > 0), refuse('the PROXY protocol in front of TCP routers is not written yet', 'leave proxyProtocol away, or keep the TCP routers on Traefik')],
    ['a range that nginx does not read', (use) => (use.proxyProtocol?.trustedIPs ?? []).some((range) => ipRange(range) === undefined), refuse('nginx does not read one of the trusted addresses', 'write each as ADDRESS or ADDRESS/BITS in its usual form')],
  ),
  'entryPoint.observability': except<EntryPoint>(NO_LOGS, ['switched off', ({ raw }) => asksForNothing(observabilityOf(raw)), SILENT]),
  'middleware.addPrefix': except(EXACT, ['a prefix that Go would escape', (use) => !isPlainPath(use.spec.prefix) || !isCleanPath(`/${use.spec.prefix.replace(/^\//, '')}`) || use.spec.prefix.endsWith('/'), refuse('a prefix with escapes, repeated slashes or a slash at its end is sent in a form that nginx cannot make', 'write a prefix of plain path characters without a slash at its end')]),
  'middleware.apiKey': NO_CONSUMERS,
  'middleware.basicAuth': except(equivalent('same status and realm; the body of the 401 is nginx\'s own'), ['realm "off"', (use) => use.spec.realm === 'off', refuse('nginx takes the realm "off" as: no authentication', 'choose another realm')], ['users and usersFile', (use) => use.spec.usersFile !== '' && use.spec.users.length > 0, refuse('nginx reads one file', 'put all users into the file')]),
  'middleware.basicAuth.hash': except(EXACT, ['nobody can log in with it', (use) => use.algorithm === 'unusable', { kind: 'equivalent', how: 'Traefik never accepts such a hash; it is left out of the file' }], ['from a variable', (use) => use.algorithm === 'deferred', { kind: 'equivalent', how: 'the operator writes the file that nginx.conf names' }]),
  'middleware.basicAuth.headerField': except(
    EXACT,
    ['a header of the connection', ({ spec }) => RESERVED_REQUEST.test(spec.headerField), refuse('nginx writes the headers of the connection itself', 'name the user in a header of another name')],
    ['X-Forwarded-For or Host', ({ spec }) => /^(?:x-forwarded-for|host)$/i.test(spec.headerField), refuse('Traefik appends the peer to X-Forwarded-For and keeps the Host of the request; nginx would send the name of the user alone', 'name the user in a header of another name')],
  ),
  'middleware.basicAuth.usersFile': approximate('nginx accepts more kinds of hashes in that file than Traefik does'),
  'middleware.buffering.maxRequestBodyBytes': equivalent('same status; a body of unknown length is cut while it is sent'),
  'middleware.buffering.memory': equivalent('where nginx keeps a body does not change what is decided'),
  'middleware.buffering.maxResponseBodyBytes': unsupported('nginx has no limit on answers', 'limit the answer where it is made'),
  'middleware.buffering.retryExpression': unsupported('nginx has no retry expressions', 'use the middleware retry'),
  'middleware.circuitBreaker': unsupported('nginx counts failures of single endpoints only', 'let the callers break the circuit, or keep the router on Traefik'),
  'middleware.compress': except(
    approximate('gzip only: no br and zstd; thresholds hold where the length is known'),
    ['without gzip', ({ spec }) => !spec.encodings.includes('gzip'), refuse('nginx compresses with gzip only', 'add gzip to encodings')],
    ['types that are left out', ({ spec }) => spec.excludedContentTypes.length > 0, refuse('nginx takes a list of the types that it compresses, not of those that it leaves', 'name the types with includedContentTypes')],
    ['types that nginx cannot name', ({ spec }) => spec.includedContentTypes.some((type) => !/^[\w.+-]+\/[\w.+-]+$/.test(type)), refuse('nginx compares types without parameters', 'write each type without parameters')],
    ['text/html left out', ({ spec }) => spec.includedContentTypes.length > 0 && !spec.includedContentTypes.some((type) => type.toLowerCase() === 'text/html'), { kind: 'approximate', differs: 'gzip only: no br and zstd; nginx compresses text/html whatever the list says; thresholds hold where the length is known' }],
  ),
  'middleware.consumerLimit': NO_CONSUMERS,
  'middleware.contentType': approximate('an answer without Content-Type stays without: Traefik guesses one'),
  'middleware.digestAuth': unsupported('nginx has no digest authentication', 'use basicAuth over TLS'),
  'middleware.encodedCharacters': EXACT,
  'middleware.errors': except(
    approximate('where the service of the pages cannot be reached, the status is 502 or 504 instead of the one that was caught; a caught 401 keeps its WWW-Authenticate, 499 is not caught, and a caught 304 is answered (Traefik breaks the connection off); {url} ends after 84 characters that need an escape, and a path that nginx cannot write anew stands in it as the client sent it'),
    ['statuses that nginx cannot catch', ({ spec }) => cannotCatch(spec.status), NO_STATUS],
    ['a status made one that nginx cannot send', ({ spec }) => rewritesOddly(spec), refuse('a named page answers with a status from 300 to 599', 'rewrite to one of these')],
    ['a path that Go would escape', ({ spec }) => hasOddQuery(spec), refuse('Go would send this path otherwise than it is written', 'write the query in plain URL characters, with {status}, {originalStatus} and {url}')],
    ['pages of a service with settings of its own', ({ spec }, { routing }) => hasOddPages(spec, routing), refuse('nginx asks a plain service for the pages: without cookies, health checks, middlewares, HTTP/2, and with an endpoint', 'give the pages a service of their own')],
    ['a header without a variable of its own', ({ spec }) => (spec.errorRequestHeaders ?? []).some(unreadableHeader), NO_HEADER],
  ),
  'middleware.forwardAuth': except(
    approximate('an answer other than 2xx, 401 and 403 keeps status (redirects) and Location, but loses its body and other headers; the auth server is asked without the User-Agent and Accept-Encoding that Go adds where a request has none'),
    ['forwardBody', ({ spec }) => spec.forwardBody, refuse('auth_request sends no body', 'leave forwardBody out, or keep the router on Traefik')],
    ['preserveRequestMethod', ({ spec }) => spec.preserveRequestMethod, refuse('auth_request asks with GET', 'leave preserveRequestMethod out: X-Forwarded-Method tells the method')],
    ['authResponseHeadersRegex', ({ spec }) => spec.authResponseHeadersRegex !== '', refuse('nginx takes headers of the auth server by their names', 'name them with authResponseHeaders')],
    ['addAuthCookiesToResponse', ({ spec }) => spec.addAuthCookiesToResponse.length > 0, refuse('nginx cannot replace single cookies of an answer', 'leave addAuthCookiesToResponse out, or keep the router on Traefik')],
    ['authSigninURL', ({ spec }) => spec.authSigninURL !== '', refuse('auth_request hands a 401 on as it is', 'let the auth server redirect, or keep the router on Traefik')],
    ['headerField', ({ spec }) => spec.headerField !== '', refuse('nginx writes no access log with the user in it', 'leave headerField out')],
    ['tls', ({ spec }) => spec.tls !== undefined, refuse('the files of the auth server\'s TLS are Traefik\'s', 'ask the auth server without TLS, or keep the router on Traefik')],
    ['an address that is no URL', ({ spec }) => !URL.canParse(spec.address) || !/^https?:$/.test(new URL(spec.address).protocol), refuse('the address is no http or https URL', 'write it as http://HOST:PORT/PATH')],
    ['a header without a variable of its own', ({ spec }) => [...spec.authResponseHeaders, ...spec.authRequestHeaders].some(unreadableHeader), NO_HEADER],
  ),
  'middleware.groups': NO_CONSUMERS,
  'middleware.grpcWeb': unsupported('nginx does not translate gRPC-Web', 'put a gRPC-Web proxy before the endpoint'),
  'middleware.headers.customRequest': except(
    EXACT,
    ['a header of the connection', ({ spec }) => Object.keys(spec.customRequestHeaders).some((name) => RESERVED_REQUEST.test(name)), refuse('nginx writes the headers of the connection itself', 'leave the header to nginx')],
    ['X-Forwarded-For', ({ spec }) => Object.entries(spec.customRequestHeaders).some(([name, value]) => /^x-forwarded-for$/i.test(name) && value !== ''), refuse('Traefik appends the peer to the value, nginx cannot tell it apart', 'use a header of another name')],
    ['a Host that is none', ({ spec }) => setsNoHost(spec), refuse('Traefik sends an empty Host instead of one with such characters', 'write a host name')],
  ),
  'middleware.headers.customResponse': except(EXACT, ['Content-Type taken away', ({ spec }) => Object.entries(spec.customResponseHeaders).some(([name, value]) => value === '' && /^content-type$/i.test(name)), refuse('Traefik then guesses a type from the content; nginx sends none', 'name the type instead of removing it')], ['a header that nginx writes itself', ({ spec }) => Object.keys(spec.customResponseHeaders).some((name) => RESERVED_RESPONSE.test(name)), refuse('nginx writes this header itself and cannot replace it', 'leave the header to nginx')]),
  'middleware.headers.cors': except(equivalent('same status and headers; an empty Access-Control-Allow-Origin is left out, and from 1.23 on several Origin lines are one'), ['a pattern that PCRE cannot say', ({ spec }) => spec.accessControlAllowOriginListRegex.some((source) => untranslatable(source)), NO_PATTERN], ['an Origin of its own', ({ spec }) => Object.keys(spec.customRequestHeaders).some((name) => /^origin$/i.test(name)), refuse('Traefik answers to the Origin that it writes itself, nginx to the one that the client sent', 'write the request header Origin in another middleware, behind this one')], ['an answer to origins of its own', ({ spec }) => spec.accessControlAllowOriginList.length + spec.accessControlAllowOriginListRegex.length > 0 && Object.keys(spec.customResponseHeaders).some((name) => /^access-control-allow-origin$/i.test(name)), refuse('which of the two Access-Control-Allow-Origin Traefik sends depends on the Origin of the request', 'leave the custom response header out: the list answers each origin that it names')]),
  'middleware.headers.security': except(EXACT, ['a nonce', ({ spec }) => drawsNonce(spec), refuse('nginx has no random text in the form of a nonce', 'write the policy where the page is made, which must know the nonce anyway')], ['sslProxyHeaders', ({ spec }) => Object.keys(spec.sslProxyHeaders).length > 0 && spec.stsSeconds > 0 && !spec.forceSTSHeader, refuse('sslProxyHeaders decide about Strict-Transport-Security per request', 'set forceSTSHeader')]),
  'middleware.headers.allowedHosts': except(equivalent('same status and body, without X-Content-Type-Options'), ['a header that it writes itself', ({ spec }) => Object.keys(spec.customRequestHeaders).some((name) => ['Host', ...spec.hostsProxyHeaders].some((other) => other.toLowerCase() === name.toLowerCase())), refuse('nginx reads the header that the client sent, not the one that this middleware writes', 'write the header in a middleware of its own, behind this one')], ['a header without a variable of its own', ({ spec }) => spec.hostsProxyHeaders.some(unreadableHeader), NO_HEADER], ['a name that no host has', ({ spec }) => spec.allowedHosts.some((host) => !/^[\w.:[\]-]*$/.test(host)), refuse('nginx hears Host fields that Traefik refuses as malformed', 'write names or addresses, with a port or without')]),
  'middleware.headers.isDevelopment': EXACT,
  'middleware.inFlightReq': except(approximate('nginx counts requests from the end of their header to the end of the answer, over all workers'), ['ipStrategy', ({ spec }) => unreadableSource(spec.sourceCriterion?.ipStrategy), NO_SOURCE], ['a header without a variable of its own', ({ spec }) => (spec.sourceCriterion?.requestHeaderName ?? '') !== '' && unreadableHeader(spec.sourceCriterion?.requestHeaderName ?? ''), NO_HEADER]),
  'middleware.ipAllowList': except(equivalent('same status; the body of the 403 is nginx\'s own'), ['a range that nginx does not read', ({ spec }) => spec.sourceRange.some((range) => ipRange(range) === undefined), refuse('nginx does not read one of the ranges', 'write each as ADDRESS or ADDRESS/BITS in its usual form')]),
  'middleware.ipAllowList.ipStrategy': except(EXACT, ['an address that nginx cannot choose', ({ spec }) => unreadableSource(spec.ipStrategy, spec.sourceRange), NO_SOURCE]),
  'middleware.ipAllowList.rejectStatusCode': except(EXACT, ['a status that nginx answers otherwise', ({ spec }) => isOddReturn(spec.rejectStatusCode), refuse('nginx adds an empty Location to a redirection, and answers nothing with a status below 200', 'reject with a status from 400 on')]),
  'middleware.jwt': NO_CONSUMERS,
  'middleware.login': NO_CONSUMERS,
  'middleware.passTLSClientCert': except(
    approximate('of the certificates that a client shows only its own is told, and none of more than 4,800 bytes'),
    ['a router without TLS', (_, { route }) => route?.tls === undefined, { kind: 'exact' }],
    ['info', ({ spec }) => spec.info !== undefined, refuse('nginx writes the names and dates of a certificate in another form and order than Traefik', 'let the endpoint read them out of the certificate: pem instead of info')],
  ),
  'middleware.plugin': unsupported('plugins are Traefik\'s own', 'do its work in a service that forwardAuth asks, or in the endpoint'),
  'middleware.rateLimit': except(approximate('equal for spikes; under a lasting overload nginx refuses where Traefik lets some requests wait; no Retry-After'), ['a rate that is whole neither per second nor per minute', ({ spec }) => spec.average !== 0 && requestRate(spec) === undefined, refuse('nginx counts whole requests per second or per minute', 'choose average and period so that one of the two is whole')]),
  'middleware.rateLimit.sourceCriterion': except(EXACT, ['ipStrategy', ({ spec }) => unreadableSource(spec.sourceCriterion?.ipStrategy), NO_SOURCE], ['a header without a variable of its own', ({ spec }) => (spec.sourceCriterion?.requestHeaderName ?? '') !== '' && unreadableHeader(spec.sourceCriterion?.requestHeaderName ?? ''), NO_HEADER]),
  'middleware.rateLimit.redis': unsupported('nginx keeps its counters in its own memory', 'leave redis away: each nginx then counts for itself'),
  'middleware.redirectRegex': except(
    equivalent('same status and Location; the body is nginx\'s own'),
    ['a replacement that nginx cannot make', ({ spec }) => replaceProblem(spec.regex, spec.replacement), NO_REPLACEMENT],
    ['text of the request in place of a scheme, a host or a port', ({ spec }) => isTakenApart(spec.regex, spec.replacement), refuse('text of the request would become part of a scheme, a host or a port: Traefik takes what comes out apart as a URL and writes it anew, nginx cannot', 'begin the replacement with a slash or with https://HOST, and write a slash behind the host')],
    ['a query in a fragment', ({ spec }) => takesQueryIntoFragment(spec.regex, spec.replacement), { kind: 'approximate', differs: 'a query that comes to stand behind the `#` of the replacement stays as it was sent: Traefik writes quotes, braces and bytes beyond ASCII there as escapes, and answers 502 where an escape is broken; without the query, as in `^https?://[^/]+/([^?]*).*$`, nothing differs' }],
  ),
  'middleware.redirectScheme': except(equivalent('same status and Location; the body is nginx\'s own'), ['a scheme in capitals', ({ spec }) => /[A-Z]/.test(spec.scheme), refuse('Traefik writes the scheme in lower case and redirects to it for ever', 'write the scheme in lower case')], ['a scheme or port that makes no URL', ({ spec }) => !/^[a-z][a-z0-9+.-]*$/.test(spec.scheme) || !/^\d*$/.test(spec.port), refuse('Traefik answers 502, or leads to another URL than the one that is written', 'write a scheme such as https and a number, or no port')]),
  'middleware.replacePath': except(equivalent('the same path; an X-Replaced-Path that the client sends in several lines, or spelled with `_`, becomes one'), ['a path without a slash or with a bad escape', ({ spec }) => !spec.path.startsWith('/') || sentPath(spec.path) === undefined, refuse('Traefik sends a request line without a path, or answers 500', 'begin the path with a slash')]),
  'middleware.replacePathRegex': except(equivalent('the same path; an X-Replaced-Path that the client sends in several lines, or spelled with `_`, becomes one'), ['a replacement that nginx cannot make', ({ spec }) => replaceProblem(spec.regex, spec.replacement) || /[?#]|%(?![0-9A-Fa-f]{2})/.test(spec.replacement), NO_REPLACEMENT], ['a path without its slash', ({ spec }) => beginningOf(spec.regex, spec.replacement) === 'never', refuse('where the slash at the beginning is replaced too, Traefik sends a request line without one', 'begin the replacement with a slash (`^/api/?(.*)` and `/$1`), or use stripPrefix')], ['a path that may be left without its slash', ({ spec }) => beginningOf(spec.regex, spec.replacement) === 'open', { kind: 'approximate', differs: 'a path that is left without its slash (`/apix` where `/api` is cut) is answered with 400; Traefik sends a request line without one' }]),
  'middleware.retry': approximate('only another endpoint is tried, at once, and only after a failed connection or a timeout; none where names are looked up for each request, or several are on localhost'),
  'middleware.retry.status': except(
    approximate('only another endpoint is tried, at once; a service of one endpoint is asked once'),
    ['statuses that nginx does not repeat', ({ spec }) => retriedStatuses(spec.status) === undefined, refuse('nginx tries another endpoint after 403, 404, 429, 500, 502, 503 and 504 only', 'name these statuses one by one, or keep the retry where the endpoint is asked')],
  ),
  'middleware.stripPrefix': except(
    equivalent('a request that is cut inside or right before escaped reserved characters may be refused with 400 where they would change their meaning'),
    ['a prefix with %', ({ spec }) => spec.prefixes.some((prefix) => prefix.includes('%')), refuse('Traefik compares prefixes with the decoded path, in which a % was sent as %25: nginx refuses what is cut there', 'write the prefix as it reads decoded')],
  ),
  'middleware.stripPrefixRegex': except(equivalent('a path that holds an escaped reserved character is refused with 400'), ['a pattern that PCRE cannot say', ({ spec }) => spec.regex.some((source) => untranslatable(source)), NO_PATTERN]),
  'chain.order': except<Route>(EXACT, ['a redirection inside error pages that catch its status', catchesRedirection, refuse('nginx keeps the Location of a redirection of its own that it catches', 'put the redirection before the error pages, or let them watch statuses from 400 on')], ['a header of answers inside', overridesOwn, refuse('nginx writes the Location of a redirection and the WWW-Authenticate of a login itself, beside what an outer middleware says', 'leave that header out of the outer middleware, or put it behind the redirection or login')], ['an order that nginx cannot keep', (route) => chainProblem(route) !== undefined, refuse('nginx reads the request as it came: what an earlier middleware of the chain changes is not seen by this later one', 'change the order of the chain')], ['a prefix that leaves nothing', replacesNothing, refuse('where nothing is left of a path, Traefik writes an empty X-Replaced-Path: nginx sends no header without a value', 'set forceSlash on the stripPrefix, or leave one of the two out')]),
  'chain.repeat': except<Route>(EXACT, ['limits that count once', (route) => repeatProblem(route), refuse('nginx counts limits of one kind at one place of a chain only', 'put the limits of one kind next to each other')], ['CORS around other headers', addsToInner, refuse('nginx adds to the headers of the endpoint, not to those of an inner middleware', 'set these headers in one middleware')]),
  'service.endpoints': except(
    equivalent(SEVERAL_AGENTS),
    ['several, with localhost among them', (use, site) => isLocal(use) && use.endpoints.length > 1 && isByChance(site), { kind: 'equivalent', how: `${BY_CHANCE}; ${LOCAL_AGAIN}; ${SEVERAL_AGENTS}` }],
    ['localhost', isLocal, { kind: 'equivalent', how: `${LOCAL_AGAIN}; ${SEVERAL_AGENTS}` }],
    ['names behind one pool', (use, site) => use.endpoints.length > 1 && isBehindNames(site), { kind: 'equivalent', how: `${BY_CHANCE}; ${SEVERAL_AGENTS}` }],
  ),
  'service.empty': equivalent('503 with the same body'),
  'service.weights': equivalent('same shares, another sequence'),
  'service.strategy': unsupported('nginx has other measures of load', 'use wrr'),
  'service.scheme': except<LoadBalancer>(
    equivalent('https endpoints are verified with the system\'s authorities; to h2c endpoints a target with escaped reserved characters or a `;` in its query, and one with an empty query whose path a middleware changes, is refused with 400'),
    ['another scheme', isOddUpstreamName, refuse('nginx proxies to endpoints of one scheme: http, https or h2c', 'give all endpoints of the service the same scheme')],
    ['h2c behind a replaced path', (use, { route }) => use.endpoints.some(({ scheme }) => scheme === 'h2c') && [...(route?.chain ?? []), ...(route?.service.chain ?? [])].some(({ spec }) => spec.kind === 'replacePath' || spec.kind === 'replacePathRegex'), refuse('over HTTP/2 nginx escapes the path anew: a replaced one cannot be sent as it is written', 'use stripPrefix or addPrefix, or let the endpoint speak HTTP/1.1')],
  ),
  'service.preservePath': except<LoadBalancer>(EXACT, ['a path in the address', (use) => use.endpoints.some(({ preservePath, path }) => preservePath && path !== '' && path !== '/'), refuse('a path in front of the request\'s own is not written yet', 'use addPrefix')]),
  'service.passHostHeader': except<LoadBalancer>(EXACT, ['several endpoints', (use) => !use.passHostHeader && use.endpoints.length > 1, refuse('nginx writes the headers before it has chosen an endpoint', 'leave passHostHeader at its default, or name one endpoint')]),
  'service.sticky': except<LoadBalancer>(
    equivalent('the same cookie; clients without one are spread by chance instead of in turn'),
    ['a cookie that nginx cannot read', ({ sticky }) => sticky !== undefined && !isReadableCookie(sticky), refuse('nginx has no variable for a cookie of this name', 'name the cookie with letters, digits and underscores')],
    ['a member of another service', (use, { route }) => route?.service.service.spec !== use, refuse('nginx chooses the member before it sees the cookie', 'route to that service itself, or take the cookie away')],
  ),
  'service.healthCheck': except<LoadBalancer>(
    approximate('nginx does not ask endpoints by itself: where a service has several, one that a request cannot reach is passed over for the interval of the check; path, status and the other options are left out, and a single one, or the one that a cookie names, is asked whatever its state'),
    ['names behind one pool', (_, site) => isBehindNames(site), { kind: 'approximate', differs: 'nginx does not ask endpoints by itself, nor pass over names that it looks up for each request: all are asked whatever their state' }],
  ),
  'service.passiveHealthCheck': except<LoadBalancer>(
    approximate('connections that fail or break count, answers from 500 on do not; a single endpoint, or the one that a cookie names, is asked whatever its state'),
    ['names or localhost behind one pool', (_, site) => isByChance(site), { kind: 'approximate', differs: 'nginx cannot pass over names that it looks up for each request, nor endpoints on localhost: all are asked whatever their state' }],
  ),
  'service.transport': except<LoadBalancer>(approximate('server name, authorities, client certificate and dial timeout are kept, other options are not', READ)),
  'service.flushInterval': equivalent('nginx sends each part of an answer at once'),
  'service.middlewares': EXACT,
  'service.weighted': except(
    EXACT,
    ['members with settings of their own', (_, site) => membersDiffer(site.route), refuse('the members differ in scheme, transport, middlewares or host header, or have no endpoint', 'give them the same settings')],
    ['names or localhost behind it', (_, site) => isByChance(site), { kind: 'equivalent', how: BY_CHANCE }],
  ),
  'service.weighted.sticky': except<Service>(
    equivalent('the same cookie; clients without one are spread by chance instead of in turn'),
    ['members that a cookie cannot choose between', (use, { route, version }) => stickyProblem(use, route, version), refuse('nginx chooses between pools of fixed addresses or single names, each a service of its own, by a cookie that it can read', 'put the cookie on the load balancer, or give every member one server')],
  ),
  'service.highestRandomWeight': unsupported('nginx hashes in another way', 'use a weighted service'),
  'service.mirroring': except<Service>(
    equivalent('the client gets the same answers; which requests are copied is left to chance in the same share, a body of unknown length is copied whatever the limit, and the next request of a connection waits for its copies'),
    ['members with settings of their own', (use, { route }) => hasOddMembers(use, route), refuse('nginx copies the requests of a router to plain pools only', 'mirror between load balancers without cookies, health checks and middlewares, or with a proxy behind this one')],
  ),
  'service.failover': except<Service>(
    equivalent('the other service is asked after the same statuses but 499, and where they hold 502 and 504 also when the first one cannot be reached'),
    ['statuses that nginx cannot catch', ({ spec }) => spec.kind === 'failover' && cannotCatch(spec.errors?.status ?? []), NO_STATUS],
    ['401', ({ spec }) => spec.kind === 'failover' && catchesChallenge(spec.errors?.status ?? []), refuse('nginx keeps the WWW-Authenticate of a 401 that it catches', 'leave 401 out')],
    ['413 beside a limit on bodies', ({ spec }, { route }) => spec.kind === 'failover' && catchesLimit(spec, route), refuse('nginx would send on a body that is too long', 'leave 413 out')],
    ['no body at all', ({ spec }) => spec.kind === 'failover' && spec.errors?.maxRequestBodyBytes === 0, refuse('nginx takes a limit of 0 for none, and the smallest one lets a byte pass when nobody says the length of the body beforehand', 'set maxRequestBodyBytes to 1 or more, or leave it out')],
    ['members with settings of their own', (use, { route }) => hasOddMembers(use, route), refuse('nginx changes over between plain pools only', 'use load balancers without cookies, health checks and middlewares')],
    ['beside error pages', (_, { route }) => isWatched(route), refuse('nginx catches an answer once', 'leave the error pages or the authentication of this router out')],
    ['by health checks alone', ({ spec }) => spec.kind === 'failover' && (spec.errors?.status ?? []).length === 0, { kind: 'approximate', differs: 'nginx does not ask endpoints by itself: the other service is asked where no endpoint of the first one can be reached, whatever its health check would find' }],
  ),
  'service.internal': equivalent('the place and the middlewares are kept; behind them the answer is 404, and a warning says so; noop@internal answers 418'),
  'tls.router': EXACT,
  'tls.certificates': equivalent('the same files; several of them need the setting tls, and workers that may read the keys'),
  'tls.options': except(
    equivalent('also held against names that no router has; a client without the certificate that is asked for gets 400 instead of an alert'),
    ['routers of one port with different options', (use, site) => use.options !== undefined && optionsDiffer(site.routing, refKey(use.options.value)), refuse('nginx would have to choose between the TLS options of a port before it knows the request', 'give all TLS routers of the entry point the same options')],
  ),
  'tls.resolver': equivalent('nginx gets no certificates: the one of the setting tls is served'),
  'tls.domains': equivalent('nginx gets no certificates: the one of the setting tls is served'),
  'tcp.router': except(
    equivalent('a connection that no router takes is closed; Traefik answers it as HTTP with 404, and TLS with its own certificate'),
    ['TLS to the endpoint', (route) => [route.service, ...route.members].some(({ spec }) => spec.kind === 'loadBalancer' && spec.endpoints.some(({ tls }) => tls)), refuse('TLS to a TCP endpoint is not written yet', 'speak without TLS to the endpoint, or pass TLS through to it')],
    ['TLS that ends beside connections that pass', (route, site) => mixesTermination(portOf(route, site)), refuse('nginx either ends TLS on a port or passes it on', 'use another entry point for one of them')],
  ),
  'tcp.hostSni': EXACT,
  'tcp.hostSniRegexp': except(EXACT, ['a pattern that PCRE cannot say', (use) => untranslatable(use.pattern.value, 'ascii'), NO_PATTERN], ['capital letters', (use) => /[A-Z]/.test(use.pattern.value), refuse('nginx does not write the name in lower case: the pattern is matched without case', 'write the pattern in lower case')]),
  'tcp.clientIp': except(EXACT, ['no address that nginx reads', (use) => ipRange(use.range.value) === undefined, refuse('nginx does not read this address range', 'write it as ADDRESS/BITS with the address in its usual form')]),
  'tcp.alpn': except(EXACT, ['TLS that ends here', (_, { tcpRoute }) => tcpRoute?.tls?.passthrough === false, refuse('where TLS ends, nginx knows only the protocol that was agreed on', 'pass TLS through, or leave ALPN out of the rule')]),
  'tcp.tls': equivalent('the same certificates; a connection that no router takes is closed'),
  'tcp.passthrough': EXACT,
  'tcp.shared': unsupported('nginx cannot take TCP and HTTP routers on one port', 'give the TCP routers an entry point of their own'),
  'tcp.middleware.ipAllowList': except(equivalent('the connection is closed'), ['a range that nginx does not read', ({ chain }) => chain.some(({ spec }) => spec.kind === 'ipAllowList' && spec.sourceRange.some((range) => ipRange(range) === undefined)), refuse('nginx does not read one of the ranges', 'write each as ADDRESS or ADDRESS/BITS in its usual form')]),
  'tcp.middleware.inFlightConn': except(equivalent('the connection is closed'), ['beside other routers', (route, site) => portOf(route, site).length > 1, refuse('nginx counts the connections of a port, not of one router', 'give the router an entry point of its own')]),
  'tcp.weighted': equivalent('same shares, another sequence'),
  'tcp.proxyProtocol': except(
    EXACT,
    ['version 2', ({ service: { spec } }) => spec.kind === 'loadBalancer' && spec.proxyProtocol !== 1, refuse('nginx writes version 1 of the PROXY protocol', 'use version 1')],
    ['beside routers without it', (route, site) => portOf(route, site).some(({ service: { spec } }) => spec.kind !== 'loadBalancer' || spec.proxyProtocol === undefined), refuse('nginx writes the PROXY protocol to all endpoints of a port or to none', 'give the services entry points of their own, or the same setting')],
  ),
  'udp.router': equivalent('where an endpoint refuses datagrams the client gets an empty one, in Traefik none'),
  'router.defaultRule': EXACT,
  'router.observability': except<Route>(NO_LOGS, ['switched off', ({ observability }) => asksForNothing(observability), SILENT]),
};

