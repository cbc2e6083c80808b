import { refKey, routesOf, type Decision, type Middleware, type Probe, type ResolvedService, type Route, type Routing, type SpecOf } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';

/** Whether nginx or Kong answers 400 to this request because its route cannot carry escapes, as the rows say. */
export type DeclinesEscaped = (status: number, probe: Probe, decision: Decision) => boolean;

/** middleware.stripPrefix, stripPrefixRegex and service.scheme say so in their rows of nginx: cutting reads the decoded path, to h2c endpoints nginx escapes it anew. */
export function escapedRefusals(routing: Routing): DeclinesEscaped {
  const routes = routesOf(routing);
  const cutting = namesOf(routes.filter((route) => chainOf(route).some(cutsInside)));
  const chains = new Map(routes.map((route) => [refKey(route.router), chainOf(route)]));
  const escaping = namesOf(routes.filter(({ service }) => speaksHttp2(service)));
  return (status, { target }, decision) => {
    if (status !== 400 || (decision.kind !== 'forward' && decision.kind !== 'respond') || decision.router === null) return false;
    const name = refKey(decision.router);
    const isCutThere = cutting.has(name) || chains.get(name)?.some(({ spec }) => spec.kind === 'stripPrefix' && isCutBefore(spec, target, '%')) === true;
    return (requestClass(target) === 'R' && (isCutThere || escaping.has(name))) || (/\?(?:.*;|$)/.test(target) && escaping.has(name));
  };
}

/** middleware.stripPrefix and stripPrefixRegex say so in their rows of Kong: a second escape, or one of these signs, behind an escaped slash is refused. */
export function kongEscapedRefusals(routing: Routing): DeclinesEscaped {
  const cuts = new Map(routesOf(routing).map((route) => [refKey(route.router), chainOf(route)]));
  return (status, { target }, decision) => {
    if (status !== 400 || decision.kind !== 'forward' || !/^[^?]*%2F[^?]*[%!'()*[\]]/i.test(target)) return false;
    return cuts.get(refKey(decision.router))?.some(({ spec }) => spec.kind === 'stripPrefixRegex' || (spec.kind === 'stripPrefix' && isCutBefore(spec, target, '%2F'))) === true;
  };
}

function isCutBefore({ prefixes }: SpecOf<'stripPrefix'>, target: string, escape: string): boolean {
  return prefixes.some((prefix) => target.toUpperCase().includes(`${prefix}${escape}`.toUpperCase()));
}

function chainOf({ chain, service }: Route): readonly Middleware[] {
  return [...chain, ...service.chain];
}

/** A prefix with a slash at its end may end inside of an escaped slash. */
function cutsInside({ spec }: Middleware): boolean {
  return spec.kind === 'stripPrefixRegex' || (spec.kind === 'stripPrefix' && spec.prefixes.some((prefix) => prefix.endsWith('/')));
}

function namesOf(routes: readonly Route[]): ReadonlySet<string> {
  return new Set(routes.map(({ router }) => refKey(router)));
}

function speaksHttp2({ service: { spec }, members }: ResolvedService): boolean {
  return (spec.kind === 'loadBalancer' && spec.endpoints.some(({ scheme }) => scheme === 'h2c')) || members.some(speaksHttp2);
}
