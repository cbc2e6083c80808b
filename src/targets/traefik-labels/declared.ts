import { refKey } from '../../ir/index.ts';
import type { Container, Gateway, Ref, Router, Service, TcpService, UdpService } from '../../ir/index.ts';
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
  const said = new Map<string, number[]>();
  const made = new Map<string, number[]>();
  for (const [at, { ref, symbol }] of placed.entries()) {
    if (ref === undefined) continue;
    add(said, sectionOf(ref), at);
    for (const place of new Set([symbol.split(' ', 1)[0] ?? '', ...containersBehind(services.get(refKey(ref)))])) add(made, place, at);
  }
  return {
    routers,
    services,
    by(container) {
      const found = [...(made.get(placeOf(container.id)) ?? []), ...[...beginnings(container)].flatMap((text) => said.get(text) ?? [])];
      return [...new Set(found)].sort((a, b) => a - b).flatMap((at) => placed[at] ?? []);
    },
  };
}

/** A key that stands twice is what stands first. */
function byKey<T extends { readonly ref: Ref }>(entities: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entities.toReversed().map((one) => [refKey(one.ref), one]));
}

function add(lists: Map<string, number[]>, key: string, at: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [at]);
  else list.push(at);
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
