import { expect } from 'vitest';
import type { GatewayUnderTest } from './gateway-under-test.ts';
import { parseRequest } from './request.ts';
import { failuresOf, type Expectation, type Outcome } from './route-test.ts';

export type { GatewayUnderTest };

/** What a request carries beside its line. */
export interface RequestDetails {
  readonly headers?: Readonly<Record<string, string>>;
  readonly clientIp?: string;
  readonly entryPoint?: string;
}

interface Result {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Statuses by which a middleware asks who somebody is. */
const ASKS_WHO = [401, 403, 407];

expect.extend({
  toRoute(gateway: GatewayUnderTest, request: string, to: string, details?: RequestDetails): Result {
    return held(gateway, request, details, (seen) => failuresOf({ to }, seen), `to route to ${to}`);
  },
  toRedirect(gateway: GatewayUnderTest, request: string, location: string, details?: RequestDetails & { readonly status?: number }): Result {
    const wanted: Expectation = { redirect: location, ...(details?.status === undefined ? {} : { status: details.status }) };
    return held(gateway, request, details, (seen) => failuresOf(wanted, seen), `to redirect to ${location}`);
  },
  toRequireAuth(gateway: GatewayUnderTest, request: string, details?: RequestDetails): Result {
    return held(gateway, request, details, (seen) => (seen.headers === null && ASKS_WHO.includes(seen.status) ? [] : [`expected a refusal, got ${seen.headers === null ? String(seen.status) : `an answer of ${seen.endpoints.map(([name]) => name).join(' or ')}`}`]), 'to require authentication');
  },
});

function held(gateway: GatewayUnderTest, line: string, details: RequestDetails | undefined, failures: (seen: Outcome) => readonly string[], what: string): Result {
  const parsed = parseRequest(line.trim().split(/\s+/), {
    headers: Object.entries(details?.headers ?? {}).map(([name, value]) => `${name}: ${value}`),
    clientIp: details?.clientIp ?? '127.0.0.1',
    ...(details?.entryPoint === undefined ? {} : { entryPoint: details.entryPoint }),
  });
  if (parsed.kind === 'invalid') return { pass: false, message: () => parsed.message };
  const seen = gateway.decide(parsed.request);
  const found = seen === undefined ? ['no entry point serves this request'] : failures(seen);
  const explained = (): string => gateway.explain(parsed.request);
  return { pass: found.length === 0, message: () => (found.length === 0 ? `expected ${line} not ${what}\n\n${explained()}` : `${found.join('\n')}\n\n${explained()}`) };
}

interface GatewayMatchers<R> {
  /** The request reaches this router, service or Compose service. */
  toRoute(request: string, to: string, details?: RequestDetails): R;
  /** The proxy itself answers with this location. */
  toRedirect(request: string, location: string, details?: RequestDetails & { readonly status?: number }): R;
  /** Without credentials nobody reaches a backend: 401, 403 or 407. */
  toRequireAuth(request: string, details?: RequestDetails): R;
}

declare module 'vitest' {
  interface Matchers<T> extends GatewayMatchers<T> {}
}
