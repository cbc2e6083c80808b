import type { Route } from '../ir/index.ts';
import { oncePer } from '../text/index.ts';

/** A value without its provenance: equal for equal meaning, wherever it was written. */
export function plain(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map || typeof value !== 'object' || value === null) return value instanceof Map ? undefined : value;
  const located = isLocated(value);
  return located && isPlaced(value) ? plain(value.value) : plainObject(value, located);
}

/** An origin is a number; a header that somebody calls "origin" has a text. */
function isLocated(value: object): boolean {
  return 'origin' in value && typeof value.origin === 'number';
}

/** Nothing but a value and where it stands. */
function isPlaced(value: object): value is { readonly value: unknown } {
  if (!('value' in value)) return false;
  for (const key in value) if (key !== 'value' && key !== 'origin' && key !== 'holes') return false;
  return true;
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
  return textOf(value) ?? 'null';
}

/** As JSON.stringify says `plain`, without making it: a gateway of a thousand routers has a hundred thousand values. */
function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return quotedText(value);
    case 'number':
    case 'boolean':
      return JSON.stringify(value);
    case 'bigint':
      return `"${String(value)}"`;
    case 'object':
      return value === null ? 'null' : textOfObject(value);
    default:
      return undefined;
  }
}

/** Nothing here is escaped in JSON. */
const UNESCAPED = /^[ !#-[\]-~]*$/;

function quotedText(text: string): string {
  return UNESCAPED.test(text) ? `"${text}"` : JSON.stringify(text);
}

function textOfObject(value: object): string | undefined {
  if (Array.isArray(value)) return textOfList(value);
  if (value instanceof Map || !isRecord(value)) return undefined;
  const located = isLocated(value);
  if (located && isPlaced(value)) return textOf(value.value);
  let text = '';
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const member = located && (key === 'origin' || key === 'symbol') ? undefined : textOf(value[key]);
    if (member !== undefined) text += nameText(key) + member;
  }
  return `{${text.slice(1)}}`;
}

/** Names of options are few, and stand in front of every value: each with the comma before it. */
const nameTexts = new Map<string, string>();

function nameText(name: string): string {
  const known = nameTexts.get(name);
  if (known !== undefined) return known;
  const text = `,${quotedText(name)}:`;
  nameTexts.set(name, text);
  return text;
}

function textOfList(items: readonly unknown[]): string {
  let text = '';
  for (const item of items) text += `,${textOf(item) ?? 'null'}`;
  return `[${text.slice(1)}]`;
}

function isRecord(value: object): value is Readonly<Record<string, unknown>> {
  return !Array.isArray(value);
}

/** Everything about a route that can decide a request; its own name is not among it. */
export const routeKey = oncePer(({ rule, priority, tiedWith, chain, service, tls, unresolved, defaultRule }: Route): string =>
  keyOf({ rule, priority, tied: tiedWith.length, chain: chain.map(({ spec }) => spec), service: serviceKey(service), tls, unresolved, defaultRule }),
);

/** What a service does, by what it leads to and not by its name. */
export function serviceKey({ service, members, chain, transport }: Route['service']): unknown {
  const { spec } = service;
  const own = spec.kind === 'internal' || spec.kind === 'loadBalancer' ? endpointsOnly(spec) : { ...spec, named: members.map(({ service: member }) => member.ref.name) };
  return plain({ spec: own, members: members.map(serviceKey), chain: chain.map((middleware) => middleware.spec), transport });
}

function endpointsOnly(spec: Route['service']['service']['spec']): unknown {
  return spec.kind === 'loadBalancer' ? { ...spec, endpoints: spec.endpoints.map(({ scheme, host, port, path, preservePath, weight }) => ({ scheme, host, port, path, preservePath, weight })) } : spec;
}
