import { refName, type Listener, type Probe, type Route, type Routing } from '../ir/index.ts';
import { forwardedHeaders } from './edge.ts';
import type { Effects, Handler } from './effect.ts';
import { finish } from './finish.ts';
import { createFront, type Canonical, type Front } from './front.ts';
import { canonicalHeaders, headerOf, setHeader } from './headers.ts';
import { respond, respondError, type Body, type ClientTlsState, type Draft, type RuntimeRequest, type RuntimeResponse, type Scope } from './message.ts';
import { deniedEscapes, hasDenied } from './middleware/encoded-characters.ts';
import { fnv64 } from './service/sticky.ts';
import { escapedPath } from './url.ts';

/** A request as it came in at an entry point. */
export interface Incoming extends Omit<Probe, 'tls' | 'body'> {
  readonly tls: false | { readonly sni: string | null; readonly peerCertificates: readonly Uint8Array[] };
  readonly body: Body;
}

/** One entry point: routing, forwarded headers, handlers. */
export interface Entry {
  readonly front: (incoming: Incoming) => Front;
  readonly handle: (route: Route, request: RuntimeRequest, draft: Draft) => Effects<RuntimeResponse>;
  readonly request: (incoming: Incoming, canonical: Canonical, scope: Scope) => RuntimeRequest;
}
export type Entries = ReadonlyMap<string, Entry>;

export function entriesOf(routing: Routing, handlerOf: (route: Route) => Handler): Entries {
  return new Map(routing.listeners.map((listener) => [listener.entryPoint.name, entry(listener, handlerOf)]));
}

function entry(listener: Listener, handlerOf: (route: Route) => Handler): Entry {
  const front = createFront(listener);
  const forwarded = forwardedHeaders(listener.entryPoint);
  const { encodedCharacters } = listener.entryPoint;
  const denied = encodedCharacters === undefined ? new Set<string>() : deniedEscapes(encodedCharacters);
  return {
    front: (incoming) => front({ ...incoming, tls: incoming.tls !== false, sni: incoming.tls === false ? null : incoming.tls.sni }),
    handle: function* (route, request, draft) {
      if (route.defaultRule && !mark(request, route)) return respond(draft, 400);
      if (hasDenied(escapedPath(request), denied)) return respond(draft, 400);
      return yield* handlerOf(route)(request, draft);
    },
    request: (incoming, canonical, scope) => {
      const peer = { clientIp: incoming.clientIp, tls: incoming.tls !== false, host: canonical.host, hostname: scope.hostname };
      return { ...requestOf(incoming, canonical, scope), headers: forwarded(canonicalHeaders(incoming.headers), peer), appendForwardedFor: !listener.entryPoint.forwardedHeaders.notAppendXForwardedFor };
    },
  };
}

/** The default rule refuses a request that already came through its router, and marks those it passes on. */
function mark(request: RuntimeRequest, route: Route): boolean {
  const own = fnv64(refName(route.router));
  if (headerOf(request.headers, 'X-Traefik-Router') === own) return false;
  request.headers = setHeader(request.headers, 'X-Traefik-Router', own);
  return true;
}

function requestOf(incoming: Incoming, canonical: Canonical, scope: Scope): Omit<RuntimeRequest, 'headers' | 'appendForwardedFor'> {
  const tls: ClientTlsState | undefined = incoming.tls === false ? undefined : { peerCertificates: incoming.tls.peerCertificates };
  const { host, path, rawPath, rawQuery, forceQuery, requestUri } = canonical;
  return { method: incoming.method, host, path, rawPath, rawQuery, forceQuery, requestUri, forwardedForSuppressed: false, body: incoming.body, attempt: undefined, clientIp: incoming.clientIp, tls, scope };
}

export function newDraft(): Draft {
  return { headers: [], untyped: true };
}

export function* serve(entries: Entries, scope: Scope, incoming: Incoming): Effects<RuntimeResponse> {
  const draft = newDraft();
  const found = entries.get(incoming.entryPoint);
  const front = found?.front(incoming) ?? { kind: 'none' };
  if (found === undefined || front.kind === 'none') return yield* finish(notFound(draft), incoming.method);
  if (front.kind === 'refused') return yield* finish(refused(front), incoming.method);
  const request = found.request(incoming, front.request, scope);
  return yield* finish(yield* found.handle(chosen(front, scope), request, draft), incoming.method);
}

/** The engine leaves a tie to chance; so does the server. */
function chosen(front: Extract<Front, { kind: 'route' | 'tie' }>, scope: Scope): Route {
  if (front.kind === 'route') return front.route;
  const route = front.routes[Math.floor(scope.random() * front.routes.length)];
  if (route === undefined) throw new TypeError('a tie without routes');
  return route;
}

export function notFound(draft: Draft): RuntimeResponse {
  return respondError(draft, 404, '404 page not found');
}

/** Refusals of Go's server carry a text, those of Traefik nothing. */
export function refused(front: Extract<Front, { kind: 'refused' }>): RuntimeResponse {
  return respond(newDraft(), front.status, front.text === '' ? [] : [['Content-Type', 'text/plain; charset=utf-8']], front.text);
}
