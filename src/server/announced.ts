import type { HeaderList } from '../ir/index.ts';
import { canonicalName } from '../runtime/index.ts';
import { fieldValue } from '../text/index.ts';

const NEVER = new Set(['Transfer-Encoding', 'Trailer', 'Content-Length']);

/** The names in a request's `Trailer` fields, canonical; undefined = one of them can be no trailer (Go's fixTrailer). */
export function announcedIn(fields: HeaderList): readonly string[] | undefined {
  const names = fields.filter(([name]) => name.toLowerCase() === 'trailer').flatMap(([, value]) => value.split(',')).map(fieldValue).filter((name) => name !== '').map(canonicalName);
  return names.some((name) => NEVER.has(name)) ? undefined : names;
}

/**
 * What a server is told of a request's trailers: their names, in order, and never their values. Go's ReverseProxy copies the
 * request before its body is read, when the values are not there yet (ran on 3.7.15).
 */
export function announcement(names: readonly string[]): string | undefined {
  return names.length === 0 ? undefined : [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1)).join(',');
}
