import { chainOf, type LoadBalancer, type ResolvedService, type Route, type Routing, type Service, type ServiceSpec, type SpecOf } from '../../ir/index.ts';
import { pageService } from './middlewares/errors.ts';
import { isPlainPath, isCleanPath } from './go-path.ts';
import { rewritten, statusesOf } from './statuses.ts';
import { isReadableCookie } from './sticky.ts';
import { isDrawn } from './upstreams.ts';

/** Services that stand behind or beside another one have a location that says their own settings; these it cannot. */
function isPlain({ service: { spec }, chain, members }: ResolvedService): boolean {
  if (chain.length > 0) return false;
  if (spec.kind === 'weighted') return spec.sticky === undefined && members.every(isPlain);
  return spec.kind === 'loadBalancer' && isPlainBalancer(spec);
}

function isPlainBalancer({ endpoints, sticky, passHostHeader }: LoadBalancer): boolean {
  const schemes = new Set(endpoints.map(({ scheme }) => scheme));
  return endpoints.length > 0 && schemes.size === 1 && !schemes.has('h2c') && sticky === undefined && (passHostHeader || endpoints.length === 1);
}

/** True when a service with members is not the one of its route, or its members are more than plain pools. */
export function hasOddMembers({ spec }: Service, route: Route | undefined): boolean {
  return route?.service.service.spec !== spec || !route.service.members.every(isPlain);
}

/** True where something in the chain keeps nginx from catching statuses a second time. */
export function isWatched(route: Route | undefined): boolean {
  return route !== undefined && chainOf(route).some(({ spec }) => spec.kind === 'errors' || spec.kind === 'forwardAuth');
}

/** True when one of the statuses cannot be caught. */
export function cannotCatch(texts: readonly string[]): boolean {
  return statusesOf(texts) === undefined;
}

/** nginx keeps the challenge of an answer that it catches. */
export function catchesChallenge(texts: readonly string[]): boolean {
  return statusesOf(texts)?.includes(401) === true;
}

/** True when a body that is too long would be taken to the other service: nginx finds out about some only while it sends them. */
export function catchesLimit({ errors }: Extract<ServiceSpec, { kind: 'failover' }>, route: Route | undefined): boolean {
  const isLimited = (errors?.maxRequestBodyBytes ?? -1) >= 0 || [...(route?.chain ?? []), ...(route?.service.chain ?? [])].some(({ spec }) => spec.kind === 'buffering' && spec.maxRequestBodyBytes > 0);
  return isLimited && statusesOf(errors?.status ?? [])?.includes(413) === true;
}

/** True when a status is made one that nginx cannot send. */
export function rewritesOddly({ status, statusRewrites }: SpecOf<'errors'>): boolean {
  return (statusesOf(status) ?? []).some((one) => !isStatus(rewritten(one, statusRewrites)));
}

function isStatus(status: number): boolean {
  return status >= 300 && status <= 599;
}

/** True when Go would send the path of the pages otherwise than it is written. */
export function hasOddQuery({ query }: SpecOf<'errors'>): boolean {
  const text = `/${query.replace(/^\//, '')}`.replace(/\{(?:status|originalStatus|url)\}/g, '0');
  const [path = '', ...rest] = text.split('?');
  return !isPlainPath(path) || !isCleanPath(path) || rest.length > 1 || !/^[A-Za-z0-9._~=&+/:,-]*$/.test(rest.join('?'));
}

/** True when the service of the pages has settings that are only written for services of routers, or no endpoint. */
export function hasOddPages(spec: SpecOf<'errors'>, routing: Routing): boolean {
  const service = pageService(routing, spec);
  return service === undefined || !isPlain(service);
}

/** Why a cookie cannot choose between the services of a weighted one. */
export function stickyProblem(use: Service, route: Route | undefined, version: string): boolean {
  const { spec } = use;
  if (spec.kind !== 'weighted' || spec.sticky === undefined || route?.service.service.spec !== spec || !isReadableCookie(spec.sticky)) return true;
  const places = route.service.members.map(placeOf);
  const isKnown = route.service.members.every((member) => isPlain(member) && isOnePool(member, version));
  return !isKnown || new Set(places).size < places.length;
}

function isOnePool(member: ResolvedService, version: string): boolean {
  const { spec } = member.service;
  return spec.kind === 'loadBalancer' && !isDrawn(spec.endpoints, member, version);
}

function placeOf({ service: { spec } }: ResolvedService): string {
  return spec.kind === 'loadBalancer' ? spec.endpoints.map(({ host, port }) => `${host}:${String(port)}`).join(' ') : '';
}
