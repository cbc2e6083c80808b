import { refKey, routesOf, type Decision, type Middleware, type Probe, type ResolvedService, type Route, type Routing } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';

/** Whether nginx answers 400 to this request because its route cannot carry escapes, as the rows say. */
export type DeclinesEscaped = (status: number, probe: Probe, decision: Decision) => boolean;

/** middleware.stripPrefix, stripPrefixRegex and service.scheme say so in their rows: cutting reads the decoded path, to h2c endpoints nginx escapes it anew. */
export function escapedRefusals(routing: Routing): DeclinesEscaped {
  const routes = routesOf(routing);
  const cutting = namesOf(routes.filter(({ chain, service }) => [...chain, ...service.chain].some(cutsInside)));
  const escaping = namesOf(routes.filter(({ service }) => speaksHttp2(service)));
  return (status, { target }, decision) => {
    if (status !== 400 || (decision.kind !== 'forward' && decision.kind !== 'respond') || decision.router === null) return false;
    const name = refKey(decision.router);
    return (requestClass(target) === 'R' && (cutting.has(name) || escaping.has(name))) || (/\?(?:.*;|$)/.test(target) && escaping.has(name));
  };
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
