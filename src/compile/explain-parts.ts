import { refKey } from '../ir/index.ts';
import type { Decision, Gateway, ResolvedService, Route } from '../ir/index.ts';
import { endpointAddress } from '../runtime/index.ts';
import type { Part } from './explain-document.ts';
import { placeText, shownRule } from './explain-place.ts';
import type { Placed } from './explain-place.ts';

/** Where each part of what took the request is written; a default says by what it was set. */
export function partsOf(gateway: Gateway, route: Route, decision: Decision, entryPoint: string, placed: Placed): readonly Part[] {
  const router = gateway.routers.find(({ ref }) => refKey(ref) === refKey(route.router));
  const at = (key: string): string | undefined => {
    const found = router === undefined ? undefined : [...router.places].find(([path]) => path.toLowerCase() === key.toLowerCase());
    return found === undefined ? undefined : placeText(found[1], placed);
  };
  const index = router === undefined || router.entryPoints === 'default' ? undefined : router.entryPoints.find(({ value }) => value === entryPoint);
  const own = placeText(route.origin, placed);
  return [
    { part: 'rule', value: shownRule(route), at: router === undefined ? own : placeText(router.ruleText.origin, placed) },
    { part: 'priority', value: String(route.priority), at: router === undefined ? own : router.prioritySet ? placeText(router.priority.origin, placed) : 'default: the length of the rule' },
    { part: 'entry point', value: entryPoint, at: index === undefined ? 'default: the router names none' : placeText(index.origin, placed) },
    ...(route.tls === undefined ? [] : [{ part: 'tls', value: route.tls.resolver?.value ?? route.tls.options?.value.name ?? 'on', at: placeText(route.tls.origin, placed) } as const]),
    { part: 'service', value: serviceName(route.service), at: at('service') ?? placeText(route.service.service.origin, placed) },
    ...endpointParts(route.service, decision, placed),
  ];
}

function serviceName({ service }: ResolvedService): string {
  return `${service.ref.name}@${service.ref.namespace} (${service.spec.kind})`;
}

/** The servers that may be chosen, in the order of the service. */
function endpointParts(service: ResolvedService, decision: Decision, placed: Placed): readonly Part[] {
  const chosen = new Set(decision.kind === 'forward' ? decision.endpoints.map(({ address }) => address) : []);
  return allEndpoints(service).filter((endpoint) => chosen.size === 0 || chosen.has(endpointAddress(endpoint))).map((endpoint): Part => ({ part: 'endpoint', value: endpointAddress(endpoint), at: placeText(endpoint.origin, placed) }));
}

function allEndpoints({ service, members }: ResolvedService): readonly Parameters<typeof endpointAddress>[0][] {
  return [...(service.spec.kind === 'loadBalancer' ? service.spec.endpoints : []), ...members.flatMap(allEndpoints)];
}
