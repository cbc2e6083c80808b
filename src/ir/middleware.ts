import type { OriginId } from '../text/index.ts';
import type { Ref } from './ref.ts';

/** Durations are milliseconds, sizes bytes, statuses Traefik's text form (`500-599`). Defaults are filled in. */
export interface IpStrategy {
  readonly depth: number;
  readonly excludedIPs: readonly string[];
  readonly ipv6Subnet?: number;
}
export interface SourceCriterion {
  readonly ipStrategy?: IpStrategy;
  readonly requestHeaderName: string;
  readonly requestHost: boolean;
}
export interface ClientTls {
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly insecureSkipVerify: boolean;
}
export interface HeadersSpec {
  readonly customRequestHeaders: Readonly<Record<string, string>>;
  readonly customResponseHeaders: Readonly<Record<string, string>>;
  readonly accessControlAllowCredentials: boolean;
  readonly accessControlAllowHeaders: readonly string[];
  readonly accessControlAllowMethods: readonly string[];
  readonly accessControlAllowOriginList: readonly string[];
  readonly accessControlAllowOriginListRegex: readonly string[];
  readonly accessControlExposeHeaders: readonly string[];
  /** Seconds; 0 when not set, see `accessControlMaxAgeSet`. */
  readonly accessControlMaxAge: number;
  readonly addVaryHeader: boolean;
  readonly allowedHosts: readonly string[];
  readonly hostsProxyHeaders: readonly string[];
  readonly sslProxyHeaders: Readonly<Record<string, string>>;
  readonly stsSeconds: number;
  readonly stsIncludeSubdomains: boolean;
  readonly stsPreload: boolean;
  readonly forceSTSHeader: boolean;
  readonly frameDeny: boolean;
  readonly customFrameOptionsValue: string;
  readonly contentTypeNosniff: boolean;
  readonly browserXssFilter: boolean;
  readonly customBrowserXSSValue: string;
  readonly contentSecurityPolicy: string;
  readonly contentSecurityPolicyReportOnly: string;
  readonly publicKey: string;
  readonly referrerPolicy: string;
  readonly permissionsPolicy: string;
  readonly isDevelopment: boolean;
  /** 2.11 only: no effect on 3.x. */
  readonly featurePolicy: string;
  readonly sslRedirect: boolean;
  readonly sslTemporaryRedirect: boolean;
  readonly sslHost: string;
  readonly sslForceHost: boolean;
}
export interface DnOptions {
  readonly country: boolean;
  readonly province: boolean;
  readonly locality: boolean;
  readonly organization: boolean;
  readonly organizationalUnit: boolean;
  readonly commonName: boolean;
  readonly serialNumber: boolean;
  readonly domainComponent: boolean;
}

/** So many requests in each window of that length. */
export interface ConsumerLimit {
  readonly amount: number;
  readonly window: 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';
}

/**
 * Every middleware kind that Traefik 3.7 reads from labels, files and KV, and those of an API platform, which only a
 * gateway.yaml has: they ask who of the gateway's consumers calls.
 */
export interface MiddlewareSpecs {
  addPrefix: { readonly prefix: string };
  /** One of the consumers' keys, in one of these headers or query parameters; handed on only with `keep`. */
  apiKey: { readonly names: readonly string[]; readonly in: readonly string[]; readonly keep: boolean };
  basicAuth: { readonly users: readonly string[]; readonly usersFile: string; readonly realm: string; readonly removeHeader: boolean; readonly headerField: string };
  buffering: { readonly maxRequestBodyBytes: number; readonly memRequestBodyBytes: number; readonly maxResponseBodyBytes: number; readonly memResponseBodyBytes: number; readonly retryExpression: string };
  chain: { readonly middlewares: readonly Ref[] };
  circuitBreaker: { readonly expression: string; readonly checkPeriod: number; readonly fallbackDuration: number; readonly recoveryDuration: number; readonly responseCode: number };
  /** Counted per consumer, in fixed windows; behind what finds out who calls. */
  consumerLimit: ConsumerLimit;
  compress: { readonly excludedContentTypes: readonly string[]; readonly includedContentTypes: readonly string[]; readonly minResponseBodyBytes: number; readonly encodings: readonly string[]; readonly defaultEncoding: string };
  contentType: { readonly autoDetect?: boolean };
  digestAuth: { readonly users: readonly string[]; readonly usersFile: string; readonly realm: string; readonly removeHeader: boolean; readonly headerField: string };
  encodedCharacters: {
    readonly allowEncodedSlash: boolean; readonly allowEncodedBackSlash: boolean; readonly allowEncodedNullCharacter: boolean; readonly allowEncodedSemicolon: boolean;
    readonly allowEncodedPercent: boolean; readonly allowEncodedQuestionMark: boolean; readonly allowEncodedHash: boolean;
  };
  errors: { readonly status: readonly string[]; readonly statusRewrites: Readonly<Record<string, number>>; readonly service: Ref; readonly query: string; readonly errorRequestHeaders?: readonly string[] };
  forwardAuth: {
    readonly address: string; readonly tls?: ClientTls; readonly trustForwardHeader: boolean; readonly authResponseHeaders: readonly string[]; readonly authResponseHeadersRegex: string;
    readonly authRequestHeaders: readonly string[]; readonly addAuthCookiesToResponse: readonly string[]; readonly headerField: string; readonly forwardBody: boolean; readonly maxBodySize: number;
    readonly preserveLocationHeader: boolean; readonly preserveRequestMethod: boolean; readonly authSigninURL: string; readonly maxResponseBodySize: number;
  };
  grpcWeb: { readonly allowOrigins: readonly string[] };
  /** Only consumers of one of these groups. */
  groups: { readonly allow: readonly string[] };
  headers: HeadersSpec;
  inFlightReq: { readonly amount: number; readonly sourceCriterion?: SourceCriterion };
  ipAllowList: { readonly sourceRange: readonly string[]; readonly ipStrategy?: IpStrategy; readonly rejectStatusCode: number; readonly writtenAs: 'ipAllowList' | 'ipWhiteList' };
  /** A token in `Authorization: Bearer`, signed by an issuer that a consumer has; `claim` names the issuer. */
  jwt: { readonly claim: string; readonly verify: readonly string[] };
  /** A name and password of a consumer; handed on only with `keep`. */
  login: { readonly realm: string; readonly keep: boolean };
  passTLSClientCert: {
    readonly pem: boolean;
    readonly info?: { readonly notAfter: boolean; readonly notBefore: boolean; readonly sans: boolean; readonly serialNumber: boolean; readonly subject?: DnOptions; readonly issuer?: DnOptions };
  };
  /** A free tree, carried verbatim to Traefik and refused elsewhere. */
  plugin: { readonly name: string; readonly options: unknown };
  rateLimit: { readonly average: number; readonly period: number; readonly burst: number; readonly sourceCriterion?: SourceCriterion; readonly redis?: unknown };
  redirectRegex: { readonly regex: string; readonly replacement: string; readonly permanent: boolean };
  redirectScheme: { readonly scheme: string; readonly port: string; readonly permanent: boolean };
  replacePath: { readonly path: string };
  replacePathRegex: { readonly regex: string; readonly replacement: string };
  retry: { readonly attempts: number; readonly initialInterval: number; readonly timeout: number; readonly status: readonly string[]; readonly disableRetryOnNetworkError: boolean; readonly retryNonIdempotentMethod: boolean; readonly maxRequestBodyBytes: number };
  stripPrefix: { readonly prefixes: readonly string[]; readonly forceSlash?: boolean };
  stripPrefixRegex: { readonly regex: readonly string[] };
}
export type MiddlewareKind = keyof MiddlewareSpecs;
/** Kinds that ask about consumers: Traefik has none of them. */
export type PlatformKind = 'apiKey' | 'consumerLimit' | 'groups' | 'jwt' | 'login';
export type MiddlewareSpec = { [K in MiddlewareKind]: { readonly kind: K } & MiddlewareSpecs[K] }[MiddlewareKind];
export type SpecOf<K extends MiddlewareKind> = { readonly kind: K } & MiddlewareSpecs[K];

/**
 * Provenance of an entity's leaves: option path below the entity (`addPrefix.prefix`, `basicAuth.users[1]`,
 * lower-camel as in the catalogue) to its place. Options that were not written are absent: their value is a default.
 */
export type Places = ReadonlyMap<string, OriginId>;

/** Option path to the variables it came from: `unset` ones stand as `${NAME}` in the value, `filled` ones were replaced. */
export type Variables = ReadonlyMap<string, { readonly unset: readonly string[]; readonly filled: readonly string[] }>;

/** What was written, verbatim, as a tree of strings, numbers, lists and objects under the kind's name: what the Traefik target prints. */
export interface Middleware {
  readonly ref: Ref;
  readonly spec: MiddlewareSpec;
  readonly origin: OriginId;
  readonly places: Places;
  readonly variables: Variables;
  /** `shop/web traefik.http.middlewares.auth`: where people look for it. */
  readonly symbol: string;
}

export type TcpMiddlewareSpec =
  | { readonly kind: 'ipAllowList'; readonly sourceRange: readonly string[]; readonly writtenAs: 'ipAllowList' | 'ipWhiteList' }
  | { readonly kind: 'inFlightConn'; readonly amount: number };
export interface TcpMiddleware {
  readonly ref: Ref;
  readonly spec: TcpMiddlewareSpec;
  readonly origin: OriginId;
  readonly places: Places;
  readonly variables: Variables;
  readonly symbol: string;
}
