import { containerSymbol, type ResolvedService, type Route } from '../ir/index.ts';
import { endpointAddress } from '../runtime/index.ts';
import type { Side } from './side.ts';

/** How many containers stand behind an address; Compose gives the replicas of a service one name. */
export type Replicas = ReadonlyMap<string, number>;

/** Counts what the files of a side say; one, where they say nothing. */
export function createReplicas({ gateway }: Pick<Side, 'gateway'>): (route: Pick<Route, 'service'>) => Replicas {
  const counts = countsOf(gateway);
  return ({ service }) => new Map(behind(service, counts));
}

function countsOf(gateway: Side['gateway']): ReadonlyMap<string, number> {
  return new Map((gateway?.fates ?? []).map(({ container }) => [containerSymbol(container), container.replicas]));
}

/** Whether any container has another number of replicas. */
export function isRescaled(before: Pick<Side, 'gateway'>, after: Pick<Side, 'gateway'>): boolean {
  return rescaled(countsOf(before.gateway), countsOf(after.gateway)).length > 0;
}

function behind({ service, members }: ResolvedService, counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  const { spec } = service;
  const own = spec.kind === 'loadBalancer' ? spec.endpoints.flatMap((endpoint) => (endpoint.container === undefined ? [] : [[endpointAddress(endpoint), counts.get(containerSymbol({ id: endpoint.container })) ?? 1] as const])) : [];
  return [...own, ...members.flatMap((member) => behind(member, counts))];
}

/** What both name and another number of containers stands behind. */
export function rescaled(before: Replicas, after: Replicas): readonly string[] {
  return [...after].filter(([address, count]) => (before.get(address) ?? count) !== count).map(([address]) => address);
}
