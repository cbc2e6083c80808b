import type { LoadBalancer, Service } from './service.ts';
import type { Middleware, MiddlewareKind, SpecOf } from './middleware.ts';
import type { HttpMatcher, TcpMatcher } from './rule.ts';
import type { Listener, Route, Routing, TcpRoute, UdpRoute } from './routing.ts';
import type { EntryPoint, RouterTls } from './gateway.ts';

/** A use of a middleware: its typed spec and the entity. */
export interface MiddlewareUse<K extends MiddlewareKind> {
  readonly spec: SpecOf<K>;
  readonly middleware: Middleware;
}
type Matching<K extends HttpMatcher['kind']> = Extract<HttpMatcher, { kind: K }>;
type TcpMatching<K extends TcpMatcher['kind']> = Extract<TcpMatcher, { kind: K }>;

/**
 * What a gateway can use, at the grain that engines differ in, and the relations between uses. Each target has one
 * capability row per feature; a missing row does not compile.
 */
export interface Features {
  'rule.host': Matching<'host'>;
  'rule.hostRegexp': Matching<'hostRegexp'>;
  'rule.path': Matching<'path'>;
  'rule.pathPrefix': Matching<'pathPrefix'>;
  'rule.pathRegexp': Matching<'pathRegexp'>;
  'rule.method': Matching<'method'>;
  'rule.header': Matching<'header'>;
  'rule.headerRegexp': Matching<'headerRegexp'>;
  'rule.query': Matching<'query'> | Matching<'queryPresent'>;
  'rule.queryRegexp': Matching<'queryRegexp'>;
  'rule.clientIp': Matching<'clientIp'>;
  /** Order of the routes of one listener. */
  'priority.order': readonly Route[];
  /** Equal priority and overlapping rules: the engine itself is random. */
  'priority.tie': Route;
  'entryPoint.split': Routing;
  'entryPoint.redirection': EntryPoint;
  'entryPoint.forwardedHeaders': EntryPoint;
  'entryPoint.encodedCharacters': EntryPoint;
  'entryPoint.sanitizePath': EntryPoint;
  'entryPoint.proxyProtocol': EntryPoint;
  /** What is logged, counted and traced of its requests. */
  'entryPoint.observability': EntryPoint;
  'middleware.addPrefix': MiddlewareUse<'addPrefix'>;
  'middleware.apiKey': MiddlewareUse<'apiKey'>;
  'middleware.basicAuth': MiddlewareUse<'basicAuth'>;
  /** One user line: the hash decides what a target can carry. Never printed. */
  'middleware.basicAuth.hash': { readonly algorithm: 'apr1' | 'md5crypt' | 'sha' | 'bcrypt' | 'deferred' | 'unusable'; readonly middleware: Middleware; readonly index: number };
  'middleware.basicAuth.headerField': MiddlewareUse<'basicAuth'>;
  'middleware.basicAuth.usersFile': MiddlewareUse<'basicAuth'>;
  'middleware.buffering.maxRequestBodyBytes': MiddlewareUse<'buffering'>;
  'middleware.buffering.memory': MiddlewareUse<'buffering'>;
  'middleware.buffering.maxResponseBodyBytes': MiddlewareUse<'buffering'>;
  'middleware.buffering.retryExpression': MiddlewareUse<'buffering'>;
  'middleware.circuitBreaker': MiddlewareUse<'circuitBreaker'>;
  'middleware.compress': MiddlewareUse<'compress'>;
  'middleware.consumerLimit': MiddlewareUse<'consumerLimit'>;
  'middleware.contentType': MiddlewareUse<'contentType'>;
  'middleware.digestAuth': MiddlewareUse<'digestAuth'>;
  'middleware.encodedCharacters': MiddlewareUse<'encodedCharacters'>;
  'middleware.errors': MiddlewareUse<'errors'>;
  'middleware.forwardAuth': MiddlewareUse<'forwardAuth'>;
  'middleware.grpcWeb': MiddlewareUse<'grpcWeb'>;
  'middleware.groups': MiddlewareUse<'groups'>;
  'middleware.headers.customRequest': MiddlewareUse<'headers'>;
  'middleware.headers.customResponse': MiddlewareUse<'headers'>;
  'middleware.headers.cors': MiddlewareUse<'headers'>;
  'middleware.headers.security': MiddlewareUse<'headers'>;
  'middleware.headers.allowedHosts': MiddlewareUse<'headers'>;
  'middleware.headers.isDevelopment': MiddlewareUse<'headers'>;
  'middleware.inFlightReq': MiddlewareUse<'inFlightReq'>;
  'middleware.ipAllowList': MiddlewareUse<'ipAllowList'>;
  'middleware.ipAllowList.ipStrategy': MiddlewareUse<'ipAllowList'>;
  'middleware.ipAllowList.rejectStatusCode': MiddlewareUse<'ipAllowList'>;
  'middleware.jwt': MiddlewareUse<'jwt'>;
  'middleware.login': MiddlewareUse<'login'>;
  'middleware.passTLSClientCert': MiddlewareUse<'passTLSClientCert'>;
  'middleware.plugin': MiddlewareUse<'plugin'>;
  'middleware.rateLimit': MiddlewareUse<'rateLimit'>;
  'middleware.rateLimit.sourceCriterion': MiddlewareUse<'rateLimit'>;
  'middleware.rateLimit.redis': MiddlewareUse<'rateLimit'>;
  'middleware.redirectRegex': MiddlewareUse<'redirectRegex'>;
  'middleware.redirectScheme': MiddlewareUse<'redirectScheme'>;
  'middleware.replacePath': MiddlewareUse<'replacePath'>;
  'middleware.replacePathRegex': MiddlewareUse<'replacePathRegex'>;
  'middleware.retry': MiddlewareUse<'retry'>;
  'middleware.retry.status': MiddlewareUse<'retry'>;
  'middleware.stripPrefix': MiddlewareUse<'stripPrefix'>;
  'middleware.stripPrefixRegex': MiddlewareUse<'stripPrefixRegex'>;
  /** A chain of two or more: can the target keep its order? */
  'chain.order': Route;
  /** The same kind twice in one chain. */
  'chain.repeat': Route;
  'service.endpoints': LoadBalancer;
  'service.empty': LoadBalancer;
  'service.weights': LoadBalancer;
  'service.strategy': LoadBalancer;
  'service.scheme': LoadBalancer;
  'service.preservePath': LoadBalancer;
  'service.passHostHeader': LoadBalancer;
  'service.sticky': LoadBalancer;
  'service.healthCheck': LoadBalancer;
  'service.passiveHealthCheck': LoadBalancer;
  'service.transport': LoadBalancer;
  'service.flushInterval': LoadBalancer;
  'service.middlewares': Service;
  'service.weighted': Service;
  'service.weighted.sticky': Service;
  'service.highestRandomWeight': Service;
  'service.mirroring': Service;
  'service.failover': Service;
  /** `api@internal` and its kin: Traefik's own. Others keep place and middlewares and answer 404. */
  'service.internal': Service;
  'tls.router': RouterTls;
  'tls.certificates': Routing;
  'tls.options': RouterTls;
  'tls.resolver': RouterTls;
  'tls.domains': RouterTls;
  'tcp.router': TcpRoute;
  'tcp.hostSni': TcpMatching<'hostSni'>;
  'tcp.hostSniRegexp': TcpMatching<'hostSniRegexp'>;
  'tcp.clientIp': TcpMatching<'clientIp'>;
  'tcp.alpn': TcpMatching<'alpn'>;
  'tcp.tls': TcpRoute;
  'tcp.passthrough': TcpRoute;
  /** TCP and HTTP routers on one entry point. */
  'tcp.shared': Listener;
  'tcp.middleware.ipAllowList': TcpRoute;
  'tcp.middleware.inFlightConn': TcpRoute;
  'tcp.weighted': TcpRoute;
  'tcp.proxyProtocol': TcpRoute;
  'udp.router': UdpRoute;
  'router.defaultRule': Route;
  /** Access logs, metrics and traces of one router. */
  'router.observability': Route;
}
export type Feature = keyof Features;
