import { LARGEST_BODY } from '../../../analysis/index.ts';
import type { Probe, ResolvedService, Route, Routing } from '../../../ir/index.ts';
import type { Mismatch } from '../verdict.ts';
import { printed, sameRequests, type Asked, type Exchange, type Question } from './exchange.ts';

/** Requests of which copies are made: with a body, without one, and with one that is too long. */
export function aboutCopies({ chain, service: { service: { spec } } }: Route, probe: Probe): readonly Question[] {
  if (spec.kind !== 'mirroring') return [];
  const shares = spec.mirrors.flatMap(({ percent }) => (percent > 0 ? [percent] : []));
  // With what is cut from it: copies must say so too.
  const [prefix = ''] = chain.flatMap(({ spec: one }) => (one.kind === 'stripPrefix' ? one.prefixes : [])).filter((text) => /^(?:\/[\w-]+)+$/.test(text));
  const withBody = (length: number): Probe => ({ ...probe, method: 'POST', target: probe.target.includes('?') ? probe.target : `${prefix}${probe.target}?x=1&y`, body: new Uint8Array(length) });
  const { maxBodySize } = spec;
  const limits = maxBodySize >= 0 && maxBodySize < LARGEST_BODY ? [maxBodySize, maxBodySize + 1] : [];
  const { entryPoint, method, target, host, headers, tls, clientIp } = probe;
  const bare: Probe = { entryPoint, method, target, host, headers, tls, clientIp };
  return [bare, ...[1, ...limits].filter((length) => length > 0).map(withBody)].map((asked) => ({
    probe: asked,
    replied: { statuses: [] },
    difference: (expected, seen) => difference(expected, seen, shares, asked.body?.length ?? 0),
  }));
}

/** The routing with a copy of every request, where there are some of any: shares are compared apart, since Traefik counts. */
export function withEveryCopy(routing: Routing): Routing {
  const services = new Map<ResolvedService, ResolvedService>();
  const whole = (from: ResolvedService): ResolvedService => {
    const { spec } = from.service;
    if (spec.kind !== 'mirroring') return from;
    const known = services.get(from) ?? { ...from, service: { ...from.service, spec: { ...spec, mirrors: spec.mirrors.map((mirror) => ({ ...mirror, percent: mirror.percent > 0 ? 100 : 0 })) } } };
    services.set(from, known);
    return known;
  };
  const routes = (list: readonly Route[]): readonly Route[] => list.map((route) => ({ ...route, service: whole(route.service) }));
  return { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, plain: routes(listener.plain), tls: routes(listener.tls) })) };
}

function difference({ copies: expected }: Exchange, { copies: seen }: Exchange, shares: readonly number[], length: number): Mismatch | undefined {
  const when = length === 0 ? '' : ` of a request with a body of ${String(length)} bytes`;
  if (!sameRequests(expected, seen)) return { what: `copies${when}`, expected: printed(expected), seen: printed(seen) };
  for (const [at, copy] of expected.entries()) {
    const other = seen[at];
    const share = shares[at] ?? 100;
    if (other !== undefined && Math.abs(other.share - share) > 0.01) return { what: 'share of the requests that are copied', expected: String(share), seen: String(other.share) };
    const field = other === undefined ? undefined : differentField(copy, other);
    if (field !== undefined) return { ...field, what: `${field.what} of a copy` };
  }
  return undefined;
}

/** Fields that the two ends of a connection agree on by themselves, and those that the model knows nothing of. */
const OWN = /^(?:connection|content-length|transfer-encoding|te|upgrade|user-agent|accept-encoding|x-forwarded-server)$/i;

/** The first field of a request that is another one. */
export function differentField(expected: Asked, seen: Asked): Mismatch | undefined {
  const names = new Set([...expected.headers, ...seen.headers].map(([name]) => name.toLowerCase()).filter((name) => !OWN.test(name)));
  for (const name of [...names].sort()) {
    const [left, right] = [valueOf(expected, name), valueOf(seen, name)];
    if (left !== right) return { what: `request header ${name}`, expected: left, seen: right };
  }
  return undefined;
}

function valueOf({ headers }: Asked, wanted: string): string {
  return headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value).join(', ');
}
