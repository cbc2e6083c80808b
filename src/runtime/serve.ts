import { refName, type Listener, type Probe, type Route, type Routing } from '../ir/index.ts';
import type { Effects, Handler } from './effect.ts';
import { finish } from './finish.ts';
import { createFront, type Front } from './front.ts';
import { closedNames, tlsNames } from './tls-names.ts';
import { headerOf, setHeader } from './headers.ts';
import type { Refusal } from './match/canonical.ts';
import { respond, respondError, type Body, type ClientTlsState, type Draft, type Inform, type RuntimeRequest, type RuntimeResponse, type Scope } from './message.ts';
import { deniedEscapes, hasDenied } from './middleware/encoded-characters.ts';
import { fnv64 } from './service/sticky.ts';
import { escapedPath } from './url.ts';

/** A request as it came in at an entry point. */
export interface Incoming extends Omit<Probe, 'tls' | 'body'> {
  readonly tls: false | { readonly sni: string | null; readonly peerCertificates: readonly Uint8Array[] };
  readonly body: Body;
  /** HTTP/1.0: no Host is needed. */
  readonly http10?: boolean;
  readonly http2?: boolean;
}

/** One entry point: routing, forwarded headers, handlers. */
export interface Entry {
  readonly front: (incoming: Incoming, hostname: string) => Front;
  readonly handle: (route: Route, request: RuntimeRequest, draft: Draft) => Effects<RuntimeResponse>;
  readonly request: (incoming: Incoming, passed: Passed, scope: Scope) => RuntimeRequest;
}
/** A request that found a route, or several. */
export type Passed = Extract<Front, { kind: 'route' | 'tie' }>;
export type Entries = ReadonlyMap<string, Entry>;

export function entriesOf(routing: Routing, strict: ReadonlySet<string>, handlerOf: (route: Route) => Handler): Entries {
  return new Map(routing.listeners.map((listener) => [listener.entryPoint.name, entry(listener, strict, handlerOf)]));
}

function entry(listener: Listener, strict: ReadonlySet<string>, handlerOf: (route: Route) => Handler): Entry {
  const names = tlsNames(listener);
  const front = createFront(listener, closedNames(listener, strict));
  const { encodedCharacters, forwardedHeaders } = listener.entryPoint;
  const denied = encodedCharacters === undefined ? new Set<string>() : deniedEscapes(encodedCharacters);
  return {
    front,
    handle: function* (route, request, draft) {
      // Whoever asks one host for what the handshake of another was made for could step round a client certificate (ran).
      if (request.tls !== undefined && names.ofRoute(route) !== names.ofServerName(request.tls.serverName)) return respondError(draft, 421, 'Misdirected Request');
      if (route.defaultRule && !mark(request, route)) return respond(draft, 400);
      if (denied.size > 0 && hasDenied(escapedPath(request), denied)) return respond(draft, 400);
      return yield* handlerOf(route)(request, draft);
    },
    request: (incoming, passed, scope) => requestOf(incoming, passed, scope, !forwardedHeaders.notAppendXForwardedFor),
  };
}

/** The default rule refuses a request that already came through its router, and marks those it passes on. */
function mark(request: RuntimeRequest, route: Route): boolean {
  const own = fnv64(refName(route.runningAs ?? route.router));
  if (headerOf(request.headers, 'X-Traefik-Router') === own) return false;
  request.headers = setHeader(request.headers, 'X-Traefik-Router', own);
  return true;
}

function requestOf(incoming: Incoming, { canonical, headers }: Passed, scope: Scope, appendForwardedFor: boolean): RuntimeRequest {
  const tls: ClientTlsState | undefined = incoming.tls === false ? undefined : { serverName: incoming.tls.sni ?? '', peerCertificates: incoming.tls.peerCertificates };
  const { host, path, rawPath, rawQuery, forceQuery, requestUri } = canonical;
  return { method: incoming.method, host, path, rawPath, rawQuery, forceQuery, requestUri, urlScheme: schemeOf(incoming.target), headers: headers(), forwardedForSuppressed: false, appendForwardedFor, body: incoming.body, attempt: undefined, clientIp: incoming.clientIp, tls, scope };
}

function schemeOf(target: string): string {
  return /^([a-z][a-z0-9+.-]*):\/\//i.exec(target)?.[1]?.toLowerCase() ?? '';
}

export function newDraft(inform?: Inform): Draft {
  return inform === undefined ? { headers: [], untyped: true } : { headers: [], untyped: true, inform };
}

export function* serve(entries: Entries, scope: Scope, incoming: Incoming, inform?: Inform): Effects<RuntimeResponse> {
  const draft = newDraft(inform);
  const found = entries.get(incoming.entryPoint);
  const front = found?.front(incoming, scope.hostname) ?? { kind: 'none' };
  if (found === undefined || front.kind === 'none') return yield* finish(notFound(draft), incoming);
  if (front.kind === 'refused') {
    const answer = refused(front.refusal);
    // Go's server words these before it knows more of the request: to HEAD too.
    return front.refusal.text !== '' && incoming.http2 !== true ? answer : yield* finish(answer, incoming);
  }
  const request = found.request(incoming, front, scope);
  const route = chosen(front, scope);
  const { status, headers, removed, untyped, body, via, finalizers, upgrade } = yield* finish(yield* found.handle(route, request, draft), incoming);
  const answer = { status, headers, removed, untyped, body, via, finalizers, route };
  return upgrade === undefined ? answer : { ...answer, upgrade };
}

/** The engine leaves a tie to chance; so does the server. */
function chosen(front: Passed, scope: Scope): Route {
  if (front.kind === 'route') return front.route;
  const route = front.routes[Math.floor(scope.random() * front.routes.length)];
  if (route === undefined) throw new TypeError('a tie without routes');
  return route;
}

export function notFound(draft: Draft): RuntimeResponse {
  return respondError(draft, 404, '404 page not found');
}

/** Refusals of Go's server carry a text, those of Traefik nothing. */
export function refused({ status, text }: Refusal): RuntimeResponse {
  return respond(newDraft(), status, text === '' ? [] : [['Content-Type', 'text/plain; charset=utf-8']], text);
}
