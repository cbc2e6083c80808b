import type { Consumer } from './consumer.ts';
import type { EntryPoint, RouterTls, Certificate, TlsOptions, Transport } from './gateway.ts';
import type { Middleware, TcpMiddleware } from './middleware.ts';
import type { Ref } from './ref.ts';
import type { RuleExpr, RuleSyntax, TcpRuleExpr } from './rule.ts';
import type { Service, TcpService, UdpService } from './service.ts';
import type { OriginId } from '../text/index.ts';

/** A service with everything that it refers to. */
export interface ResolvedService {
  readonly service: Service;
  /** Members of weighted, mirroring, failover, highestRandomWeight, in declared order; empty for a load balancer. */
  readonly members: readonly ResolvedService[];
  /** Middlewares on the service, chains flattened. */
  readonly chain: readonly Middleware[];
  readonly transport?: Transport;
}

/** What decides: one router on one entry point. `rank` 0 is asked first. */
export interface Route {
  readonly router: Ref;
  readonly rule: RuleExpr;
  /** As written: what the Traefik target prints. */
  readonly ruleText: string;
  readonly syntax: RuleSyntax;
  readonly rank: number;
  readonly priority: bigint;
  /** Routes of equal priority on the same listener kind whose order the engine leaves to chance. */
  readonly tiedWith: readonly Ref[];
  /** Entry-point middlewares first, chains flattened. */
  readonly chain: readonly Middleware[];
  /** Where the router names its middlewares; absent where it names none. */
  readonly chainPlace?: { readonly origin: OriginId };
  readonly service: ResolvedService;
  readonly tls?: RouterTls;
  /**
   * Names that the route leads to and that nobody knows here (`auth@file` without the file): it must not be served
   * without them. Such a middleware stands in the chain as a plugin of that name, such a service has no endpoints.
   */
  readonly unresolved?: readonly Ref[];
  /** The default rule: refuses a request that already went through itself. */
  readonly defaultRule: boolean;
  /** The engine's own name of the router where entry points make it several (`web-x@docker`); absent = its declared name. */
  readonly runningAs?: Ref;
  /** Its own word on access logs, metrics and traces, as it was written. */
  readonly observability?: unknown;
  /** Made by the proxy itself: an entry-point redirection, the ACME challenge. */
  readonly synthetic: boolean;
  readonly origin: OriginId;
  readonly symbol: string;
}
export interface TcpRoute {
  readonly router: Ref;
  readonly rule: TcpRuleExpr;
  readonly ruleText: string;
  readonly rank: number;
  readonly priority: bigint;
  readonly tiedWith: readonly Ref[];
  readonly chain: readonly TcpMiddleware[];
  readonly service: TcpService;
  readonly members: readonly TcpService[];
  readonly tls?: RouterTls;
  readonly origin: OriginId;
  readonly symbol: string;
}
export interface UdpRoute {
  readonly router: Ref;
  readonly service: UdpService;
  readonly members: readonly UdpService[];
  readonly origin: OriginId;
  readonly symbol: string;
}

/** Server names whose TLS connections the engine closes: what routers ask of TLS for them cannot be had. */
export interface ClosedNames {
  /** Hosts in lower case, `*.x` for every name right below x. */
  readonly names: readonly string[];
  /** The default options cannot be had: every name without options of its own is closed. */
  readonly others: boolean;
}

/** One entry point with its routes in final order. Routers that are disabled do not appear. */
export interface Listener {
  readonly entryPoint: EntryPoint;
  readonly plain: readonly Route[];
  readonly tls: readonly Route[];
  readonly tcp: readonly TcpRoute[];
  readonly udp?: UdpRoute;
  readonly closed?: ClosedNames;
}

/** Computed once; nobody recomputes order or defaults. */
export interface Routing {
  readonly listeners: readonly Listener[];
  readonly certificates: readonly Certificate[];
  readonly tlsOptions: readonly TlsOptions[];
  readonly tlsStores: readonly TlsOptions[];
  /** Services that middlewares name (error pages), with all that they refer to; routes hold their own. */
  readonly services?: readonly ResolvedService[];
  /** Transports of TCP services, which name them. */
  readonly tcpTransports?: readonly Transport[];
  /** Whom `apiKey`, `jwt` and `login` know. */
  readonly consumers?: readonly Consumer[];
}
