import { refKey, type Decision, type Probe, type ResolvedService, type Route, type Routing } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';
import { routesOf } from './smallest.ts';

/** Whether nginx answers 400 to this request because its route cannot carry escapes, as the rows say. */
export type DeclinesEscaped = (status: number, probe: Probe, decision: Decision) => boolean;

/** middleware.stripPrefixRegex and service.scheme say so in their rows: the one reads the decoded path, to h2c endpoints nginx escapes it anew. */
export function escapedRefusals(routing: Routing): DeclinesEscaped {
  const refusing = new Set(routesOf(routing).filter(refusesEscaped).map(({ router }) => refKey(router)));
  return (status, { target }, decision) => {
    if (status !== 400 || (requestClass(target) !== 'R' && !target.endsWith('?'))) return false;
    return (decision.kind === 'forward' || decision.kind === 'respond') && decision.router !== null && refusing.has(refKey(decision.router));
  };
}

function refusesEscaped({ chain, service }: Route): boolean {
  return [...chain, ...service.chain].some(({ spec }) => spec.kind === 'stripPrefixRegex') || speaksHttp2(service);
}

function speaksHttp2({ service: { spec }, members }: ResolvedService): boolean {
  return (spec.kind === 'loadBalancer' && spec.endpoints.some(({ scheme }) => scheme === 'h2c')) || members.some(speaksHttp2);
}
