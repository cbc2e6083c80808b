import type { Middleware, ResolvedService, Route } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';
import { PHASES, keptName, withHeader, type ChainState, type Location, type Outputs, type Place, type Responder, type ResponseHeader, type Site } from './chain.ts';
import type { Forwarding } from './forwarded.ts';
import { headerStatement } from './middlewares/auth.ts';
import { refuseEscapes } from './middlewares/content.ts';
import { addHeader } from './middlewares/cors.ts';
import { refuseEscaped, toGrpc } from './grpc.ts';
import { step } from './middlewares/index.ts';
import { ORIGINAL, outgoing } from './path-state.ts';
import { comment, directive, literal, message, template, type Statement } from './plan.ts';
import type { Sheet } from './sheet.ts';
import { transportSettings } from './transport.ts';
import { UNDERSCORES } from './underscores.ts';
import { address, poolOf } from './upstreams.ts';
import type { EntryPoint } from '../../ir/index.ts';

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
}

/** A route as the inside of a location, and the locations that it needs beside it. */
export interface Body {
  readonly statements: (place: { readonly named: boolean }) => readonly Statement[];
  readonly beside: readonly Location[];
}

/** Something that may answer, and the headers that its answer carries. */
interface Answer {
  readonly responder: Responder;
  readonly response: readonly ResponseHeader[];
}

/** What answers between two hops: nginx keeps its order of phases only inside one location. */
type Stage = readonly Answer[];

/** Lowers a chain and its service. */
export function routeBody(listener: ListenerSite, route: Route): Body {
  const { state, stages, ends } = walk(listener, route);
  const last = ends ? undefined : terminal(listener, route, state);
  const all = last?.respond === undefined ? stages : addResponder(stages, { responder: last.respond, response: state.response });
  return assemble(listener, route, state, beforeProxy(all, state, last?.statements ?? []), last ?? { statements: [] });
}

function walk(listener: ListenerSite, route: Route): { readonly state: ChainState; readonly stages: readonly Stage[]; readonly ends: boolean } {
  let state: ChainState = { path: ORIGINAL, request: listener.forwarding.headers, response: [], settings: [], beside: [] };
  let stages: readonly Stage[] = [escapesDenied(listener).map((responder) => ({ responder, response: [] }))];
  for (const middleware of [...route.chain, ...route.service.chain]) {
    const outer = state.response;
    const done = step(siteOf(listener, route, middleware), state);
    state = done.state;
    for (const responder of done.respond ?? []) stages = addResponder(stages, { responder, response: responder.response ?? (middleware.spec.kind === 'headers' ? outer : state.response) });
    if (done.ends === true) return { state, stages, ends: true };
  }
  return { state, stages, ends: false };
}

function escapesDenied(listener: ListenerSite): readonly Responder[] {
  const statements = refuseEscapes(listener, { ...listener.entryPoint.encodedCharacters });
  return statements.length === 0 ? [] : [{ phase: 'rewrite', statements: () => statements }];
}

function siteOf(listener: ListenerSite, route: Route, middleware: Middleware): Site {
  const { sheet, forwarding, tls, options, outputs } = listener;
  return { sheet, forwarding, tls, route, middleware, options, outputs };
}

/** A new stage where the phases would be out of order, a directive would be given twice, or the headers of the answers change. */
function addResponder(stages: readonly Stage[], answer: Answer): readonly Stage[] {
  const current = stages.at(-1) ?? [];
  const last = current.at(-1);
  const fits = last === undefined || follows(last.responder.phase, answer.responder.phase);
  const others = current.filter(({ responder }) => responder.phase !== 'rewrite');
  const same = answer.responder.phase === 'rewrite' || others.every(({ response }) => sameHeaders(response, answer.response));
  return fits && same ? [...stages.slice(0, -1), [...current, answer]] : [...stages, [answer]];
}

/** The location that proxies adds the headers of the whole chain to every answer of its later phases: others get a location of their own. */
function beforeProxy(stages: readonly Stage[], { response }: ChainState, last: readonly Statement[]): readonly Stage[] {
  const late = (stages.at(-1) ?? []).filter(({ responder }) => responder.phase !== 'rewrite' || (responder.early === true && stages.length === 1));
  return last.length === 0 || late.every((answer) => sameHeaders(answer.response, response)) ? stages : [...stages, []];
}

function sameHeaders(one: readonly ResponseHeader[], other: readonly ResponseHeader[]): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function follows(before: keyof typeof PHASES, after: keyof typeof PHASES): boolean {
  return before === after ? before === 'rewrite' || before === 'limit' : PHASES[before] < PHASES[after];
}

interface Terminal {
  readonly respond?: Responder;
  readonly statements: readonly Statement[];
  /** Hides a header of the endpoint. */
  readonly hide?: 'proxy_hide_header' | 'grpc_hide_header';
}

/** The service: a pool, or an answer in its place. */
function terminal(listener: ListenerSite, route: Route, state: ChainState): Terminal {
  const { service } = route.service;
  if (service.spec.kind === 'internal') return { respond: service.spec.name === 'noop' ? TEAPOT : answer(404, '404 page not found\n'), statements: [] };
  const pool = poolOf(listener.sheet, route.service, listener.options.version, listener.outputs.pools);
  if (pool === undefined) return { respond: answer(503, 'no available server\n'), statements: [] };
  const { before, target } = outgoing(listener.sheet, state.path);
  const headers = hostHeader(state.request, route);
  if (pool.scheme === 'h2c') {
    const lines = headers.map((line) => headerStatement(listener, line));
    const cookie = pool.cookie === undefined ? [] : [addHeader({ name: 'Set-Cookie', value: pool.cookie })];
    const statements = [...cookie, ...lines, ...state.settings, ...transportSettings(pool.settings, pool.scheme, listener.options), ...pool.before, ...before];
    return { respond: refuseEscaped(listener.sheet, state.path.kind !== 'original'), statements: toGrpc(statements, pool.target), hide: 'grpc_hide_header' };
  }
  return {
    statements: [
      ...(pool.cookie === undefined ? [] : [addHeader({ name: 'Set-Cookie', value: pool.cookie })]),
      ...requestHeaders(listener, headers),
      ...state.settings,
      ...transportSettings(pool.settings, pool.scheme, listener.options),
      // `rewrite … break` ends the rewrite phase: a `set` behind it is never run.
      ...pool.before,
      ...before,
      directive('proxy_pass', listener.sheet.text(`${pool.scheme}://`, ...pool.target, ...target)),
    ],
  };
}

/** nginx inherits headers only where a level has none of its own: all of them, or none. */
function requestHeaders(listener: ListenerSite, lines: ChainState['request']): readonly Statement[] {
  const { headers } = listener.forwarding;
  const kept = headers.every((line, index) => lines[index] === line);
  if (!kept) return [...lines.map((line) => headerStatement(listener, line)), UNDERSCORES];
  const added = lines.slice(headers.length);
  return added.length === 0 ? [] : [directive('include', listener.proxyFile), ...added.map((line) => headerStatement(listener, line))];
}

/** Traefik's own plain answers. */
/** `noop@internal`: a status and nothing else. */
const TEAPOT: Responder = { phase: 'rewrite', statements: () => [directive('return', '418', message(''))] };

function answer(status: number, text: string): Responder {
  return { phase: 'rewrite', statements: () => plainAnswer(status, text) };
}

export function plainAnswer(status: number, text: string): readonly Statement[] {
  return [directive('default_type', template('text/plain; charset=utf-8')), directive('add_header', 'X-Content-Type-Options', 'nosniff', 'always'), directive('return', String(status), message(text))];
}

/** Without passHostHeader the endpoint gets its own address, whatever a middleware wrote; that is one address, or judge refused. */
function hostHeader(headers: Forwarding['headers'], { service }: Route): Forwarding['headers'] {
  const balancer = firstBalancer(service);
  if (balancer?.spec.kind !== 'loadBalancer' || balancer.spec.passHostHeader) return headers;
  const [endpoint] = balancer.spec.endpoints;
  return endpoint === undefined ? headers : withHeader(headers, { name: 'Host', value: [endpoint.port === 0 ? endpoint.host : address(endpoint)] });
}

function firstBalancer(resolved: ResolvedService): ResolvedService['service'] | undefined {
  if (resolved.service.spec.kind === 'loadBalancer') return resolved.service;
  return resolved.members.map(firstBalancer).find((found) => found !== undefined);
}

function assemble(listener: ListenerSite, route: Route, state: ChainState, stages: readonly Stage[], { statements: last, hide = 'proxy_hide_header' }: Terminal): Body {
  const names = stages.slice(1).map((_, index) => keptName(listener, `stage ${route.router.name}@${route.router.namespace} ${String(index)}`, `${route.router.name}_then`));
  const contents = stages.map((stage, index) => (place: { readonly named: boolean }): readonly Statement[] => {
    const next = names[index];
    const proxies = next === undefined && last.length > 0;
    const response = proxies ? state.response : ofLocation(stage);
    return [
      ...(proxies ? response.map(({ name }) => directive(hide, literal(name))) : []),
      ...response.flatMap((header) => (header.value === undefined ? [] : [addHeader(header)])),
      ...stage.flatMap((answer) => answered(answer, response, { ...place, proxies })),
      ...(next === undefined ? last : [comment('the rest of the chain comes after these: its headers are not theirs, or nginx would run it before them'), directive('try_files', '/.none', `@${next}`)]),
    ];
  });
  const [first, ...rest] = contents;
  const later = rest.map((statements, index): Location => ({ words: [`@${names[index] ?? ''}`], statements: statements({ named: true }) }));
  return { statements: first ?? ((): readonly Statement[] => last), beside: [...later, ...state.beside] };
}

/** The headers of a location that does not proxy: those of its later phases, which have no block to say their own in. */
function ofLocation(stage: Stage): readonly ResponseHeader[] {
  return (stage.find(({ responder }) => responder.phase !== 'rewrite') ?? stage.at(-1))?.response ?? [];
}

/** What a middleware answers with; in a location with other headers its condition says its own. */
function answered({ responder, response }: Answer, around: readonly ResponseHeader[], place: Place): readonly Statement[] {
  const statements = responder.statements(place);
  if (responder.phase !== 'rewrite') return statements;
  const own = visible(response).map(addHeader);
  const inherits = visible(around).length === 0 || sameHeaders(visible(response), visible(around));
  // A header without a value is not sent, and keeps those of the location away.
  const instead = inherits ? [] : own.length > 0 ? own : [directive('add_header', 'X-None', literal(''))];
  return statements.map((statement) => {
    if (statement.kind !== 'directive' || statement.block === undefined) return statement;
    return { ...statement, block: [...(statement.block.some(addsHeaders) ? own : instead), ...statement.block] };
  });
}

function visible(response: readonly ResponseHeader[]): readonly ResponseHeader[] {
  return response.filter(({ value }) => value !== undefined);
}

function addsHeaders(statement: Statement): boolean {
  return statement.kind === 'directive' && statement.words[0]?.kind === 'word' && statement.words[0].text === 'add_header';
}
