import type { EntryPoint, Gateway, Middleware, Ref, ResolvedService, Route, Service, TcpMiddleware, TcpService, Transport } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import type { Origins } from '../text/index.ts';
import type { BuiltRouter } from './build/http.ts';
import { internalName } from './build/internal.ts';
import type { BuiltTcp } from './build/tcp.ts';
import type { BuiltUdp } from './build/udp.ts';
import { quotedRef } from './names.ts';
import type { EngineVersion } from './types.ts';

export interface RoutingInput {
  readonly gateway: Gateway;
  readonly entryPoints: readonly EntryPoint[];
  readonly http: readonly BuiltRouter[];
  readonly tcp: readonly BuiltTcp[];
  readonly udp: readonly BuiltUdp[];
  readonly version: EngineVersion;
  readonly origins: Origins;
}

/** What is looked up while routes are made. */
export interface Lookup {
  readonly middlewares: ReadonlyMap<string, Middleware>;
  readonly services: ReadonlyMap<string, Service>;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly tcpMiddlewares: ReadonlyMap<string, TcpMiddleware>;
  readonly tcpServices: ReadonlyMap<string, TcpService>;
}

/** Chains are expanded in place, to any depth. */
export function flatten(refs: readonly Ref[], lookup: Lookup, inside: readonly string[]): readonly Middleware[] {
  return refs.flatMap((ref) => {
    const key = refKey(ref);
    const middleware = lookup.middlewares.get(key);
    if (middleware === undefined || inside.includes(key)) return [];
    return middleware.spec.kind === 'chain' ? flatten(middleware.spec.middlewares, lookup, [...inside, key]) : [middleware];
  });
}

/** A service with all that it leads to. A name that is not known here stands for a pool without servers. */
export function resolveService(ref: Ref, lookup: Lookup, inside: readonly string[], origin: Route['origin']): ResolvedService {
  const key = refKey(ref);
  const service = lookup.services.get(key) ?? madeUp(ref, origin);
  const { spec } = service;
  const transport = spec.kind === 'loadBalancer' && spec.transport !== undefined ? lookup.transports.get(refKey(spec.transport.value)) : undefined;
  const members = inside.includes(key) ? [] : membersOf(service).map((member) => resolveService(member, lookup, [...inside, key], origin));
  return { service, members, chain: flatten(service.middlewares.map(({ value }) => value), lookup, []), ...(transport === undefined ? {} : { transport }) };
}

function madeUp(ref: Ref, origin: Route['origin']): Service {
  const name = internalName(ref);
  const spec: Service['spec'] = name === undefined ? { kind: 'loadBalancer', endpoints: [], strategy: 'wrr', passHostHeader: true, flushInterval: 100 } : { kind: 'internal', name };
  return { ref, spec, middlewares: [], origin, places: new Map(), variables: new Map(), symbol: quotedRef(ref) };
}

function membersOf({ spec }: Service): readonly Ref[] {
  switch (spec.kind) {
    case 'weighted':
    case 'highestRandomWeight':
      return spec.services.map(({ service }) => service);
    case 'mirroring':
      return [spec.service, ...spec.mirrors.map(({ service }) => service)];
    case 'failover':
      return [spec.service, spec.fallback];
    case 'loadBalancer':
    case 'internal':
      return [];
  }
}
