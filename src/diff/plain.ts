import type { Route } from '../ir/index.ts';

/** A value without its provenance: equal for equal meaning, wherever it was written. */
export function plain(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map || typeof value !== 'object' || value === null) return value instanceof Map ? undefined : value;
  // An origin is a number; a header that somebody calls "origin" has a text.
  const located = 'origin' in value && typeof value.origin === 'number';
  if (located && 'value' in value && Object.keys(value).every((key) => key === 'value' || key === 'origin' || key === 'holes')) return plain(value.value);
  return plainObject(value, located);
}

/** In one pass: this happens to everything that a gateway holds. */
function plainObject(value: object, located: boolean): unknown {
  const kept: (readonly [string, unknown])[] = [];
  for (const [key, item] of Object.entries(value)) {
    const isPlace = located && (key === 'origin' || key === 'symbol');
    if (!isPlace && !(item instanceof Map)) kept.push([key, typeof item === 'string' ? item : plain(item)]);
  }
  return Object.fromEntries(kept);
}

/** A text that is equal for equal meaning. */
export function keyOf(value: unknown): string {
  return JSON.stringify(plain(value));
}

const known = new WeakMap<Route, string>();

/** Everything about a route that can decide a request; its own name is not among it. */
export function routeKey(route: Route): string {
  const before = known.get(route);
  if (before !== undefined) return before;
  const { rule, priority, tiedWith, chain, service, tls, unresolved, defaultRule } = route;
  const key = keyOf({ rule, priority, tied: tiedWith.length, chain: chain.map(({ spec }) => spec), service: serviceKey(service), tls, unresolved, defaultRule });
  known.set(route, key);
  return key;
}

/** What a service does, by what it leads to and not by its name. */
export function serviceKey({ service, members, chain, transport }: Route['service']): unknown {
  const { spec } = service;
  const own = spec.kind === 'internal' || spec.kind === 'loadBalancer' ? endpointsOnly(spec) : { ...spec, named: members.map(({ service: member }) => member.ref.name) };
  return plain({ spec: own, members: members.map(serviceKey), chain: chain.map((middleware) => middleware.spec), transport });
}

function endpointsOnly(spec: Route['service']['service']['spec']): unknown {
  return spec.kind === 'loadBalancer' ? { ...spec, endpoints: spec.endpoints.map(({ scheme, host, port, path, preservePath, weight }) => ({ scheme, host, port, path, preservePath, weight })) } : spec;
}
