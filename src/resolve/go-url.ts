import { quoted } from './names.ts';

/** What Traefik keeps of a server URL. */
export interface GoUrl {
  readonly scheme: string;
  readonly host: string;
  /** As written, without the colon; empty = none. */
  readonly port: string;
  readonly path: string;
}
export type UrlResult = { readonly ok: true; readonly url: GoUrl } | { readonly ok: false; readonly error: string };

/** Go's url.Parse, as far as a server address can reach it, with its error texts (ran: `invalid port ":http" after host`). */
export function parseGoUrl(text: string): UrlResult {
  const result = parseUrl(text);
  return typeof result === 'string' ? { ok: false, error: `parse ${quoted(text)}: ${result}` } : { ok: true, url: result };
}

function parseUrl(text: string): GoUrl | string {
  // oxlint-disable-next-line no-control-regex -- Go refuses exactly these bytes
  if (/[\u0000-\u001f\u007f]/.test(text)) return 'net/url: invalid control character in URL';
  const bare = text.split('#', 1)[0] ?? '';
  if (bare.startsWith(':')) return 'missing protocol scheme';
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(bare)?.[1];
  const rest = (scheme === undefined ? bare : bare.slice(scheme.length + 1)).split('?', 1)[0] ?? '';
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
  const escape = /%(?![0-9A-Fa-f]{2}).{0,2}/.exec(path)?.[0];
  if (escape !== undefined) return `invalid URL escape ${quoted(escape)}`;
  const host = parseHost(authority.slice(authority.lastIndexOf('@') + 1));
  return typeof host === 'string' ? host : { scheme, ...host, path };
}

function parseHost(authority: string): { readonly host: string; readonly port: string } | string {
  const bracket = authority.startsWith('[') ? authority.lastIndexOf(']') : undefined;
  if (bracket === -1) return "missing ']' in host";
  // Without brackets the first colon begins the port: `a:80:81` has the port `:80:81` (ran).
  const colon = bracket === undefined ? authority.indexOf(':') : bracket + 1;
  const tail = colon === -1 ? '' : authority.slice(colon);
  if (!/^(?::\d*)?$/.test(tail)) return `invalid port ${quoted(tail)} after host`;
  const host = colon === -1 ? authority : authority.slice(0, colon);
  const bad = /[ "<>\\^`{|}]/.exec(host)?.[0];
  if (bad !== undefined) return `invalid character ${quoted(bad)} in host name`;
  return { host, port: tail.slice(1) };
}

/** Go's net.JoinHostPort. */
export function joinHostPort(host: string, port: string): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
