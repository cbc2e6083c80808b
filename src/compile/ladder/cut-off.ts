import type { Container, Endpoint, ResolvedService, Route } from '../../ir/index.ts';
import type { ResolvedGateway } from '../../resolve/index.ts';
import type { Loaded } from '../types.ts';
import { network, networksOf } from './address-rungs.ts';
import { footingOf } from './container-rungs.ts';

/** Containers behind a route that the proxy cannot reach, or only by chance: the request is sent, and nobody answers it. */
export function cutOff({ service }: Route, loaded: Loaded, resolved: ResolvedGateway): readonly Container[] {
  const { proxy, fates } = resolved.gateway;
  if (proxy.container === undefined || (proxy.static !== 'unknown' && proxy.static.docker?.useBindPortIP === true)) return [];
  const theirs = networksOf(proxy.container);
  const behind = endpointsOf(service).flatMap((endpoint) => fates.flatMap(({ container }) => (isOf(endpoint, container) ? [container] : [])));
  return [...new Set(behind)].filter((container) => {
    const here = networksOf(container);
    const everywhere = here !== undefined && here.length > 0 && here.every((name) => theirs?.includes(name) === true);
    return !everywhere && network(footingOf(container, loaded, resolved)).state === 'failed';
  });
}

function endpointsOf({ service: { spec }, members }: ResolvedService): readonly Endpoint[] {
  return [...(spec.kind === 'loadBalancer' ? spec.endpoints : []), ...members.flatMap(endpointsOf)];
}

/** Found by its Docker address, and not by one that a label wrote. */
function isOf({ container: of, host }: Endpoint, { id }: Container): boolean {
  return of !== undefined && of.stack === id.stack && of.service === id.service && host === id.service;
}
