import { chance, pick, some, type Draw } from './draw.ts';
import { DIGEST_USER, USERS } from './logins.ts';
import { maybe } from './middlewares.ts';
import type { Options } from './spec.ts';

/** The services that error pages may come from. */
export interface Pages {
  readonly services: readonly string[];
}
type Recipe = (draw: Draw, pages: Pages) => Options;
type Words = readonly string[];

const PREFIXES: Words = ['/p', 'p', '/p/', '/é', '/a b', '/%41', '/p;q', '/P.x', '/p:q', "/it's", '/a%2Fb', '//', '/../x', '/p?x', '/p#x', '/a%zz'];
const CUT: Words = ['/a', '/a/', '/', '/api', '/api/', '/api/v1', '/é', '/a b', '//', 'a', '/A', '/a/b', '/~u', '/x.y', '/a%2Fb', '/%61', '/static/'];
const CUT_PATTERNS: Words = ['^/[^/]+', '/a|/api', '^/api(?:/v[0-9]+)?', '/', '^/(a|api)/', '^/[a-z]+/[a-z]+', '(?i)^/API', '^/a/?', '/[a-z]+$', '^/api/v\\d+/', '^/+', '^/é', '^/a%20b'];
const WHOLE_PATHS: Words = ['/y', '/', '/y?q=1', '/a b', '/é', '/%41', '/x%2Fy', '/a#b', '//h', "/it's", '/y;z', '/y/../z', '/$1', '/"q"', '/{x}', '/y/', 'y', '/a%zz'];
const PATH_PATTERNS: Words = ['^/a/(.*)', '/x', '^/([^/]+)/(.*)$', '(.*)', '^/$', '^/api(/|$)(.*)', '(?i)^/API', '/+$', '^', '$', '^/(?P<n>[a-z]+)', '^/a%20b', '%2F', '^/(a)(b)?', '^(/[a-z])+', '^/a|^/api', '\\.(css|js)$', '^/([a-z]*)', '^(/.*)?$', '^/.'];
const PATHS_FROM: Words = ['/$1', '/y', '$1', '/$2/$1', '/${1}x', '/$1x', '/q?z=1', '/a b', '/é', '$0', '/${n}', '/$$1', '/%41', '/x#f', '//h/$1', '/\\1', '/$10', '/$1-$2', '/$1.html', '/${1}${2}', "/it's/$1", '/~$1', '/$3'];
const URL_PATTERNS: Words = ['^http://([^/]+)/(.*)', '^https?://[^/]+/a', '(.*)', '^http://', 'test', '^http://([^/:]+)(:\\d+)?/(.*)', '\\?k=v', '^(http)://', '/api', '%20', '$', '^', '^https?://(?:www\\.)?(.+)$', '^http://([^/]+)(/[^?]*)\\??(.*)$', '(?i)^HTTP://A\\.', '/+$', '#', '^http://a\\.test(:80)?/(.*)$', '^(.*)/a/?$'];
const URLS_FROM: Words = ['https://$1/$2', 'https://new.test/', '$1', '/rel', 'https://${1}', 'https://n.test/é', 'https://n.test/a b', 'http://$1', 'https://a.test/$2?q=1', '//x/$1', 'https://n.test:8443/$3', 'https://n.test/#$1', 'https://u:p@n.test/$1', 'https://n.test', 'https://${1}:8443$2', 'https://$1$2?from=$3', '$1/', '?k=w', 'https://N.Test/$1', 'https://n.test/%41$2', 'mailto:x@n.test', 'x'];
const RANGES: Words = ['127.0.0.1', '127.0.0.0/8', '10.0.0.0/8', '127.0.0.2/31', '0.0.0.0/0', '::1', '127.0.0.1,127.0.0.2', '127.5.0.1/16', '192.0.2.1', '10.1.1.1/32,127.0.0.0/30'];

/** Values that few people write, as labels. */
const RECIPES: Readonly<Record<string, Recipe>> = {
  addPrefix: (draw) => ({ prefix: pick(draw, PREFIXES) }),
  stripPrefix: (draw) => ({ prefixes: some(draw, CUT, { min: 1, max: 3 }).join(','), ...maybe(draw, 10, 'forceslash', 'true', 'false') }),
  stripPrefixRegex: (draw) => ({ regex: some(draw, CUT_PATTERNS, { min: 1, max: 2 }).join(',') }),
  replacePath: (draw) => ({ path: pick(draw, WHOLE_PATHS) }),
  replacePathRegex: (draw) => ({ regex: pick(draw, PATH_PATTERNS), replacement: pick(draw, PATHS_FROM) }),
  redirectRegex: (draw) => ({ regex: pick(draw, URL_PATTERNS), replacement: pick(draw, URLS_FROM), ...maybe(draw, 40, 'permanent', 'true', 'false') }),
  redirectScheme: (draw) => ({ scheme: pick(draw, ['https', 'https', 'http', 'HTTPS', 'ws', 'ftp']), ...maybe(draw, 50, 'port', '443', '80', '8443', '0443', '65536', ''), ...maybe(draw, 40, 'permanent', 'true', 'false') }),
  headers: (draw) => drawHeaders(draw),
  basicAuth: (draw) => ({ users: some(draw, USERS, { min: 1, max: 2 }).join(','), ...maybe(draw, 50, 'realm', 'a "b" c', 'é', 'a\\b', '$host', 'x;y', "it's"), ...maybe(draw, 40, 'removeheader', 'true', 'false'), ...maybe(draw, 40, 'headerfield', 'X-User', 'x-web-user', 'Authorization', 'X-Forwarded-For', 'X_User') }),
  ipAllowList: (draw) => ({
    sourcerange: pick(draw, RANGES), ...maybe(draw, 40, 'rejectstatuscode', '404', '418', '401', '451', '503', '200', '302'),
    ...maybe(draw, 35, 'ipstrategy.depth', '1', '2', '3', '0'), ...maybe(draw, 25, 'ipstrategy.excludedips', '127.0.0.1', '10.0.0.0/8', '10.1.1.1,127.0.0.0/8'),
  }),
  ipWhiteList: (draw) => ({ sourcerange: pick(draw, RANGES), ...maybe(draw, 30, 'ipstrategy.depth', '1', '2') }),
  buffering: (draw) => ({ maxrequestbodybytes: pick(draw, ['1', '5', '9', '10', '11', '0']), ...maybe(draw, 30, 'memrequestbodybytes', '1', '10', '1048577') }),
  encodedCharacters: (draw) => Object.fromEntries(some(draw, ['slash', 'backslash', 'nullcharacter', 'semicolon', 'percent', 'questionmark', 'hash'], { min: 1, max: 7 }).map((name) => [`allowencoded${name}`, chance(draw, 50) ? 'true' : 'false'])),
  errors: (draw, { services }) => ({ status: some(draw, ['500-599', '404', '401-403', '400-499', '503', '301-308', '300', '418,410', '502-502'], { min: 1, max: 2 }).join(','), service: pick(draw, services), query: pick(draw, ['/{status}.html', '/e', '/{status}?u={url}', '/{originalStatus}/{status}', '/{status}/{status}', '/?x={status}&y={status}', '/a%20b', 'rel/{status}']), ...maybe(draw, 25, 'statusrewrites.404', '410', '200'), ...maybe(draw, 15, 'statusrewrites.500-504', '502') }),
  forwardAuth: (draw) => ({
    address: `http://\${AUTH_IP}:8000/auth${pick(draw, ['', '?h=X-User:alice', '?status=401&h=WWW-Authenticate:Basic', '?status=302&h=Location:/login', '?status=403', '?status=500', '?status=204', '?h=Set-Cookie:s=1&h=X-Role:admin', '?status=404&size=300'])}`,
    ...maybe(draw, 40, 'authresponseheaders', 'X-User', 'X-User,X-Role', 'x-lower,X-User', 'X-Nothing'), ...maybe(draw, 30, 'authrequestheaders', 'X-Probe-Id,X-A', 'X-Probe-Id,Cookie', 'X-Probe-Id,x-forwarded-uri'), ...maybe(draw, 30, 'trustforwardheader', 'true', 'false'),
    ...maybe(draw, 10, 'preserverequestmethod', 'true'), ...maybe(draw, 10, 'headerfield', 'X-User'),
  }),
  compress: (draw) => ({ ...maybe(draw, 60, 'minresponsebodybytes', '1', '10', '1200'), ...maybe(draw, 40, 'encodings', 'gzip,br', 'zstd,gzip', 'gzip'), ...maybe(draw, 30, 'includedcontenttypes', 'text/plain', 'text/html,application/json') }),
  contentType: () => ({ '': 'true' }),
  retry: (draw) => ({ attempts: pick(draw, ['1', '2', '3', '4']), ...maybe(draw, 40, 'initialinterval', '1ms', '0s'), ...maybe(draw, 40, 'status', '500-599', '404', '418,503') }),
  inFlightReq: (draw) => ({ amount: pick(draw, ['100', '1']), ...(chance(draw, 50) ? maybe(draw, 70, 'sourcecriterion.requestheadername', 'X-A', 'Host') : maybe(draw, 50, 'sourcecriterion.ipstrategy.depth', '1', '2')) }),
  digestAuth: (draw) => ({ users: DIGEST_USER, ...maybe(draw, 50, 'realm', 'a "b"', 'é'), ...maybe(draw, 30, 'removeheader', 'true'), ...maybe(draw, 30, 'headerfield', 'x-user') }),
};
export const UNUSUAL_KINDS: Words = Object.keys(RECIPES);

/** Options of one middleware with values that few people write. */
export function drawUnusual(draw: Draw, kind: string, pages: Pages): Options | undefined {
  return kind === 'errors' && pages.services.length === 0 ? undefined : RECIPES[kind]?.(draw, pages);
}

const SENT: Words = ['X-A', 'x-lower', 'Host', 'User-Agent', 'Accept', 'X-Forwarded-For', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Real-Ip', 'Authorization', 'Cookie', 'Referer', 'Origin', 'X-Forwarded-Prefix', 'Accept-Encoding', 'Range', 'X-User', 'X_Under', 'Content-Type', 'Via', 'If-None-Match'];
const ANSWERED: Words = ['X-R', 'x-lower', 'Cache-Control', 'Vary', 'Set-Cookie', 'Location', 'Content-Type', 'X-Backend-Kind', 'Etag', 'X_Under', 'Access-Control-Allow-Origin', 'X-Frame-Options', 'Strict-Transport-Security', 'Www-Authenticate', 'Expires', 'Last-Modified', 'Link', 'Content-Language', 'Accept-Ranges'];
const VALUES: Words = ['v', '', '', 'é', 'text/plain', '1.2.3.4', 'https', 'other.test', '0', 'x  y', '"q"', 'a;b=c', '$host', '${x}', '\\', "it's", '{{x}}', 'a#b', '%41', '*'];

type Part = (draw: Draw) => Options;
const HEADER_PARTS: readonly Part[] = [
  (draw) => named(draw, 'customrequestheaders', SENT), (draw) => named(draw, 'customresponseheaders', ANSWERED), (draw) => named(draw, 'customresponseheaders', ANSWERED),
  (draw) => ({
    ...pick<Options>(draw, [{ accesscontrolalloworiginlist: 'https://o.test,http://app.test,null' }, { accesscontrolalloworiginlist: 'HTTP://APP.TEST,http://app.test' }, { accesscontrolalloworiginlist: 'http://app.test,*' }, { accesscontrolalloworiginlistregex: '^null$,^http://[a-z.]+$' }, { accesscontrolalloworiginlistregex: 'app\\.test' }, {}]),
    ...maybe(draw, 50, 'accesscontrolallowmethods', 'get,PUT', '*', 'GET'), ...maybe(draw, 40, 'accesscontrolallowheaders', 'x-a,Content-Type', '*'), ...maybe(draw, 30, 'accesscontrolexposeheaders', 'X-A,x-b', '*'),
    ...maybe(draw, 30, 'accesscontrolmaxage', '0', '-1', '86400'), ...maybe(draw, 30, 'accesscontrolallowcredentials', 'true', 'false'), ...maybe(draw, 30, 'addvaryheader', 'true', 'false'),
  }),
  (draw) => ({ stsseconds: pick(draw, ['0', '1', '31536000']), ...maybe(draw, 40, 'stsincludesubdomains', 'true'), ...maybe(draw, 40, 'stspreload', 'true'), ...maybe(draw, 60, 'forcestsheader', 'true', 'false') }),
  (draw) => ({ ...maybe(draw, 50, 'framedeny', 'true', 'false'), ...maybe(draw, 50, 'customframeoptionsvalue', 'SAMEORIGIN', 'ALLOW-FROM https://a.test', ''), ...maybe(draw, 40, 'contenttypenosniff', 'true'), ...maybe(draw, 40, 'browserxssfilter', 'true'), ...maybe(draw, 40, 'custombrowserxssvalue', '1; mode=block', '') }),
  (draw) => ({ ...maybe(draw, 50, 'contentsecuritypolicy', "default-src 'self' https://a.test; script-src 'nonce-$NONCE'", 'x'), ...maybe(draw, 50, 'referrerpolicy', 'no-referrer, strict-origin', '', 'same-origin'), ...maybe(draw, 40, 'permissionspolicy', 'camera=(self "https://a.test")', '*'), ...maybe(draw, 30, 'publickey', 'pin-sha256="x"; max-age=1') }),
  (draw) => ({ allowedhosts: pick(draw, ['A.TEST', 'a.test,b.test:80', 'other.test', 'a.test:8080,c.test']), ...maybe(draw, 40, 'hostsproxyheaders', 'X-Forwarded-Host', 'X-A,X-Forwarded-Host') }),
  (draw) => ({ isdevelopment: 'true', ...maybe(draw, 60, 'framedeny', 'true'), ...maybe(draw, 50, 'stsseconds', '10'), ...maybe(draw, 50, 'allowedhosts', 'x.test') }),
];

function drawHeaders(draw: Draw): Options {
  const made = some(draw, HEADER_PARTS, { min: 1, max: 2 }).reduce<Options>((all, part) => ({ ...all, ...part(draw) }), {});
  return Object.values(made).some((value) => !['', '0', 'false'].includes(value)) ? made : named(draw, 'customresponseheaders', ANSWERED);
}

function named(draw: Draw, option: string, names: Words): Options {
  return Object.fromEntries(some(draw, names, { min: 1, max: 3 }).map((name) => [`${option}.${name}`, pick(draw, VALUES)]));
}

