import type { ClientTls, DnOptions, HeadersSpec, IpStrategy, Middleware, MiddlewareKind, Ref, SourceCriterion, SpecOf, TcpMiddleware, TcpMiddlewareSpec } from '../../ir/index.ts';
import { plain } from '../tree.ts';
import type { Declared, EngineVersion } from '../types.ts';
import { resolveName } from '../names.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import { read, type Reader } from './read.ts';

interface Context {
  readonly version: EngineVersion;
  middleware(name: string): Ref;
  service(name: string): Ref;
}
type Convert<K extends MiddlewareKind> = (from: Reader, context: Context) => SpecOf<K>;

/** The key of a middleware node and the kind it becomes. `ipWhiteList` is the old name of `ipAllowList`. */
const KEYS: ReadonlyMap<string, MiddlewareKind> = new Map<string, MiddlewareKind>([
  ['addPrefix', 'addPrefix'], ['apiKey', 'apiKey'], ['consumerLimit', 'consumerLimit'], ['groups', 'groups'], ['jwt', 'jwt'], ['login', 'login'], ['basicAuth', 'basicAuth'], ['buffering', 'buffering'], ['chain', 'chain'], ['circuitBreaker', 'circuitBreaker'],
  ['compress', 'compress'], ['contentType', 'contentType'], ['digestAuth', 'digestAuth'], ['encodedCharacters', 'encodedCharacters'], ['errors', 'errors'],
  ['forwardAuth', 'forwardAuth'], ['grpcWeb', 'grpcWeb'], ['headers', 'headers'], ['inFlightReq', 'inFlightReq'], ['ipAllowList', 'ipAllowList'],
  ['ipWhiteList', 'ipAllowList'], ['passTLSClientCert', 'passTLSClientCert'], ['plugin', 'plugin'], ['rateLimit', 'rateLimit'], ['redirectRegex', 'redirectRegex'],
  ['redirectScheme', 'redirectScheme'], ['replacePath', 'replacePath'], ['replacePathRegex', 'replacePathRegex'], ['retry', 'retry'], ['stripPrefix', 'stripPrefix'],
  ['stripPrefixRegex', 'stripPrefixRegex'],
]);

/** The kinds that a middleware node declares, by its written keys. */
export function kindsOf(declared: Declared): readonly string[] {
  return [...declared.node.entries.keys()].filter((key) => KEYS.has(key));
}

/** The typed middleware, defaults filled in; undefined unless it has exactly one kind. */
export function toMiddleware(declared: Declared, version: EngineVersion): Middleware | undefined {
  const [key, ...others] = kindsOf(declared);
  const kind = key === undefined || others.length > 0 ? undefined : KEYS.get(key);
  if (key === undefined || kind === undefined) return undefined;
  const holder = declared.ref.namespace;
  const context: Context = {
    version,
    middleware: (name) => resolveName(name, holder, { protocol: 'http', kind: 'middleware' }),
    service: (name) => resolveName(name, holder, { protocol: 'http', kind: 'service' }),
  };
  const from = read(declared.node).child(key) ?? read(undefined);
  const spec = kind === 'ipAllowList' ? ipAllowList(from, key === 'ipWhiteList' ? 'ipWhiteList' : 'ipAllowList') : CONVERT[kind](from, context);
  const { places, variables } = provenance(declared.node);
  return { ref: declared.ref, spec, origin: declared.origin, places, variables, symbol: declared.symbol };
}

const CONVERT: { readonly [K in MiddlewareKind]: Convert<K> } = {
  addPrefix: (from) => ({ kind: 'addPrefix', prefix: from.text('prefix') }),
  apiKey: (from) => ({ kind: 'apiKey', names: from.list('names', ['apikey']), in: from.list('in', ['header']), keep: from.flag('keep') }),
  basicAuth: (from) => ({ kind: 'basicAuth', ...auth(from) }),
  buffering: (from) => ({
    kind: 'buffering',
    maxRequestBodyBytes: from.number('maxRequestBodyBytes'),
    memRequestBodyBytes: from.number('memRequestBodyBytes'),
    maxResponseBodyBytes: from.number('maxResponseBodyBytes'),
    memResponseBodyBytes: from.number('memResponseBodyBytes'),
    retryExpression: from.text('retryExpression'),
  }),
  chain: (from, context) => ({ kind: 'chain', middlewares: from.list('middlewares').map(context.middleware) }),
  circuitBreaker: (from) => ({
    kind: 'circuitBreaker',
    expression: from.text('expression'),
    checkPeriod: from.duration('checkPeriod', 100),
    fallbackDuration: from.duration('fallbackDuration', 10_000),
    recoveryDuration: from.duration('recoveryDuration', 10_000),
    responseCode: from.number('responseCode', 503),
  }),
  compress: (from, { version }) => ({
    kind: 'compress',
    excludedContentTypes: from.list('excludedContentTypes'),
    includedContentTypes: from.list('includedContentTypes'),
    minResponseBodyBytes: from.number('minResponseBodyBytes'),
    // 2.11 has no such option and only ever writes gzip.
    encodings: version === '2.11' ? ['gzip'] : from.list('encodings', ['gzip', 'br', 'zstd']),
    defaultEncoding: from.text('defaultEncoding'),
  }),
  consumerLimit: (from) => ({ kind: 'consumerLimit', amount: from.number('amount'), window: windowOf(from.text('window', 'second')) }),
  contentType: (from) => ({ kind: 'contentType', ...(from.has('autoDetect') ? { autoDetect: from.flag('autoDetect') } : {}) }),
  digestAuth: (from) => ({ kind: 'digestAuth', ...auth(from) }),
  encodedCharacters: (from) => ({
    kind: 'encodedCharacters',
    allowEncodedSlash: from.flag('allowEncodedSlash'),
    allowEncodedBackSlash: from.flag('allowEncodedBackSlash'),
    allowEncodedNullCharacter: from.flag('allowEncodedNullCharacter'),
    allowEncodedSemicolon: from.flag('allowEncodedSemicolon'),
    allowEncodedPercent: from.flag('allowEncodedPercent'),
    allowEncodedQuestionMark: from.flag('allowEncodedQuestionMark'),
    allowEncodedHash: from.flag('allowEncodedHash'),
  }),
  errors: (from, context) => ({
    kind: 'errors',
    status: from.list('status'),
    statusRewrites: numbers(from.map('statusRewrites')),
    service: context.service(from.text('service')),
    query: from.text('query'),
    ...(from.has('errorRequestHeaders') ? { errorRequestHeaders: from.list('errorRequestHeaders') } : {}),
  }),
  forwardAuth: (from) => ({
    kind: 'forwardAuth',
    address: from.text('address'),
    ...clientTls(from.child('tls')),
    trustForwardHeader: from.flag('trustForwardHeader'),
    authResponseHeaders: from.list('authResponseHeaders'),
    authResponseHeadersRegex: from.text('authResponseHeadersRegex'),
    authRequestHeaders: from.list('authRequestHeaders'),
    addAuthCookiesToResponse: from.list('addAuthCookiesToResponse'),
    headerField: from.text('headerField'),
    forwardBody: from.flag('forwardBody'),
    maxBodySize: from.number('maxBodySize', -1),
    preserveLocationHeader: from.flag('preserveLocationHeader'),
    preserveRequestMethod: from.flag('preserveRequestMethod'),
    authSigninURL: from.text('authSigninURL'),
    maxResponseBodySize: from.number('maxResponseBodySize', -1),
  }),
  groups: (from) => ({ kind: 'groups', allow: from.list('allow') }),
  grpcWeb: (from) => ({ kind: 'grpcWeb', allowOrigins: from.list('allowOrigins') }),
  headers: (from) => ({ kind: 'headers', ...headers(from) }),
  inFlightReq: (from) => ({ kind: 'inFlightReq', amount: from.number('amount'), ...sourceCriterion(from) }),
  ipAllowList: (from) => ipAllowList(from, 'ipAllowList'),
  jwt: (from) => ({ kind: 'jwt', claim: from.text('claim', 'iss'), verify: from.list('verify', ['exp']) }),
  login: (from) => ({ kind: 'login', realm: from.text('realm', 'service'), keep: from.flag('keep') }),
  passTLSClientCert: (from) => ({ kind: 'passTLSClientCert', pem: from.flag('pem'), ...certificateInfo(from.child('info')) }),
  plugin: (from) => {
    const [name = ''] = from.node?.entries.keys() ?? [];
    const options = from.node?.entries.get(name);
    return { kind: 'plugin', name, options: options === undefined ? {} : plain(options) };
  },
  rateLimit: (from) => {
    const redis = from.child('redis');
    return {
      kind: 'rateLimit',
      average: from.number('average'),
      period: from.duration('period', 1000),
      burst: from.number('burst', 1),
      ...sourceCriterion(from),
      ...(redis === undefined ? {} : { redis: redisOptions(redis) }),
    };
  },
  redirectRegex: (from) => ({ kind: 'redirectRegex', regex: from.text('regex'), replacement: from.text('replacement'), permanent: from.flag('permanent') }),
  redirectScheme: (from) => ({ kind: 'redirectScheme', scheme: from.text('scheme'), port: from.text('port'), permanent: from.flag('permanent') }),
  replacePath: (from) => ({ kind: 'replacePath', path: from.text('path') }),
  replacePathRegex: (from) => ({ kind: 'replacePathRegex', regex: from.text('regex'), replacement: from.text('replacement') }),
  retry: (from) => ({
    kind: 'retry',
    attempts: from.number('attempts'),
    initialInterval: from.duration('initialInterval'),
    timeout: from.duration('timeout'),
    status: from.list('status'),
    disableRetryOnNetworkError: from.flag('disableRetryOnNetworkError'),
    retryNonIdempotentMethod: from.flag('retryNonIdempotentMethod'),
    maxRequestBodyBytes: from.number('maxRequestBodyBytes', 2_097_152),
  }),
  stripPrefix: (from, { version }) => ({
    kind: 'stripPrefix',
    prefixes: from.list('prefixes'),
    ...(from.has('forceSlash') ? { forceSlash: from.flag('forceSlash') } : version === '2.11' ? { forceSlash: true } : {}),
  }),
  stripPrefixRegex: (from) => ({ kind: 'stripPrefixRegex', regex: from.list('regex') }),
};

const WINDOWS = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;

function windowOf(text: string): SpecOf<'consumerLimit'>['window'] {
  return WINDOWS.find((window) => window === text) ?? 'second';
}

/** A tree that only Traefik understands, with the engine's defaults; durations in milliseconds. */
function redisOptions(from: Reader): unknown {
  const written = from.node === undefined ? {} : plain(from.node);
  const defaults = { endpoints: ['localhost:6379'], readTimeout: 3000, writeTimeout: 3000, dialTimeout: 5000 };
  return typeof written === 'object' ? { ...defaults, ...written } : defaults;
}

function auth(from: Reader): Omit<SpecOf<'basicAuth'>, 'kind'> {
  return {
    users: from.list('users'),
    usersFile: from.text('usersFile'),
    realm: from.text('realm'),
    removeHeader: from.flag('removeHeader'),
    headerField: from.text('headerField'),
  };
}

function ipAllowList(from: Reader, writtenAs: 'ipAllowList' | 'ipWhiteList'): SpecOf<'ipAllowList'> {
  return { kind: 'ipAllowList', sourceRange: from.list('sourceRange'), ...ipStrategy(from.child('ipStrategy')), rejectStatusCode: from.number('rejectStatusCode', 403), writtenAs };
}

function ipStrategy(from: Reader | undefined): { readonly ipStrategy?: IpStrategy } {
  if (from === undefined) return {};
  const subnet = from.has('ipv6Subnet') ? { ipv6Subnet: from.number('ipv6Subnet') } : {};
  return { ipStrategy: { depth: from.number('depth'), excludedIPs: from.list('excludedIPs'), ...subnet } };
}

function sourceCriterion(parent: Reader): { readonly sourceCriterion?: SourceCriterion } {
  const from = parent.child('sourceCriterion');
  if (from === undefined) return {};
  return { sourceCriterion: { ...ipStrategy(from.child('ipStrategy')), requestHeaderName: from.text('requestHeaderName'), requestHost: from.flag('requestHost') } };
}

function clientTls(from: Reader | undefined): { readonly tls?: ClientTls } {
  if (from === undefined) return {};
  return { tls: { ca: from.text('ca'), cert: from.text('cert'), key: from.text('key'), insecureSkipVerify: from.flag('insecureSkipVerify') } };
}

function numbers(map: Readonly<Record<string, string>>): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, Number(value)]));
}

function certificateInfo(from: Reader | undefined): Pick<SpecOf<'passTLSClientCert'>, 'info'> {
  if (from === undefined) return {};
  const subject = from.child('subject');
  const issuer = from.child('issuer');
  return {
    info: {
      notAfter: from.flag('notAfter'),
      notBefore: from.flag('notBefore'),
      sans: from.flag('sans'),
      serialNumber: from.flag('serialNumber'),
      ...(subject === undefined ? {} : { subject: distinguishedName(subject) }),
      ...(issuer === undefined ? {} : { issuer: distinguishedName(issuer) }),
    },
  };
}

function distinguishedName(from: Reader): DnOptions {
  return {
    country: from.flag('country'),
    province: from.flag('province'),
    locality: from.flag('locality'),
    organization: from.flag('organization'),
    organizationalUnit: from.flag('organizationalUnit'),
    commonName: from.flag('commonName'),
    serialNumber: from.flag('serialNumber'),
    domainComponent: from.flag('domainComponent'),
  };
}

function headers(from: Reader): HeadersSpec {
  return {
    customRequestHeaders: from.map('customRequestHeaders'),
    customResponseHeaders: from.map('customResponseHeaders'),
    accessControlAllowCredentials: from.flag('accessControlAllowCredentials'),
    accessControlAllowHeaders: from.list('accessControlAllowHeaders'),
    accessControlAllowMethods: from.list('accessControlAllowMethods'),
    accessControlAllowOriginList: from.list('accessControlAllowOriginList'),
    accessControlAllowOriginListRegex: from.list('accessControlAllowOriginListRegex'),
    accessControlExposeHeaders: from.list('accessControlExposeHeaders'),
    accessControlMaxAge: from.number('accessControlMaxAge'),
    addVaryHeader: from.flag('addVaryHeader'),
    allowedHosts: from.list('allowedHosts'),
    hostsProxyHeaders: from.list('hostsProxyHeaders'),
    sslProxyHeaders: from.map('sslProxyHeaders'),
    stsSeconds: from.number('stsSeconds'),
    stsIncludeSubdomains: from.flag('stsIncludeSubdomains'),
    stsPreload: from.flag('stsPreload'),
    forceSTSHeader: from.flag('forceSTSHeader'),
    frameDeny: from.flag('frameDeny'),
    customFrameOptionsValue: from.text('customFrameOptionsValue'),
    contentTypeNosniff: from.flag('contentTypeNosniff'),
    browserXssFilter: from.flag('browserXssFilter'),
    customBrowserXSSValue: from.text('customBrowserXSSValue'),
    contentSecurityPolicy: from.text('contentSecurityPolicy'),
    contentSecurityPolicyReportOnly: from.text('contentSecurityPolicyReportOnly'),
    publicKey: from.text('publicKey'),
    referrerPolicy: from.text('referrerPolicy'),
    permissionsPolicy: from.text('permissionsPolicy'),
    isDevelopment: from.flag('isDevelopment'),
    featurePolicy: from.text('featurePolicy'),
    sslRedirect: from.flag('sslRedirect'),
    sslTemporaryRedirect: from.flag('sslTemporaryRedirect'),
    sslHost: from.text('sslHost'),
    sslForceHost: from.flag('sslForceHost'),
  };
}

/** TCP middlewares. Of several kinds the last of inFlightConn, ipWhiteList, ipAllowList wins without a word (pkg/server/middleware/tcp). */
export function toTcpMiddleware(declared: Declared): TcpMiddleware | undefined {
  const spec = tcpSpec(read(declared.node));
  return spec === undefined ? undefined : { ref: declared.ref, spec, origin: declared.origin, ...provenance(declared.node), symbol: declared.symbol };
}

function tcpSpec(from: Reader): TcpMiddlewareSpec | undefined {
  const allow = from.child('ipAllowList');
  if (allow !== undefined) return { kind: 'ipAllowList', sourceRange: allow.list('sourceRange'), writtenAs: 'ipAllowList' };
  const white = from.child('ipWhiteList');
  if (white !== undefined) return { kind: 'ipAllowList', sourceRange: white.list('sourceRange'), writtenAs: 'ipWhiteList' };
  const inFlight = from.child('inFlightConn');
  return inFlight === undefined ? undefined : { kind: 'inFlightConn', amount: inFlight.number('amount') };
}
