import type { HeaderList } from '../ir/index.ts';
import { isFieldValue, isToken } from '../text/index.ts';

/**
 * Header fields as Go's net/http keeps them: names are canonical (`x-a.b` becomes `X-A.b`), lookups compare the
 * canonical name letter by letter. A field that was stored with {@link setExact} under another spelling is a field
 * of its own, as with basicAuth's headerField (ran: `x-webauth-user` goes out in lower case).
 */

/** Names seen before: a request asks for the same few dozens of names a hundred times. Bounded, as names come from clients. */
const known = new Map<string, string>();
const REMEMBERED = 2000;

/** Go's textproto.CanonicalMIMEHeaderKey; a name with other characters stays as it is. */
export function canonicalName(name: string): string {
  const found = known.get(name);
  if (found !== undefined) return found;
  const made = isToken(name) ? name.toLowerCase().replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase()) : name;
  if (known.size >= REMEMBERED) known.clear();
  known.set(name, made);
  return made;
}

export function canonicalHeaders(headers: HeaderList): HeaderList {
  return headers.map((field) => {
    const name = canonicalName(field[0]);
    return name === field[0] ? field : [name, field[1]];
  });
}

/** What Go's HTTP/1 makes of a message that has `Pragma: no-cache` and no Cache-Control (net/http `fixPragmaCacheControl`; ran on 3.7.15, requests and answers). */
export function withCacheControl(headers: HeaderList): HeaderList {
  const pragma = headers.find(([name]) => canonicalName(name) === 'Pragma');
  if (pragma?.[1] !== 'no-cache' || headers.some(([name]) => canonicalName(name) === 'Cache-Control')) return headers;
  return [...headers, ['Cache-Control', 'no-cache']];
}

/** The fields of a request as Go's server hands them on. */
export function arrivedHeaders({ headers, http2 = false }: { readonly headers: HeaderList; readonly http2?: boolean }): HeaderList {
  const canonical = canonicalHeaders(headers);
  return http2 ? canonical : withCacheControl(canonical);
}

/** The first value of a field. */
export function headerOf(headers: HeaderList, name: string): string | undefined {
  const key = canonicalName(name);
  for (const field of headers) if (field[0] === key) return field[1];
  return undefined;
}

export function valuesOf(headers: HeaderList, name: string): readonly string[] {
  const key = canonicalName(name);
  let out: string[] | undefined;
  for (const field of headers) if (field[0] === key) (out ??= []).push(field[1]);
  return out ?? NONE;
}

const NONE: readonly string[] = [];

/** Replaces all values of a field; a new field stands at the end. */
export function setHeader(headers: HeaderList, name: string, value: string): HeaderList {
  return setExact(headers, canonicalName(name), value);
}

/** As {@link setHeader}, but under the name as it is written. */
export function setExact(headers: HeaderList, name: string, value: string): HeaderList {
  const at = headers.findIndex(([other]) => other === name);
  if (at === -1) return [...headers, [name, value]];
  return headers.filter((field, index) => index <= at || field[0] !== name).with(at, [name, value]);
}

export function addHeader(headers: HeaderList, name: string, value: string): HeaderList {
  return [...headers, [canonicalName(name), value]];
}

export function removeHeader(headers: HeaderList, name: string): HeaderList {
  const key = canonicalName(name);
  return headers.some(([other]) => other === key) ? headers.filter(([other]) => other !== key) : headers;
}

export function removeHeaders(headers: HeaderList, names: readonly string[]): HeaderList {
  if (names.length === 0) return headers;
  const keys = new Set(names.map(canonicalName));
  return headers.filter(([other]) => !keys.has(other));
}

/** Every field of `source` replaces the field of that name (Go's maps.Copy). */
export function overrideHeaders(headers: HeaderList, source: HeaderList): HeaderList {
  const keys = new Set(source.map(([name]) => name));
  return [...headers.filter(([name]) => !keys.has(name)), ...source];
}

/** The items of a comma-separated field, over all its lines. */
export function tokensOf(headers: HeaderList, name: string): readonly string[] {
  const lines = valuesOf(headers, name);
  return lines.length === 0 ? NONE : lines.flatMap((line) => line.split(',').map((item) => item.trim())).filter((item) => item !== '');
}

export function hasToken(headers: HeaderList, name: string, token: string): boolean {
  return tokensOf(headers, name).some((item) => item.toLowerCase() === token.toLowerCase());
}

/** Whether Go's client sends these fields (golang.org/x/net/http/httpguts); with one that it does not, the request fails before it leaves. */
export function areSendable(headers: HeaderList): boolean {
  return headers.every(([name, value]) => isToken(name) && isFieldValue(value));
}
