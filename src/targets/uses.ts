import { chainOf, observabilityOf, readUser, visitMatchers } from '../ir/index.ts';
import type { Feature, Features, HttpMatcher, Listener, LoadBalancer, Middleware, ResolvedService, Route, Routing, SpecOf, TcpMatcher, TcpRoute } from '../ir/index.ts';
import { assertNever } from '../text/index.ts';
import type { OriginId } from '../text/index.ts';
import type { FeatureUse, UseSite } from './target.ts';

type Emit = <F extends Feature>(feature: F, use: Features[F], origin: OriginId, symbol: string, site?: Partial<UseSite>) => void;

/** Everything that the served routes of a routing use, in the order of listeners, routes, rule, chain, service. */
export function usesOf(routing: Routing, version: string): readonly FeatureUse[] {
  const uses: FeatureUse[] = [];
  const emit: Emit = (feature, use, origin, symbol, site = {}) => {
    uses.push({ feature, use, origin, symbol, site: { routing, version, ...site } });
  };
  for (const listener of routing.listeners) listenerUses(listener, emit);
  relationUses(routing, emit);
  return uses;
}

function listenerUses(listener: Listener, emit: Emit): void {
  const { entryPoint } = listener;
  const symbol = `entryPoints.${entryPoint.name}`;
  if (entryPoint.redirection !== undefined) emit('entryPoint.redirection', entryPoint, entryPoint.redirection.origin, symbol);
  const { forwardedHeaders } = entryPoint;
  if (forwardedHeaders.insecure || forwardedHeaders.trustedIPs.length > 0 || forwardedHeaders.connection.length > 0) emit('entryPoint.forwardedHeaders', entryPoint, entryPoint.origin, symbol);
  if (entryPoint.encodedCharacters !== undefined) emit('entryPoint.encodedCharacters', entryPoint, entryPoint.origin, symbol);
  if (!entryPoint.sanitizePath) emit('entryPoint.sanitizePath', entryPoint, entryPoint.origin, symbol);
  if (entryPoint.proxyProtocol !== undefined) emit('entryPoint.proxyProtocol', entryPoint, entryPoint.origin, symbol);
  if (observabilityOf(entryPoint.raw) !== undefined) emit('entryPoint.observability', entryPoint, entryPoint.origin, symbol);
  for (const routes of [listener.plain, listener.tls]) {
    for (const route of routes) routeUses(route, emit);
    const first = routes[0];
    if (routes.length > 1 && first !== undefined) emit('priority.order', routes, first.origin, symbol);
  }
  for (const route of listener.tcp) tcpUses(route, emit);
  if (listener.udp !== undefined) emit('udp.router', listener.udp, listener.udp.origin, listener.udp.symbol);
  if (listener.tcp.length > 0 && listener.plain.length + listener.tls.length > 0) emit('tcp.shared', listener, entryPoint.origin, symbol);
}

function routeUses(route: Route, emit: Emit): void {
  const site = { route };
  visitMatchers(route.rule, (matcher, origin) => matcherUse(matcher, origin, route, emit));
  if (route.tiedWith.length > 0) emit('priority.tie', route, route.origin, route.symbol, site);
  if (route.observability !== undefined) emit('router.observability', route, route.origin, route.symbol, site);
  if (route.defaultRule) emit('router.defaultRule', route, route.origin, route.symbol, site);
  const chain = chainOf(route);
  for (const [index, middleware] of chain.entries()) middlewareUses(middleware, { route, index }, emit);
  if (chain.length > 1) {
    const at = route.chainPlace?.origin ?? route.origin;
    emit('chain.order', route, at, route.symbol, site);
    if (new Set(chain.map((middleware) => middleware.spec.kind)).size < chain.length) emit('chain.repeat', route, at, route.symbol, site);
  }
  serviceUses(route.service, route, emit);
  if (route.tls !== undefined) tlsUses(route, emit);
}

function matcherUse(matcher: HttpMatcher, origin: OriginId, route: Route, emit: Emit): void {
  const site = { route };
  switch (matcher.kind) {
    case 'host': return emit('rule.host', matcher, origin, route.symbol, site);
    case 'hostRegexp': return emit('rule.hostRegexp', matcher, origin, route.symbol, site);
    case 'path': return emit('rule.path', matcher, origin, route.symbol, site);
    case 'pathPrefix': return emit('rule.pathPrefix', matcher, origin, route.symbol, site);
    case 'pathRegexp': return emit('rule.pathRegexp', matcher, origin, route.symbol, site);
    case 'method': return emit('rule.method', matcher, origin, route.symbol, site);
    case 'header': return emit('rule.header', matcher, origin, route.symbol, site);
    case 'headerRegexp': return emit('rule.headerRegexp', matcher, origin, route.symbol, site);
    case 'query': case 'queryPresent': return emit('rule.query', matcher, origin, route.symbol, site);
    case 'queryRegexp': return emit('rule.queryRegexp', matcher, origin, route.symbol, site);
    case 'clientIp': return emit('rule.clientIp', matcher, origin, route.symbol, site);
    default: return assertNever(matcher);
  }
}

function middlewareUses(middleware: Middleware, site: { readonly route: Route; readonly index: number }, emit: Emit): void {
  const { spec, symbol } = middleware;
  const at = (path: string): OriginId => middleware.places.get(path) ?? middleware.origin;
  const use = { middleware };
  switch (spec.kind) {
    case 'chain': return; // flattened in the routing
    case 'basicAuth': return basicAuthUses(spec, middleware, site, emit);
    case 'buffering':
      if (spec.maxRequestBodyBytes > 0) emit('middleware.buffering.maxRequestBodyBytes', { spec, ...use }, at('buffering.maxRequestBodyBytes'), symbol, site);
      if (spec.maxResponseBodyBytes > 0) emit('middleware.buffering.maxResponseBodyBytes', { spec, ...use }, at('buffering.maxResponseBodyBytes'), symbol, site);
      if (spec.retryExpression !== '') emit('middleware.buffering.retryExpression', { spec, ...use }, at('buffering.retryExpression'), symbol, site);
      if (spec.memRequestBodyBytes > 0 || spec.memResponseBodyBytes > 0) emit('middleware.buffering.memory', { spec, ...use }, middleware.origin, symbol, site);
      return;
    case 'headers': return headersUses(spec, middleware, site, emit);
    case 'ipAllowList':
      emit('middleware.ipAllowList', { spec, ...use }, middleware.origin, symbol, site);
      if (spec.ipStrategy !== undefined) emit('middleware.ipAllowList.ipStrategy', { spec, ...use }, at('ipAllowList.ipStrategy'), symbol, site);
      if (spec.rejectStatusCode !== 403) emit('middleware.ipAllowList.rejectStatusCode', { spec, ...use }, at('ipAllowList.rejectStatusCode'), symbol, site);
      return;
    case 'rateLimit':
      emit('middleware.rateLimit', { spec, ...use }, middleware.origin, symbol, site);
      if (spec.sourceCriterion !== undefined) emit('middleware.rateLimit.sourceCriterion', { spec, ...use }, at('rateLimit.sourceCriterion'), symbol, site);
      if (spec.redis !== undefined) emit('middleware.rateLimit.redis', { spec, ...use }, at('rateLimit.redis'), symbol, site);
      return;
    case 'retry':
      emit('middleware.retry', { spec, ...use }, middleware.origin, symbol, site);
      if (spec.status.length > 0) emit('middleware.retry.status', { spec, ...use }, at('retry.status'), symbol, site);
      return;
    case 'apiKey': return emit('middleware.apiKey', { spec, ...use }, middleware.origin, symbol, site);
    case 'consumerLimit': return emit('middleware.consumerLimit', { spec, ...use }, middleware.origin, symbol, site);
    case 'groups': return emit('middleware.groups', { spec, ...use }, middleware.origin, symbol, site);
    case 'jwt': return emit('middleware.jwt', { spec, ...use }, middleware.origin, symbol, site);
    case 'login': return emit('middleware.login', { spec, ...use }, middleware.origin, symbol, site);
    case 'addPrefix': return emit('middleware.addPrefix', { spec, ...use }, middleware.origin, symbol, site);
    case 'circuitBreaker': return emit('middleware.circuitBreaker', { spec, ...use }, middleware.origin, symbol, site);
    case 'compress': return emit('middleware.compress', { spec, ...use }, middleware.origin, symbol, site);
    case 'contentType': return emit('middleware.contentType', { spec, ...use }, middleware.origin, symbol, site);
    case 'digestAuth': return emit('middleware.digestAuth', { spec, ...use }, middleware.origin, symbol, site);
    case 'encodedCharacters': return emit('middleware.encodedCharacters', { spec, ...use }, middleware.origin, symbol, site);
    case 'errors': return emit('middleware.errors', { spec, ...use }, middleware.origin, symbol, site);
    case 'forwardAuth': return emit('middleware.forwardAuth', { spec, ...use }, middleware.origin, symbol, site);
    case 'grpcWeb': return emit('middleware.grpcWeb', { spec, ...use }, middleware.origin, symbol, site);
    case 'inFlightReq': return emit('middleware.inFlightReq', { spec, ...use }, middleware.origin, symbol, site);
    case 'passTLSClientCert': return emit('middleware.passTLSClientCert', { spec, ...use }, middleware.origin, symbol, site);
    case 'plugin': return emit('middleware.plugin', { spec, ...use }, middleware.origin, symbol, site);
    case 'redirectRegex': return emit('middleware.redirectRegex', { spec, ...use }, middleware.origin, symbol, site);
    case 'redirectScheme': return emit('middleware.redirectScheme', { spec, ...use }, middleware.origin, symbol, site);
    case 'replacePath': return emit('middleware.replacePath', { spec, ...use }, middleware.origin, symbol, site);
    case 'replacePathRegex': return emit('middleware.replacePathRegex', { spec, ...use }, middleware.origin, symbol, site);
    case 'stripPrefix': return emit('middleware.stripPrefix', { spec, ...use }, middleware.origin, symbol, site);
    case 'stripPrefixRegex': return emit('middleware.stripPrefixRegex', { spec, ...use }, middleware.origin, symbol, site);
    default: return assertNever(spec);
  }
}

function basicAuthUses(spec: SpecOf<'basicAuth'>, middleware: Middleware, site: Partial<UseSite>, emit: Emit): void {
  const { symbol } = middleware;
  emit('middleware.basicAuth', { spec, middleware }, middleware.origin, symbol, site);
  if (spec.headerField !== '') emit('middleware.basicAuth.headerField', { spec, middleware }, middleware.places.get('basicAuth.headerField') ?? middleware.origin, symbol, site);
  if (spec.usersFile !== '') emit('middleware.basicAuth.usersFile', { spec, middleware }, middleware.places.get('basicAuth.usersFile') ?? middleware.origin, symbol, site);
  for (const [index, line] of spec.users.entries()) {
    const path = `basicAuth.users[${String(index)}]`;
    const origin = middleware.places.get(path) ?? middleware.places.get('basicAuth.users') ?? middleware.origin;
    emit('middleware.basicAuth.hash', { algorithm: hashAlgorithm(line, middleware, path), middleware, index }, origin, `${symbol}.basicauth.users[${String(index)}]`, site);
  }
}

function hashAlgorithm(line: string, middleware: Middleware, path: string): Features['middleware.basicAuth.hash']['algorithm'] {
  const variables = middleware.variables.get(path) ?? middleware.variables.get('basicAuth.users');
  if (variables !== undefined && variables.unset.length > 0) return 'deferred';
  const user = readUser(line);
  return user.kind === 'usable' ? user.algorithm : 'unusable';
}

function headersUses(spec: SpecOf<'headers'>, middleware: Middleware, site: Partial<UseSite>, emit: Emit): void {
  const use = { spec, middleware };
  const { origin, symbol } = middleware;
  if (Object.keys(spec.customRequestHeaders).length > 0) emit('middleware.headers.customRequest', use, origin, symbol, site);
  if (Object.keys(spec.customResponseHeaders).length > 0) emit('middleware.headers.customResponse', use, origin, symbol, site);
  const cors = [spec.accessControlAllowHeaders, spec.accessControlAllowMethods, spec.accessControlAllowOriginList, spec.accessControlAllowOriginListRegex, spec.accessControlExposeHeaders];
  if (cors.some((list) => list.length > 0) || spec.accessControlAllowCredentials || spec.addVaryHeader || middleware.places.has('headers.accessControlMaxAge')) emit('middleware.headers.cors', use, origin, symbol, site);
  if (spec.allowedHosts.length > 0) emit('middleware.headers.allowedHosts', use, origin, symbol, site);
  if (spec.isDevelopment) emit('middleware.headers.isDevelopment', use, origin, symbol, site);
  const flags = [spec.frameDeny, spec.contentTypeNosniff, spec.browserXssFilter, spec.stsSeconds > 0];
  const texts = [spec.customFrameOptionsValue, spec.customBrowserXSSValue, spec.contentSecurityPolicy, spec.contentSecurityPolicyReportOnly, spec.publicKey, spec.referrerPolicy, spec.permissionsPolicy];
  if (flags.some(Boolean) || texts.some((text) => text !== '')) emit('middleware.headers.security', use, origin, symbol, site);
}

function serviceUses(resolved: ResolvedService, route: Route, emit: Emit): void {
  const { service } = resolved;
  const { spec, symbol, origin } = service;
  const site = { route };
  switch (spec.kind) {
    case 'loadBalancer': loadBalancerUses(resolved, spec, route, emit); break;
    case 'weighted':
      emit('service.weighted', service, origin, symbol, site);
      if (spec.sticky !== undefined) emit('service.weighted.sticky', service, origin, symbol, site);
      break;
    case 'highestRandomWeight': emit('service.highestRandomWeight', service, origin, symbol, site); break;
    case 'mirroring': emit('service.mirroring', service, origin, symbol, site); break;
    case 'failover': emit('service.failover', service, origin, symbol, site); break;
    case 'internal': emit('service.internal', service, route.origin, route.symbol, site); break;
    default: assertNever(spec);
  }
  if (resolved.chain.length > 0) emit('service.middlewares', service, origin, symbol, site);
  for (const member of resolved.members) serviceUses(member, route, emit);
}

function loadBalancerUses(resolved: ResolvedService, spec: LoadBalancer, route: Route, emit: Emit): void {
  const { symbol, origin, places } = resolved.service;
  const site = { route };
  const at = (path: string): OriginId => places.get(`loadBalancer.${path}`) ?? origin;
  emit(spec.endpoints.length === 0 ? 'service.empty' : 'service.endpoints', spec, origin, symbol, site);
  if (spec.endpoints.some((endpoint) => endpoint.weight !== 1)) emit('service.weights', spec, at('servers'), symbol, site);
  if (spec.strategy !== 'wrr') emit('service.strategy', spec, at('strategy'), symbol, site);
  if (spec.endpoints.some((endpoint) => endpoint.scheme !== 'http')) emit('service.scheme', spec, at('servers'), symbol, site);
  if (spec.endpoints.some((endpoint) => endpoint.preservePath)) emit('service.preservePath', spec, at('servers'), symbol, site);
  if (!spec.passHostHeader) emit('service.passHostHeader', spec, at('passHostHeader'), symbol, site);
  if (spec.sticky !== undefined) emit('service.sticky', spec, at('sticky.cookie'), symbol, site);
  if (spec.healthCheck !== undefined) emit('service.healthCheck', spec, at('healthCheck.path'), symbol, site);
  if (spec.passiveHealthCheck !== undefined) emit('service.passiveHealthCheck', spec, at('passiveHealthCheck'), symbol, site);
  if (spec.transport !== undefined) emit('service.transport', spec, spec.transport.origin, symbol, site);
  if (spec.flushInterval !== 100) emit('service.flushInterval', spec, at('responseForwarding.flushInterval'), symbol, site);
}

function tlsUses(route: Route, emit: Emit): void {
  const { tls } = route;
  if (tls === undefined) return;
  const site = { route };
  emit('tls.router', tls, tls.origin, route.symbol, site);
  if (tls.options !== undefined) emit('tls.options', tls, tls.options.origin, route.symbol, site);
  if (tls.resolver !== undefined) emit('tls.resolver', tls, tls.resolver.origin, route.symbol, site);
  if (tls.domains.length > 0) emit('tls.domains', tls, tls.origin, route.symbol, site);
}

function tcpUses(route: TcpRoute, emit: Emit): void {
  const site = { tcpRoute: route };
  const { origin, symbol } = route;
  emit('tcp.router', route, origin, symbol, site);
  visitMatchers(route.rule, (matcher, at) => tcpMatcherUse(matcher, at, route, emit));
  if (route.tls !== undefined) emit(route.tls.passthrough ? 'tcp.passthrough' : 'tcp.tls', route, route.tls.origin, symbol, site);
  for (const middleware of route.chain) emit(middleware.spec.kind === 'ipAllowList' ? 'tcp.middleware.ipAllowList' : 'tcp.middleware.inFlightConn', route, middleware.origin, middleware.symbol, site);
  const { spec } = route.service;
  if (spec.kind === 'weighted') emit('tcp.weighted', route, route.service.origin, route.service.symbol, site);
  else if (spec.proxyProtocol !== undefined) emit('tcp.proxyProtocol', route, route.service.origin, route.service.symbol, site);
}

function tcpMatcherUse(matcher: TcpMatcher, origin: OriginId, route: TcpRoute, emit: Emit): void {
  const site = { tcpRoute: route };
  switch (matcher.kind) {
    case 'hostSni': return emit('tcp.hostSni', matcher, origin, route.symbol, site);
    case 'hostSniRegexp': return emit('tcp.hostSniRegexp', matcher, origin, route.symbol, site);
    case 'clientIp': return emit('tcp.clientIp', matcher, origin, route.symbol, site);
    case 'alpn': return emit('tcp.alpn', matcher, origin, route.symbol, site);
    default: return assertNever(matcher);
  }
}

function relationUses(routing: Routing, emit: Emit): void {
  const http = routing.listeners.filter((listener) => listener.plain.length + listener.tls.length > 0);
  const first = http[0];
  if (http.length > 1 && first !== undefined) emit('entryPoint.split', routing, first.entryPoint.origin, 'entryPoints');
  const certificate = routing.certificates[0];
  if (certificate !== undefined) emit('tls.certificates', routing, certificate.origin, 'tls.certificates');
}
