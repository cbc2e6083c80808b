import type { EntryPoint, ResolvedService, Route, Routing, Service, ServiceSpec } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import { addHeader, instead, unlessSaid } from './add-headers.ts';
import { keptName, withHeader, withSettings, type ChainState, type Location, type Outputs, type Responder } from './chain.ts';
import { errorPages } from './error-pages.ts';
import type { Forwarding } from './forwarded.ts';
import { refuseEscaped, toGrpc } from './grpc.ts';
import { headerStatement } from './middlewares/auth.ts';
import { bodyLimit } from './middlewares/content.ts';
import { copies } from './mirroring.ts';
import { outgoing } from './path-state.ts';
import { directive, message, template, type Statement } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { statusesOf } from './statuses.ts';
import { transportSettings } from './transport.ts';
import { UNDERSCORES } from './underscores.ts';
import { address, givesWay, poolOf } from './upstreams.ts';

/** What one listener gives its routes. */
export interface ListenerSite {
  readonly sheet: Sheet;
  readonly entryPoint: EntryPoint;
  readonly forwarding: Forwarding;
  /** The file with the headers of the forwarding. */
  readonly proxyFile: string;
  readonly tls: boolean;
  readonly options: TargetOptions;
  readonly outputs: Outputs;
  readonly routing: Routing;
}

/** The end of a chain. */
export interface Terminal {
  readonly respond?: Responder;
  readonly statements: readonly Statement[];
  /** Hides a header of the endpoint. */
  readonly hide?: 'proxy_hide_header' | 'grpc_hide_header';
  /** Locations that it needs beside its own. */
  readonly beside?: readonly Location[];
  /** Statuses lead to another service here: what refuses a request needs a location of its own, or nginx would send it there. */
  readonly catches?: true;
}

/** The service of a route: a pool, an answer in its place, or a pool with others behind or beside it. */
export function terminal(listener: ListenerSite, route: Route, state: ChainState): Terminal {
  const { spec } = route.service.service;
  const [main, ...others] = route.service.members;
  if (main === undefined) return balanced(listener, route.service, state);
  if (spec.kind === 'failover') return failover(listener, route, spec, state);
  if (spec.kind !== 'mirroring') return balanced(listener, route.service, state);
  const copied = copies(listener, route, { spec, mirrors: others, linesFor: (mirror) => hostHeader(state.request, mirror) }, state);
  const end = balanced(listener, main, { ...state, settings: withSettings(state.settings, copied.settings) });
  return end.statements.length === 0 ? end : { ...end, statements: [...copied.statements, ...end.statements], beside: copied.beside };
}

/** The answer of the main service, or where its status is one of these, or nobody answers, that of the other one: the request is sent again, body and all. */
function failover(listener: ListenerSite, route: Route, spec: Extract<ServiceSpec, { kind: 'failover' }>, state: ChainState): Terminal {
  const [main, fallback] = route.service.members;
  const watched = statusesOf(spec.errors?.status ?? []);
  if (main === undefined || fallback === undefined || watched === undefined) return { respond: answer(503, 'Service Unavailable\n'), statements: [] };
  const name = keptName(listener, `fallback ${route.router.name}@${route.router.namespace}`, `${route.router.name}_fallback`);
  // By health alone: what nginx says where it finds nobody. An endpoint may still answer so itself.
  const byHealth = watched.length === 0;
  const statuses = byHealth ? [502, 504] : watched;
  const kept: ChainState = { ...state, settings: withSettings(state.settings, [directive('proxy_request_buffering', 'on')]) };
  const limit = spec.errors?.maxRequestBodyBytes ?? -1;
  const limited = limit < 0 ? { state: kept } : bodyLimit(listener.sheet, kept, limit);
  const [first, second] = [balanced(listener, main, limited.state), balanced(listener, fallback, kept)];
  const [tooLong] = limited.respond ?? [];
  const other = [...instead(state.response), ...unlessSaid([...second.statements, ...(second.respond?.statements({ named: true, proxies: false }) ?? [])], state.response)];
  return {
    ...first,
    catches: true,
    ...(tooLong === undefined ? {} : { respond: tooLong }),
    statements: [...(byHealth ? [] : [directive('proxy_intercept_errors', 'on')]), ...errorPages(statuses.map((status) => ({ status, answer: 'page' })), name), ...first.statements],
    beside: [{ words: [`@${name}`], statements: other }],
  };
}

function balanced(listener: ListenerSite, resolved: ResolvedService, state: ChainState): Terminal {
  const { service } = resolved;
  if (service.spec.kind === 'internal') return { respond: service.spec.name === 'noop' ? TEAPOT : answer(404, '404 page not found\n'), statements: [] };
  const pool = poolOf(listener.sheet, resolved, listener.options.version, listener.outputs.pools);
  if (pool === undefined) return { respond: answer(503, 'no available server\n'), statements: [] };
  const { before, target } = outgoing(listener.sheet, state.path);
  const headers = hostHeader(state.request, resolved);
  const cookie = pool.cookie === undefined ? [] : [addHeader({ name: 'Set-Cookie', value: pool.cookie })];
  // A retry of the chain says more of the same.
  const settings = [...withSettings(givesWay(pool), state.settings), ...transportSettings(pool.settings, pool.scheme, listener.options)];
  // `rewrite … break` ends the rewrite phase: a `set` behind it is never run.
  const steps = [...pool.before, ...before];
  if (pool.scheme === 'h2c') {
    const statements = [...cookie, ...headers.map((line) => headerStatement(listener, line)), ...settings, ...steps];
    return { respond: refuseEscaped(listener.sheet, state.path.kind !== 'original'), statements: toGrpc(statements, pool.target), hide: 'grpc_hide_header' };
  }
  return { statements: [...cookie, ...requestHeaders(listener, headers), ...settings, ...steps, directive('proxy_pass', listener.sheet.text(`${pool.scheme}://`, ...pool.target, ...target))] };
}

/** nginx inherits headers only where a level has none of its own: all of them, or none. */
function requestHeaders(listener: ListenerSite, lines: ChainState['request']): readonly Statement[] {
  const { headers } = listener.forwarding;
  const kept = headers.every((line, index) => lines[index] === line);
  if (!kept) return [...lines.map((line) => headerStatement(listener, line)), UNDERSCORES];
  const added = lines.slice(headers.length);
  return added.length === 0 ? [] : [directive('include', listener.proxyFile), ...added.map((line) => headerStatement(listener, line))];
}

/** `noop@internal`: a status and nothing else. */
const TEAPOT: Responder = { phase: 'rewrite', statements: () => [directive('return', '418', message(''))] };

function answer(status: number, text: string): Responder {
  return { phase: 'rewrite', statements: () => plainAnswer(status, text) };
}

/** Traefik's own plain answers. */
export function plainAnswer(status: number, text: string): readonly Statement[] {
  return [directive('default_type', template('text/plain; charset=utf-8')), directive('add_header', 'X-Content-Type-Options', 'nosniff', 'always'), directive('return', String(status), message(text))];
}

/** Without passHostHeader the endpoint gets its own address, whatever a middleware wrote; that is one address, or judge refused. */
function hostHeader(headers: Forwarding['headers'], resolved: ResolvedService): Forwarding['headers'] {
  const balancer = firstBalancer(resolved);
  if (balancer?.spec.kind !== 'loadBalancer' || balancer.spec.passHostHeader) return headers;
  const [endpoint] = balancer.spec.endpoints;
  return endpoint === undefined ? headers : withHeader(headers, { name: 'Host', value: [endpoint.port === 0 ? endpoint.host : address(endpoint)] });
}

function firstBalancer(resolved: ResolvedService): Service | undefined {
  if (resolved.service.spec.kind === 'loadBalancer') return resolved.service;
  return resolved.members.map(firstBalancer).find((found) => found !== undefined);
}
