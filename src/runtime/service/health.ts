import { refKey, type Endpoint, type LoadBalancer, type Ref } from '../../ir/index.ts';
import type { Handler } from '../effect.ts';
import type { Scope } from '../message.ts';
import { slot } from '../slot.ts';
import { endpointUrl } from './proxy.ts';

/** Endpoints out of use, by service and URL, until when (milliseconds). */
const down = slot(() => new Map<string, number>());

function key(service: Ref, endpoint: Endpoint): string {
  return `${refKey(service)} ${endpointUrl(endpoint)}`;
}

export function isUp(scope: Scope, service: Ref, endpoint: Endpoint): boolean {
  const known = down.kept(scope);
  // Mostly everything is up, and nobody needs a key to see that.
  return known === undefined || known.size === 0 || (known.get(key(service, endpoint)) ?? 0) <= scope.now();
}

/** Records what a health check found. Servers count as up until one fails. */
export function reportHealth(scope: Scope, service: Ref, endpoint: Endpoint, up: boolean, until = Number.POSITIVE_INFINITY): void {
  if (up) down(scope).delete(key(service, endpoint));
  else down(scope).set(key(service, endpoint), until);
}

/** passiveHealthCheck: enough failures within the window take a server out for as long (pkg/healthcheck). */
export function passively(service: Ref, spec: LoadBalancer, endpoint: Endpoint, forward: Handler): Handler {
  const check = spec.passiveHealthCheck;
  if (check === undefined) return forward;
  const state = slot(() => ({ failures: [] as readonly number[] }));
  return function* passive(request, draft) {
    const response = yield* forward(request, draft);
    const { scope } = request;
    const cell = state(scope);
    // An answer below 500 clears the count; a 502 made by the proxy is a failure like any other.
    const since = scope.now() - check.failureWindow;
    cell.failures = response.status < 500 && response.via !== undefined ? [] : [...cell.failures.filter((at) => at > since), scope.now()];
    // With an active check beside it, only that one brings the server back.
    const until = spec.healthCheck === undefined ? scope.now() + check.failureWindow : undefined;
    if (cell.failures.length >= check.maxFailedAttempts) reportHealth(scope, service, endpoint, false, until);
    return response;
  };
}
