import { chainOf, type Middleware, type Route } from '../../ir/index.ts';
import { addHeaders, addsHeader, instead, unlessSaid } from './add-headers.ts';
import { PHASES, keptName, type ChainState, type Location, type Place, type Responder, type ResponseHeader, type Site } from './chain.ts';
import { refuseEscapes } from './middlewares/content.ts';
import { catching, pageLocations, watch, withoutTexts, type Watch } from './middlewares/errors.ts';
import { step } from './middlewares/index.ts';
import { ORIGINAL } from './path-state.ts';
import { comment, directive, literal, type Statement } from './plan.ts';
import { terminal, type ListenerSite, type Terminal } from './terminal.ts';

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
  const { state, stages, ends, watched } = walk(listener, route);
  const last = ends ? undefined : terminal(listener, route, state);
  const before = last?.catches === true && stages.at(-1)?.length !== 0 ? [...stages, []] : stages;
  const all = last?.respond === undefined ? before : addResponder(before, { responder: last.respond, response: state.response });
  return assemble(listener, route, { state, stages: beforeProxy(all, state, last?.statements ?? []), watched }, last ?? { statements: [] });
}

/** A chain, lowered. */
interface Walked {
  readonly state: ChainState;
  readonly stages: readonly Stage[];
  /** A middleware that catches what is answered from one stage on. */
  readonly watched: Watch | undefined;
}

function walk(listener: ListenerSite, route: Route): Walked & { readonly ends: boolean } {
  let state: ChainState = { path: ORIGINAL, request: listener.forwarding.headers, response: [], settings: [], beside: [] };
  let stages: readonly Stage[] = [escapesDenied(listener).map((responder) => ({ responder, response: [] }))];
  let watched: Watch | undefined;
  for (const middleware of chainOf(route)) {
    const outer = state.response;
    if (middleware.spec.kind === 'errors') {
      if (stages.at(-1)?.length !== 0) stages = [...stages, []];
      watched = watch(siteOf(listener, route, middleware), middleware.spec, outer, stages.length - 1);
    }
    const done = step(siteOf(listener, route, middleware), state);
    state = done.state;
    for (const responder of done.respond ?? []) stages = addResponder(stages, { responder, response: responder.response ?? (middleware.spec.kind === 'headers' ? outer : state.response) });
    if (done.ends === true) return { state, stages, watched, ends: true };
  }
  return { state, stages, watched, ends: false };
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

/**
 * The location that proxies adds the headers of the whole chain to every answer of its later phases: others get a location of their own.
 * So does what would be answered before anything else of the location is run, but is not the first of the chain.
 */
function beforeProxy(stages: readonly Stage[], { response }: ChainState, last: readonly Statement[]): readonly Stage[] {
  const [only = []] = stages;
  if (last.length > 0 && stages.length === 1 && only.slice(1).some(({ responder }) => responder.early === true)) return [...stages, []];
  const late = (stages.at(-1) ?? []).filter(({ responder }) => responder.phase !== 'rewrite' || (responder.early === true && stages.length === 1));
  return last.length === 0 || late.every((answer) => sameHeaders(answer.response, response)) ? stages : [...stages, []];
}

function sameHeaders(one: readonly ResponseHeader[], other: readonly ResponseHeader[]): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function follows(before: keyof typeof PHASES, after: keyof typeof PHASES): boolean {
  return before === after ? before === 'rewrite' || before === 'limit' : PHASES[before] < PHASES[after];
}

function assemble(listener: ListenerSite, route: Route, { state, stages, watched }: Walked, { statements: last, hide = 'proxy_hide_header', beside = [] }: Terminal): Body {
  const names = stages.slice(1).map((_, index) => keptName(listener, `stage ${route.router.name}@${route.router.namespace} ${String(index)}`, `${route.router.name}_then`));
  const contents = stages.map((stage, index) => (place: { readonly named: boolean }): readonly Statement[] => {
    const next = names[index];
    const proxies = next === undefined && last.length > 0;
    const response = proxies ? state.response : ofLocation(stage);
    const isWatched = watched !== undefined && index >= watched.from;
    const answers = stage.flatMap((answer) => answered(answer, response, { ...place, proxies }));
    return [
      ...(isWatched ? catching(watched, proxies) : []),
      ...(stage.some(({ responder }) => responder.relative === true) ? [directive('absolute_redirect', 'off')] : []),
      ...(proxies ? instead(response, hide) : addHeaders(response)),
      ...(isWatched ? withoutTexts(answers, watched.statuses) : answers),
      ...(next === undefined ? unlessSaid(last, state.response) : [comment('the rest of the chain comes after these: its headers are not theirs, or nginx would run it before them'), directive('try_files', '/.none', `@${next}`)]),
    ];
  });
  const [first, ...rest] = contents;
  const later = rest.map((statements, index): Location => ({ words: [`@${names[index] ?? ''}`], statements: statements({ named: true }) }));
  const page = watched === undefined ? [] : pageLocations(watched, state, listener.routing);
  return { statements: first ?? ((): readonly Statement[] => last), beside: [...later, ...state.beside, ...page, ...beside] };
}

/** The headers of a location that does not proxy: those of its later phases, which have no block to say their own in. */
function ofLocation(stage: Stage): readonly ResponseHeader[] {
  return (stage.find(({ responder }) => responder.phase !== 'rewrite') ?? stage.at(-1))?.response ?? [];
}

/** What a middleware answers with; in a location with other headers its condition says its own. */
function answered({ responder, response }: Answer, around: readonly ResponseHeader[], place: Place): readonly Statement[] {
  const statements = unlessSaid(responder.statements(place), response);
  if (responder.phase !== 'rewrite') return statements;
  const own = addHeaders(response);
  const inherits = visible(around).length === 0 || sameHeaders(visible(response), visible(around));
  // A header without a value is not sent, and keeps those of the location away.
  const others = inherits ? [] : own.length > 0 ? own : [directive('add_header', 'X-None', literal(''))];
  return statements.map((statement) => {
    if (statement.kind !== 'directive' || statement.block === undefined) return statement;
    return { ...statement, block: [...(statement.block.some((line) => addsHeader(line)) ? own : others), ...statement.block] };
  });
}

function visible(response: readonly ResponseHeader[]): readonly ResponseHeader[] {
  return response.filter(({ value }) => value !== undefined);
}
