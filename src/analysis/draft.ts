import type { HeaderList, Probe } from '../ir/index.ts';
import { encodeUtf8 } from '../rule-lang/index.ts';

/** A request while it is being made up; texts are bytes as latin-1, ready to be sent. */
export interface Draft {
  readonly host: string;
  readonly path: string;
  /** Without `?`; empty = none. */
  readonly query: string;
  readonly method: string;
  readonly headers: HeaderList;
  readonly clientIp: string;
  readonly body?: Uint8Array;
  /** The name asked for when TLS began, where it is not that of the host. */
  readonly serverName?: string;
}

/** A client that real engines on this machine can see too. */
export const HOME = '127.0.0.1';
/** In bytes: a longer body is not made up to find out about a limit. */
export const LARGEST_BODY = 65_536;
/** A host that nobody names. */
export const STRANGER = 'no-such-host.invalid';

export const PLAIN_DRAFT: Draft = { host: STRANGER, path: '/', query: '', method: 'GET', headers: [], clientIp: HOME };

export interface Place {
  readonly entryPoint: string;
  readonly tls: boolean;
}

export function toProbe(draft: Draft, { entryPoint, tls }: Place): Probe {
  const { host, path, query, method, headers, clientIp, body, serverName } = draft;
  const target = query === '' ? path : `${path}?${query}`;
  const probe = { entryPoint, method, target, host, headers, clientIp, tls: tls ? { sni: serverName ?? (nameIn(host) || null) } : (false as const) };
  return body === undefined ? probe : { ...probe, body };
}

/** The name in a Host header: without a port and a final dot, in small letters. */
export function nameIn(host: string): string {
  return host.replace(/:\d*$/, '').replace(/\.$/, '').toLowerCase();
}

/** The target that arrives as this path text: escapes of reserved characters stay, what cannot be sent plain is escaped. */
export function targetOf(path: string): string {
  const bytes = encodeUtf8(path.startsWith('/') ? path : `/${path}`);
  return bytes.replace(/%(?:2[1346-9A-CF35]|3[ABDF]|40|5[BD])|[^A-Za-z0-9._~!$&'()*+,;=:@[\]/-]/g, (part) => (part.length === 3 ? part : escape(part)));
}

/** A query value that arrives as this text. */
export function queryText(text: string): string {
  return encodeUtf8(text).replace(/[^A-Za-z0-9._~-]/g, escape);
}

function escape(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

/** Equal for requests that are the same. */
export function keyOf({ entryPoint, tls, method, host, target, clientIp, headers, body }: Probe): string {
  const sni = tls === false ? 'p' : `t${tls.sni === null ? '-' : String(tls.sni.length)} ${tls.sni ?? ''}`;
  const own = `${sni}${String(entryPoint.length)} ${String(method.length)} ${String(clientIp.length)} ${host === null ? '-' : String(host.length)} ${entryPoint}${method}${clientIp}${host ?? ''}${target}`;
  // Nearly none has any, and what is written so begins otherwise.
  return headers.length === 0 && body === undefined ? own : JSON.stringify([own, headers, body === undefined ? 0 : body.length]);
}

/** The text in letters of the other case, which hardly anything here takes for the same. */
export function otherCase(text: string): string {
  return text.replace(/[A-Za-z]/g, (letter) => (letter < 'a' ? letter.toLowerCase() : letter.toUpperCase()));
}

/** A path without the slash at its end. */
export function stemOf(path: string): string {
  return path.replace(/\/$/, '');
}
