import type { HeaderList } from '../ir/index.ts';
import { fieldValue } from '../text/index.ts';
import { addHeader, hasToken, headerOf, removeHeader, removeHeaders, setHeader, tokensOf } from './headers.ts';
import type { UpstreamRequest, UpstreamResponse } from './effect.ts';
import type { Body, RuntimeRequest } from './message.ts';
import { cleanQuery } from './match/query.ts';
import { parseTarget } from './match/target.ts';
import { upstreamHost } from './match/upstream.ts';
import { escapedPath, plainTarget, requestUri, type UrlPath } from './url.ts';

/** Fields that end at a hop (net/http/httputil.ReverseProxy). */
const HOP: ReadonlySet<string> = new Set(['Connection', 'Proxy-Connection', 'Keep-Alive', 'Proxy-Authenticate', 'Proxy-Authorization', 'Te', 'Trailer', 'Transfer-Encoding', 'Upgrade']);

/** On the way to a server also the field `Host`, which Go's client takes from the request alone (ran: basicAuth.headerField), and what speaks of HTTP/2 in clear text (ran). */
const UPSTREAM: ReadonlySet<string> = new Set([...HOP, 'Host', 'Http2-Settings']);

export interface Address {
  /** Host header when the client's is not passed on. */
  readonly host: string;
  readonly passHostHeader: boolean;
  /** Path of the server's URL, put before the request's with preservePath. */
  readonly basePath: string;
}

/** The request that a server receives: pkg/proxy/httputil/proxy.go over Go's ReverseProxy. */
export function upstreamRequest(request: RuntimeRequest, address: Address): UpstreamRequest {
  const upgrade = upgradeOf(request.headers);
  const sent = {
    method: request.method,
    target: upstreamTarget(request, address.basePath),
    // Go's client names the server itself where the request has no Host (HTTP/1.0 without one, `Host:` empty; ran).
    host: upstreamHost(address.passHostHeader && request.host !== '' ? request.host : address.host),
    headers: upstreamHeaders(request, upgrade),
    body: request.body,
  };
  return upgrade === '' ? sent : { ...sent, upgrade };
}

/** The first line counts. Traefik upgrades nobody to HTTP/2, whatever else the line offers (ran). */
function upgradeOf(headers: HeaderList): string {
  const wanted = hasToken(headers, 'Connection', 'upgrade') ? (headerOf(headers, 'Upgrade') ?? '') : '';
  return wanted.split(',').some((protocol) => protocol.trim().toLowerCase() === 'h2c') ? '' : wanted;
}

function upstreamHeaders(request: RuntimeRequest, upgrade: string): HeaderList {
  const trailers = hasToken(request.headers, 'Te', 'trailers');
  let out = removeHop(request.headers, UPSTREAM);
  if (trailers) out = setHeader(out, 'Te', 'trailers');
  if (upgrade !== '') out = setHeader(setHeader(out, 'Connection', 'Upgrade'), 'Upgrade', upgrade);
  out = trimmed(oneAgent(withForwardedFor(out, request)));
  // Go's transport asks for gzip by itself and unpacks the answer (ran); not for HEAD and ranges.
  return asksForGzip(request, out) ? addHeader(out, 'Accept-Encoding', 'gzip') : out;
}

/** Go's client writes the first User-Agent line, and none where that is empty (ran). */
function oneAgent(headers: HeaderList): HeaderList {
  const agent = headerOf(headers, 'User-Agent');
  if (agent === undefined) return headers;
  return agent === '' ? removeHeader(headers, 'User-Agent') : setHeader(headers, 'User-Agent', agent);
}

/** Blanks around a value that a middleware wrote are cut off as the line is written (net/http, header.go). */
function trimmed(headers: HeaderList): HeaderList {
  return headers.every(([, value]) => fieldValue(value) === value) ? headers : headers.map(([name, value]) => [name, fieldValue(value)]);
}

function removeHop(headers: HeaderList, ending = HOP): HeaderList {
  const listed = headerOf(headers, 'Connection') === undefined ? headers : removeHeaders(headers, tokensOf(headers, 'Connection'));
  return listed.some(([name]) => ending.has(name)) ? listed.filter(([name]) => !ending.has(name)) : listed;
}

function withForwardedFor(headers: HeaderList, request: RuntimeRequest): HeaderList {
  if (request.forwardedForSuppressed) return removeHeader(headers, 'X-Forwarded-For');
  if (!request.appendForwardedFor || request.clientIp === '') return headers;
  const prior = headerOf(headers, 'X-Forwarded-For');
  return setHeader(headers, 'X-Forwarded-For', prior === undefined ? request.clientIp : `${prior}, ${request.clientIp}`);
}

function asksForGzip(request: RuntimeRequest, headers: HeaderList): boolean {
  return request.method !== 'HEAD' && (headerOf(headers, 'Accept-Encoding') ?? '') === '' && (headerOf(headers, 'Range') ?? '') === '';
}

/** Path and query come from the request URI; a middleware that leaves none that parses counts by its path (ran: `replacePath: new`). */
function upstreamTarget(request: RuntimeRequest, basePath: string): string {
  const plain = basePath === '' ? plainTarget(request.requestUri) : undefined;
  if (plain !== undefined && (plain.query !== '' || !request.forceQuery)) return request.requestUri;
  const parsed = parseTarget('GET', request.requestUri) ?? { ...request, rawQuery: cleanQuery(request.rawQuery) };
  const path = joinBase(basePath, parsed);
  const query = parsed.rawQuery.replaceAll(';', '&');
  return requestUri({ path: path.path, rawPath: path.rawPath, rawQuery: query, forceQuery: request.forceQuery });
}

/** JoinURLPath of Go's reverse proxy. */
function joinBase(basePath: string, path: UrlPath): UrlPath {
  if (basePath === '') return { path: path.path, rawPath: path.rawPath };
  const rawPath = path.rawPath === '' ? '' : joinSlash(basePath, escapedPath(path));
  return { path: joinSlash(basePath, path.path), rawPath };
}

function joinSlash(before: string, after: string): string {
  if (before.endsWith('/') && after.startsWith('/')) return before + after.slice(1);
  return before.endsWith('/') || after.startsWith('/') ? before + after : `${before}/${after}`;
}

/** What of an answer goes on: hop-by-hop fields end here, an answer that Go's transport asked to be packed is unpacked. */
export function downstreamResponse(sent: UpstreamRequest, asked: RuntimeRequest, response: UpstreamResponse): { readonly headers: HeaderList; readonly body: Body } {
  const headers = response.upgrade === undefined ? removeHop(response.headers) : response.headers;
  const own = asksForGzip(asked, removeHeader(sent.headers, 'Accept-Encoding')) && (headerOf(asked.headers, 'Accept-Encoding') ?? '') === '';
  if (!own || headerOf(headers, 'Content-Encoding')?.toLowerCase() !== 'gzip') return { headers, body: response.body };
  return { headers: removeHeaders(headers, ['Content-Encoding', 'Content-Length']), body: { kind: 'transformed', by: 'gunzip', from: response.body } };
}
