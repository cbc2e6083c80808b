import type { HeaderList, HeaderOps, Probe } from '../../ir/index.ts';
import { fieldValue } from '../../text/index.ts';
import type { KongService } from './document.ts';
import { hostIsValid, nginxHost } from './front/host.ts';
import { refusalOf } from './front/include.ts';
import { readTarget } from './front/request-line.ts';
import type { RequestLine } from './front/request-line.ts';
import { listenerPort } from './node.ts';
import type { KongNode } from './node.ts';
import { callerHeaders } from './plugin-auth.ts';
import { runAccess } from './plugins.ts';
import { errorBody } from './plugin-state.ts';
import type { AccessState } from './plugin-state.ts';
import { headerValues, routerRequest } from './request.ts';
import type { RouterRequest } from './request.ts';
import { cacheKey, findRoute } from './router.ts';
import type { RouteMatch } from './router.ts';
import { requestChange, responseChange } from './transform.ts';
import { upstreamPath } from './upstream.ts';
import { escapePath } from './uri.ts';

/** What a node does with a request, in Kong's own words. */
export interface KongAnswer {
  readonly status: number | undefined;
  readonly match: RouteMatch | undefined;
  /** Set where the request goes upstream. */
  readonly forward?: { readonly target: string; readonly host: string | null; readonly endpoints: readonly { readonly address: string; readonly weight: number }[]; readonly requestHeaders: HeaderOps; readonly responseHeaders: HeaderOps };
  readonly headers: HeaderList;
  readonly body?: string;
  /** The class of a refusal that stands in the node files. */
  readonly refusedBy?: string;
  readonly unmodelled: readonly string[];
}
export interface AnswerOptions {
  /** The router's result cache (`net.protocol` is not in its key): only to replay requests in their order. */
  readonly cache?: Map<string, RouteMatch | undefined>;
  readonly http10?: boolean;
  /** Seconds since 1970, for the times in tokens; without it no token is too old. */
  readonly now?: number;
}

const refuse = (status: number, refusedBy?: string): KongAnswer => ({ status, match: undefined, headers: [], unmodelled: [], ...(refusedBy === undefined ? {} : { refusedBy }) });

export function answer(node: KongNode, given: Probe, options: AnswerOptions = {}): KongAnswer {
  const probe = given.host === null ? given : { ...given, host: fieldValue(given.host) };
  if (probe.target.length + probe.method.length + 11 > node.lineLimit) return refuse(414);
  if (!/^[A-Z_-]+$/.test(probe.method)) return refuse(400);
  const line = readTarget(probe.target);
  if (line === undefined) return refuse(400);
  if (probe.host === null ? options.http10 !== true : !hostIsValid(probe.host)) return refuse(400);
  if (probe.headers.some(([name]) => name.toLowerCase() === 'host')) return refuse(400);
  if (probe.method === 'TRACE' || probe.method === 'CONNECT') return refuse(405);
  const refusal = refusalOf(node.rules, variables(probe, line));
  if (refusal !== undefined) return refuse(refusal.status, refusal.variable);
  const request = routerRequest(probe, line, listenerPort(node, probe.tls !== false));
  const match = lookUp(node, request, options.cache);
  return match === undefined ? { ...refuse(404), body: notFound } : matched(node, request, match, options.now ?? 0);
}

const notFound = '{\n  "message":"no Route matched with those values",\n  "request_id":"<id>"\n}';

function variables(probe: Probe, line: RequestLine): Readonly<Record<string, string>> {
  return { $request: `${probe.method} ${probe.target} HTTP/1.1`, $request_uri: line.uri, $http_host: probe.host ?? '' };
}

function lookUp(node: KongNode, request: RouterRequest, cache: Map<string, RouteMatch | undefined> | undefined): RouteMatch | undefined {
  if (cache === undefined) return findRoute(node.router, request);
  const key = cacheKey(node.router, request);
  if (!cache.has(key)) cache.set(key, findRoute(node.router, request));
  return cache.get(key);
}

function matched(node: KongNode, request: RouterRequest, match: RouteMatch, now: number): KongAnswer {
  const https = httpsOnly(request, match);
  if (https !== undefined) return { match, unmodelled: [], ...https };
  if (isForeignToGrpc(request, match)) return { status: 415, match, headers: [], unmodelled: [], body: errorBody('Non-gRPC request matched gRPC route') };
  const { service } = match.route;
  const plugins = node.pluginsOf(match.route);
  const state: AccessState = { request, consumers: node.file.consumers, consumer: undefined, hidden: { headers: [], query: [] }, now, unmodelled: [] };
  const refusal = runAccess(plugins, state);
  const responseHeaders = responseChange(plugins, request);
  if (refusal !== undefined) return { status: refusal.status, match, headers: [...refusal.headers, ...responseHeaders.set], unmodelled: state.unmodelled, ...(refusal.body === undefined ? {} : { body: refusal.body }) };
  if (service === undefined) return { status: 503, match, headers: responseHeaders.set, unmodelled: state.unmodelled, body: 'no Service found with those values' };
  const change = requestChange(plugins, request, match.captures, { ...callerHeaders(state), query: state.hidden.query });
  const endpoints = endpointsOf(node, service);
  if (endpoints.length === 0) return { status: 503, match, headers: responseHeaders.set, unmodelled: state.unmodelled, body: 'failure to get a peer from the ring-balancer' };
  const path = escapePath(change.uri ?? upstreamPath(match, request, service, node.flavor === 'traditional'));
  const target = change.query !== '' || request.line.uri.endsWith('?') ? `${path}?${change.query}` : path;
  const host = change.host ?? (match.route.preserveHost ? request.probe.host : upstreamHost(node, service));
  return { status: undefined, match, headers: [], unmodelled: state.unmodelled, forward: { target, host, endpoints, requestHeaders: change.headers, responseHeaders } };
}

/** A route for https alone answers plain HTTP with a redirect or 426, before any plugin (ran). */
function httpsOnly(request: RouterRequest, match: RouteMatch): { readonly status: number; readonly headers: HeaderList } | undefined {
  const { protocols, httpsRedirect } = match.route;
  if (!protocols.includes('https') || protocols.includes('http') || request.probe.tls !== false) return undefined;
  if (httpsRedirect === 426) return { status: 426, headers: [['Upgrade', 'TLS/1.2, HTTP/1.1'], ['Connection', 'Upgrade']] };
  return { status: httpsRedirect, headers: [['Location', `https://${nginxHost(request.probe.host ?? '')}${request.line.uri}`]] };
}

/** A route for gRPC takes nothing else. */
function isForeignToGrpc(request: RouterRequest, { route }: RouteMatch): boolean {
  const isGrpc = headerValues(request, 'content-type')[0]?.startsWith('application/grpc') === true;
  return !isGrpc && route.protocols.some((protocol) => protocol === 'grpc' || protocol === 'grpcs');
}

function endpointsOf(node: KongNode, service: KongService): readonly { readonly address: string; readonly weight: number }[] {
  const upstream = node.file.upstreams.get(service.host);
  if (upstream === undefined) return [{ address: `${service.protocol}://${service.host}:${String(service.port)}`, weight: 1 }];
  return upstream.targets.filter((target) => target.weight > 0).map((target) => ({ address: `${service.protocol}://${target.address}`, weight: target.weight }));
}

/** Null where the endpoint's own address is sent. */
function upstreamHost(node: KongNode, service: KongService): string | null {
  return node.file.upstreams.get(service.host)?.hostHeader ?? null;
}
