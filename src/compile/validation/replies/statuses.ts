import type { Probe, ResolvedService, Route } from '../../../ir/index.ts';
import type { Mismatch } from '../verdict.ts';
import { printed, sameRequests, type Exchange, type Question } from './exchange.ts';

const STATUSES = 12;

/** Whatever looks at the status of an endpoint: error pages, a failover, a retry. `turn` is another one for each request of the route. */
export function aboutStatuses(route: Route, probe: Probe, turn: number): readonly Question[] {
  const posted: Probe = { ...probe, method: 'POST' };
  const repeats = [...route.chain, ...route.service.chain].some(({ spec }) => spec.kind === 'retry');
  // Pages are asked for with GET whatever the client did; of retries the method decides.
  return statusesFor(route).flatMap((status, at) => (repeats ? [probe, posted] : [(at + turn) % 2 === 0 ? probe : posted]).map((asked): Question => ({
    probe: asked,
    replied: { statuses: [status] },
    difference: (expected, seen) => difference(expected, seen, status),
  })));
}

/** Both sides of every boundary. Of a retry together with the others nothing is asked: which comes first differs by engine. */
function statusesFor({ chain, service }: Route): readonly number[] {
  const all = [...chain, ...service.chain];
  const pages = all.flatMap(({ spec }) => (spec.kind === 'errors' ? [...spec.status, ...Object.keys(spec.statusRewrites)] : []));
  const { spec } = service.service;
  const others = spec.kind === 'failover' ? (spec.errors?.status ?? []) : [];
  const [retry, ...more] = all.flatMap(({ spec: one }) => (one.kind === 'retry' ? [one] : []));
  if (retry === undefined) return boundaries([...pages, ...others]);
  if (more.length > 0 || pages.length > 0 || spec.kind === 'failover') return [];
  return [...(isChecked(service) ? [] : [0]), ...boundaries(retry.status)];
}

/** Where endpoints are passed over, one that cannot be reached is a matter of its own. */
function isChecked({ service: { spec }, members }: ResolvedService): boolean {
  return (spec.kind === 'loadBalancer' && (spec.healthCheck !== undefined || spec.passiveHealthCheck !== undefined)) || members.some(isChecked);
}

function boundaries(texts: readonly string[]): readonly number[] {
  const bounds = texts.flatMap((text) => {
    const [low = '', high = low] = text.split('-');
    return [Number(low) - 1, Number(low), Number(high), Number(high) + 1];
  });
  // Verdicts speak of these: a 304 has no page, a 499 is not caught.
  return [...new Set(bounds)].filter((status) => status >= 200 && status <= 599 && status !== 304 && status !== 499).slice(0, STATUSES);
}

function difference(expected: Exchange, seen: Exchange, status: number): Mismatch | undefined {
  const when = status === 0 ? 'where an endpoint cannot be reached' : `where an endpoint answers ${String(status)}`;
  if (!sameRequests(expected.hops, seen.hops)) return { what: `requests ${when}`, expected: printed(expected.hops), seen: printed(seen.hops) };
  return expected.status === seen.status ? undefined : { what: `status ${when}`, expected: String(expected.status), seen: String(seen.status) };
}
