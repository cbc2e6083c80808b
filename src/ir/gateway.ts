import type { OriginId, Sourced, Text } from '../text/index.ts';
import type { Consumer } from './consumer.ts';
import type { Middleware, Places, TcpMiddleware, Variables } from './middleware.ts';
import type { Ref } from './ref.ts';
import type { RuleExpr, RuleSyntax, TcpRuleExpr } from './rule.ts';
import type { Service, TcpService, UdpService } from './service.ts';
import type { Container, Fate, RawLabel, LabelEffect } from './workspace.ts';

export interface ForwardedHeaders {
  readonly insecure: boolean;
  readonly trustedIPs: readonly string[];
  readonly connection: readonly string[];
  readonly notAppendXForwardedFor: boolean;
}
export interface EncodedCharacters {
  readonly allowEncodedSlash: boolean;
  readonly allowEncodedBackSlash: boolean;
  readonly allowEncodedNullCharacter: boolean;
  readonly allowEncodedSemicolon: boolean;
  readonly allowEncodedPercent: boolean;
  readonly allowEncodedQuestionMark: boolean;
  readonly allowEncodedHash: boolean;
}
export interface RouterTls {
  readonly options?: Sourced<Ref>;
  readonly resolver?: Sourced<string>;
  readonly domains: readonly { readonly main: string; readonly sans: readonly string[] }[];
  readonly passthrough: boolean;
  readonly origin: OriginId;
}
export interface Redirection {
  readonly to: string;
  readonly scheme: string;
  readonly permanent: boolean;
  readonly priority: bigint;
  readonly origin: OriginId;
}

/** A listening socket, as the static configuration declares it. */
export interface EntryPoint {
  readonly name: string;
  readonly origin: OriginId;
  /** `[host]:port`, the `/udp` suffix cut. Overridden by `--entrypoint`. */
  readonly host: string;
  readonly port: number;
  readonly udp: boolean;
  readonly asDefault: boolean;
  readonly middlewares: readonly Sourced<string>[];
  readonly tls?: RouterTls;
  readonly redirection?: Redirection;
  readonly forwardedHeaders: ForwardedHeaders;
  readonly encodedCharacters?: EncodedCharacters;
  readonly sanitizePath: boolean;
  readonly encodeQuerySemicolons: boolean;
  readonly proxyProtocol?: { readonly insecure: boolean; readonly trustedIPs: readonly string[] };
  /** What was written below `entryPoints.NAME`, verbatim (address included), for the Traefik target. */
  readonly raw: unknown;
}

/** A provider that reads labels of containers, or of the services of a Swarm. */
export interface ContainerProvider {
  readonly exposedByDefault: boolean;
  readonly network: string;
  /** Empty where it is written so: then a router without a rule is lost (ran). */
  readonly defaultRule: string;
  readonly constraints: string;
  readonly useBindPortIP: boolean;
  readonly allowEmptyServices: boolean;
  readonly swarm: boolean;
  readonly endpoint: string;
  readonly origin: OriginId;
}

/** Typed view of what the compiler needs from the static configuration; `raw` is everything, verbatim. */
export interface StaticConfig {
  readonly from: 'file' | 'flags' | 'environment' | 'config';
  readonly origin: OriginId;
  readonly entryPoints: readonly EntryPoint[];
  readonly api?: { readonly insecure: boolean; readonly dashboard: boolean; readonly origin: OriginId };
  /** The Docker provider, or the Swarm provider where it is the only one. */
  readonly docker?: ContainerProvider;
  /** The Swarm provider beside a Docker provider. */
  readonly swarm?: ContainerProvider;
  readonly file?: { readonly filename: string; readonly directory: string; readonly origin: OriginId };
  readonly resolvers: readonly Sourced<string>[];
  readonly plugins: readonly Sourced<string>[];
  readonly defaultRuleSyntax: RuleSyntax;
  readonly raw: unknown;
  /** Where every written leaf stands, by its path (`entryPoints.web.address`). */
  readonly places: Places;
  /** The variables behind its leaves, by path; absent = none. */
  readonly variables?: Variables;
}

/** One running proxy. */
export interface Proxy {
  readonly engine: 'traefik';
  /** `2.11`, `3.7`, ...: from the image tag or config; unknown when floating or elsewhere. */
  readonly version: Sourced<string> | 'unknown';
  readonly static: StaticConfig | 'unknown';
  readonly container?: Container;
}

export interface Router {
  readonly ref: Ref;
  readonly rule: RuleExpr;
  readonly ruleText: Sourced<Text>;
  readonly syntax: RuleSyntax;
  /** True when the rule is the provider's default rule. */
  readonly defaultRule: boolean;
  /** Always filled in: byte length of the written rule when unset. */
  readonly priority: Sourced<bigint>;
  readonly prioritySet: boolean;
  readonly entryPoints: readonly Sourced<string>[] | 'default';
  readonly middlewares: readonly Sourced<Ref>[];
  readonly service: Sourced<Ref>;
  readonly tls?: RouterTls;
  /** 3.x multi-layer routing. */
  readonly parents: readonly Sourced<Ref>[];
  readonly observability?: unknown;
  readonly origin: OriginId;
  readonly places: Places;
  readonly variables: Variables;
  readonly symbol: string;
}
export interface TcpRouter {
  readonly ref: Ref;
  readonly rule: TcpRuleExpr;
  readonly ruleText: Sourced<Text>;
  readonly syntax: RuleSyntax;
  readonly priority: Sourced<bigint>;
  readonly prioritySet: boolean;
  readonly entryPoints: readonly Sourced<string>[] | 'default';
  readonly middlewares: readonly Sourced<Ref>[];
  readonly service: Sourced<Ref>;
  readonly tls?: RouterTls;
  readonly origin: OriginId;
  readonly places: Places;
  readonly symbol: string;
}
export interface UdpRouter {
  readonly ref: Ref;
  readonly entryPoints: readonly Sourced<string>[];
  readonly service: Sourced<Ref>;
  readonly origin: OriginId;
  readonly places: Places;
  readonly symbol: string;
}

/** A serversTransport, TLS option set, store or certificate list: typed where targets need it, verbatim in `raw`. */
export interface Transport {
  readonly ref: Ref;
  readonly insecureSkipVerify: boolean;
  readonly serverName: string;
  readonly rootCAs: readonly string[];
  readonly certificates: readonly { readonly certFile: string; readonly keyFile: string }[];
  /** Milliseconds. */
  readonly dialTimeout: number;
  readonly responseHeaderTimeout: number;
  readonly raw: unknown;
  readonly origin: OriginId;
  readonly places: Places;
  readonly symbol: string;
}
export interface TlsOptions {
  readonly ref: Ref;
  readonly raw: unknown;
  readonly origin: OriginId;
  readonly places: Places;
  readonly symbol: string;
}
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
  readonly stores: readonly string[];
  readonly origin: OriginId;
}

/** Why an entity does not work although it was declared; the engine's own reason in our words. */
export interface EntityState {
  readonly ref: Ref;
  readonly status: 'enabled' | 'warning' | 'disabled' | 'dropped';
  readonly reasons: readonly string[];
  /** Routers: the entry points that really serve it, sorted. */
  readonly using?: readonly string[];
}

/** A label and what became of it. */
export interface JudgedLabel {
  readonly container: Container;
  readonly label: RawLabel;
  readonly effect: LabelEffect;
}

/** Entities as one running proxy sees them. Names, references and collisions only mean something inside one. */
export interface Gateway {
  readonly name: string;
  readonly proxy: Proxy;
  readonly stacks: readonly string[];
  readonly routers: readonly Router[];
  readonly tcpRouters: readonly TcpRouter[];
  readonly udpRouters: readonly UdpRouter[];
  readonly middlewares: readonly Middleware[];
  readonly tcpMiddlewares: readonly TcpMiddleware[];
  readonly services: readonly Service[];
  readonly tcpServices: readonly TcpService[];
  readonly udpServices: readonly UdpService[];
  readonly transports: readonly Transport[];
  readonly tlsOptions: readonly TlsOptions[];
  readonly certificates: readonly Certificate[];
  /** Who may call where a route asks for it; absent = nobody is declared. */
  readonly consumers?: readonly Consumer[];
  /** `tls.stores`, verbatim, with `default` first where present. */
  readonly tlsStores: readonly TlsOptions[];
  readonly states: readonly EntityState[];
  readonly labels: readonly JudgedLabel[];
  readonly fates: readonly { readonly container: Container; readonly fate: Fate }[];
}
