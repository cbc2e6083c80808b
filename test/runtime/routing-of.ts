import type { Endpoint, EntryPoint, Middleware, MiddlewareSpec, Ref, ResolvedService, Route, Routing, Service, ServiceSpec, StickyCookie } from '../../src/ir/index.ts';
import { createHash } from 'node:crypto';
import { Origins } from '../../src/text/index.ts';

/** Routings for run-time tests, from the shapes of a dynamic file, with Traefik's defaults filled in. */
const ORIGIN = new Origins().default('test');
const NOTHING = new Map<string, never>();
type Tree = Readonly<Record<string, unknown>>;

export function ref(kind: Ref['kind'], name: string): Ref {
  return { protocol: 'http', kind, name, namespace: 'file' };
}

const FALSE_HEADERS = ['accessControlAllowCredentials', 'addVaryHeader', 'stsIncludeSubdomains', 'stsPreload', 'forceSTSHeader', 'frameDeny', 'contentTypeNosniff', 'browserXssFilter', 'isDevelopment', 'sslRedirect', 'sslTemporaryRedirect', 'sslForceHost'];
const TEXT_HEADERS = ['customFrameOptionsValue', 'customBrowserXSSValue', 'contentSecurityPolicy', 'contentSecurityPolicyReportOnly', 'publicKey', 'referrerPolicy', 'permissionsPolicy', 'featurePolicy', 'sslHost'];
const LIST_HEADERS = ['accessControlAllowHeaders', 'accessControlAllowMethods', 'accessControlAllowOriginList', 'accessControlAllowOriginListRegex', 'accessControlExposeHeaders', 'allowedHosts', 'hostsProxyHeaders'];
const MAP_HEADERS = ['customRequestHeaders', 'customResponseHeaders', 'sslProxyHeaders'];

function all<T>(names: readonly string[], value: T): Record<string, T> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

const DN = all(['country', 'province', 'locality', 'organization', 'organizationalUnit', 'commonName', 'serialNumber', 'domainComponent'], false);
const DEFAULTS: Readonly<Record<string, Tree>> = {
  basicAuth: { users: [], usersFile: '', realm: '', removeHeader: false, headerField: '' },
  digestAuth: { users: [], usersFile: '', realm: '', removeHeader: false, headerField: '' },
  buffering: { maxRequestBodyBytes: 0, memRequestBodyBytes: 1_048_576, maxResponseBodyBytes: 0, memResponseBodyBytes: 1_048_576, retryExpression: '' },
  circuitBreaker: { checkPeriod: 100, fallbackDuration: 10_000, recoveryDuration: 10_000, responseCode: 503 },
  compress: { excludedContentTypes: [], includedContentTypes: [], minResponseBodyBytes: 0, encodings: ['gzip', 'br', 'zstd'], defaultEncoding: '' },
  encodedCharacters: all(['allowEncodedSlash', 'allowEncodedBackSlash', 'allowEncodedNullCharacter', 'allowEncodedSemicolon', 'allowEncodedPercent', 'allowEncodedQuestionMark', 'allowEncodedHash'], false),
  errors: { status: [], statusRewrites: {}, query: '' },
  forwardAuth: {
    trustForwardHeader: false, authResponseHeaders: [], authResponseHeadersRegex: '', authRequestHeaders: [], addAuthCookiesToResponse: [], headerField: '', forwardBody: false, maxBodySize: -1,
    preserveLocationHeader: false, preserveRequestMethod: false, authSigninURL: '', maxResponseBodySize: -1,
  },
  headers: { ...all(FALSE_HEADERS, false), ...all(TEXT_HEADERS, ''), ...all(LIST_HEADERS, []), ...all(MAP_HEADERS, {}), accessControlMaxAge: 0, stsSeconds: 0 },
  ipAllowList: { rejectStatusCode: 0, writtenAs: 'ipAllowList' },
  passTLSClientCert: { pem: false },
  rateLimit: { average: 0, period: 1000, burst: 1 },
  redirectRegex: { permanent: false },
  redirectScheme: { port: '', permanent: false },
  retry: { initialInterval: 0, timeout: 0, status: [], disableRetryOnNetworkError: false, retryNonIdempotentMethod: false, maxRequestBodyBytes: 2_097_152 },
};

/** `10ms`, `1s`, `4s` and bare seconds as milliseconds. */
export function milliseconds(value: unknown): number {
  const found = /^([\d.]+)(ms|s|m)?$/.exec(String(value));
  return Number(found?.[1] ?? 0) * { ms: 1, s: 1000, m: 60_000 }[found?.[2] === 'ms' || found?.[2] === 'm' ? found[2] : 's'];
}
const DURATIONS = new Set(['period', 'initialInterval', 'timeout', 'checkPeriod', 'fallbackDuration', 'recoveryDuration', 'interval', 'failureWindow']);

function converted(options: Tree): Tree {
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [name, DURATIONS.has(name) ? milliseconds(value) : name === 'sourceCriterion' ? criterion(value) : name === 'ipStrategy' ? strategy(value) : name === 'info' ? certificateInfo(value) : value]));
}

function strategy(value: unknown): Tree {
  return { depth: 0, excludedIPs: [], ...tree(value) };
}

function criterion(value: unknown): Tree {
  const given = tree(value);
  return { requestHeaderName: '', requestHost: false, ...given, ...(given['ipStrategy'] === undefined ? {} : { ipStrategy: strategy(given['ipStrategy']) }) };
}

function certificateInfo(value: unknown): Tree {
  const given = tree(value);
  const names = (part: unknown) => (part === undefined ? {} : { ...DN, ...tree(part) });
  return { ...all(['notAfter', 'notBefore', 'sans', 'serialNumber'], false), ...given, ...(given['subject'] === undefined ? {} : { subject: names(given['subject']) }), ...(given['issuer'] === undefined ? {} : { issuer: names(given['issuer']) }) };
}

function tree(value: unknown): Tree {
  return value !== null && typeof value === 'object' ? Object.fromEntries(Object.entries(value)) : {};
}

/** One middleware as a file writes it: `{addPrefix: {prefix: /x}}`. */
export function middlewareOf(name: string, written: Tree): Middleware {
  const [key = '', value] = Object.entries(written)[0] ?? [];
  const kind = key === 'ipWhiteList' ? 'ipAllowList' : key;
  const options = converted(tree(value));
  const referenced = typeof options['service'] === 'string' ? { service: ref('service', options['service']) } : {};
  const spec: unknown = { kind, ...DEFAULTS[kind], ...options, ...referenced };
  return { ref: ref('middleware', name), spec: spec as MiddlewareSpec, origin: ORIGIN, places: new Map(Object.keys(options).map((option) => [`${kind}.${option}`, ORIGIN])), variables: NOTHING, symbol: `file ${name}` };
}

function endpointOf(server: Tree): Endpoint {
  const url = new URL(String(server['url']));
  const weight = typeof server['weight'] === 'number' ? server['weight'] : 1;
  return { scheme: url.protocol.slice(0, -1), host: url.hostname, port: url.port === '' ? 0 : Number(url.port), path: url.pathname === '/' && !String(server['url']).endsWith('/') ? '' : url.pathname, preservePath: server['preservePath'] === true, weight, origin: ORIGIN };
}

function cookieOf(name: string, sticky: unknown): { sticky?: StickyCookie } {
  const { cookie } = tree(sticky);
  if (cookie === undefined) return {};
  const hash = createHash('sha1').update(`_TRAEFIK_BACKEND_${name}@file`).digest('hex').slice(0, 5);
  return { sticky: { name: `_${hash}`, secure: false, httpOnly: false, sameSite: '', maxAge: 0, path: '/', domain: '', ...tree(cookie) } };
}

function list(value: unknown): readonly Tree[] {
  return Array.isArray(value) ? value.map(tree) : [];
}

function specOf(name: string, written: Tree): { readonly spec: ServiceSpec; readonly members: readonly string[] } {
  const [kind = '', value] = Object.entries(written)[0] ?? [];
  const options = tree(value);
  const refs = list(options['services']).map((one) => ({ service: ref('service', String(one['name'])), weight: typeof one['weight'] === 'number' ? one['weight'] : 1 }));
  const healthCheck = options['healthCheck'] !== undefined;
  const main = ref('service', String(options['service']));
  switch (kind) {
    case 'weighted':
      return { spec: { kind, services: refs, healthCheck, ...cookieOf(name, options['sticky']) }, members: refs.map(({ service }) => service.name) };
    case 'highestRandomWeight':
      return { spec: { kind, services: refs, healthCheck }, members: refs.map(({ service }) => service.name) };
    case 'mirroring': {
      const mirrors = list(options['mirrors']).map((one) => ({ service: ref('service', String(one['name'])), percent: Number(one['percent'] ?? 0) }));
      return { spec: { kind, service: main, mirrors, mirrorBody: options['mirrorBody'] !== false, maxBodySize: Number(options['maxBodySize'] ?? -1), healthCheck }, members: [main.name, ...mirrors.map(({ service }) => service.name)] };
    }
    case 'failover': {
      const fallback = ref('service', String(options['fallback']));
      const { status } = tree(options['errors']);
      const errors = Array.isArray(status) ? { errors: { status: status.map(String), maxRequestBodyBytes: 2_097_152 } } : {};
      return { spec: { kind, service: main, fallback, healthCheck, ...errors }, members: [main.name, fallback.name] };
    }
    default:
      return { spec: loadBalancerOf(name, options), members: [] };
  }
}

function loadBalancerOf(name: string, options: Tree): ServiceSpec {
  const check = options['healthCheck'] === undefined ? {} : { healthCheck: { mode: 'http', path: '', method: 'GET', status: 0, scheme: '', port: 0, hostname: '', followRedirects: true, headers: {}, interval: 30_000, timeout: 5000, ...converted(tree(options['healthCheck'])) } };
  const passive = options['passiveHealthCheck'] === undefined ? {} : { passiveHealthCheck: { failureWindow: 10_000, maxFailedAttempts: 1, ...converted(tree(options['passiveHealthCheck'])) } };
  return { kind: 'loadBalancer', endpoints: list(options['servers']).map(endpointOf), strategy: String(options['strategy'] ?? 'wrr'), passHostHeader: options['passHostHeader'] !== false, flushInterval: 100, ...cookieOf(name, options['sticky']), ...check, ...passive };
}

/** Services by name, as a file writes them, with their members resolved. */
export function resolveService(name: string, all: Readonly<Record<string, Tree>>): ResolvedService {
  const { spec, members } = specOf(name, all[name] ?? { loadBalancer: {} });
  const service: Service = { ref: ref('service', name), spec, middlewares: [], origin: ORIGIN, places: NOTHING, variables: NOTHING, symbol: `file ${name}` };
  return { service, members: members.map((member) => resolveService(member, all)), chain: [] };
}

export function hostRoute(name: string, host: string, chain: readonly Middleware[], service: ResolvedService): Route {
  const rule = { kind: 'match', origin: ORIGIN, matcher: { kind: 'host', host: { value: host, origin: ORIGIN }, wildcard: true } } as const;
  return { router: ref('router', name), rule, ruleText: `Host(\`${host}\`)`, syntax: 'v3', rank: 0, priority: 10n, tiedWith: [], chain, service, defaultRule: false, synthetic: false, origin: ORIGIN, symbol: `file ${name}` };
}

export function entryPointOf(name: string, trustedIPs: readonly string[] = [], port = 80): EntryPoint {
  return {
    name, origin: ORIGIN, host: '127.0.0.1', port, udp: false, asDefault: false, middlewares: [], forwardedHeaders: { insecure: false, trustedIPs, connection: [], notAppendXForwardedFor: false },
    sanitizePath: true, encodeQuerySemicolons: false, raw: undefined,
  };
}

export function routingOf(entryPoint: EntryPoint, routes: readonly Route[], options: { readonly tls?: boolean; readonly services?: readonly ResolvedService[] } = {}): Routing {
  const listener = { entryPoint, plain: options.tls === true ? [] : routes, tls: options.tls === true ? routes : [], tcp: [] };
  return { listeners: [listener], certificates: [], tlsOptions: [], tlsStores: [], services: options.services ?? [] };
}
