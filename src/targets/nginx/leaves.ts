import { chainOf, routesOf } from '../../ir/index.ts';
import type { Endpoint, ResolvedService, Routing, SpecOf } from '../../ir/index.ts';
import { pageService } from './middlewares/errors.ts';

/** Every HTTP endpoint of a routing, those of error pages, and the hosts of authentication services. */
export function poolsOf(routing: Routing): readonly { readonly host: string }[] {
  return routesOf(routing).flatMap((route) => [...endpointsOf(route.service), ...chainOf(route).flatMap(({ spec }) => (spec.kind === 'forwardAuth' ? authHost(spec.address) : spec.kind === 'errors' ? pageEndpoints(routing, spec) : []))]);
}

export function endpointsOf(resolved: ResolvedService): readonly Endpoint[] {
  const own = resolved.service.spec.kind === 'loadBalancer' ? resolved.service.spec.endpoints : [];
  return [...own, ...resolved.members.flatMap(endpointsOf)];
}

function pageEndpoints(routing: Routing, spec: SpecOf<'errors'>): readonly Endpoint[] {
  const service = pageService(routing, spec);
  return service === undefined ? [] : endpointsOf(service);
}

function authHost(address: string): readonly { readonly host: string }[] {
  return URL.canParse(address) ? [{ host: new URL(address).hostname }] : [];
}
