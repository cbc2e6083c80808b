import { refKey, type Endpoint, type HealthCheck, type Ref, type ResolvedService, type Routing, type Transport } from '../../ir/index.ts';

/** A server that the configuration wants checked. */
export interface HealthTarget {
  readonly service: Ref;
  readonly endpoint: Endpoint;
  readonly check: HealthCheck;
  readonly transport: Transport | undefined;
}

export function healthTargets(routing: Routing): readonly HealthTarget[] {
  const found = new Map<string, readonly HealthTarget[]>();
  const add = (resolved: ResolvedService): void => {
    const { ref, spec } = resolved.service;
    resolved.members.forEach(add);
    if (spec.kind !== 'loadBalancer' || spec.healthCheck === undefined) return;
    const check = spec.healthCheck;
    found.set(refKey(ref), spec.endpoints.map((endpoint) => ({ service: ref, endpoint, check, transport: resolved.transport })));
  };
  for (const listener of routing.listeners) for (const route of [...listener.plain, ...listener.tls]) add(route.service);
  routing.services?.forEach(add);
  return [...found.values()].flat();
}
