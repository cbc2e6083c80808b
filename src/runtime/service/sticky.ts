import { createHash } from 'node:crypto';
import type { StickyCookie } from '../../ir/index.ts';
import { addHeader, valuesOf } from '../headers.ts';
import type { Draft, RuntimeRequest } from '../message.ts';

/** Cookies that keep a client at one member: pkg/server/service/loadbalancer/sticky.go. */
export interface Sticky {
  /** The member that the request's cookie names; `rewrite` = by a value of an older version, to be replaced. */
  readonly find: (request: RuntimeRequest) => { readonly name: string; readonly rewrite: boolean } | undefined;
  readonly write: (draft: Draft, name: string) => void;
}

export function stickyBy(cookie: StickyCookie, names: readonly string[]): Sticky {
  const current = new Map(names.map((name) => [sha(name), name]));
  const older = new Map(names.flatMap((name) => [[name, name], [fnv64(name), name], [fnv64(fnv64(name)), name]]));
  return {
    find: (request) => {
      const value = cookieOf(request, cookie.name);
      if (value === undefined) return undefined;
      const name = current.get(value);
      if (name !== undefined) return { name, rewrite: false };
      const old = older.get(value);
      return old === undefined ? undefined : { name: old, rewrite: true };
    },
    write: (draft, name) => {
      draft.headers = addHeader(draft.headers, 'Set-Cookie', cookieText(cookie, sha(name)));
    },
  };
}

function sha(name: string): string {
  return createHash('sha256').update(name).digest('hex').slice(0, 16);
}

/** FNV-1 with 64 bits, in hexadecimal without leading zeros. */
export function fnv64(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, hash * 0x100000001b3n) ^ BigInt(byte);
  return hash.toString(16);
}

function cookieOf(request: RuntimeRequest, name: string): string | undefined {
  for (const line of valuesOf(request.headers, 'Cookie')) {
    for (const part of line.split(';')) {
      const at = part.indexOf('=');
      const key = (at === -1 ? part : part.slice(0, at)).trim();
      if (key === name) return at === -1 ? '' : part.slice(at + 1).trim().replace(/^"(.*)"$/, '$1');
    }
  }
  return undefined;
}

const SAME_SITE: Readonly<Record<string, string>> = { none: 'None', lax: 'Lax', strict: 'Strict' };

/** Go's http.Cookie.String: Path, Domain, Max-Age, HttpOnly, Secure, SameSite. */
function cookieText(cookie: StickyCookie, value: string): string {
  const sameSite = SAME_SITE[cookie.sameSite.toLowerCase()];
  const parts = [`${cookie.name}=${value}`];
  if (cookie.path !== '') parts.push(`Path=${cookie.path}`);
  if (cookie.domain !== '') parts.push(`Domain=${cookie.domain.replace(/^\./, '')}`);
  if (cookie.maxAge !== 0) parts.push(`Max-Age=${String(Math.max(0, cookie.maxAge))}`);
  if (cookie.httpOnly) parts.push('HttpOnly');
  if (cookie.secure) parts.push('Secure');
  if (sameSite !== undefined) parts.push(`SameSite=${sameSite}`);
  return parts.join('; ');
}
