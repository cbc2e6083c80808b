import type { ClosedNames, EntryPoint, Gateway, Middleware, Ref, ResolvedService, Service, TcpMiddleware, TcpService, Transport } from '../ir/index.ts';
import { refKey, refName, serviceMembers } from '../ir/index.ts';
import type { OriginId, Origins } from '../text/index.ts';
import type { BuiltRouter } from './build/http.ts';
import { internalName } from './build/internal.ts';
import type { BuiltTcp } from './build/tcp.ts';
import type { BuiltUdp } from './build/udp.ts';
import type { World } from './build/world.ts';
import { quotedRef } from './names.ts';
import type { EngineVersion } from './types.ts';

export interface RoutingInput {
  readonly gateway: Gateway;
  /** Its entities, by reference key. */
  readonly entities: Pick<World, 'middlewares' | 'tcpMiddlewares' | 'services' | 'tcpServices'>;
  readonly entryPoints: readonly EntryPoint[];
  /** By name of an entry point. */
  readonly closed: (entryPoint: string) => ClosedNames | undefined;
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
  readonly tlsOptions: ReadonlySet<string>;
  /** The place of what has none: the proxy. */
  readonly origin: OriginId;
}

/** Chains are expanded in place, to any depth. What is not known here keeps its place, see {@link unknownMiddleware}. */
export function flatten(refs: readonly Ref[], lookup: Lookup, inside: readonly string[], missing: Ref[] = []): readonly Middleware[] {
  return refs.flatMap((ref) => {
    const key = refKey(ref);
    if (inside.includes(key)) return [];
    const middleware = lookup.middlewares.get(key);
    if (middleware === undefined) {
      missing.push(ref);
      return [unknownMiddleware(ref, lookup.origin)];
    }
    return middleware.spec.kind === 'chain' ? flatten(middleware.spec.middlewares, lookup, [...inside, key], missing) : [middleware];
  });
}

/**
 * A middleware of a provider that was not read stands in the chain as something that only Traefik can run: leaving it out
 * would open a door that `auth@file` keeps shut.
 */
function unknownMiddleware(ref: Ref, origin: OriginId): Middleware {
  return { ref, spec: { kind: 'plugin', name: refName(ref), options: {} }, origin, places: new Map(), variables: new Map(), symbol: refName(ref) };
}

/** A service with all that it leads to. A name that is not known here stands for a pool without servers. */
export function resolveService(ref: Ref, lookup: Lookup, inside: readonly string[], origin: OriginId, missing: Ref[] = []): ResolvedService {
  const key = refKey(ref);
  const known = lookup.services.get(key);
  if (known === undefined && internalName(ref) === undefined) missing.push(ref);
  const service = known ?? madeUp(ref, origin);
  const { spec } = service;
  const wanted = spec.kind === 'loadBalancer' ? spec.transport?.value : undefined;
  const transport = wanted === undefined ? undefined : lookup.transports.get(refKey(wanted));
  if (wanted !== undefined && transport === undefined && refName(wanted) !== 'default@internal') missing.push(wanted);
  const members = inside.includes(key) ? [] : serviceMembers(service.spec).map((member) => resolveService(member, lookup, [...inside, key], origin, missing));
  const resolved = { service, members, chain: flatten(service.middlewares.map(({ value }) => value), lookup, [], missing) };
  return transport === undefined ? resolved : { ...resolved, transport };
}

function madeUp(ref: Ref, origin: OriginId): Service {
  const name = internalName(ref);
  const spec: Service['spec'] = name === undefined ? { kind: 'loadBalancer', endpoints: [], strategy: 'wrr', passHostHeader: true, flushInterval: 100 } : { kind: 'internal', name };
  return { ref, spec, middlewares: [], origin, places: new Map(), variables: new Map(), symbol: quotedRef(ref) };
}
