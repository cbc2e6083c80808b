import { parseIp } from '../../rule-lang/index.ts';
import { pathOf, type UrlPath } from '../url.ts';

/** A request target as Go's `url.ParseRequestURI` reads it. Bytes as latin-1. */
export interface Target extends UrlPath {
  readonly scheme: string;
  /** A target like `mailto:x` has no path. */
  readonly opaque: string;
  /** `host[:port]` of an absolute target; empty = none. */
  readonly authority: string;
  readonly rawQuery: string;
  readonly forceQuery: boolean;
}

/** Undefined where Go's server answers 400. `CONNECT` names an authority instead of a path. */
export function parseTarget(method: string, target: string): Target | undefined {
  const justAuthority = method === 'CONNECT' && !target.startsWith('/');
  const parsed = parseRequestTarget(justAuthority ? `http://${target}` : target);
  return parsed === undefined || !justAuthority ? parsed : { ...parsed, scheme: '' };
}

function parseRequestTarget(target: string): Target | undefined {
  if (target === '' || /[\x00-\x20\x7f]/.test(target)) return undefined;
  const empty: Target = { scheme: '', opaque: '', authority: '', rawQuery: '', forceQuery: false, path: '', rawPath: '' };
  if (target === '*') return { ...empty, path: '*' };
  if (target.startsWith(':')) return undefined;
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(target)?.[1] ?? '';
  const { before, query } = cutQuery(scheme === '' ? target : target.slice(scheme.length + 1));
  const base = { ...empty, ...query, scheme: scheme.toLowerCase() };
  if (!before.startsWith('/')) return scheme === '' ? undefined : { ...base, opaque: before };
  return scheme !== '' && before.startsWith('//') ? withAuthority(base, before.slice(2)) : withPath(base, before);
}

function cutQuery(text: string): { readonly before: string; readonly query: { readonly rawQuery: string; readonly forceQuery: boolean } } {
  const at = text.indexOf('?');
  if (at < 0) return { before: text, query: { rawQuery: '', forceQuery: false } };
  return { before: text.slice(0, at), query: { rawQuery: text.slice(at + 1), forceQuery: at === text.length - 1 } };
}

function withPath(base: Target, written: string): Target | undefined {
  const path = pathOf(written);
  return path === undefined ? undefined : { ...base, ...path };
}

function withAuthority(base: Target, text: string): Target | undefined {
  const slash = text.indexOf('/');
  const authority = slash < 0 ? text : text.slice(0, slash);
  const host = parseAuthority(base.scheme, authority);
  return host === undefined ? undefined : withPath({ ...base, authority: host }, slash < 0 ? '' : text.slice(slash));
}

function parseAuthority(scheme: string, authority: string): string | undefined {
  const at = authority.lastIndexOf('@');
  const user = at < 0 ? '' : authority.slice(0, at);
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || /%(?![0-9A-Fa-f]{2})/.test(user)) return undefined;
  return parseHost(scheme, authority.slice(at + 1));
}

function parseHost(scheme: string, host: string): string | undefined {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) return undefined;
  if (bracket === 0) return parseIpLiteral(host);
  const first = host.indexOf(':');
  const last = host.lastIndexOf(':');
  // Go 1.26 allows one colon only for these schemes; for others the port is behind the last.
  const colon = scheme === 'http' || scheme === 'https' ? first : last;
  if (first >= 0 && !isPort(host.slice(colon))) return undefined;
  return unescapeHost(host, false);
}

function isPort(text: string): boolean {
  return /^(?::[0-9]*)?$/.test(text);
}

function parseIpLiteral(host: string): string | undefined {
  const close = host.lastIndexOf(']');
  if (close < 0 || !isPort(host.slice(close + 1))) return undefined;
  const inside = host.slice(1, close);
  const zone = inside.indexOf('%25');
  const name = unescapeHost(zone < 0 ? inside : inside.slice(0, zone), false);
  const scope = zone < 0 ? '' : unescapeHost(inside.slice(zone), true);
  if (name === undefined || scope === undefined) return undefined;
  const address = parseIp(name + scope);
  return address === undefined || address.bytes.length === 4 ? undefined : `[${name}${scope}]${host.slice(close + 1)}`;
}

const HOST_CHAR = /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/;

/** In a host only bytes beyond ASCII may be escaped; in a zone whatever could stand there unescaped. */
function unescapeHost(text: string, zone: boolean): string | undefined {
  let out = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char !== '%') {
      if (char.charCodeAt(0) < 0x80 && !HOST_CHAR.test(char)) return undefined;
      out += char;
      continue;
    }
    const hex = text.slice(at + 1, at + 3);
    if (!/^[0-9A-Fa-f]{2}$/.test(hex)) return undefined;
    const byte = String.fromCharCode(Number.parseInt(hex, 16));
    const allowed = zone ? hex === '25' || byte === ' ' || HOST_CHAR.test(byte) : byte.charCodeAt(0) >= 0x80 || hex === '25';
    if (!allowed) return undefined;
    out += byte;
    at += 2;
  }
  return out;
}
