import { refKey } from '../../ir/index.ts';
import type { Container, Gateway, Ref, Router, Service, TcpService, UdpService } from '../../ir/index.ts';
import { indexBy } from '../../text/index.ts';
import type { Placed } from '../traefik-common/collect.ts';

/** Who declares what. Looked up, not searched: containers and entities are many. */
export interface Declared {
  readonly routers: ReadonlyMap<string, Router>;
  readonly services: ReadonlyMap<string, Service | TcpService | UdpService>;
  /** The entities that a container says, in their order: one of its labels does, or the provider made it for this container. */
  by(container: Container): readonly Placed[];
}

export function declaredIn(placed: readonly Placed[], gateway: Gateway): Declared {
  const routers = byKey(gateway.routers);
  const services = byKey([...gateway.services, ...gateway.tcpServices, ...gateway.udpServices]);
  const keysOf = ({ ref, symbol }: Placed): readonly string[] => (ref === undefined ? [] : [sectionOf(ref), symbol.split(' ', 1)[0] ?? '', ...containersBehind(services.get(refKey(ref)))]);
  const index = indexBy(placed, keysOf);
  return { routers, services, by: (container) => index.lookup([placeOf(container.id), ...beginnings(container)]) };
}

/** A key that stands twice is what stands first. */
function byKey<T extends { readonly ref: Ref }>(entities: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entities.toReversed().map((one) => [refKey(one.ref), one]));
}

/** Where labels say an entity, in small letters. */
function sectionOf(ref: Ref): string {
  const section = ref.kind === 'tlsStore' ? 'traefik.tls.stores' : `traefik.${ref.protocol}.${ref.kind}s`;
  return `${section}.${ref.name}`.toLowerCase();
}

function containersBehind(service: Service | TcpService | UdpService | undefined): readonly string[] {
  if (service?.spec.kind !== 'loadBalancer') return [];
  return service.spec.endpoints.flatMap(({ container }) => (container === undefined ? [] : [placeOf(container)]));
}

function placeOf({ stack, service }: { readonly stack: string; readonly service: string }): string {
  return `${stack}/${service}`;
}

/** Each label's key in small letters, and what it begins with up to each of its dots. */
function beginnings(container: Container): ReadonlySet<string> {
  const all = new Set<string>();
  for (const label of container.labels) {
    const key = label.key.value.text.toLowerCase();
    for (let dot = key.indexOf('.'); dot !== -1; dot = key.indexOf('.', dot + 1)) all.add(key.slice(0, dot));
    all.add(key);
  }
  return all;
}
