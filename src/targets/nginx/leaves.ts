import type { Endpoint, ResolvedService, Routing } from '../../ir/index.ts';

/** Every HTTP endpoint of a routing, and the hosts of authentication services. */
export function poolsOf(routing: Routing): readonly { readonly host: string }[] {
  return routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls]).flatMap((route) => [...endpointsOf(route.service), ...route.chain.flatMap(({ spec }) => (spec.kind === 'forwardAuth' ? authHost(spec.address) : []))]);
}

export function endpointsOf(resolved: ResolvedService): readonly Endpoint[] {
  const own = resolved.service.spec.kind === 'loadBalancer' ? resolved.service.spec.endpoints : [];
  return [...own, ...resolved.members.flatMap(endpointsOf)];
}

function authHost(address: string): readonly { readonly host: string }[] {
  return URL.canParse(address) ? [{ host: new URL(address).hostname }] : [];
}
