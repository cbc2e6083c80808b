import { authorityOf, escapeWith, fragmentOf, unescapePath } from './url-parts.ts';

/**
 * The parts of Go's net/url that Traefik's middlewares are made of. All texts are bytes as latin-1. A URL keeps its
 * decoded path and, where the written one is not the default encoding of it, the written one too.
 */
export interface UrlPath {
  readonly path: string;
  /** Empty = the default encoding of `path`. */
  readonly rawPath: string;
}
export interface Url extends UrlPath {
  readonly scheme: string;
  readonly opaque: string;
  /** Userinfo and host as written, without `//`; undefined = no authority. */
  readonly authority: string | undefined;
  readonly query: string;
  readonly forceQuery: boolean;
  readonly fragment: string;
}

const UNRESERVED = /[A-Za-z0-9\-_.~]/;
const PATH_SAFE = /[A-Za-z0-9\-_.~$&+,/:;=@]/;
const PATH_VALID = /^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]*$/;

const ALL_SAFE = /^[A-Za-z0-9\-_.~$&+,/:;=@]*$/;

function escapePath(path: string): string {
  return ALL_SAFE.test(path) ? path : escapeWith(path, PATH_SAFE);
}

/** Names of harmless letters, none of them empty or beginning with a dot, and a query of harmless letters. */
const PLAIN = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*\/?(?:\?[\x21\x22\x24-\x3a\x3c-\x7e]+)?$/;

/** A target that every step from client to server leaves as it is: most of them. The steps themselves need not be walked then. */
export function plainTarget(text: string): { readonly path: string; readonly query: string } | undefined {
  if (!text.startsWith('/') || !PLAIN.test(text)) return undefined;
  const at = text.indexOf('?');
  return at === -1 ? { path: text, query: '' } : { path: text.slice(0, at), query: text.slice(at + 1) };
}

/** Go's url.QueryEscape. */
export function escapeQuery(text: string): string {
  return escapeWith(text, UNRESERVED).replaceAll('%20', '+');
}

/** URL.EscapedPath: the written path if it is a valid encoding of the path. */
export function escapedPath(url: UrlPath): string {
  if (url.rawPath !== '' && PATH_VALID.test(url.rawPath) && unescapePath(url.rawPath) === url.path) return url.rawPath;
  return url.path === '*' ? '*' : escapePath(url.path);
}

/** URL.setPath. */
export function pathOf(written: string): UrlPath | undefined {
  const path = unescapePath(written);
  if (typeof path !== 'string') return undefined;
  return { path, rawPath: escapePath(path) === written ? '' : written };
}

/** URL.JoinPath without elements: the path cleaned of `.`, `..` and `//`. */
export function joinedPath(url: UrlPath): UrlPath | undefined {
  const escaped = escapedPath(url);
  const relative = !escaped.startsWith('/');
  let cleaned = cleanPath(relative ? `/${escaped}` : escaped);
  if (relative) cleaned = cleaned.slice(1);
  if (escaped.endsWith('/') && !cleaned.endsWith('/')) cleaned += '/';
  return pathOf(cleaned);
}

/** Go's path.Clean of a rooted path. */
function cleanPath(rooted: string): string {
  const out: string[] = [];
  for (const part of rooted.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') out.pop();
    else out.push(part);
  }
  return `/${out.join('/')}`;
}

/** URL.RequestURI for a URL without opaque part. */
export function requestUri(url: UrlPath & { readonly rawQuery: string; readonly forceQuery: boolean }): string {
  const path = escapedPath(url);
  const query = url.forceQuery || url.rawQuery !== '' ? `?${url.rawQuery}` : '';
  return (path === '' ? '/' : path) + query;
}

/** Go's url.Parse; undefined = refused. */
export function parseUrl(text: string): Url | undefined {
  if (hasControl(text)) return undefined;
  const hash = text.indexOf('#');
  const fragment = hash === -1 ? '' : fragmentOf(text.slice(hash + 1));
  if (fragment === undefined) return undefined;
  let rest = hash === -1 ? text : text.slice(0, hash);
  const scheme = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(rest)?.[1] ?? '';
  if (scheme === '' && rest.startsWith(':')) return undefined;
  if (scheme !== '') rest = rest.slice(scheme.length + 1);
  const { before, query, forceQuery } = cutQuery(rest);
  const base = { scheme: scheme.toLowerCase(), query, forceQuery, fragment };
  if (!before.startsWith('/')) {
    if (scheme !== '') return { ...base, opaque: before, authority: undefined, path: '', rawPath: '' };
    if (before.split('/')[0]?.includes(':') === true) return undefined;
  }
  return withAuthority(base, before);
}

function withAuthority(base: Pick<Url, 'scheme' | 'query' | 'forceQuery' | 'fragment'>, text: string): Url | undefined {
  const found = text.startsWith('//') && (base.scheme !== '' || !text.startsWith('///')) ? /^\/\/([^/]*)/.exec(text) : null;
  const authority = found?.[1];
  const path = pathOf(found === null ? text : text.slice(found[0].length));
  const known = authority === undefined || authority === '' ? authority : authorityOf(authority, base.scheme);
  if (path === undefined || (authority !== undefined && known === undefined)) return undefined;
  return { ...base, opaque: '', authority: known, ...path };
}

function cutQuery(text: string): { readonly before: string; readonly query: string; readonly forceQuery: boolean } {
  const at = text.indexOf('?');
  if (at === -1) return { before: text, query: '', forceQuery: false };
  return { before: text.slice(0, at), query: text.slice(at + 1), forceQuery: at === text.length - 1 };
}

/** URL.String. */
export function formatUrl(url: Url): string {
  const scheme = url.scheme === '' ? '' : `${url.scheme}:`;
  const query = url.forceQuery || url.query !== '' ? `?${url.query}` : '';
  const fragment = url.fragment === '' ? '' : `#${url.fragment}`;
  if (url.opaque !== '') return scheme + url.opaque + query + fragment;
  const path = escapedPath(url);
  const slash = url.authority !== undefined && path !== '' && !path.startsWith('/') && url.authority !== '' ? '/' : '';
  // Without a host and a path nothing tells that there was an authority (ran).
  const authority = url.authority === undefined || (url.authority === '' && path === '') ? '' : `//${url.authority}`;
  return scheme + authority + slash + path + query + fragment;
}

function hasControl(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return false;
}

/** Go's net.SplitHostPort; undefined = its error (no port, too many colons). */
export function splitHostPort(text: string): { readonly host: string; readonly port: string } | undefined {
  const found = /^(?:\[([^\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  return found === null ? undefined : { host: found[1] ?? found[2] ?? '', port: found[3] ?? '' };
}

/** URL.ResolveReference. */
export function resolveReference(base: Url, reference: Url): Url {
  const scheme = reference.scheme === '' ? base.scheme : reference.scheme;
  if (reference.scheme !== '' || (reference.authority ?? '') !== '') return { ...reference, scheme, ...(pathOf(resolvePath(escapedPath(reference), '')) ?? reference) };
  const empty = reference.path === '' && !reference.forceQuery && reference.query === '';
  const query = empty ? { query: base.query, fragment: reference.fragment === '' ? base.fragment : reference.fragment } : {};
  return { ...reference, ...query, scheme, authority: base.authority, ...(pathOf(resolvePath(escapedPath(base), escapedPath(reference))) ?? reference) };
}

/** RFC 3986 5.2: merge and remove dot segments. */
function resolvePath(base: string, reference: string): string {
  const merged = reference === '' ? base : reference.startsWith('/') ? reference : base.slice(0, base.lastIndexOf('/') + 1) + reference;
  if (merged === '') return '';
  const parts = merged.split('/');
  const out: string[] = [];
  for (const part of parts) {
    if (part === '..') out.pop();
    else if (part !== '.') out.push(part);
  }
  const last = parts.at(-1);
  const joined = out.join('/') + (last === '.' || last === '..' ? '/' : '');
  return `/${joined.replace(/^\/+/, (slashes) => slashes.slice(1))}`;
}
