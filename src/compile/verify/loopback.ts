import type { Endpoint, Middleware, Routing, TlsOptions } from '../../ir/index.ts';
import type { AddressOverrides } from '../../targets/target.ts';
import type { Loaded, LoadedGateway } from '../types.ts';
import { mapMiddlewares } from '../validation/map-middlewares.ts';

/** Where things stand while a real engine is asked: everything on this machine. */
export interface Places {
  /** The `url` of each endpoint, without its path, and the port that stands for it. */
  readonly endpoints: ReadonlyMap<string, number>;
  readonly entryPoints: ReadonlyMap<string, number>;
  /** Answers all that forwardAuth asks. */
  readonly auth: number;
  readonly certificate: { readonly certFile: string; readonly keyFile: string };
}

/** Endpoints of a gateway, each address once. */
export function endpointsOf({ resolved }: LoadedGateway): readonly Endpoint[] {
  const found = new Map<string, Endpoint>();
  for (const { gateway } of resolved.slice(0, 1)) {
    for (const { spec } of gateway.services) if (spec.kind === 'loadBalancer') for (const endpoint of spec.endpoints) found.set(keyOf(endpoint), endpoint);
  }
  return [...found.values()];
}

/** The entry points of a gateway with what they speak. */
export function entryPointsOf({ resolved, proxy }: LoadedGateway): ReadonlyMap<string, 'tcp' | 'udp'> {
  const declared = proxy.static === 'unknown' ? [] : proxy.static.entryPoints.map(({ name }) => [name, 'tcp'] as const);
  const used = (resolved[0]?.routing.listeners ?? []).map(({ entryPoint, udp }) => [entryPoint.name, udp === undefined ? 'tcp' : 'udp'] as const);
  return new Map([...declared, ...used]);
}

/** A name that `--endpoint` knows: an endpoint of a container, else its host. */
export function keyOf({ container, host, port }: Pick<Endpoint, 'container' | 'host' | 'port'>): string {
  return `${container === undefined ? host : `${container.stack}/${container.service}`}:${String(port)}`;
}

/** Addresses as `--endpoint` and `--entrypoint` would give them. */
export function overridesFor(gateway: LoadedGateway, places: Places): AddressOverrides {
  return {
    endpoints: endpointsOf(gateway).map((endpoint) => ({ service: keyOf(endpoint).slice(0, -`:${String(endpoint.port)}`.length), port: endpoint.port, host: '127.0.0.1', toPort: places.endpoints.get(keyOf(endpoint)) ?? 9 })),
    entryPoints: new Map([...places.entryPoints].map(([name, port]) => [name, { host: '127.0.0.1', port }])),
  };
}

/** The gateway alone, its authentication servers and certificates on this machine too. */
export function onLoopback(loaded: Loaded, gateway: LoadedGateway, places: Places): Loaded {
  const moved = new Map<Middleware, Middleware>();
  const middleware = (from: Middleware): Middleware => {
    const known = moved.get(from) ?? withAuth(from, places.auth);
    moved.set(from, known);
    return known;
  };
  const resolved = gateway.resolved.map((one) => ({
    ...one,
    gateway: { ...one.gateway, middlewares: one.gateway.middlewares.map(middleware), tlsStores: one.gateway.tlsStores.map((store) => withDefault(store, places)) },
    routing: withCertificate(mapMiddlewares(one.routing, middleware), places),
  }));
  return { ...loaded, gateways: [{ ...gateway, resolved }] };
}

/** A path that is asked for stays: only where it is asked is another place. */
function withAuth(middleware: Middleware, port: number): Middleware {
  const { spec } = middleware;
  if (spec.kind !== 'forwardAuth') return middleware;
  const path = /^[a-z]+:\/\/[^/?#]*(.*)$/i.exec(spec.address)?.[1] ?? '';
  return { ...middleware, spec: { ...spec, address: `http://127.0.0.1:${String(port)}${path}` } };
}

function withCertificate(routing: Routing, places: Places): Routing {
  return { ...routing, certificates: routing.certificates.map((one) => ({ ...one, ...places.certificate })), tlsStores: routing.tlsStores.map((store) => withDefault(store, places)) };
}

/** Its files lie where the engine will run: one that it cannot read here would end every handshake. */
function withDefault(store: TlsOptions, { certificate }: Places): TlsOptions {
  if (typeof store.raw !== 'object' || store.raw === null) return store;
  return { ...store, raw: Object.fromEntries(Object.entries(store.raw).map(([name, value]: [string, unknown]) => [name, name.toLowerCase() === 'defaultcertificate' ? certificate : value])) };
}
