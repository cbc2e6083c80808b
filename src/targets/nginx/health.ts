import type { Endpoint, LoadBalancer, ResolvedService } from '../../ir/index.ts';

/** When an endpoint is passed over: after so many failed requests, for so long. */
export interface Absence {
  readonly fails: number;
  readonly seconds: number;
}

/** nginx asks no endpoint by itself: what it knows of one it learns from requests. */
export function absencesOf({ service: { spec }, members }: ResolvedService): ReadonlyMap<Endpoint, Absence> {
  const absence = spec.kind === 'loadBalancer' ? absenceOf(spec) : undefined;
  const own = spec.kind === 'loadBalancer' && absence !== undefined ? spec.endpoints.map((endpoint) => [endpoint, absence] as const) : [];
  return new Map([...own, ...members.flatMap((member) => [...absencesOf(member)])]);
}

function absenceOf({ healthCheck, passiveHealthCheck }: LoadBalancer): Absence | undefined {
  if (healthCheck !== undefined) return { fails: 1, seconds: seconds(healthCheck.unhealthyInterval ?? healthCheck.interval) };
  return passiveHealthCheck === undefined ? undefined : { fails: passiveHealthCheck.maxFailedAttempts, seconds: seconds(passiveHealthCheck.failureWindow) };
}

/** nginx counts whole ones here. */
function seconds(milliseconds: number): number {
  return Math.max(1, Math.ceil(milliseconds / 1000));
}

/** True where a request that could not reach an endpoint goes to another one, which Traefik would have asked at once. */
export function isChecked({ service: { spec }, members }: ResolvedService): boolean {
  return (spec.kind === 'loadBalancer' && spec.healthCheck !== undefined) || members.some(isChecked);
}
