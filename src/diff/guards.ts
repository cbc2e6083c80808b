import { chainOf, type Middleware, type MiddlewareKind, type MiddlewareSpec, type Route } from '../ir/index.ts';
import type { ChangeClass } from './classes.ts';
import { keyOf } from './plain.ts';

/** Middlewares whose effect no single answer shows: what they say is compared instead. */
const UNSEEN: Readonly<Partial<Record<MiddlewareKind, ChangeClass>>> = {
  plugin: 'unproven',
  passTLSClientCert: 'header-removed',
  retry: 'status-changed',
  circuitBreaker: 'status-changed',
  errors: 'status-changed',
  compress: 'status-changed',
  contentType: 'status-changed',
  grpcWeb: 'status-changed',
};

const LOGINS: readonly MiddlewareKind[] = ['basicAuth', 'digestAuth', 'forwardAuth', 'apiKey', 'jwt', 'login', 'groups'];

/** Middlewares that a request passes on its way, the service's own last. `until` cuts off what a redirection never lets it reach. */
export function passed(route: Route, redirected: boolean): readonly Middleware[] {
  const chain = chainOf(route);
  const at = redirected ? chain.findIndex(({ spec }) => spec.kind === 'redirectScheme' || spec.kind === 'redirectRegex') : -1;
  return at === -1 ? chain : chain.slice(0, at);
}

/** What changed between two chains that an answer cannot show. */
export function compareGuards(before: readonly Middleware[], after: readonly Middleware[]): ReadonlySet<ChangeClass> {
  const found = new Set<ChangeClass>();
  const of = (chain: readonly Middleware[], kinds: readonly MiddlewareKind[]): readonly MiddlewareSpec[] => chain.map(({ spec }) => spec).filter(({ kind }) => kinds.includes(kind));
  const login = compareLogins(of(before, LOGINS), of(after, LOGINS));
  if (login !== undefined) found.add(login);
  for (const one of compareLimits(limitsOf(before), limitsOf(after))) found.add(one);
  for (const [kind, id] of Object.entries(UNSEEN)) {
    const texts = (chain: readonly Middleware[]): string => keyOf(chain.flatMap(({ spec }) => (spec.kind === kind ? [inForce(spec)] : [])));
    if (texts(before) !== texts(after)) found.add(id);
  }
  return found;
}

/** An option that is not set, as its default. */
function inForce(spec: MiddlewareSpec): MiddlewareSpec {
  return spec.kind === 'compress' && spec.minResponseBodyBytes === 0 ? { ...spec, minResponseBodyBytes: 1024 } : spec;
}

function compareLogins(before: readonly MiddlewareSpec[], after: readonly MiddlewareSpec[]): ChangeClass | undefined {
  if (keyOf(before) === keyOf(after)) return undefined;
  if (after.length < before.length) return 'auth-removed';
  if (before.length === 0) return 'status-changed';
  // Who has which password cannot be asked.
  return 'unproven';
}

export const SECONDS = { second: 1, minute: 60, hour: 3600, day: 86_400, month: 2_592_000, year: 31_536_000 } as const;

/** Limits by what they count: how much is let through, per millisecond where time matters. */
interface Limit {
  readonly key: string;
  readonly amount: number;
}

function limitsOf(chain: readonly Middleware[]): readonly Limit[] {
  return chain.flatMap(({ spec }): readonly Limit[] => {
    switch (spec.kind) {
      case 'rateLimit':
        return spec.average === 0 ? [] : [{ key: `rate ${keyOf(spec.sourceCriterion)}`, amount: spec.average / Math.max(1, spec.period) }, { key: `burst ${keyOf(spec.sourceCriterion)}`, amount: spec.burst }];
      case 'inFlightReq':
        return [{ key: `in flight ${keyOf(spec.sourceCriterion)}`, amount: spec.amount }];
      case 'consumerLimit':
        return [{ key: 'consumer', amount: spec.amount / SECONDS[spec.window] }];
      case 'buffering':
        return [...(spec.maxRequestBodyBytes > 0 ? [{ key: 'request body', amount: spec.maxRequestBodyBytes }] : []), ...(spec.maxResponseBodyBytes > 0 ? [{ key: 'response body', amount: spec.maxResponseBodyBytes }] : [])];
      default:
        return [];
    }
  });
}

function compareLimits(before: readonly Limit[], after: readonly Limit[]): readonly ChangeClass[] {
  const least = (limits: readonly Limit[], key: string): number => Math.min(Infinity, ...limits.filter((limit) => limit.key === key).map(({ amount }) => amount));
  const keys = new Set([...before, ...after].map(({ key }) => key));
  return [...keys].flatMap((key): readonly ChangeClass[] => {
    const [old, now] = [least(before, key), least(after, key)];
    if (old === now) return [];
    return [now > old ? 'limit-removed' : 'status-changed'];
  });
}
