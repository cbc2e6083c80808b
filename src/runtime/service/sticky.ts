import { createHash } from 'node:crypto';
import { cookieText, type StickyCookie } from '../../ir/index.ts';
import { addHeader, valuesOf } from '../headers.ts';
import type { Draft, RuntimeRequest } from '../message.ts';

/** Cookies that keep a client at one member: pkg/server/service/loadbalancer/sticky.go. */
export interface Sticky {
  /** The member that the request's cookie names; `rewrite` = by a value of an older version, to be replaced. */
  readonly find: (request: RuntimeRequest) => { readonly name: string; readonly rewrite: boolean } | undefined;
  readonly write: (draft: Draft, name: string) => void;
}

export function stickyBy(cookie: StickyCookie, names: readonly string[]): Sticky {
  const current = new Map(names.map((name) => [stickyValue(name), name]));
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
      draft.headers = addHeader(draft.headers, 'Set-Cookie', cookieText(cookie, stickyValue(name)));
    },
  };
}

/** What the cookie says for a member. */
export function stickyValue(name: string): string {
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
