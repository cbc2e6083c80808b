import type { ClientTls, DnOptions, HeadersSpec, IpStrategy, MiddlewareKind as AnyKind, MiddlewareSpec, PlatformKind, SourceCriterion, SpecOf } from '../../ir/index.ts';
import type { EngineVersion } from '../../rule-lang/index.ts';
import { refOf } from './refs.ts';
import { isTree, type Node } from './tree.ts';

type MiddlewareKind = Exclude<AnyKind, PlatformKind>;
type Readers = { readonly [K in MiddlewareKind]: (from: Node) => Omit<SpecOf<K>, 'kind'> };

/** The options of every kind, with the defaults of pkg/config/dynamic/middlewares.go. */
const READERS: Readers = {
  addPrefix: (from) => ({ prefix: from.text('prefix') }),
  basicAuth: users,
  digestAuth: users,
  buffering: (from) => ({
    maxRequestBodyBytes: from.number('maxRequestBodyBytes'), memRequestBodyBytes: from.number('memRequestBodyBytes', 1_048_576), maxResponseBodyBytes: from.number('maxResponseBodyBytes'),
    memResponseBodyBytes: from.number('memResponseBodyBytes', 1_048_576), retryExpression: from.text('retryExpression'),
  }),
  chain: (from) => ({ middlewares: from.list('middlewares').map((name) => refOf('middleware', name)) }),
  circuitBreaker: (from) => ({
    expression: from.text('expression'), checkPeriod: from.duration('checkPeriod', 100), fallbackDuration: from.duration('fallbackDuration', 10_000),
    recoveryDuration: from.duration('recoveryDuration', 10_000), responseCode: from.number('responseCode', 503),
  }),
  compress: (from) => ({
    excludedContentTypes: from.list('excludedContentTypes'), includedContentTypes: from.list('includedContentTypes'), minResponseBodyBytes: from.number('minResponseBodyBytes'),
    encodings: from.list('encodings', ['gzip', 'br', 'zstd']), defaultEncoding: from.text('defaultEncoding'),
  }),
  contentType: (from) => (from.has('autoDetect') ? { autoDetect: from.flag('autoDetect') } : {}),
  encodedCharacters: (from) => encodedCharacters(from, false),
  errors: (from) => ({
    status: from.list('status'), statusRewrites: Object.fromEntries(Object.entries(from.map('statusRewrites')).map(([code, to]) => [code, Number(to)])),
    service: refOf('service', from.text('service')), query: from.text('query'), ...(from.has('errorRequestHeaders') ? { errorRequestHeaders: from.list('errorRequestHeaders') } : {}),
  }),
  forwardAuth: (from) => ({
    address: from.text('address'), ...clientTls(from.child('tls')), trustForwardHeader: from.flag('trustForwardHeader'), authResponseHeaders: from.list('authResponseHeaders'),
    authResponseHeadersRegex: from.text('authResponseHeadersRegex'), authRequestHeaders: from.list('authRequestHeaders'), addAuthCookiesToResponse: from.list('addAuthCookiesToResponse'),
    headerField: from.text('headerField'), forwardBody: from.flag('forwardBody'), maxBodySize: from.number('maxBodySize', -1), preserveLocationHeader: from.flag('preserveLocationHeader'),
    preserveRequestMethod: from.flag('preserveRequestMethod'), authSigninURL: from.text('authSigninURL'), maxResponseBodySize: from.number('maxResponseBodySize', -1),
  }),
  grpcWeb: (from) => ({ allowOrigins: from.list('allowOrigins') }),
  headers,
  inFlightReq: (from) => ({ amount: from.number('amount'), ...criterion(from.child('sourceCriterion')) }),
  ipAllowList: (from) => ({ sourceRange: from.list('sourceRange'), ...strategy(from.child('ipStrategy')), rejectStatusCode: from.number('rejectStatusCode', 403), writtenAs: 'ipAllowList' }),
  passTLSClientCert: (from) => ({ pem: from.flag('pem'), ...certificateInfo(from.child('info')) }),
  plugin: (from) => ({ name: from.keys[0] ?? '', options: from.raw(from.keys[0] ?? '') }),
  rateLimit: (from) => ({
    average: from.number('average'), period: from.duration('period', 1000), burst: from.number('burst', 1), ...criterion(from.child('sourceCriterion')), ...(from.has('redis') ? { redis: from.raw('redis') } : {}),
  }),
  redirectRegex: (from) => ({ regex: from.text('regex'), replacement: from.text('replacement'), permanent: from.flag('permanent') }),
  redirectScheme: (from) => ({ scheme: from.text('scheme'), port: from.text('port'), permanent: from.flag('permanent') }),
  replacePath: (from) => ({ path: from.text('path') }),
  replacePathRegex: (from) => ({ regex: from.text('regex'), replacement: from.text('replacement') }),
  retry: (from) => ({
    attempts: from.number('attempts'), initialInterval: from.duration('initialInterval'), timeout: from.duration('timeout'), status: from.list('status'), disableRetryOnNetworkError: from.flag('disableRetryOnNetworkError'),
    retryNonIdempotentMethod: from.flag('retryNonIdempotentMethod'), maxRequestBodyBytes: from.number('maxRequestBodyBytes', 2_097_152),
  }),
  stripPrefix: (from) => ({ prefixes: from.list('prefixes'), ...(from.has('forceSlash') ? { forceSlash: from.flag('forceSlash') } : {}) }),
  stripPrefixRegex: (from) => ({ regex: from.list('regex') }),
};

const KINDS: ReadonlyMap<string, MiddlewareKind> = new Map([...Object.keys(READERS).filter(isKind).map((kind) => [kind.toLowerCase(), kind] as const), ['ipwhitelist', 'ipAllowList'] as const]);

function isKind(name: string): name is MiddlewareKind {
  return Object.hasOwn(READERS, name);
}

/** A middleware has exactly one kind; undefined where Traefik would not build it. */
export function readMiddleware(node: Node, version: EngineVersion): MiddlewareSpec | undefined {
  const [name, ...more] = node.keys;
  const kind = name === undefined || more.length > 0 ? undefined : KINDS.get(name.toLowerCase());
  if (kind === undefined || name === undefined) return undefined;
  return isTree(node.raw(name)) || node.raw(name) === null ? asVersion(read(kind, node.child(name)), version) : undefined;
}

/** Defaults that were others in 2.11. */
function asVersion(spec: MiddlewareSpec, version: EngineVersion): MiddlewareSpec {
  if (version !== '2.11') return spec;
  if (spec.kind === 'stripPrefix') return { forceSlash: true, ...spec };
  return spec.kind === 'compress' ? { ...spec, encodings: ['gzip'] } : spec;
}

function read<K extends MiddlewareKind>(kind: K, from: Node): MiddlewareSpec {
  return withKind(kind, READERS[kind](from));
}

/** The compiler cannot follow a kind to its own member of the union; each reader's type did it above. */
function withKind(kind: MiddlewareKind, options: object): MiddlewareSpec {
  const spec: unknown = { kind, ...options };
  if (!isSpec(spec)) throw new TypeError(`no reader for ${kind}`);
  return spec;
}

function isSpec(value: unknown): value is MiddlewareSpec {
  return isTree(value) && typeof value['kind'] === 'string' && isKind(value['kind']);
}

function users(from: Node): Omit<SpecOf<'basicAuth'>, 'kind'> {
  return { users: from.list('users'), usersFile: from.text('usersFile'), realm: from.text('realm'), removeHeader: from.flag('removeHeader'), headerField: from.text('headerField') };
}

/** `otherwise`: what counts where nothing is said. */
export function encodedCharacters(from: Node, otherwise: boolean): Omit<SpecOf<'encodedCharacters'>, 'kind'> {
  const flag = (key: string): boolean => from.flag(key, otherwise);
  return {
    allowEncodedSlash: flag('allowEncodedSlash'), allowEncodedBackSlash: flag('allowEncodedBackSlash'), allowEncodedNullCharacter: flag('allowEncodedNullCharacter'), allowEncodedSemicolon: flag('allowEncodedSemicolon'),
    allowEncodedPercent: flag('allowEncodedPercent'), allowEncodedQuestionMark: flag('allowEncodedQuestionMark'), allowEncodedHash: flag('allowEncodedHash'),
  };
}

function clientTls(from: Node): { readonly tls?: ClientTls } {
  return from.there ? { tls: { ca: from.text('ca'), cert: from.text('cert'), key: from.text('key'), insecureSkipVerify: from.flag('insecureSkipVerify') } } : {};
}

function strategy(from: Node): { readonly ipStrategy?: IpStrategy } {
  return from.there ? { ipStrategy: { depth: from.number('depth'), excludedIPs: from.list('excludedIPs'), ...(from.has('ipv6Subnet') ? { ipv6Subnet: from.number('ipv6Subnet') } : {}) } } : {};
}

function criterion(from: Node): { readonly sourceCriterion?: SourceCriterion } {
  return from.there ? { sourceCriterion: { ...strategy(from.child('ipStrategy')), requestHeaderName: from.text('requestHeaderName'), requestHost: from.flag('requestHost') } } : {};
}

function certificateInfo(from: Node): Pick<SpecOf<'passTLSClientCert'>, 'info'> {
  if (!from.there) return {};
  const [subject, issuer] = [from.child('subject'), from.child('issuer')];
  return {
    info: {
      notAfter: from.flag('notAfter'), notBefore: from.flag('notBefore'), sans: from.flag('sans'), serialNumber: from.flag('serialNumber'),
      ...(subject.there ? { subject: distinguishedName(subject) } : {}), ...(issuer.there ? { issuer: distinguishedName(issuer) } : {}),
    },
  };
}

function distinguishedName(from: Node): DnOptions {
  return {
    country: from.flag('country'), province: from.flag('province'), locality: from.flag('locality'), organization: from.flag('organization'), organizationalUnit: from.flag('organizationalUnit'),
    commonName: from.flag('commonName'), serialNumber: from.flag('serialNumber'), domainComponent: from.flag('domainComponent'),
  };
}

function headers(from: Node): HeadersSpec {
  return {
    customRequestHeaders: from.map('customRequestHeaders'), customResponseHeaders: from.map('customResponseHeaders'), accessControlAllowCredentials: from.flag('accessControlAllowCredentials'),
    accessControlAllowHeaders: from.list('accessControlAllowHeaders'), accessControlAllowMethods: from.list('accessControlAllowMethods'), accessControlAllowOriginList: from.list('accessControlAllowOriginList'),
    accessControlAllowOriginListRegex: from.list('accessControlAllowOriginListRegex'), accessControlExposeHeaders: from.list('accessControlExposeHeaders'), accessControlMaxAge: from.number('accessControlMaxAge'),
    addVaryHeader: from.flag('addVaryHeader'), allowedHosts: from.list('allowedHosts'), hostsProxyHeaders: from.list('hostsProxyHeaders'), sslProxyHeaders: from.map('sslProxyHeaders'),
    stsSeconds: from.number('stsSeconds'), stsIncludeSubdomains: from.flag('stsIncludeSubdomains'), stsPreload: from.flag('stsPreload'), forceSTSHeader: from.flag('forceSTSHeader'), frameDeny: from.flag('frameDeny'),
    customFrameOptionsValue: from.text('customFrameOptionsValue'), contentTypeNosniff: from.flag('contentTypeNosniff'), browserXssFilter: from.flag('browserXssFilter'), customBrowserXSSValue: from.text('customBrowserXSSValue'),
    contentSecurityPolicy: from.text('contentSecurityPolicy'), contentSecurityPolicyReportOnly: from.text('contentSecurityPolicyReportOnly'), publicKey: from.text('publicKey'), referrerPolicy: from.text('referrerPolicy'),
    permissionsPolicy: from.text('permissionsPolicy'), isDevelopment: from.flag('isDevelopment'), featurePolicy: from.text('featurePolicy'), sslRedirect: from.flag('sslRedirect'),
    sslTemporaryRedirect: from.flag('sslTemporaryRedirect'), sslHost: from.text('sslHost'), sslForceHost: from.flag('sslForceHost'),
  };
}
