import { containerSymbol } from '../../ir/index.ts';
import type { Endpoint, Listener, ResolvedService, Route, TcpEndpoint } from '../../ir/index.ts';
import { oncePer } from '../../text/index.ts';
import type { ResolvedGateway } from '../rule.ts';

/** The addresses that routes of people lead to, members of pools included; several rules ask. */
export const endpointsOf = oncePer((resolved: ResolvedGateway): readonly (Endpoint | TcpEndpoint)[] => collect(resolved, () => true));

/** Those of them that requests get to, by routes that somebody asked for: not behind a redirection, nor of containers that say nothing to Traefik. */
export const answeringEndpoints = oncePer((resolved: ResolvedGateway): readonly (Endpoint | TcpEndpoint)[] => collect(resolved, wantedIn(resolved)));

function wantedIn({ gateway }: ResolvedGateway): (route: Route, listener: Listener) => boolean {
  const mute = new Set(gateway.fates.map(({ container }) => container).filter(({ labels }) => !labels.some((label) => /^traefik\./i.test(label.key.value.text))).map(containerSymbol));
  return (route, listener) => !(route.defaultRule && mute.has(route.symbol.split(' ')[0] ?? '')) && !onlyRedirects(route, listener);
}

/** Always another scheme than the client's. A proxy before this one, or a header that the chain itself sets, could say that it is the same. */
function onlyRedirects(route: Route, { plain, entryPoint: { forwardedHeaders } }: Listener): boolean {
  if (forwardedHeaders.insecure || forwardedHeaders.trustedIPs.length > 0) return false;
  const own = plain.includes(route) ? 'http' : 'https';
  const at = route.chain.findIndex(({ spec }) => spec.kind === 'redirectScheme' && spec.scheme !== own);
  return at !== -1 && !route.chain.slice(0, at).some(({ spec }) => spec.kind === 'headers');
}

function collect(resolved: ResolvedGateway, wanted: (route: Route, listener: Listener) => boolean): readonly (Endpoint | TcpEndpoint)[] {
  return resolved.routing.listeners.flatMap((listener) => [
    ...[...listener.plain, ...listener.tls].filter((route) => !route.synthetic && wanted(route, listener)).flatMap((route) => ofService(route.service)),
    ...[...listener.tcp, ...(listener.udp === undefined ? [] : [listener.udp])].flatMap((route) => [route.service, ...route.members]).flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints : [])),
  ]);
}

function ofService({ service, members }: ResolvedService): readonly Endpoint[] {
  const own = service.spec.kind === 'loadBalancer' ? service.spec.endpoints : [];
  return [...own, ...members.flatMap(ofService)];
}
