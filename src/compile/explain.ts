import { placeOf } from '../diagnostics/index.ts';
import type { Paint } from '../diagnostics/index.ts';
import { printable } from '../diagnostics/index.ts';
import { refName } from '../ir/index.ts';
import type { Decision, Listener, Probe, Route, Routing } from '../ir/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { canonicalRequest, compileRule, matchRequest } from '../runtime/match/index.ts';
import type { MatchRequest } from '../runtime/match/index.ts';
import { listenerFor, probeFor } from '../testing/probe.ts';
import { whyNot } from './reason.ts';
import type { ExplainRequest } from './request.ts';
import type { Loaded, LoadedGateway } from './types.ts';

export interface ExplainedDecision {
  readonly kind: Decision['kind'];
  readonly router: string | null;
  readonly service: string | null;
  readonly endpoint: string | null;
  readonly target: string | null;
  readonly status: number | null;
  readonly headers: readonly (readonly [string, string])[];
}
export interface Candidate {
  readonly router: string;
  readonly rule: string;
  readonly priority: string;
  readonly matched: boolean;
  readonly reason: string;
  readonly at: string;
}
export interface Step {
  readonly middleware: string;
  readonly kind: string;
  readonly at: string;
  readonly before: string;
  readonly after: string;
}
/** `gateway.explain/1`. */
export interface ExplainDocument {
  readonly schema: 'gateway.explain/1';
  readonly gateway: string;
  readonly request: { readonly method: string; readonly host: string; readonly target: string; readonly entryPoint: string; readonly tls: boolean };
  readonly decision: ExplainedDecision;
  readonly candidates: readonly Candidate[];
  readonly steps: readonly Step[];
  readonly notes: readonly string[];
}
export interface Explained {
  readonly document: ExplainDocument;
}

/** Why a request goes where it goes in one gateway: what the runtime decides, and what every router says to it. */
export function explain(loaded: Loaded, gateway: LoadedGateway, request: ExplainRequest): Explained {
  const routing = gateway.resolved[0]?.routing ?? { listeners: [], certificates: [], tlsOptions: [], tlsStores: [] };
  const listener = listenerFor(routing, request);
  const probe = probeFor(routing, request);
  const tls = probe === undefined ? request.scheme === 'https' : probe.tls !== false;
  const shown = { method: request.method, host: request.host, target: request.target, entryPoint: probe?.entryPoint ?? '', tls };
  if (listener === undefined || probe === undefined) {
    const notes = [request.entryPoint === undefined ? 'no entry point serves this request' : `no entry point is called "${request.entryPoint}"`];
    return { document: { schema: 'gateway.explain/1', gateway: gateway.name, request: shown, decision: miss(), candidates: [], steps: [], notes } };
  }
  const decision = runtimeFor(routing).decide(probe);
  const routes = tls ? listener.tls : listener.plain;
  const match = matchOf(probe, listener);
  const candidates = match === undefined ? [] : routes.map((route) => candidate(route, match, loaded));
  const winner = routes.find((route) => decisionRouter(decision) === refName(route.router));
  const steps = winner === undefined ? [] : stepsOf(routing, listener, winner, probe, tls, loaded);
  const notes = winner === undefined && decision.kind === 'respond' ? nearest(routing, probe, tls) : [];
  return { document: { schema: 'gateway.explain/1', gateway: gateway.name, request: shown, decision: toDocument(decision), candidates, steps, notes } };
}

function runtimeFor(routing: Routing): ReturnType<typeof createRuntime> {
  return createRuntime(routing, { clock: () => 0, random: () => 0 });
}

function matchOf(probe: Probe, listener: Listener): MatchRequest | undefined {
  const result = canonicalRequest(probe, { ...listener.entryPoint, engine: '3.7' });
  return result.ok ? matchRequest(result.request, probe.method, probe.headers, probe.clientIp) : undefined;
}

function candidate(route: Route, request: MatchRequest, loaded: Loaded): Candidate {
  const matched = compileRule(route.rule)(request);
  return { router: refName(route.router), rule: route.ruleText, priority: String(route.priority), matched, reason: matched ? 'match' : whyNot(route.rule, request), at: placeText(route.origin, loaded) };
}

function placeText(origin: Route['origin'], loaded: Loaded): string {
  const place = placeOf(origin, loaded.origins, loaded.files);
  return `${place.file}:${String(place.line)}`;
}

function decisionRouter(decision: Decision): string | null {
  if (decision.kind === 'forward') return refName(decision.router);
  return decision.kind === 'respond' && decision.router !== null ? refName(decision.router) : null;
}

function toDocument(decision: Decision): ExplainedDecision {
  const base = { kind: decision.kind, router: decisionRouter(decision), service: null, endpoint: null, target: null, status: null, headers: [] };
  if (decision.kind === 'forward') return { ...base, service: refName(decision.service), endpoint: decision.endpoints.map((endpoint) => endpoint.address).join(', '), target: decision.target, headers: decision.requestHeaders.set };
  if (decision.kind === 'respond') return { ...base, status: decision.status, headers: decision.headers };
  if (decision.kind === 'tie') return { ...base, router: decision.routers.map(refName).join(' or ') };
  return base;
}

function miss(): ExplainedDecision {
  return { kind: 'respond', router: null, service: null, endpoint: null, target: null, status: 404, headers: [] };
}

/** Each middleware's effect: the decision with one more member of the chain each time. */
function stepsOf(routing: Routing, listener: Listener, winner: Route, probe: Probe, tls: boolean, loaded: Loaded): readonly Step[] {
  const outcome = (count: number): Decision => {
    const route: Route = { ...winner, chain: winner.chain.slice(0, count), tiedWith: [] };
    const only: Listener = { entryPoint: listener.entryPoint, plain: tls ? [] : [route], tls: tls ? [route] : [], tcp: [] };
    return runtimeFor({ ...routing, listeners: [only] }).decide(probe);
  };
  const steps: Step[] = [];
  let before = outcome(0);
  for (const [index, middleware] of winner.chain.entries()) {
    if (before.kind === 'respond') break;
    const after = outcome(index + 1);
    steps.push({ middleware: refName(middleware.ref), kind: middleware.spec.kind, at: placeText(middleware.origin, loaded), before: effect(before), after: effect(after) });
    before = after;
  }
  return steps;
}

function effect(decision: Decision): string {
  if (decision.kind === 'forward') return decision.target;
  return decision.kind === 'respond' ? `${String(decision.status)}` : decision.kind;
}

/** For a miss: routers that would take it on another entry point. */
function nearest(routing: Routing, probe: Probe, tls: boolean): readonly string[] {
  return routing.listeners.flatMap((listener) => {
    const match = matchOf(probe, listener);
    if (match === undefined) return [];
    const here = listener.entryPoint.name === probe.entryPoint;
    const elsewhere = [...(here && !tls ? [] : listener.plain), ...(here && tls ? [] : listener.tls)].filter((route) => compileRule(route.rule)(match));
    return elsewhere.slice(0, 3).map((route) => `nearest: ${refName(route.router)} matches on entry point ${listener.entryPoint.name}${listener.tls.includes(route) ? ' with TLS' : ' without TLS'}`);
  });
}

/** For people. */
export function explainText({ document }: Explained, paint: Paint): string {
  const { request, decision, candidates, steps, notes } = document;
  const lines = [`entry point ${request.entryPoint === '' ? '(none)' : request.entryPoint}, TLS ${request.tls ? 'yes' : 'no'}`];
  const width = Math.max(0, ...candidates.map((one) => one.router.length));
  for (const [index, one] of candidates.entries()) {
    const state = one.router === decision.router ? paint.bold('MATCH  <- wins') : one.matched ? 'match, lower priority' : `no: ${one.reason}`;
    lines.push(`${String(index + 1).padStart(2)}. ${one.router.padEnd(width)}  ${printable(one.rule)}  priority ${one.priority}   ${printable(state)}`);
  }
  for (const step of steps) lines.push(`${step.middleware} (${step.kind}): ${printable(step.before)} -> ${printable(step.after)}    ${paint.dim(printable(step.at))}`);
  const won = candidates.find((one) => one.router === decision.router);
  lines.push(...verdict(decision, won?.at), ...notes.map((note) => `  ${note}`));
  return `${lines.join('\n')}\n`;
}

function verdict(decision: ExplainedDecision, at: string | undefined): readonly string[] {
  const where = at === undefined ? '' : `        defined at ${at}`;
  if (decision.kind === 'forward') return [`endpoint ${decision.endpoint === '' ? '(none: 503)' : `${decision.endpoint ?? ''}${printable(decision.target ?? '')}`}${where}`];
  if (decision.kind === 'tie') return [`a tie: the engine picks ${decision.router ?? ''} at random`];
  const location = decision.headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
  return [`${String(decision.status)}${decision.router === null ? ', no router matches' : ` from ${decision.router}`}${location === undefined ? '' : `, Location ${printable(location)}`}${where}`];
}
