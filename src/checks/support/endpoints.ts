import type { Endpoint, ResolvedService, TcpEndpoint } from '../../ir/index.ts';
import type { ResolvedGateway } from '../rule.ts';

const known = new WeakMap<ResolvedGateway, readonly (Endpoint | TcpEndpoint)[]>();

/** The addresses that routes of people lead to, members of pools included; several rules ask. */
export function endpointsOf(resolved: ResolvedGateway): readonly (Endpoint | TcpEndpoint)[] {
  const found = known.get(resolved) ?? collect(resolved);
  known.set(resolved, found);
  return found;
}

function collect(resolved: ResolvedGateway): readonly (Endpoint | TcpEndpoint)[] {
  return resolved.routing.listeners.flatMap(({ plain, tls, tcp, udp }) => [
    ...[...plain, ...tls].filter((route) => !route.synthetic).flatMap((route) => ofService(route.service)),
    ...[...tcp, ...(udp === undefined ? [] : [udp])].flatMap((route) => [route.service, ...route.members]).flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints : [])),
  ]);
}

function ofService({ service, members }: ResolvedService): readonly Endpoint[] {
  const own = service.spec.kind === 'loadBalancer' ? service.spec.endpoints : [];
  return [...own, ...members.flatMap(ofService)];
}
