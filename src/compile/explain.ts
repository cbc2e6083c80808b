import { refKey, refName } from '../ir/index.ts';
import type { Decision, Listener, Probe, Route, Routing } from '../ir/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { tcpDoor } from '../server/tcp.ts';
import { listenerFor, probeFor } from '../testing/probe.ts';
import { candidatesOf, matchOf, meantHost, nearMisses } from './explain-candidates.ts';
import type { ExplainDocument, Explained, ExplainedDecision } from './explain-document.ts';
import { clearService, opaqueNotes, withoutOpaque } from './explain-opaque.ts';
import { partsOf } from './explain-parts.ts';
import { fieldValue, placeText } from './explain-place.ts';
import { stepsOf } from './explain-steps.ts';
import { explainTargets } from './explain-targets.ts';
import { laddersFor } from './ladder/ladder.ts';
import type { ExplainRequest } from './request.ts';
import { routingOf } from './route-tests-judge.ts';
import type { BuildOptions, Loaded, LoadedGateway } from './types.ts';

/** What more an explanation may be asked for. */
export interface ExplainOptions {
  /** A router that should win: where it does not, its ladder is shown. */
  readonly expect?: string;
  /** The ladder of the router that wins, too: what runs may still not answer. */
  readonly live?: boolean;
}

/** Why a request goes where it goes in one gateway: what the runtime decides, and what every router says to it. */
export function explain(loaded: Loaded, gateway: LoadedGateway, request: ExplainRequest, options: ExplainOptions = {}): Explained {
  const routing = routingOf(gateway);
  const listener = listenerFor(routing, request);
  const probe = probeFor(routing, request);
  if (listener === undefined || probe === undefined) return { document: nowhere({ loaded, gateway, routing }, request, options) };
  return { document: at({ loaded, gateway, routing, listener, probe }, options) };
}

/** What an explanation of everything is made with. */
export interface WholeOptions extends ExplainOptions {
  /** What `build` is to write with: its targets are asked the same. */
  readonly build: BuildOptions;
}

/** {@link explainAll}, and beside each answer what the files of the targets do with the request. */
export function explainWhole(loaded: Loaded, gateway: LoadedGateway, request: ExplainRequest, { build, ...options }: WholeOptions): readonly Explained[] {
  const requests = requestsFor(routingOf(gateway), request);
  const targets = build.targets.length === 0 ? [] : explainTargets(loaded, gateway, requests, build);
  return requests.map((one, index) => ({ document: { ...explain(loaded, gateway, one, options).document, targets: targets[index] ?? [] } }));
}

/** The same for a bare host: one answer for every entry point that speaks HTTP, plain and with TLS where it serves both. */
export function explainAll(loaded: Loaded, gateway: LoadedGateway, request: ExplainRequest, options: ExplainOptions = {}): readonly Explained[] {
  return requestsFor(routingOf(gateway), request).map((one) => explain(loaded, gateway, one, options));
}

function requestsFor(routing: Routing, request: ExplainRequest): readonly ExplainRequest[] {
  const everywhere = request.scheme === undefined && request.port === undefined && request.entryPoint === undefined;
  const doors = everywhere ? routing.listeners.filter(({ entryPoint }) => !entryPoint.udp).flatMap(requestsAt(request)) : [];
  return doors.length === 0 ? [request] : doors;
}

function requestsAt(request: ExplainRequest): (listener: Listener) => readonly ExplainRequest[] {
  return ({ entryPoint, plain, tls, tcp }) => {
    const entry = { ...request, entryPoint: entryPoint.name };
    const secure = tls.length > 0 || entryPoint.tls !== undefined || tcp.some((route) => route.tls !== undefined);
    return [...(plain.length > 0 || !secure ? [{ ...entry, scheme: 'http' as const }] : []), ...(secure ? [{ ...entry, scheme: 'https' as const }] : [])];
  };
}

interface Asked {
  readonly loaded: Loaded;
  readonly gateway: LoadedGateway;
  readonly routing: Routing;
  readonly listener: Listener;
  readonly probe: Probe;
}

function at(asked: Asked, options: ExplainOptions): ExplainDocument {
  const { loaded, gateway, routing, listener, probe } = asked;
  const tls = probe.tls !== false;
  const decision = createRuntime(withoutOpaque(routing), { clock: () => 0, random: () => 0 }).decide(probe);
  const routes = tls ? listener.tls : listener.plain;
  const match = matchOf(probe, listener);
  const winner = winnerOf(decision, routes);
  const walked = winner === undefined ? undefined : stepsOf({ routing: withoutOpaque(routing), listener, winner: { ...winner, service: clearService(winner.service) }, probe }, loaded);
  const closed = decision.kind === 'respond' && decision.status === 0;
  const unmatched = decision.kind === 'respond' && decision.router === null && decision.status === 404;
  const shown = { method: probe.method, host: probe.host ?? '', target: probe.target, entryPoint: probe.entryPoint, tls };
  return {
    schema: 'gateway.explain/1', gateway: gateway.name, request: shown, decision: toDocument(decision),
    candidates: match === undefined || closed ? [] : candidatesOf(routes, match, decision, loaded),
    steps: walked?.steps ?? [],
    parts: winner === undefined || gateway.resolved[0] === undefined ? [] : partsOf(gateway.resolved[0].gateway, winner, decision.kind === 'forward' ? decision : (walked?.beyond ?? decision), probe.entryPoint, loaded),
    nearest: unmatched ? nearMisses(routing, probe, loaded) : [],
    ladders: laddersFor({ loaded, gateway, routing, probe, missed: closed || unmatched, decision, live: options.live === true, ...(winner !== undefined && (walked?.beyond ?? decision).kind === 'forward' ? { reached: winner } : {}), ...(options.expect === undefined ? {} : { expect: options.expect }), ...(match === undefined ? {} : { match }) }),
    targets: [],
    notes: [...connectionNotes(asked), ...(winner === undefined ? [] : opaqueNotes(winner)), ...beyondNotes(decision, walked?.beyond), ...(unmatched ? hostNotes(routing, probe) : [])],
  };
}

function winnerOf(decision: Decision, routes: readonly Route[]): Route | undefined {
  const router = decision.kind === 'forward' || decision.kind === 'respond' ? decision.router : null;
  return router === null ? undefined : routes.find((route) => refKey(route.router) === refKey(router));
}

/** A TCP router on the same entry point may take the connection before anybody speaks HTTP. */
function connectionNotes({ listener, probe, loaded }: Asked): readonly string[] {
  if (listener.tcp.length === 0) return [];
  const door = tcpDoor(listener);
  const serverName = probe.tls === false ? '' : (probe.tls.sni ?? '');
  const choice = (probe.tls === false ? door.plain : door.tls)({ serverName, clientIp: probe.clientIp, alpn: [] });
  if (choice.kind === 'http') return [];
  return [choice.kind === 'none' ? 'no TCP router takes this connection and nothing here speaks HTTP: it is closed' : `TCP router ${refName(choice.route.router)} takes the whole connection before HTTP is spoken (${placeText(choice.route.origin, loaded)})`];
}

/** What a request meets that a middleware answered, once it is let through. */
function beyondNotes(decision: Decision, beyond: Decision | undefined): readonly string[] {
  if (decision.kind !== 'respond' || beyond?.kind !== 'forward') return [];
  const { address } = endpointOf(beyond);
  return [`a request that is let through goes to ${address === '' ? '(no server: 503)' : `${address}${beyond.target}`}`];
}

function hostNotes(routing: Routing, probe: Probe): readonly string[] {
  const meant = meantHost(routing, probe.host ?? '');
  return meant === undefined ? [] : [`no router names this host; did you mean ${meant}?`];
}

/** No entry point of that name, or none at all: what would serve the request elsewhere still has its ladder. */
function nowhere({ loaded, gateway, routing }: Pick<Asked, 'loaded' | 'gateway' | 'routing'>, request: ExplainRequest, options: ExplainOptions): ExplainDocument {
  const names = routing.listeners.map(({ entryPoint }) => entryPoint.name);
  const known = names.length === 0 ? 'none is declared or named by a router' : `there are ${names.join(', ')}`;
  const note = request.entryPoint === undefined ? `no entry point serves this request: ${known}` : `no entry point is called "${request.entryPoint}": ${known}`;
  const listener = standIn(request.entryPoint ?? 'default', loaded);
  const probe = probeFor({ ...routing, listeners: [listener] }, { ...request, entryPoint: listener.entryPoint.name });
  if (probe === undefined) throw new Error('a stand-in serves everything');
  const document = at({ loaded, gateway, routing, listener, probe }, options);
  return { ...document, request: { ...document.request, entryPoint: '' }, nearest: [], notes: [note, ...document.notes] };
}

/** An entry point that nobody declared, with the engine's defaults. */
function standIn(name: string, { origins }: Loaded): Listener {
  const forwardedHeaders = { insecure: false, trustedIPs: [], connection: [], notAppendXForwardedFor: false };
  return { entryPoint: { name, origin: origins.default(`entry point ${name}`), host: '', port: 0, udp: false, asDefault: false, middlewares: [], forwardedHeaders, sanitizePath: true, encodeQuerySemicolons: false, raw: {} }, plain: [], tls: [], tcp: [] };
}

function toDocument(decision: Decision): ExplainedDecision {
  const base = { kind: decision.kind, router: null, service: null, endpoint: null, target: null, status: null, headers: [] };
  switch (decision.kind) {
    case 'forward': return { ...base, router: refName(decision.router), service: refName(decision.service), endpoint: endpointOf(decision).address, target: decision.target, headers: masked(decision.requestHeaders.set) };
    // Nothing is said: the connection ended in its handshake.
    case 'respond': return decision.status === 0 ? { ...base, kind: 'refused' } : { ...base, router: decision.router === null ? null : refName(decision.router), status: decision.status, headers: masked(decision.headers) };
    case 'tie': return { ...base, router: decision.routers.map(refName).join(' or ') };
    case 'refused': return base;
  }
}

function masked(headers: ExplainedDecision['headers']): ExplainedDecision['headers'] {
  return headers.map(([name, value]): readonly [string, string] => [name, fieldValue(name, value)]);
}

function endpointOf(decision: Extract<Decision, { kind: 'forward' }>): { readonly address: string } {
  return { address: decision.endpoints.map(({ address }) => address).join(', ') };
}
