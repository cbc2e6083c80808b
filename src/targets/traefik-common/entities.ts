import type { Endpoint, Gateway, HealthCheck, LoadBalancer, Ref, Router, RouterTls, Service, StickyCookie, TcpEndpoint, TcpRouter, TcpService, UdpRouter } from '../../ir/index.ts';
import { assertNever, map, placeText } from '../../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import type { Names } from './names.ts';
import type { WrittenRule } from './rules.ts';
import { duration, tree } from './options.ts';

/** An entry when the condition holds: most options are written only where they differ from Traefik's default. */
export function when(condition: boolean, key: string, value: () => YamlValue): readonly YamlEntry[] {
  return condition ? [{ key, value: value() }] : [];
}

/** A router with everything explicit that Traefik would otherwise derive: entry points and priority. */
export function routerTree(router: Router, rule: WrittenRule, entryPoints: readonly string[], names: Names): YamlMap {
  return map([
    { key: 'entryPoints', value: entryPoints },
    { key: 'rule', value: rule.text },
    ...(rule.syntax === undefined ? [] : [{ key: 'ruleSyntax', value: rule.syntax }]),
    { key: 'priority', value: router.priority.value },
    ...when(router.middlewares.length > 0, 'middlewares', () => router.middlewares.map((ref) => names(ref.value))),
    { key: 'service', value: names(router.service.value) },
    ...when(router.parents.length > 0, 'parentRefs', () => router.parents.map((ref) => names(ref.value))),
    ...tlsEntry(router.tls, names),
    ...when(router.observability !== undefined, 'observability', () => tree(router.observability)),
  ]);
}

/** The priority of a TCP router is only written when it was, or when its rule is not written as it was. */
export function tcpRouterTree(router: TcpRouter, rule: WrittenRule, entryPoints: readonly string[], names: Names): YamlMap {
  const rewritten = rule.text !== router.ruleText.value.text;
  return map([
    { key: 'entryPoints', value: entryPoints },
    { key: 'rule', value: rule.text },
    ...(rule.syntax === undefined ? [] : [{ key: 'ruleSyntax', value: rule.syntax }]),
    ...when(router.prioritySet || rewritten, 'priority', () => router.priority.value),
    ...when(router.middlewares.length > 0, 'middlewares', () => router.middlewares.map((ref) => names(ref.value))),
    { key: 'service', value: names(router.service.value) },
    ...tlsEntry(router.tls, names),
  ]);
}

export function udpRouterTree(router: UdpRouter, names: Names): YamlMap {
  return map([{ key: 'entryPoints', value: router.entryPoints.map((name) => name.value) }, { key: 'service', value: names(router.service.value) }]);
}

function tlsEntry(tls: RouterTls | undefined, names: Names): readonly YamlEntry[] {
  if (tls === undefined) return [];
  const entries = [
    ...when(tls.passthrough, 'passthrough', () => true),
    ...(tls.options === undefined ? [] : [{ key: 'options', value: names(tls.options.value) }]),
    ...(tls.resolver === undefined ? [] : [{ key: 'certResolver', value: tls.resolver.value }]),
    ...when(tls.domains.length > 0, 'domains', () => tls.domains.map((domain) => map([{ key: 'main', value: domain.main }, ...when(domain.sans.length > 0, 'sans', () => domain.sans)]))),
  ];
  return [{ key: 'tls', value: map(entries) }];
}

/** A service of any kind but internal ones, which belong to Traefik itself. */
export function serviceTree(service: Service, names: Names): YamlMap | undefined {
  const { spec } = service;
  const middlewares = when(service.middlewares.length > 0, 'middlewares', () => service.middlewares.map((ref) => names(ref.value)));
  switch (spec.kind) {
    case 'internal': return undefined;
    case 'loadBalancer': return map([{ key: 'loadBalancer', value: loadBalancerTree(spec, names) }, ...middlewares]);
    case 'weighted':
    case 'highestRandomWeight': {
      const sticky = spec.kind === 'weighted' && spec.sticky !== undefined ? [stickyEntry(spec.sticky)] : [];
      return map([{ key: spec.kind, value: map([{ key: 'services', value: weighted(spec.services, names) }, ...sticky, ...when(spec.healthCheck, 'healthCheck', () => map([]))]) }, ...middlewares]);
    }
    case 'mirroring':
      return map([{ key: 'mirroring', value: map([
        { key: 'service', value: names(spec.service) },
        ...when(!spec.mirrorBody, 'mirrorBody', () => false),
        ...when(spec.maxBodySize !== -1, 'maxBodySize', () => spec.maxBodySize),
        { key: 'mirrors', value: spec.mirrors.map((mirror) => map([{ key: 'name', value: names(mirror.service) }, { key: 'percent', value: mirror.percent }])) },
        ...when(spec.healthCheck, 'healthCheck', () => map([])),
      ]) }, ...middlewares]);
    case 'failover':
      return map([{ key: 'failover', value: map([
        { key: 'service', value: names(spec.service) },
        { key: 'fallback', value: names(spec.fallback) },
        ...when(spec.healthCheck, 'healthCheck', () => map([])),
        ...(spec.errors === undefined ? [] : [{ key: 'errors', value: tree(spec.errors) }]),
      ]) }, ...middlewares]);
    default: return assertNever(spec);
  }
}

function weighted(services: readonly { readonly service: Ref; readonly weight: number }[], names: Names): readonly YamlMap[] {
  return services.map((member) => map([{ key: 'name', value: names(member.service) }, { key: 'weight', value: member.weight }]));
}

function loadBalancerTree(spec: LoadBalancer, names: Names): YamlMap {
  return map([
    { key: 'servers', value: spec.endpoints.map(serverTree) },
    ...when(spec.strategy !== 'wrr', 'strategy', () => spec.strategy),
    ...when(!spec.passHostHeader, 'passHostHeader', () => false),
    ...(spec.sticky === undefined ? [] : [stickyEntry(spec.sticky)]),
    ...(spec.healthCheck === undefined ? [] : [{ key: 'healthCheck', value: healthCheckTree(spec.healthCheck) }]),
    ...(spec.passiveHealthCheck === undefined ? [] : [{ key: 'passiveHealthCheck', value: tree(spec.passiveHealthCheck) }]),
    ...(spec.transport === undefined ? [] : [{ key: 'serversTransport', value: names(spec.transport.value) }]),
    ...when(spec.flushInterval !== 100, 'responseForwarding', () => map([{ key: 'flushInterval', value: spec.flushInterval < 0 ? `${String(spec.flushInterval)}ms` : duration(spec.flushInterval) }])),
  ]);
}

/** An address as Traefik writes it; IPv6 in brackets. */
export function endpointUrl(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${placeText(endpoint)}${endpoint.path}`;
}

function serverTree(endpoint: Endpoint): YamlMap {
  return map([{ key: 'url', value: endpointUrl(endpoint) }, ...when(endpoint.weight !== 1, 'weight', () => endpoint.weight), ...when(endpoint.preservePath, 'preservePath', () => true)]);
}

function stickyEntry(cookie: StickyCookie): YamlEntry {
  const value = map([
    { key: 'name', value: cookie.name },
    ...when(cookie.secure, 'secure', () => true),
    ...when(cookie.httpOnly, 'httpOnly', () => true),
    ...when(cookie.sameSite !== '', 'sameSite', () => cookie.sameSite),
    ...when(cookie.maxAge !== 0, 'maxAge', () => cookie.maxAge),
    ...when(cookie.path !== '/' && cookie.path !== '', 'path', () => cookie.path),
    ...when(cookie.domain !== '', 'domain', () => cookie.domain),
  ]);
  return { key: 'sticky', value: map([{ key: 'cookie', value }]) };
}

function healthCheckTree(check: HealthCheck): YamlMap {
  return map([
    ...when(check.path !== '', 'path', () => check.path),
    ...when(check.mode !== 'http' && check.mode !== '', 'mode', () => check.mode),
    ...when(check.method !== '', 'method', () => check.method),
    ...when(check.status !== 0, 'status', () => check.status),
    ...when(check.scheme !== '', 'scheme', () => check.scheme),
    ...when(check.hostname !== '', 'hostname', () => check.hostname),
    ...when(check.port !== 0, 'port', () => check.port),
    { key: 'interval', value: duration(check.interval) },
    ...(check.unhealthyInterval === undefined ? [] : [{ key: 'unhealthyInterval', value: duration(check.unhealthyInterval) }]),
    { key: 'timeout', value: duration(check.timeout) },
    ...when(!check.followRedirects, 'followRedirects', () => false),
    ...when(Object.keys(check.headers).length > 0, 'headers', () => tree(check.headers)),
  ]);
}

export function tcpServiceTree(service: TcpService, names: Names): YamlMap {
  const { spec } = service;
  if (spec.kind === 'weighted') return map([{ key: 'weighted', value: map([{ key: 'services', value: weighted(spec.services, names) }, ...when(spec.healthCheck === true, 'healthCheck', () => map([]))]) }]);
  return map([{ key: 'loadBalancer', value: map([
    { key: 'servers', value: spec.endpoints.map(tcpServerTree) },
    ...(spec.proxyProtocol === undefined ? [] : [{ key: 'proxyProtocol', value: map([{ key: 'version', value: spec.proxyProtocol }]) }]),
    ...(spec.terminationDelay === undefined ? [] : [{ key: 'terminationDelay', value: spec.terminationDelay }]),
    ...(spec.transport === undefined ? [] : [{ key: 'serversTransport', value: names(spec.transport.value) }]),
    ...(spec.healthCheck === undefined ? [] : [{ key: 'healthCheck', value: tree(spec.healthCheck) }]),
  ]) }]);
}

function tcpServerTree(endpoint: TcpEndpoint): YamlMap {
  return map([{ key: 'address', value: placeText(endpoint) }, ...when(endpoint.tls, 'tls', () => true)]);
}

/** Entities whose state says that the engine dropped them. */
export function droppedKeys(gateway: Gateway, key: (ref: Ref) => string): ReadonlySet<string> {
  return new Set(gateway.states.filter((state) => state.status === 'dropped').map((state) => key(state.ref)));
}
