import type { LoadBalancer, ResolvedService, Route, Routing, Service, SpecOf } from '../../ir/index.ts';
import { pageService } from './middlewares/errors.ts';
import { isPlainPath, isCleanPath } from './go-path.ts';
import { rewritten, statusesOf } from './statuses.ts';
import { isReadableCookie } from './sticky.ts';
import { isFixed } from './upstreams.ts';
import { atLeast } from './version.ts';

/** Services that stand behind or beside another one have a location that says their own settings; these it cannot. */
function isPlain({ service: { spec }, chain, members }: ResolvedService): boolean {
  if (chain.length > 0) return false;
  if (spec.kind === 'weighted') return spec.sticky === undefined && members.every(isPlain);
  return spec.kind === 'loadBalancer' && isPlainBalancer(spec);
}

function isPlainBalancer({ endpoints, sticky, healthCheck, passiveHealthCheck, passHostHeader }: LoadBalancer): boolean {
  const schemes = new Set(endpoints.map(({ scheme }) => scheme));
  return endpoints.length > 0 && schemes.size === 1 && !schemes.has('h2c') && sticky === undefined && healthCheck === undefined && passiveHealthCheck === undefined && (passHostHeader || endpoints.length === 1);
}

/** True when a service with members is not the one of its route, or its members are more than plain pools. */
export function hasOddMembers({ spec }: Service, route: Route | undefined): boolean {
  return route?.service.service.spec !== spec || !route.service.members.every(isPlain);
}

/** True where something in the chain keeps nginx from catching statuses a second time. */
export function isWatched(route: Route | undefined): boolean {
  return route !== undefined && [...route.chain, ...route.service.chain].some(({ spec }) => spec.kind === 'errors' || spec.kind === 'forwardAuth');
}

/** True when one of the statuses cannot be caught. */
export function cannotCatch(texts: readonly string[]): boolean {
  return statusesOf(texts) === undefined;
}

/** nginx keeps the challenge of an answer that it catches. */
export function catchesChallenge(texts: readonly string[]): boolean {
  return statusesOf(texts)?.includes(401) === true;
}

/** Why nginx cannot make these pages. */
export function pageProblem(spec: SpecOf<'errors'>, routing: Routing): string | undefined {
  const { query, statusRewrites } = spec;
  if (cannotCatch(spec.status)) return 'nginx catches statuses from 400 to 599 only';
  if ((statusesOf(spec.status) ?? []).some((status) => !isStatus(rewritten(status, statusRewrites)))) return 'a status is made one that nginx cannot send';
  if (query.includes('{url}')) return 'nginx cannot escape an address for a query';
  if (query.includes('{originalStatus}') && Object.keys(statusRewrites).length > 0) return 'where statuses are rewritten nginx knows the new one only';
  if (!isPlainQuery(query)) return 'the path of the page has characters that Go would write otherwise';
  const service = pageService(routing, spec);
  if (service === undefined || !isPlain(service)) return 'the service of the pages has settings that are only written for services of routers, or no endpoint';
  return undefined;
}

function isStatus(status: number): boolean {
  return status >= 300 && status <= 599;
}

/** Path and query that Go sends as they are written. */
function isPlainQuery(query: string): boolean {
  const text = `/${query.replace(/^\//, '')}`.replace(/\{(?:status|originalStatus)\}/g, '0');
  const [path = '', ...rest] = text.split('?');
  return isPlainPath(path) && isCleanPath(path) && /^[A-Za-z0-9._~=&+/:,-]*$/.test(rest.join('?')) && rest.length <= 1;
}

/** Why a cookie cannot choose between the services of a weighted one. */
export function stickyProblem(use: Service, route: Route | undefined, version: string): boolean {
  const { spec } = use;
  if (spec.kind !== 'weighted' || spec.sticky === undefined || route?.service.service.spec !== spec || !isReadableCookie(spec.sticky)) return true;
  const places = route.service.members.map(placeOf);
  const isKnown = route.service.members.every((member) => isPlain(member) && isOnePool(member, version));
  return !isKnown || new Set(places).size < places.length;
}

function isOnePool({ service: { spec } }: ResolvedService, version: string): boolean {
  return spec.kind === 'loadBalancer' && (spec.endpoints.length === 1 || spec.endpoints.every(({ host }) => isFixed(host)) || atLeast(version, '1.27.3'));
}

function placeOf({ service: { spec } }: ResolvedService): string {
  return spec.kind === 'loadBalancer' ? spec.endpoints.map(({ host, port }) => `${host}:${String(port)}`).join(' ') : '';
}
