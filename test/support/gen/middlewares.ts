import { chance, pick, some, type Draw } from './draw.ts';
import { DIGEST_USER, USERS } from './logins.ts';
import { drawHeaders } from './middleware-headers.ts';
import type { Options, Palette } from './spec.ts';

/** What a middleware may refer to. */
export interface Around {
  readonly palette: Palette;
  /** Declared Traefik services. */
  readonly services: readonly string[];
  /** Middlewares that exist already. */
  readonly earlier: readonly string[];
}
type Recipe = (draw: Draw, around: Around) => Options;

const PATTERN_PATHS = [
  { regex: '^/a/(.*)', replacement: '/n/$1' },
  { regex: '^/api/v([0-9]+)/?(.*)$', replacement: '/v${1}/$2' },
  { regex: '/b', replacement: '/bee' },
  { regex: '^(.*)$', replacement: '/all$1' },
  { regex: '^/(en|de)/', replacement: '/' },
] as const;
const PATTERN_URLS = [
  { regex: '^https?://([^/]+)/a/(.*)', replacement: 'https://${1}/moved/$2' },
  { regex: '^http://a\\.test/(.*)$', replacement: 'http://www.a.test/$1' },
  { regex: '^(https?://[^/]+)/old$', replacement: '$1/new' },
  { regex: '/api/v1', replacement: '/api/v2' },
  { regex: '\\?q=(.*)$', replacement: '?search=$1' },
] as const;

const RECIPES: Readonly<Record<string, Recipe>> = {
  addPrefix: (draw, { palette }) => ({ prefix: pick(draw, palette === 'everything' ? ['/p', '/pre/fix', 'x', '/p/', '/a b', '/a%2Fb'] : ['/p', '/pre/fix', '/a']) }),
  stripPrefix: (draw) => ({ prefixes: pick(draw, ['/a', '/api', '/api/', '/a/b', '/api,/a', '/static/,/a', '/']), ...maybe(draw, 8, 'forceslash', 'true', 'false') }),
  stripPrefixRegex: (draw) => ({ regex: pick(draw, ['^/v[0-9]+', '/api/(v1|v2)', '^/[a-z]+/', '/a', '^/(en|de)']) }),
  replacePath: (draw) => ({ path: pick(draw, ['/new', '/new/x.html', '/', '/whole%2Fpath', '/sp ace']) }),
  replacePathRegex: (draw) => ({ ...pick(draw, PATTERN_PATHS) }),
  headers: (draw, { palette }) => drawHeaders(draw, palette),
  basicAuth: (draw) => ({ users: some(draw, USERS, { min: 1, max: 2 }).join(','), ...maybe(draw, 25, 'realm', 'Shop', 'a "b"'), ...maybe(draw, 30, 'removeheader', 'true', 'false'), ...maybe(draw, 30, 'headerfield', 'X-User', 'X-WebAuth-User') }),
  digestAuth: (draw) => ({ users: DIGEST_USER, ...maybe(draw, 20, 'realm', 'traefik'), ...maybe(draw, 20, 'removeheader', 'true'), ...maybe(draw, 20, 'headerfield', 'X-User') }),
  ipAllowList: (draw, { palette }) => ({
    sourcerange: pick(draw, ['127.0.0.0/8', '127.0.0.1', '127.0.0.9,10.0.0.0/8', '0.0.0.0/0,::/0', '10.0.0.0/8']), ...maybe(draw, 20, 'rejectstatuscode', '404', '418', '401'),
    ...(palette === 'everything' ? { ...maybe(draw, 15, 'ipstrategy.depth', '1', '2', '0'), ...maybe(draw, 10, 'ipstrategy.excludedips', '127.0.0.1,10.0.0.0/8', '10.1.1.1') } : {}),
  }),
  ipWhiteList: (draw) => ({ sourcerange: pick(draw, ['127.0.0.0/8', '127.0.0.1']), ...maybe(draw, 10, 'ipstrategy.depth', '1') }),
  redirectScheme: (draw, { palette }) => ({ scheme: palette === 'portable' ? 'https' : pick(draw, ['https', 'https', 'http']), ...(palette === 'portable' ? {} : maybe(draw, 40, 'port', '8443', '443', '80')), ...maybe(draw, 40, 'permanent', 'true', 'false') }),
  redirectRegex: (draw) => ({ ...pick(draw, PATTERN_URLS), ...maybe(draw, 40, 'permanent', 'true', 'false') }),
  buffering: (draw, { palette }) => ({
    maxrequestbodybytes: pick(draw, ['10', '5', '100000', '0']), ...maybe(draw, 20, 'memrequestbodybytes', '4', '1048576'),
    ...(palette === 'everything' ? { ...maybe(draw, 20, 'maxresponsebodybytes', '1000', '50'), ...maybe(draw, 20, 'memresponsebodybytes', '20'), ...maybe(draw, 10, 'retryexpression', 'IsNetworkError() && Attempts() < 2') } : {}),
  }),
  compress: (draw) => ({ ...maybe(draw, 60, 'minresponsebodybytes', '10', '500', '0'), ...maybe(draw, 25, 'excludedcontenttypes', 'text/plain', 'application/json'), ...maybe(draw, 40, 'encodings', 'gzip', 'br,gzip', 'zstd'), ...maybe(draw, 15, 'defaultencoding', 'gzip') }),
  contentType: (draw) => (chance(draw, 50) ? { '': 'true' } : { autodetect: pick(draw, ['true', 'false']) }),
  encodedCharacters: (draw) => Object.fromEntries(some(draw, ['slash', 'backslash', 'nullcharacter', 'semicolon', 'percent', 'questionmark', 'hash'], { min: 1, max: 7 }).map((name) => [`allowencoded${name}`, chance(draw, 75) ? 'true' : 'false'])),
  errors: (draw, { services }) => ({ status: pick(draw, ['404', '500-599', '400-499,503', '401', '403,418']), service: pick(draw, services), query: pick(draw, ['/err/{status}', '/{status}.html?u={url}', '/e?s={originalStatus}']), ...maybe(draw, 20, 'statusrewrites.404', '410'), ...maybe(draw, 15, 'errorrequestheaders', 'X-Probe-Id,X-A') }),
  forwardAuth: (draw) => ({
    address: `http://\${AUTH_IP}:8000/auth${pick(draw, ['', '?h=X-User:alice', '?status=401&h=WWW-Authenticate:Basic', '?status=302&h=Location:/login', '?status=403', '?h=Set-Cookie:s=1&h=X-Role:admin'])}`,
    ...maybe(draw, 40, 'authresponseheaders', 'X-User', 'X-User,X-Role'), ...maybe(draw, 15, 'authresponseheadersregex', '^X-R'), ...maybe(draw, 20, 'authrequestheaders', 'X-Probe-Id,X-A', 'X-Probe-Id,Authorization'),
    ...maybe(draw, 20, 'trustforwardheader', 'true'), ...maybe(draw, 10, 'headerfield', 'X-User'), ...maybe(draw, 10, 'preserverequestmethod', 'true'), ...maybe(draw, 10, 'preservelocationheader', 'true'), ...maybe(draw, 10, 'addauthcookiestoresponse', 's'),
  }),
  inFlightReq: (draw) => ({ amount: pick(draw, ['1000', '50']), ...maybe(draw, 30, 'sourcecriterion.requesthost', 'true'), ...maybe(draw, 20, 'sourcecriterion.requestheadername', 'X-A') }),
  rateLimit: (draw) => (chance(draw, 40) ? { average: '0' } : { average: pick(draw, ['100000', '50000']), burst: pick(draw, ['100000', '20000']), ...maybe(draw, 20, 'period', '1s', '500ms') }),
  retry: (draw) => ({ attempts: pick(draw, ['1', '2', '3']), ...maybe(draw, 30, 'initialinterval', '1ms'), ...maybe(draw, 15, 'status', '500-599', '503') }),
  circuitBreaker: (draw) => ({ expression: pick(draw, ['NetworkErrorRatio() > 1.5', 'LatencyAtQuantileMS(50.0) > 60000']), ...maybe(draw, 30, 'responsecode', '502') }),
  passTLSClientCert: () => ({ pem: 'true' }),
  grpcWeb: (draw) => ({ alloworigins: pick(draw, ['*', 'http://a.test']) }),
  chain: (draw, { earlier }) => ({ middlewares: some(draw, earlier, { min: 1, max: 3 }).join(',') }),
};

const PORTABLE: Readonly<Record<string, number>> = { addPrefix: 12, stripPrefix: 20, stripPrefixRegex: 4, headers: 26, ipAllowList: 12, redirectScheme: 7, buffering: 6, encodedCharacters: 4, chain: 6 };
const NGINX: Readonly<Record<string, number>> = { ...PORTABLE, replacePath: 8, replacePathRegex: 8, basicAuth: 14, redirectRegex: 9 };
/** About evenly, so that a long run uses each of them often. */
const EVERYTHING: Readonly<Record<string, number>> = {
  addPrefix: 5, stripPrefix: 6, stripPrefixRegex: 7, headers: 12, ipAllowList: 6, redirectScheme: 4, buffering: 6, encodedCharacters: 8, chain: 7, replacePath: 11, replacePathRegex: 8, basicAuth: 5, redirectRegex: 8,
  digestAuth: 10, ipWhiteList: 9, compress: 12, contentType: 9, errors: 14, forwardAuth: 11, inFlightReq: 12, rateLimit: 9, retry: 9, circuitBreaker: 9, passTLSClientCert: 12, grpcWeb: 12,
};
export const KIND_WEIGHTS: Readonly<Record<Palette, Readonly<Record<string, number>>>> = { portable: PORTABLE, nginx: NGINX, everything: EVERYTHING };
export const MIDDLEWARE_KINDS: readonly string[] = Object.keys(RECIPES);

/** Options of one middleware; undefined where the gateway has nothing that it needs. */
export function drawMiddleware(draw: Draw, kind: string, around: Around): Options | undefined {
  if ((kind === 'chain' && around.earlier.length === 0) || (kind === 'errors' && around.services.length === 0)) return undefined;
  return RECIPES[kind]?.(draw, around);
}

export function maybe(draw: Draw, percent: number, name: string, ...values: readonly string[]): Options {
  return chance(draw, percent) ? { [name]: pick(draw, values) } : {};
}
