import { chainOf, type HeaderList, type Probe, type ResolvedService, type Route } from '../../../ir/index.ts';
import type { Mismatch } from '../verdict.ts';
import { differentField } from './copies.ts';
import { printed, sameRequests, type Exchange, type Question } from './exchange.ts';

const STATUSES = 12;

/** Whatever looks at the status of an endpoint: error pages, a failover, a retry. */
export function aboutStatuses(route: Route, probe: Probe): readonly Question[] {
  const posted: Probe = { ...probe, method: 'POST', target: withQuery(probe.target), headers: withNamed(route, probe.headers), body: new Uint8Array(1) };
  // Pages are asked for with GET whatever the client did; of retries the method decides.
  return statusesFor(route).flatMap((status) => [probe, posted].map((asked): Question => ({
    probe: asked,
    replied: { statuses: [status] },
    difference: (expected, seen) => difference(expected, seen, status),
  })));
}

/** What an address of a page is written with: separators, and what must be escaped in it. */
function withQuery(target: string): string {
  return target.includes('?') ? target : `${target}?x=1&y=$(a),!*&z=${':'.repeat(60)}`;
}

/** Pages may get some fields of the request and no others. */
function withNamed(route: Route, headers: HeaderList): HeaderList {
  const named = chainOf(route).flatMap(({ spec }) => (spec.kind === 'errors' ? (spec.errorRequestHeaders ?? []) : []));
  const harmless = [...named, 'X-Any'].filter((name) => /^x-(?!forwarded|real)[\w-]+$/i.test(name) && !headers.some(([other]) => other.toLowerCase() === name.toLowerCase()));
  return [...headers, ...[...new Set(harmless)].slice(0, 8).map((name): readonly [string, string] => [name, '1'])];
}

/** Both sides of every boundary. Of a retry together with the others nothing is asked: which comes first differs by engine. */
function statusesFor(route: Route): readonly number[] {
  const all = chainOf(route);
  const pages = all.flatMap(({ spec }) => (spec.kind === 'errors' ? [...spec.status, ...Object.keys(spec.statusRewrites)] : []));
  const { spec } = route.service.service;
  const others = spec.kind === 'failover' ? (spec.errors?.status ?? []) : [];
  const [retry, ...more] = all.flatMap(({ spec: one }) => (one.kind === 'retry' ? [one] : []));
  if (retry === undefined) return boundaries([...pages, ...others]);
  if (more.length > 0 || pages.length > 0 || spec.kind === 'failover') return [];
  return [...(isChecked(route.service) ? [] : [0]), ...boundaries(retry.status)];
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
  for (const [at, hop] of expected.hops.entries()) {
    const other = seen.hops[at];
    const field = other === undefined ? undefined : differentField(hop, other);
    if (field !== undefined) return { ...field, what: `${field.what} ${when}` };
  }
  return expected.status === seen.status ? undefined : { what: `status ${when}`, expected: String(expected.status), seen: String(seen.status) };
}
