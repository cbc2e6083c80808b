import { refName, type Endpoint, type LoadBalancer, type Middleware, type ResolvedService, type ServiceSpec } from '../../ir/index.ts';
import { assertNever } from '../../text/index.ts';
import { answering, type Handler } from '../effect.ts';
import { respond, respondError, respondStatus, type Scope } from '../message.ts';
import { balance, type Member } from './balance.ts';
import { failover } from './failover.ts';
import { isUp, passively } from './health.ts';
import { mirroring } from './mirroring.ts';
import { endpointUrl, proxyTo } from './proxy.ts';

/** A service ready to answer, and whether anything below it is up. */
export interface ServiceNode {
  readonly handler: Handler;
  readonly up: (scope: Scope) => boolean;
}
type InternalName = Extract<ServiceSpec, { kind: 'internal' }>['name'];
interface Parts {
  readonly chain: (middlewares: readonly Middleware[], end: Handler) => Handler;
  readonly service: (resolved: ResolvedService) => ServiceNode;
}

/** Builds a service with all that it refers to; the middlewares on it run after the router's. */
export function serviceNode(resolved: ResolvedService, { chain, service }: Parts): ServiceNode {
  const node = bareNode(resolved, service);
  return resolved.chain.length === 0 ? node : { ...node, handler: chain(resolved.chain, node.handler) };
}

function bareNode(resolved: ResolvedService, service: Parts['service']): ServiceNode {
  const { spec, ref } = resolved.service;
  const children = resolved.members.map(service);
  switch (spec.kind) {
    case 'loadBalancer':
      return loadBalancer(resolved, spec);
    case 'weighted':
      return weighted(spec.services, spec.healthCheck, children, 'wrr', spec.sticky);
    case 'highestRandomWeight':
      return weighted(spec.services, spec.healthCheck, children, 'hrw', undefined);
    case 'mirroring':
      return mirroring(spec, children);
    case 'failover':
      return failover(spec, children);
    case 'internal':
      return { handler: internal(spec.name, refName(ref)), up: () => true };
    default:
      return assertNever(spec);
  }
}

/** The proxy's own services: `noop` answers 418 (ran), `ping` 200; the others only Traefik has, here they answer 404. */
function internal(kind: InternalName, name: string): Handler {
  if (kind === 'noop') return answering((_, draft) => respond(draft, 418));
  if (kind === 'ping') return answering((_, draft) => respondStatus(draft, 200));
  return answering((_, draft) => respondError(draft, 404, `404 page not found (${name})`));
}

function loadBalancer(resolved: ResolvedService, spec: LoadBalancer): ServiceNode {
  const { ref } = resolved.service;
  const unusable = unusableCheck(spec);
  const member = (endpoint: Endpoint): Member => ({
    name: endpointUrl(endpoint),
    weight: endpoint.weight,
    handler: passively(ref, spec, endpoint, proxyTo(endpoint, spec, resolved.transport)),
    up: (scope) => !unusable && isUp(scope, ref, endpoint),
  });
  const members = spec.endpoints.map(member);
  return { handler: balance(members, spec.strategy, spec.sticky), up: (scope) => members.some((one) => one.weight > 0 && one.up(scope)) };
}

/** A health check with an absolute URL as path fails each time: every request is answered 503 (3.7, ran). */
function unusableCheck(spec: LoadBalancer): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(spec.healthCheck?.path ?? '');
}

function weighted(
  refs: readonly { readonly service: { readonly name: string; readonly namespace: string }; readonly weight: number }[],
  healthCheck: boolean,
  children: readonly ServiceNode[],
  strategy: string,
  sticky: LoadBalancer['sticky'],
): ServiceNode {
  const members = children.flatMap((child, index): Member[] => {
    const found = refs[index];
    // Children tell their health upward only where the parent asks for it (section 12.7).
    return found === undefined ? [] : [{ name: found.service.name, weight: found.weight, handler: child.handler, up: healthCheck ? child.up : () => true }];
  });
  return { handler: balance(members, strategy, sticky), up: (scope) => members.some((one) => one.weight > 0 && one.up(scope)) };
}
