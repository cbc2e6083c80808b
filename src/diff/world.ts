import { refKey, routesOf, type Container, type Probe, type ResolvedService, type Route } from '../ir/index.ts';
import { type Asker, type Side } from './side.ts';

/** What both sides as a whole say about one request. */
export interface World {
  /** Over TLS it was answered; now only plain requests are. */
  readonly isOnlyPlainNow: (probe: Probe) => boolean;
  /** A plain request that is served now, and was only over TLS, where it is gone. */
  readonly wasOnlyTls: (probe: Probe) => boolean;
  /** The route's old service is still served with another method. */
  readonly hasOtherMethod: (probe: Probe, route: Route) => boolean;
  /** It leads to something that was there and could not be reached. */
  readonly isNewlyReachable: (route: Route) => boolean;
  /** The host was served, but on no public port. */
  readonly isNewlyPublic: (probe: Probe) => boolean;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const PUBLIC_PORTS: readonly number[] = [80, 443];

export function createWorld(before: Side, after: Side, old: Asker, now: Asker): World {
  const there = new Set((before.gateway?.fates ?? []).map(({ container }) => containerKey(container.id)));
  const reached = new Set(routesOf(before.routing).flatMap(({ service }) => leadsTo(service)));
  const names = [...new Set([...before.routing.listeners, ...after.routing.listeners].map(({ entryPoint }) => entryPoint.name))];
  const serves = (asker: Asker, probe: Probe): boolean => asker.ask(probe).decision.kind === 'forward';
  const elsewhere = (probe: Probe, tls: boolean): readonly Probe[] => names.map((entryPoint) => ({ ...probe, entryPoint, tls: tls ? { sni: sniOf(probe) } : false }));
  const moved = (probe: Probe, secure: readonly Probe[], plain: readonly Probe[]): boolean =>
    secure.some((one) => serves(old, one)) && !secure.some((one) => serves(now, one)) && plain.some((one) => serves(now, one) && !serves(old, one)) && probe.host !== null;
  return {
    isOnlyPlainNow: (probe) => moved(probe, elsewhere(probe, true), elsewhere(probe, false)),
    wasOnlyTls: (probe) => moved(probe, elsewhere(probe, true), elsewhere(probe, false)),
    hasOtherMethod: (probe, route) => METHODS.some((method) => method !== probe.method && now.ask({ ...probe, method }).routes.some(({ router }) => refKey(router) === refKey(route.router))),
    isNewlyReachable: ({ service }) => leadsTo(service).some((name) => !reached.has(name) && (name.startsWith('internal ') || there.has(name))),
    isNewlyPublic: (probe) => {
      const port = after.routing.listeners.find(({ entryPoint }) => entryPoint.name === probe.entryPoint)?.entryPoint.port ?? 0;
      const then = [...elsewhere(probe, false), ...elsewhere(probe, true)].filter((one) => serves(old, one));
      const ports = then.map(({ entryPoint }) => before.routing.listeners.find((listener) => listener.entryPoint.name === entryPoint)?.entryPoint.port ?? 0);
      return PUBLIC_PORTS.includes(port) && ports.length > 0 && !ports.some((one) => PUBLIC_PORTS.includes(one));
    },
  };
}

function sniOf({ host }: Probe): string | null {
  const name = (host ?? '').replace(/:\d+$/, '').replace(/\.$/, '').toLowerCase();
  return name === '' ? null : name;
}

function containerKey({ stack, service }: Container['id']): string {
  return `container ${stack}/${service}`;
}

/** Containers and internal services behind a service. */
function leadsTo({ service, members }: ResolvedService): readonly string[] {
  const { spec } = service;
  const own = spec.kind === 'loadBalancer' ? spec.endpoints.flatMap(({ container }) => (container === undefined ? [] : [containerKey(container)])) : spec.kind === 'internal' ? [`internal ${spec.name}`] : [];
  return [...own, ...members.flatMap(leadsTo)];
}
