import type { EntryPoint, Endpoint, Gateway, Listener, ResolvedService, Route, Routing, Service, TcpEndpoint, TcpRoute, TcpService, UdpRoute } from '../ir/index.ts';
import type { AddressOverrides } from '../targets/target.ts';
import type { Loaded, LoadedGateway } from './types.ts';

type Replacement = AddressOverrides['endpoints'][number];

/** Puts `--endpoint` and `--entrypoint` into a gateway and its routing: addresses are final after this. */
export function applyOverrides(gateway: Gateway, routing: Routing, overrides: AddressOverrides): { readonly gateway: Gateway; readonly routing: Routing } {
  if (overrides.endpoints.length === 0 && overrides.entryPoints.size === 0) return { gateway, routing };
  const services = new Map<Service, Service>();
  const service = (from: Service): Service => remember(services, from, () => overrideService(from, overrides.endpoints));
  const tcp = (from: TcpService): TcpService => overrideTcp(from, overrides.endpoints);
  return {
    gateway: { ...gateway, services: gateway.services.map(service), tcpServices: gateway.tcpServices.map(tcp), udpServices: gateway.udpServices.map(tcp) },
    routing: {
      ...routing,
      listeners: routing.listeners.map((listener) => overrideListener(listener, overrides, service, tcp)),
      ...(routing.services === undefined ? {} : { services: routing.services.map((resolved) => overrideResolved(resolved, service)) }),
    },
  };
}

/** The names in overrides that nothing here has, each with the names that there are: a typo never passes in silence. */
export function unknownOverrides(loaded: Loaded, overrides: AddressOverrides): readonly { readonly option: 'endpoint' | 'entrypoint'; readonly name: string; readonly known: readonly string[] }[] {
  if (overrides.endpoints.length === 0 && overrides.entryPoints.size === 0) return [];
  const resolved = loaded.gateways.flatMap((gateway) => gateway.resolved.slice(0, 1));
  const containers = loaded.workspace.stacks.flatMap((stack) => stack.containers.map(({ id }) => id.service));
  const qualified = loaded.workspace.stacks.flatMap((stack) => stack.containers.map(({ id }) => `${id.stack}/${id.service}`));
  const hosts = resolved.flatMap(({ gateway }) => [...gateway.services, ...gateway.tcpServices, ...gateway.udpServices].flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map((endpoint) => endpoint.host) : [])));
  const services = new Set([...containers, ...qualified, ...hosts]);
  const points = new Set(loaded.gateways.flatMap(entryPointNames));
  return [
    ...[...new Set(overrides.endpoints.map((one) => one.service))].filter((name) => !services.has(name)).map((name) => ({ option: 'endpoint' as const, name, known: [...new Set(containers)] })),
    ...[...overrides.entryPoints.keys()].filter((name) => points.size > 0 && !points.has(name)).map((name) => ({ option: 'entrypoint' as const, name, known: [...points] })),
  ];
}

/** Declared, or named by a router. Where neither says anything every name may be right. */
function entryPointNames({ proxy, resolved }: LoadedGateway): readonly string[] {
  const declared = proxy.static === 'unknown' ? [] : proxy.static.entryPoints.map(({ name }) => name);
  const gateway = resolved[0]?.gateway;
  const routers = gateway === undefined ? [] : [...gateway.routers, ...gateway.tcpRouters, ...gateway.udpRouters];
  return [...declared, ...routers.flatMap(({ entryPoints }) => (entryPoints === 'default' ? [] : entryPoints.map(({ value }) => value)))];
}

function remember<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function overrideListener(listener: Listener, overrides: AddressOverrides, service: (from: Service) => Service, tcp: (from: TcpService) => TcpService): Listener {
  const route = (from: Route): Route => ({ ...from, service: overrideResolved(from.service, service) });
  const tcpRoute = (from: TcpRoute): TcpRoute => ({ ...from, service: tcp(from.service), members: from.members.map(tcp) });
  const udpRoute = (from: UdpRoute): UdpRoute => ({ ...from, service: tcp(from.service), members: from.members.map(tcp) });
  return {
    entryPoint: overrideEntryPoint(listener.entryPoint, overrides),
    plain: listener.plain.map(route),
    tls: listener.tls.map(route),
    tcp: listener.tcp.map(tcpRoute),
    ...(listener.udp === undefined ? {} : { udp: udpRoute(listener.udp) }),
  };
}

function overrideEntryPoint(entryPoint: EntryPoint, overrides: AddressOverrides): EntryPoint {
  const address = overrides.entryPoints.get(entryPoint.name);
  return address === undefined ? entryPoint : { ...entryPoint, host: address.host, port: address.port };
}

function overrideResolved(resolved: ResolvedService, service: (from: Service) => Service): ResolvedService {
  return { ...resolved, service: service(resolved.service), members: resolved.members.map((member) => overrideResolved(member, service)) };
}

function overrideService(service: Service, replacements: readonly Replacement[]): Service {
  if (service.spec.kind !== 'loadBalancer') return service;
  return { ...service, spec: { ...service.spec, endpoints: service.spec.endpoints.flatMap((endpoint) => overrideEndpoint(endpoint, replacements)) } };
}

/** Several replacements of one service are its replicas. */
function overrideEndpoint(endpoint: Endpoint, replacements: readonly Replacement[]): readonly Endpoint[] {
  const matching = replacements.filter((replacement) => applies(replacement, endpoint));
  if (matching.length === 0) return [endpoint];
  return matching.map((replacement) => ({ ...endpoint, host: replacement.host, port: replacement.toPort }));
}

function overrideTcp(service: TcpService, replacements: readonly Replacement[]): TcpService {
  if (service.spec.kind !== 'loadBalancer') return service;
  const endpoints = service.spec.endpoints.flatMap((endpoint): readonly TcpEndpoint[] => {
    const matching = replacements.filter((replacement) => applies(replacement, endpoint));
    return matching.length === 0 ? [endpoint] : matching.map((replacement) => ({ ...endpoint, host: replacement.host, port: replacement.toPort }));
  });
  return { ...service, spec: { ...service.spec, endpoints } };
}

/** SERVICE is the Compose service, `STACK/SERVICE` where two stacks share the name, or the host of a written address. */
function applies(replacement: Replacement, endpoint: Endpoint | TcpEndpoint): boolean {
  if (replacement.port !== undefined && replacement.port !== endpoint.port) return false;
  const { container } = endpoint;
  if (container !== undefined && (replacement.service === container.service || replacement.service === `${container.stack}/${container.service}`)) return true;
  return replacement.service === endpoint.host;
}
