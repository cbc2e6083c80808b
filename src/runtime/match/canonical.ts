import { encodeUtf8, type EngineVersion } from '../../rule-lang/index.ts';
import type { EntryPoint, HeaderList } from '../../ir/index.ts';
import { canonicalName } from '../headers.ts';
import { escapedPath, joinedPath, plainTarget, requestUri, type UrlPath } from '../url.ts';
import { canonicalHost, isValidHostHeader } from './host.ts';
import { parseTarget, type Target } from './target.ts';
import { fieldValue, isToken } from '../../text/index.ts';

/** A request as it arrives on a connection: bytes as latin-1. */
export interface Arrived {
  readonly method: string;
  readonly target: string;
  /** The Host header; null = none. More of them may stand in `headers`. */
  readonly host: string | null;
  readonly headers: HeaderList;
  readonly clientIp: string;
  /** HTTP/1.0 needs no Host. */
  readonly http10?: boolean;
  /** HTTP/2 knows no `Expect` that cannot be met. */
  readonly http2?: boolean;
}

/** A request as routers and middlewares see it (SEMANTICS of Go's URL: decoded path and, where it differs, the written one). */
export interface Canonical extends UrlPath {
  /** The Host that counts: of an absolute target, else the header; as sent. */
  readonly host: string;
  /** The host that rules compare. */
  readonly canonicalHost: string;
  /** The path that rules compare. */
  readonly routingPath: string;
  readonly rawQuery: string;
  readonly forceQuery: boolean;
  /** What the proxy takes the upstream path and query from. */
  readonly requestUri: string;
  /** 2.11 only: `80` of the target `x.test:80`. It stands for the path in every request URI, whatever middlewares do. */
  readonly opaque: string;
}

/** An answer before any router is asked; `text` is the body. */
export interface Refusal {
  /** 0 = the connection is closed before anything is said. */
  readonly status: number;
  readonly text: string;
}
export type CanonicalResult = { readonly ok: true; readonly request: Canonical } | { readonly ok: false; readonly refusal: Refusal };

export type EdgeOptions = Pick<EntryPoint, 'sanitizePath' | 'encodeQuerySemicolons'> & { readonly engine: EngineVersion };

/** What Go's server and Traefik's entry point do to a request before routing, in their order. */
export function canonicalRequest(arrived: Arrived, options: EdgeOptions): CanonicalResult {
  const plain = isToken(arrived.method) && arrived.method !== 'CONNECT' ? plainTarget(arrived.target) : undefined;
  const target = plain === undefined && isToken(arrived.method) ? parseTarget(arrived.method, arrived.target) : undefined;
  if (plain === undefined && target === undefined) return refuse(400, '400 Bad Request');
  const header = readHost(arrived);
  if (typeof header !== 'string') return { ok: false, refusal: header };
  if (!arrived.headers.every(isValidHeader)) return refuse(400, '400 Bad Request');
  if (!canMeet(arrived)) return refuse(417, '');
  if (plain !== undefined) return { ok: true, request: asItIs(arrived.target, plain, header) };
  if (target === undefined) return refuse(400, '400 Bad Request');
  // A tunnel is not for a reverse proxy: refused whatever else is wrong with it (3.7, ran).
  if (arrived.method === 'CONNECT' && options.engine === '3.7') return refuse(501, '');
  // Go's server answers this one itself.
  if (arrived.target === '*' && arrived.method === 'OPTIONS') return refuse(200, '');
  // 3.7.13 refuses targets without a path; 2.11 goes on with an empty one (ran both).
  if (target.opaque !== '' && options.engine === '3.7') return refuse(400, '');
  if (target.rawPath.includes('#')) return refuse(400, '');
  return { ok: true, request: build(arrived.target, target, header, options) };
}

function refuse(status: number, text: string): CanonicalResult {
  return { ok: false, refusal: { status, text } };
}

function isValidHeader([name, value]: readonly [string, string]): boolean {
  return isToken(name) && !/[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}

/** Only the first line is read, and only `100-continue` in it can be met (ran). */
function canMeet({ headers, http2 }: Arrived): boolean {
  const expected = headers.find(([name]) => canonicalName(name) === 'Expect')?.[1] ?? '';
  return http2 === true || expected === '' || /(?:^|[ ,\t])100-continue(?:$|[ ,\t])/i.test(expected);
}

function readHost(arrived: Arrived): string | Refusal {
  const more = arrived.headers.find(([name]) => canonicalName(name) === 'Host')?.[1];
  const several = (arrived.host === null ? 0 : 1) + arrived.headers.reduce((count, [name]) => count + (canonicalName(name) === 'Host' ? 1 : 0), 0) > 1;
  const given = arrived.host ?? more;
  const host = given === undefined ? undefined : fieldValue(given);
  if (several) return { status: 400, text: '400 Bad Request' };
  if (host === undefined) return arrived.http10 === true || arrived.method === 'CONNECT' ? '' : { status: 400, text: '400 Bad Request: missing required Host header' };
  return isValidHostHeader(host) ? host : { status: 400, text: '400 Bad Request: malformed Host header' };
}

/** Nothing in the target is written in more than one way. */
function asItIs(target: string, { path, query }: { readonly path: string; readonly query: string }, host: string): Canonical {
  return { path, rawPath: '', host, canonicalHost: canonicalHost(host), routingPath: path, rawQuery: query, forceQuery: false, requestUri: target, opaque: '' };
}

function build(sent: string, target: Target, hostHeader: string, options: EdgeOptions): Canonical {
  const host = target.authority === '' ? hostHeader : target.authority;
  const { path, uri } = cleaned(sent, target, options);
  const semicolons = target.rawQuery.includes(';');
  const rawQuery = semicolons ? target.rawQuery.replaceAll(';', options.encodeQuerySemicolons ? '%3B' : '&') : target.rawQuery;
  const rewritten = semicolons && options.encodeQuerySemicolons ? uriOf(target, path, rawQuery) : uri;
  return {
    path: path.path,
    rawPath: path.rawPath,
    host,
    canonicalHost: canonicalHost(host),
    routingPath: options.engine === '2.11' ? path.path : routingPath(path),
    rawQuery,
    forceQuery: target.forceQuery,
    requestUri: rewritten,
    opaque: target.opaque,
  };
}

/** normalizePath, then sanitizePath; the request URI follows when something was changed. */
function cleaned(sent: string, target: Target, options: EdgeOptions): { readonly path: UrlPath; readonly uri: string } {
  const rawPath = normalizeRawPath(target.rawPath);
  const normal: UrlPath = { path: target.path, rawPath };
  const uri = rawPath === target.rawPath ? sent : uriOf(target, normal, target.rawQuery);
  if (!options.sanitizePath) return { path: normal, uri };
  // Go's JoinPath makes an empty path a slash (`http://x.test`).
  const clean = normal.path === '' ? { path: '/', rawPath: '' } : (joinedPath(normal) ?? normal);
  return { path: clean, uri: uriOf(target, clean, target.rawQuery) };
}

function uriOf(target: Target, path: UrlPath, rawQuery: string): string {
  if (target.opaque === '') return requestUri({ path: path.path, rawPath: path.rawPath, rawQuery, forceQuery: target.forceQuery });
  return target.opaque + (target.forceQuery || rawQuery !== '' ? `?${rawQuery}` : '');
}

/** Unreserved characters are decoded, other escapes upper-cased. Raw bytes beyond ASCII come out encoded twice, as in Traefik; such a path is never valid again. */
function normalizeRawPath(rawPath: string): string {
  return rawPath.replace(/%[0-9A-Fa-f]{2}|[\x80-\xff]/g, (part) => {
    if (part.length === 1) return encodeUtf8(part);
    const char = String.fromCharCode(Number.parseInt(part.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(char) ? char : part.toUpperCase();
  });
}

const RESERVED = new Set('%3A %2F %3F %23 %5B %5D %40 %21 %24 %26 %27 %28 %29 %2A %2B %2C %3B %3D %25'.split(' '));

/** The escaped path with all but reserved characters decoded (3.x; 2.11 compares the completely decoded path, ran). */
export function routingPath(path: UrlPath): string {
  return escapedPath(path).replace(/%[0-9A-Fa-f]{2}/g, (escape) => (RESERVED.has(escape) ? escape : String.fromCharCode(Number.parseInt(escape.slice(1), 16))));
}
