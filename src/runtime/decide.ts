import type { Decision, HeaderList, HeaderOps, Probe, Route } from '../ir/index.ts';
import { runSync } from './driver.ts';
import type { Effect, EffectResult } from './effect.ts';
import { typed, written } from './finish.ts';
import type { Front } from './front.ts';
import { bytesBody, NO_BODY, type RuntimeRequest, type RuntimeResponse, type Scope } from './message.ts';
import { newDraft, notFound, refused, type Entries, type Entry, type Incoming } from './serve.ts';
import { endpointsOf } from './service/endpoints.ts';
import { upstreamRequest } from './upstream.ts';

/** By decision: what a decision leaves out of what its endpoint is sent. */
const sent = new WeakMap<Decision, HeaderList>();

/** All fields that the endpoint of a forwarded request is sent, those of the proxy too; undefined where none is asked, and for decisions that no runtime made. */
export function sentFields(decision: Decision): HeaderList | undefined {
  return sent.get(decision);
}

/** Runs the route's chain on stubs and tells what it did. */
export function decide(entries: Entries, scope: Scope, probe: Probe): Decision {
  const incoming = incomingOf(probe);
  const entry = entries.get(probe.entryPoint);
  const front: Front = entry?.front(incoming, scope.hostname) ?? { kind: 'none' };
  if (entry === undefined || front.kind === 'none') return responded(undefined, notFound(newDraft()));
  if (front.kind === 'refused') return responded(undefined, refused(front.refusal));
  if (front.kind === 'tie') return { kind: 'tie', routers: front.routes.map(({ router }) => router) };
  return routed(entry, front.route, entry.request(incoming, front, scope));
}

function incomingOf(probe: Probe): Incoming {
  const tls = probe.tls === false ? false : { sni: probe.tls.sni, peerCertificates: [] };
  return { ...probe, tls, body: probe.body === undefined ? NO_BODY : bytesBody(probe.body) };
}

function routed(entry: Entry, route: Route, request: RuntimeRequest): Decision {
  const untouched = { ...request };
  const response = runSync(
    (function* () {
      return written(yield* typed(yield* entry.handle(route, request, newDraft())));
    })(),
    stub,
  );
  return response.via === undefined ? responded(route, response) : forwarded(route, untouched, response, response.via);
}

/** Servers answer 200 with nothing, bodies are what they are, nobody waits, mirrors run for nobody. */
function stub(effect: Effect): EffectResult {
  switch (effect.kind) {
    case 'send':
      return { kind: 'sent', outcome: { kind: 'response', response: { status: 200, headers: [], body: NO_BODY } } };
    case 'read':
      return { kind: 'read', read: { bytes: new Uint8Array(), complete: true, rest: NO_BODY } };
    default:
      return { kind: 'done' };
  }
}

function responded(route: Route | undefined, response: RuntimeResponse): Decision {
  const text = response.body.kind === 'bytes' ? { body: Buffer.from(response.body.bytes).toString('utf8') } : {};
  return { kind: 'respond', router: route?.router ?? null, status: response.status, headers: response.headers, ...text };
}

/**
 * Request operations are the difference to what the same request would carry upstream without any middleware (the
 * forwarded headers, hop-by-hop removal and Accept-Encoding of the proxy are on both sides); response operations are
 * what the answer got beyond the server's own fields. `set` is the outcome, also where Traefik adds (`Vary`).
 */
function forwarded(route: Route, untouched: RuntimeRequest, response: RuntimeResponse, via: NonNullable<RuntimeResponse['via']>): Decision {
  const plain = upstreamRequest(untouched, { host: '', passHostHeader: true, basePath: '' });
  const { ref, spec } = route.service.service;
  const endpoints = endpointsOf(route.service, untouched);
  const hostless = untouched.host === '' && endpoints.some(({ address }) => address.endsWith(`//${via.host}`));
  const decision: Decision = {
    kind: 'forward',
    router: route.router,
    service: ref,
    endpoints,
    target: via.target,
    host: hostless || (spec.kind === 'loadBalancer' && !spec.passHostHeader) ? null : via.host,
    requestHeaders: difference(plain.headers, via.headers),
    responseHeaders: { set: sorted(response.headers), remove: [...new Set(response.removed)].toSorted() },
  };
  sent.set(decision, via.headers);
  return decision;
}

const UNCHANGED: HeaderOps = { set: [], remove: [] };

function difference(before: HeaderList, after: HeaderList): HeaderOps {
  if (isSame(before, after)) return UNCHANGED;
  const old = grouped(before);
  const now = grouped(after);
  const changed = after.filter(([name]) => (old.get(name) ?? '') !== (now.get(name) ?? ''));
  return { set: sorted(changed), remove: [...old.keys()].filter((name) => !now.has(name)).toSorted() };
}

function isSame(before: HeaderList, after: HeaderList): boolean {
  return before.length === after.length && before.every(([name, value], at) => after[at]?.[0] === name && after[at]?.[1] === value);
}

/** All values of a name, one a line. */
function grouped(headers: HeaderList): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = out.get(name);
    out.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  return out;
}

function sorted(headers: HeaderList): HeaderList {
  return headers.length < 2 ? headers : headers.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
