import { refName, type Routing, type TcpRoute } from '../ir/index.ts';
import type { ChangeClass } from './classes.ts';
import { uniquePlaces, type SidePlace } from './place.ts';
import { keyOf } from './plain.ts';
import type { Side } from './side.ts';

/** A change that no HTTP request can show: what it is, and where. */
export interface UnaskedChange {
  readonly class: ChangeClass;
  readonly entity: string;
  readonly what: string;
  readonly at: readonly SidePlace[];
}

interface Stream {
  readonly entity: string;
  readonly key: string;
  readonly at: SidePlace;
}

/** Connections, TLS settings and certificates: compared by what was written, since nobody can ask them here. */
export function compareUnasked(before: Side, after: Side): readonly UnaskedChange[] {
  const [old, now] = [streamsOf(before), streamsOf(after)];
  const gone = [...old].filter(([name]) => !now.has(name)).map(([, one]): UnaskedChange => ({ class: 'route-removed', entity: one.entity, what: 'no longer takes connections', at: [one.at] }));
  const come = [...now].filter(([name]) => !old.has(name)).map(([, one]): UnaskedChange => ({ class: 'route-added', entity: one.entity, what: 'takes connections', at: [one.at] }));
  const changed = [...now].flatMap(([name, one]): readonly UnaskedChange[] => {
    const was = old.get(name);
    return was === undefined || was.key === one.key ? [] : [{ class: 'unproven', entity: one.entity, what: 'decides connections in another way', at: uniquePlaces([was.at, one.at]) }];
  });
  return [...gone, ...changed, ...come, ...compareTls(before.routing, after.routing)];
}

function streamsOf({ routing, at }: Side): ReadonlyMap<string, Stream> {
  const out = new Map<string, Stream>();
  for (const { entryPoint, tcp, udp } of routing.listeners) {
    for (const route of tcp) out.set(`${entryPoint.name} tcp ${refName(route.router)}`, { entity: `${refName(route.router)} (tcp)`, key: tcpKey(route), at: at(route.origin) });
    if (udp !== undefined) out.set(`${entryPoint.name} udp ${refName(udp.router)}`, { entity: `${refName(udp.router)} (udp)`, key: keyOf([udp.service.spec, udp.members.map(({ spec }) => spec)]), at: at(udp.origin) });
  }
  return out;
}

function tcpKey({ rule, priority, chain, service, members, tls, tiedWith }: TcpRoute): string {
  return keyOf([rule, priority, chain.map(({ spec }) => spec), service.spec, members.map(({ spec }) => spec), tls, tiedWith.length]);
}

function compareTls(before: Routing, after: Routing): readonly UnaskedChange[] {
  const parts = [
    ['TLS options', ({ tlsOptions }: Routing) => tlsOptions.map(({ ref, raw }) => [refName(ref), raw])],
    ['TLS stores', ({ tlsStores }: Routing) => tlsStores.map(({ ref, raw }) => [refName(ref), raw])],
    ['certificates', ({ certificates }: Routing) => certificates],
  ] as const;
  return parts.flatMap(([entity, of]): readonly UnaskedChange[] => (sortedKey(of(before)) === sortedKey(of(after)) ? [] : [{ class: 'unproven', entity, what: 'changed', at: [] }]));
}

function sortedKey(items: readonly unknown[]): string {
  return items.map(keyOf).toSorted().join('\n');
}
