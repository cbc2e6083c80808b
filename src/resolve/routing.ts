import type { EntryPoint, Listener, Middleware, Ref, ResolvedService, Route, RouterTls, Routing, TcpRoute, TcpService, UdpRoute } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import type { BuiltRouter } from './build/http.ts';
import type { BuiltTcp } from './build/tcp.ts';
import type { BuiltUdp } from './build/udp.ts';
import { quotedRef } from './names.ts';
import { flatten, resolveService, type Lookup, type RoutingInput } from './lookup.ts';
import { NO_TIES, UNRANKED, inOrder, precedenceOf, ranked } from './order.ts';
import { syntheticRoutes } from './synthetic.ts';
import type { EngineVersion } from './types.ts';
import type { Unfinished } from './unfinished.ts';

/** What decides: per entry point the enabled routers in the order in which they are asked. */
export function makeRouting(input: RoutingInput): Routing {
  const { gateway, entities } = input;
  const lookup: Lookup = {
    middlewares: entities.middlewares,
    services: entities.services,
    transports: byRef(gateway.transports),
    tcpMiddlewares: entities.tcpMiddlewares,
    tcpServices: entities.tcpServices,
    tlsOptions: new Set(gateway.tlsOptions.map(({ ref }) => refKey(ref))),
    origin: gateway.proxy.static === 'unknown' ? input.origins.default('a provider that was not read') : gateway.proxy.static.origin,
  };
  const listeners = input.entryPoints.map((entryPoint) => listener(entryPoint, input, lookup));
  const named = errorServices(gateway.middlewares, lookup);
  const tcpTransports = gateway.transports.filter(({ ref }) => ref.protocol === 'tcp');
  return { listeners, certificates: gateway.certificates, tlsOptions: gateway.tlsOptions, tlsStores: gateway.tlsStores, ...(named.length === 0 ? {} : { services: named }), ...(tcpTransports.length === 0 ? {} : { tcpTransports }), ...(gateway.consumers === undefined ? {} : { consumers: gateway.consumers }) };
}

function byRef<T extends { readonly ref: Ref }>(items: readonly T[]): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [refKey(item.ref), item]));
}

function listener(entryPoint: EntryPoint, input: RoutingInput, lookup: Lookup): Listener {
  const precedence = precedenceOf(input.gateway.proxy);
  const own = input.http.filter(({ entryPoints }) => entryPoints.includes(entryPoint.name)).map(({ running }) => running);
  const drafts = [...own.map((running) => httpRoute(running, lookup)), ...syntheticRoutes(entryPoint, input, lookup)];
  const routes = (tls: boolean): readonly Route[] => ranked(inOrder(drafts.filter((route) => (route.tls !== undefined) === tls), precedence, input.version));
  const tcp = input.tcp.filter(({ entryPoints }) => entryPoints.includes(entryPoint.name)).map((built) => tcpRoute(built, lookup));
  const udp = udpRoute(entryPoint, input.udp, lookup);
  const closed = input.closed(entryPoint.name);
  return { entryPoint, plain: routes(false), tls: routes(true), tcp: rankedTcp(tcp, precedence, input.version), ...(udp === undefined ? {} : { udp }), ...(closed === undefined ? {} : { closed }) };
}

function httpRoute(running: BuiltRouter['running'], lookup: Lookup): Unfinished<Route> {
  const { router, middlewares } = running;
  const tls = tlsInForce(running);
  const missing: Ref[] = [];
  const named = router.places.get('middlewares') ?? router.middlewares[0]?.origin;
  const chain = flatten(middlewares.map(({ ref }) => ref.value), lookup, [], missing);
  const service = resolveService(router.service.value, lookup, [], router.origin, missing);
  if (tls?.options !== undefined && !lookup.tlsOptions.has(refKey(tls.options.value))) missing.push(tls.options.value);
  const route: Unfinished<Route> = {
    router: router.ref,
    rule: router.rule,
    ruleText: router.ruleText.value.text,
    syntax: router.syntax,
    priority: router.priority.value,
    rank: UNRANKED,
    tiedWith: NO_TIES,
    chain,
    service,
    defaultRule: router.defaultRule,
    synthetic: false,
    origin: router.origin,
    symbol: router.symbol,
  };
  if (named !== undefined) route.chainPlace = { origin: named };
  if (tls !== undefined) route.tls = tls;
  if (missing.length > 0) route.unresolved = missing;
  if (router.observability !== undefined) route.observability = router.observability;
  if (running.ref.name !== router.ref.name) route.runningAs = running.ref;
  return route;
}

/** Options that cannot be chosen by SNI are not in force: the default ones are. */
function tlsInForce({ tls, options }: BuiltRouter['running']): RouterTls | undefined {
  if (tls?.options === undefined || options !== 'default') return tls;
  const { options: _, ...rest } = tls;
  return rest;
}

function errorServices(middlewares: readonly Middleware[], lookup: Lookup): readonly ResolvedService[] {
  const found = new Map<string, ResolvedService>();
  for (const { spec, origin } of middlewares) {
    if (spec.kind === 'errors' && !found.has(refKey(spec.service))) found.set(refKey(spec.service), resolveService(spec.service, lookup, [], origin));
  }
  return [...found.values()];
}

function rankedTcp(routes: readonly Unfinished<TcpRoute>[], precedence: readonly string[], version: EngineVersion): readonly TcpRoute[] {
  const plain = inOrder(routes.filter(({ tls }) => tls === undefined), precedence, version);
  const secure = inOrder(routes.filter(({ tls }) => tls !== undefined), precedence, version);
  return ranked([...plain, ...secure]);
}

function tcpRoute({ router }: BuiltTcp, lookup: Lookup): Unfinished<TcpRoute> {
  const service = tcpServiceOf(router.service.value, lookup, router.origin);
  return {
    router: router.ref,
    rule: router.rule,
    ruleText: router.ruleText.value.text,
    priority: router.priority.value,
    rank: UNRANKED,
    tiedWith: NO_TIES,
    chain: router.middlewares.flatMap(({ value }) => lookup.tcpMiddlewares.get(refKey(value)) ?? []),
    service,
    members: tcpMembers(service, lookup, []),
    ...(router.tls === undefined ? {} : { tls: router.tls }),
    origin: router.origin,
    symbol: router.symbol,
  };
}

function tcpServiceOf(ref: Ref, lookup: Lookup, origin: Route['origin']): TcpService {
  return lookup.tcpServices.get(refKey(ref)) ?? { ref, spec: { kind: 'loadBalancer', endpoints: [] }, origin, places: new Map(), variables: new Map(), symbol: quotedRef(ref) };
}

function tcpMembers(service: TcpService, lookup: Lookup, inside: readonly string[]): readonly TcpService[] {
  if (service.spec.kind !== 'weighted' || inside.includes(refKey(service.ref))) return [];
  return service.spec.services.flatMap(({ service: ref }) => {
    const member = tcpServiceOf(ref, lookup, service.origin);
    return [member, ...tcpMembers(member, lookup, [...inside, refKey(service.ref)])];
  });
}

/** Of several UDP routers on one entry point the last by name serves (pkg/server/router/udp). */
function udpRoute(entryPoint: EntryPoint, routers: readonly BuiltUdp[], lookup: Lookup): UdpRoute | undefined {
  const own = routers.filter(({ entryPoints }) => entryPoints.includes(entryPoint.name)).map(({ router }) => router);
  const router = own.reduce<(typeof own)[number] | undefined>((best, next) => (best === undefined || `${next.ref.name}@${next.ref.namespace}` > `${best.ref.name}@${best.ref.namespace}` ? next : best), undefined);
  if (router === undefined) return undefined;
  const service = tcpServiceOf(router.service.value, lookup, router.origin);
  return { router: router.ref, service, members: tcpMembers(service, lookup, []), origin: router.origin, symbol: router.symbol };
}
