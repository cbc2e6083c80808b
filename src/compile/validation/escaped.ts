import { chainOf, refKey, routesOf, type Decision, type Middleware, type Probe, type ResolvedService, type Route, type Routing } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';
import { encodeUtf8 } from '../../rule-lang/index.ts';
import { groupedBy } from '../../text/index.ts';

/** Whether nginx or Kong answers 400 to this request because its route cannot carry escapes, as the rows say. */
export type DeclinesEscaped = (status: number, probe: Probe, decision: Decision) => boolean;

/** middleware.stripPrefix, stripPrefixRegex and service.scheme say so in their rows of nginx: cutting reads the decoded path, to h2c endpoints nginx escapes it anew. */
export function escapedRefusals(routing: Routing): DeclinesEscaped {
  return declines(routing, ({ target }, route) => {
    const escapes = speaksHttp2(route.service);
    if (escapes && /\?(?:.*;|$)/.test(target)) return true;
    return requestClass(target) === 'R' && (escapes || chainOf(route).some((one) => cutsInside(one) || cutsBefore(one, target, '%')));
  });
}

/** middleware.stripPrefix and stripPrefixRegex say so in their rows of Kong: a second escape, or one of these signs, behind an escaped slash is refused. */
export function kongEscapedRefusals(routing: Routing): DeclinesEscaped {
  const refuses = declines(routing, ({ target }, route) => /^[^?]*%2F[^?]*[%!'()*[\]]/i.test(target) && chainOf(route).some((one) => one.spec.kind === 'stripPrefixRegex' || cutsBefore(one, target, '%2F')));
  return (status, probe, decision) => decision.kind === 'forward' && refuses(status, probe, decision);
}

/** Asks about the routes of the router that decides; it has one on each of its entry points. */
function declines(routing: Routing, refuses: (probe: Probe, route: Route) => boolean): DeclinesEscaped {
  const routes = groupedBy(routesOf(routing), ({ router }) => refKey(router));
  return (status, probe, decision) => {
    if (status !== 400 || (decision.kind !== 'forward' && decision.kind !== 'respond') || decision.router === null) return false;
    return routes.get(refKey(decision.router))?.some((route) => refuses(probe, route)) === true;
  };
}

/** A prefix with a slash at its end may end inside of an escaped slash. */
function cutsInside({ spec }: Middleware): boolean {
  return spec.kind === 'stripPrefixRegex' || (spec.kind === 'stripPrefix' && spec.prefixes.some((prefix) => prefix.endsWith('/')));
}

function cutsBefore({ spec }: Middleware, target: string, escape: string): boolean {
  return spec.kind === 'stripPrefix' && spec.prefixes.some((prefix) => new RegExp(`${spelled(prefix)}${escape}`, 'i').test(target));
}

/** A prefix is found in the decoded path: in the target each of its signs may be escaped. */
function spelled(prefix: string): string {
  return [...encodeUtf8(prefix)].map((sign) => (/[A-Za-z0-9]/.test(sign) ? sign : `(?:\\${sign}|%${sign.charCodeAt(0).toString(16)})`)).join('');
}

function speaksHttp2({ service: { spec }, members }: ResolvedService): boolean {
  return (spec.kind === 'loadBalancer' && spec.endpoints.some(({ scheme }) => scheme === 'h2c')) || members.some(speaksHttp2);
}
