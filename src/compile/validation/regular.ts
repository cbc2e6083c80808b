import type { Decision, Probe } from '../../ir/index.ts';
import { connectionNamesFields, requestClass } from '../../ir/request-class.ts';

/** Statuses with which nginx and Kong turn down what they would otherwise decide in another way. */
const TURNED_DOWN = [400, 405, 414];

/** Whether a target other than Traefik may refuse this request: a form or host that it does not promise to serve. */
export function mayDecline(target: 'nginx' | 'kong', probe: Probe, status: number): boolean {
  return TURNED_DOWN.includes(status) && !isRegular(target, probe);
}

/** Whether both turn it down: Traefik because no host is written so, nginx because none of its hosts is named so (ran on 1.22; newer ones answer 400 as well). docs/conformance.md says it. */
export function bothTurnDown({ host }: Probe, decision: Decision, status: number): boolean {
  return decision.kind === 'respond' && decision.router === null && decision.status === 400 && status === 404 && !isRegularHost(host);
}

function isRegularHost(host: string | null): boolean {
  return host !== null && /^[A-Za-z0-9._-]+(?::\d+)?$/.test(host) && !host.includes('..');
}

/** A target of class P or R, a method that exists, an ordinary host. Kong cannot send on the `&` that Traefik makes of `;`. */
function isRegular(target: 'nginx' | 'kong', { target: text, host, method, headers }: Probe): boolean {
  if (target === 'nginx' && connectionNamesFields(headers)) return false;
  if (!['P', 'R'].includes(requestClass(text)) || (target === 'kong' && /\?.*;/.test(text))) return false;
  if (!isRegularHost(host)) return false;
  return /^[A-Z_-]+$/.test(method) && method !== 'TRACE' && method !== 'CONNECT';
}
