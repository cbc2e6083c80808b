import type { Decision, Endpoint, LoadBalancer, ResolvedService } from '../../ir/index.ts';
import type { RuntimeRequest } from '../message.ts';
import { endpointAddress, endpointUrl } from './proxy.ts';
import { stickyBy } from './sticky.ts';

type Weighed = Extract<Decision, { kind: 'forward' }>['endpoints'][number];

/**
 * Who may answer, and how often: weights of a load balancer as written, those of nested services multiplied out to the
 * smallest whole numbers. A valid sticky cookie leaves one. Mirrors and fallbacks answer nobody while the main service is up.
 */
export function endpointsOf(resolved: ResolvedService, request: RuntimeRequest): readonly Weighed[] {
  const { spec } = resolved.service;
  switch (spec.kind) {
    case 'loadBalancer':
      return stuck(spec, request).map((endpoint) => ({ address: endpointAddress(endpoint), weight: endpoint.weight }));
    case 'weighted':
    case 'highestRandomWeight':
      return multiplied(resolved, spec.services.map(({ weight }) => weight), request);
    case 'mirroring':
    case 'failover':
      return resolved.members[0] === undefined ? [] : endpointsOf(resolved.members[0], request);
    case 'internal':
      return [];
  }
}

function stuck(spec: LoadBalancer, request: RuntimeRequest): readonly Endpoint[] {
  const usable = spec.endpoints.filter((endpoint) => endpoint.weight > 0);
  const kept = spec.sticky === undefined ? undefined : stickyBy(spec.sticky, usable.map(endpointUrl)).find(request);
  return kept === undefined ? usable : usable.filter((endpoint) => endpointUrl(endpoint) === kept.name);
}

function multiplied(resolved: ResolvedService, weights: readonly number[], request: RuntimeRequest): readonly Weighed[] {
  const groups = resolved.members.map((member, index) => ({ weight: weights[index] ?? 0, endpoints: endpointsOf(member, request) })).filter(({ weight, endpoints }) => weight > 0 && endpoints.length > 0);
  const sums = groups.map(({ endpoints }) => endpoints.reduce((sum, { weight }) => sum + weight, 0));
  const common = sums.reduce(lcm, 1);
  const all = groups.flatMap(({ weight, endpoints }, index) => endpoints.map((one) => ({ address: one.address, weight: (one.weight * weight * common) / (sums[index] ?? 1) })));
  const divisor = all.reduce((found, { weight }) => gcd(found, weight), 0);
  return all.map(({ address, weight }) => ({ address, weight: weight / divisor }));
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

function lcm(a: number, b: number): number {
  return (a * b) / gcd(a, b);
}
