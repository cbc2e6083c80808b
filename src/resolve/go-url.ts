import { decodeUtf8, encodeUtf8, percentDecoded } from '../rule-lang/bytes.ts';
import { literalError } from './go-address.ts';
import { quoted } from './names.ts';

/** What Traefik keeps of a server URL. */
export interface GoUrl {
  readonly scheme: string;
  /** Unescaped, a literal in its brackets. */
  readonly host: string;
  /** As written, without the colon; empty = none. */
  readonly port: string;
  readonly path: string;
}
export type UrlResult = { readonly ok: true; readonly url: GoUrl } | { readonly ok: false; readonly error: string };

/** Go 1.26's url.Parse, as far as a server address can reach it, with its error texts (ran: `invalid port ":http" after host`). */
export function parseGoUrl(text: string): UrlResult {
  const hash = text.indexOf('#');
  const bare = hash === -1 ? text : text.slice(0, hash);
  const result = parseUrl(bare);
  if (typeof result === 'string') return { ok: false, error: `parse ${quoted(bare)}: ${result}` };
  const fragment = hash === -1 ? undefined : badEscape(text.slice(hash + 1));
  return fragment === undefined ? { ok: true, url: result } : { ok: false, error: `parse ${quoted(text)}: ${fragment}` };
}

/** What nearly every server has, read at once. */
const PLAIN = /^([a-z][a-z0-9]*):\/\/([\w.-]+)(?::(\d+))?$/;

function parseUrl(text: string): GoUrl | string {
  const [, plain, host = '', port = ''] = PLAIN.exec(text) ?? [];
  if (plain !== undefined) return { scheme: plain, host, port, path: '' };
  // oxlint-disable-next-line no-control-regex -- Go refuses exactly these bytes
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL';
  if (text.startsWith(':')) return 'missing protocol scheme';
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text)?.[1];
  const rest = (scheme === undefined ? text : text.slice(scheme.length + 1)).split('?', 1)[0] ?? '';
  if (!rest.startsWith('/')) {
    if (scheme !== undefined) return { scheme: scheme.toLowerCase(), host: '', port: '', path: '' };
    if ((rest.split('/', 1)[0] ?? '').includes(':')) return 'first path segment in URL cannot contain colon';
  }
  return parseHierarchy(scheme?.toLowerCase() ?? '', rest);
}

function parseHierarchy(scheme: string, rest: string): GoUrl | string {
  const hasAuthority = rest.startsWith('//') && (scheme !== '' || !rest.startsWith('///'));
  const slash = hasAuthority ? rest.indexOf('/', 2) : 0;
  const authority = hasAuthority ? rest.slice(2, slash === -1 ? undefined : slash) : '';
  const path = slash === -1 ? '' : rest.slice(slash);
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (typeof host === 'string') return host;
  const failure = badUser(authority.slice(0, Math.max(at, 0))) ?? badEscape(path);
  return failure ?? { scheme, ...host, path };
}

function badUser(user: string): string | undefined {
  if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) return 'net/url: invalid userinfo';
  const colon = user.indexOf(':');
  return colon === -1 ? badEscape(user) : (badEscape(user.slice(0, colon)) ?? badEscape(user.slice(colon + 1)));
}

type Host = { readonly host: string; readonly port: string };

function parseHost(scheme: string, authority: string): Host | string {
  const open = authority.lastIndexOf('[');
  if (open > 0) return 'invalid IP-literal';
  if (open === 0) return parseLiteral(authority);
  // Only here a second colon belongs to the port: `http://a:80:81` has the port `:80:81` (ran).
  const strict = scheme === 'http' || scheme === 'https';
  const colon = strict ? authority.indexOf(':') : authority.lastIndexOf(':');
  const port = colon === -1 ? '' : authority.slice(colon);
  if (!isPort(port)) return `invalid port ${quoted(port)} after host`;
  const failure = badHost(authority, false);
  if (failure !== undefined) return failure;
  return { host: unescaped(colon === -1 ? authority : authority.slice(0, colon)), port: port.slice(1) };
}

function parseLiteral(authority: string): Host | string {
  const close = authority.lastIndexOf(']');
  if (close === -1) return "missing ']' in host";
  const port = authority.slice(close + 1);
  if (!isPort(port)) return `invalid port ${quoted(port)} after host`;
  const literal = authority.slice(1, close);
  const zone = literal.indexOf('%25');
  const failure = zone === -1 ? badHost(literal, false) : (badHost(literal.slice(0, zone), false) ?? badHost(literal.slice(zone), true));
  if (failure !== undefined) return failure;
  const host = unescaped(literal);
  return literalError(host) ?? { host: `[${host}]`, port: port.slice(1) };
}

function isPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

/** Bytes that Go lets stand in a host as they are. */
const HOST_CHAR = /[A-Za-z0-9!$&'()*+,;=:[\]<>"\-_.~\u0080-\u{10ffff}]/u;

/** In a host only bytes above ASCII may be escaped, in a zone what could stand there as it is, too, and blanks. */
function badHost(text: string, zone: boolean): string | undefined {
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (char !== '%') {
      if (!HOST_CHAR.test(char) && !/[\ud800-\udfff]/.test(char)) return `invalid character ${quoted(char)} in host name`;
      continue;
    }
    const escape = text.slice(at, at + 3);
    const failure = badEscape(escape);
    if (failure !== undefined) return failure;
    const byte = Number.parseInt(escape.slice(1), 16);
    const allowed = escape === '%25' || (zone ? byte === 0x20 || byte >= 0x80 || HOST_CHAR.test(String.fromCharCode(byte)) : byte >= 0x80);
    if (!allowed) return `invalid URL escape ${quoted(escape)}`;
    at += 2;
  }
  return undefined;
}

/** Go cuts the bad escape after three bytes. */
function badEscape(text: string): string | undefined {
  const found = /%(?![0-9A-Fa-f]{2})/.exec(text);
  return found === null ? undefined : `invalid URL escape ${quoted(decodeUtf8(encodeUtf8(text.slice(found.index, found.index + 3)).slice(0, 3)))}`;
}

function unescaped(text: string): string {
  return text.includes('%') ? decodeUtf8(percentDecoded(encodeUtf8(text))) : text;
}

/** Go's net.JoinHostPort. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
