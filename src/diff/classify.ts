import type { Decision, HeaderList, HeaderOps, Probe, Route } from '../ir/index.ts';
import { answerKey } from './answer.ts';
import type { ChangeClass } from './classes.ts';
import { compareGuards, passed } from './guards.ts';
import { keyOf, serviceKey } from './plain.ts';
import { rescaled } from './replicas.ts';
import type { Verdict } from './side.ts';
import type { World } from './world.ts';

type Forward = Extract<Decision, { kind: 'forward' }>;
type Respond = Extract<Decision, { kind: 'respond' }>;

/** What a request shows of the change; empty where it is answered alike. */
export function classify(probe: Probe, before: Verdict, after: Verdict, world: World): ReadonlySet<ChangeClass> {
  const found = new Set<ChangeClass>();
  if (before.decision.kind === 'tie' || after.decision.kind === 'tie') return classifyTie(before, after);
  if (answerKey(before.decision) !== answerKey(after.decision)) for (const id of visible(probe, before, after, world)) found.add(id);
  const [old, now] = [before.routes[0], after.routes[0]];
  if (old !== undefined && now !== undefined) for (const id of hidden(before.decision, after.decision, old, now)) found.add(id);
  for (const id of internals(old, now)) found.add(id);
  if (before.decision.kind === 'forward' && after.decision.kind === 'forward' && rescaled(before.replicas, after.replicas).length > 0) found.add('endpoint-set-changed');
  // The 404 of a middleware is worded otherwise than that of nobody: who takes the request counts where nothing else tells them apart.
  if (found.size === 0 && isMiss(before.decision) !== isMiss(after.decision)) for (const id of visible(probe, before, after, world)) found.add(id);
  // A login that is gone says why a status is another one; the same change is not told twice.
  if (found.has('auth-removed') || found.has('allowlist-widened')) for (const id of ['status-changed', 'redirect-changed'] as const) found.delete(id);
  return found;
}

/** Traefik's own API and dashboard: what they answer is not modelled, that a router leads to them is. */
function internals(old: Route | undefined, now: Route | undefined): readonly ChangeClass[] {
  const nameOf = (route: Route | undefined): string => (route?.service.service.spec.kind === 'internal' ? route.service.service.spec.name : '');
  const [was, is] = [nameOf(old), nameOf(now)];
  if (was === is) return [];
  return [is === '' || is === 'noop' ? 'route-removed' : 'endpoint-newly-reachable'];
}

/** The engine is random where routes tie: such answers are only alike where the routes are. */
function classifyTie(before: Verdict, after: Verdict): ReadonlySet<ChangeClass> {
  const sets = [before, after].map(({ routes }) => keyOf(routes.map((route) => [route.chain.map(({ spec }) => spec), serviceKey(route.service)]).map((one) => keyOf(one)).toSorted()));
  if (sets[0] === sets[1] && before.decision.kind === after.decision.kind) return new Set();
  return new Set([after.decision.kind === 'tie' ? 'unproven' : 'backend-changed']);
}

function visible(probe: Probe, before: Verdict, after: Verdict, world: World): readonly ChangeClass[] {
  const [old, now] = [before.decision, after.decision];
  if (isMiss(now)) return [lost(probe, old, before, world)];
  if (isMiss(old)) return [gained(probe, after, world)];
  if (old.kind === 'respond' && isHttpsRedirect(probe, old) && !(now.kind === 'respond' && isHttpsRedirect(probe, now))) return ['https-redirect-removed'];
  if (old.kind === 'forward' && now.kind === 'forward') return betweenServers(old, now, before, after);
  if (isRedirect(old) || isRedirect(now)) return ['redirect-changed'];
  if (isCutApart(old, before.routes[0]) !== isCutApart(now, after.routes[0]) && (old.kind === 'forward' || now.kind === 'forward')) return ['path-rewrite-changed'];
  if (old.kind === 'respond' && now.kind === 'forward') return [opened(old, before.routes[0])];
  if (old.kind === 'respond' && now.kind === 'respond' && old.status === now.status) return headerChanges({ set: withoutOwn(old.headers), remove: [] }, { set: withoutOwn(now.headers), remove: [] });
  return ['status-changed'];
}

/** Refused because what is left of the path without its prefix is no clean path: no server receives it any more. */
function isCutApart(decision: Decision, route: Route | undefined): boolean {
  return decision.kind === 'respond' && decision.status === 400 && route !== undefined && passed(route, false).some(({ spec }) => spec.kind === 'stripPrefix' || spec.kind === 'stripPrefixRegex');
}

/** An answer of the gateway that became one of a server. */
function opened(old: Respond, route: Route | undefined): ChangeClass {
  const chain = route === undefined ? [] : passed(route, false);
  if (old.status === 401 || old.status === 407) return 'auth-removed';
  if (chain.some(({ spec }) => spec.kind === 'ipAllowList' && (spec.rejectStatusCode === 0 ? 403 : spec.rejectStatusCode) === old.status)) return 'allowlist-widened';
  if (old.status === 413 || old.status === 429) return 'limit-removed';
  return 'status-changed';
}

function lost(probe: Probe, old: Decision, before: Verdict, world: World): ChangeClass {
  if (old.kind === 'respond' && isHttpsRedirect(probe, old)) return 'route-removed';
  if (probe.tls !== false && old.kind === 'forward' && world.isOnlyPlainNow(probe)) return 'tls-removed';
  return before.routes[0] !== undefined && world.hasOtherMethod(probe, before.routes[0]) ? 'method-narrowed' : 'route-removed';
}

function gained(probe: Probe, after: Verdict, world: World): ChangeClass {
  if (after.decision.kind !== 'forward') return 'route-added';
  if (probe.tls === false && world.wasOnlyTls(probe)) return 'tls-removed';
  const [route] = after.routes;
  if (route !== undefined && world.isNewlyReachable(route)) return 'endpoint-newly-reachable';
  return world.isNewlyPublic(probe) ? 'host-newly-public' : 'route-added';
}

function betweenServers(old: Forward, now: Forward, before: Verdict, after: Verdict): readonly ChangeClass[] {
  const found: ChangeClass[] = [];
  const [left, right] = [serversOf(old), serversOf(now)];
  if (left !== right) found.push(sharesServer(old, now) || sameContainers(before.routes[0], after.routes[0]) ? 'endpoint-set-changed' : 'backend-changed');
  const hostChanged = old.host !== now.host;
  if (old.target !== now.target || hostChanged) found.push('path-rewrite-changed');
  // Where the path is another one, the fields that tell of it are no change of their own.
  const ignored = found.includes('path-rewrite-changed') ? REWRITES : NO_FIELDS;
  found.push(...headerChanges(old.requestHeaders, now.requestHeaders, ignored), ...headerChanges(old.responseHeaders, now.responseHeaders));
  return found;
}

function serversOf({ endpoints }: Forward): string {
  return JSON.stringify(endpoints.map(({ address, weight }) => `${address} ${String(weight)}`).toSorted());
}

function sharesServer(old: Forward, now: Forward): boolean {
  return old.endpoints.some(({ address }) => now.endpoints.some((other) => other.address === address));
}

/** The same Compose service on the same port: a replica has another name, nothing else. */
function sameContainers(old: Route | undefined, now: Route | undefined): boolean {
  const names = (route: Route | undefined): readonly string[] => {
    const spec = route?.service.service.spec;
    return spec?.kind === 'loadBalancer' ? spec.endpoints.flatMap(({ container, port, scheme }) => (container === undefined ? [] : [`${scheme} ${container.stack}/${container.service}:${String(port)}`])) : [];
  };
  const [left, right] = [new Set(names(old)), new Set(names(now))];
  return left.size > 0 && keyOf([...left].toSorted()) === keyOf([...right].toSorted());
}

function headerChanges(old: HeaderOps, now: HeaderOps, ignored: ReadonlySet<string> = NO_FIELDS): readonly ChangeClass[] {
  const lines = ({ set, remove }: HeaderOps): ReadonlyMap<string, string> => {
    const out = new Map<string, string>(remove.map((name) => [name.toLowerCase(), '-']));
    for (const [name, value] of set) if (!ignored.has(name.toLowerCase())) out.set(name.toLowerCase(), `${out.get(name.toLowerCase()) ?? ''}=${value}\n`);
    return out;
  };
  const [left, right] = [lines(old), lines(now)];
  const found: ChangeClass[] = [];
  for (const [name, value] of left) if (right.get(name) !== value && !found.includes('header-removed') && value !== '-') found.push('header-removed');
  for (const [name, value] of right) {
    const was = left.get(name);
    if (was !== value && (was === undefined || was === '-') && !found.includes(value === '-' ? 'header-removed' : 'header-added')) found.push(value === '-' ? 'header-removed' : 'header-added');
  }
  // A field that is no longer taken away arrives again.
  if ([...left].some(([name, value]) => value === '-' && right.get(name) === undefined) && !found.includes('header-added')) found.push('header-added');
  return found;
}

/** What comes with every answer of the gateway itself. */
const OWN = new Set(['content-length', 'date']);

function withoutOwn(headers: HeaderList): HeaderList {
  return headers.filter(([name]) => !OWN.has(name.toLowerCase()));
}

const NO_FIELDS: ReadonlySet<string> = new Set();
/** Fields that tell of a rewritten path: the path itself is compared. */
const REWRITES: ReadonlySet<string> = new Set(['x-forwarded-prefix', 'x-replaced-path']);

function hidden(old: Decision, now: Decision, before: Route, after: Route): ReadonlySet<ChangeClass> {
  if (isMiss(old) || isMiss(now)) return new Set();
  const key = `${String(isRedirect(old))} ${String(isRedirect(now))}`;
  const byKey = byRoutes.get(before)?.get(after) ?? new Map<string, ReadonlySet<ChangeClass>>();
  const known = byKey.get(key);
  if (known !== undefined) return known;
  const found = hiddenBetween(before, after, { old: isRedirect(old), now: isRedirect(now) });
  byKey.set(key, found);
  byRoutes.set(before, (byRoutes.get(before) ?? new WeakMap<Route, typeof byKey>()).set(after, byKey));
  return found;
}

/** Many requests pass the same two routes. */
const byRoutes = new WeakMap<Route, WeakMap<Route, Map<string, ReadonlySet<ChangeClass>>>>();

function hiddenBetween(before: Route, after: Route, redirected: { readonly old: boolean; readonly now: boolean }): ReadonlySet<ChangeClass> {
  const found = new Set(compareGuards(passed(before, redirected.old), passed(after, redirected.now)));
  if (redirected.old || redirected.now) return found;
  if (keyOf(before.service.transport) !== keyOf(after.service.transport)) found.add('unproven');
  if (keyOf(settingsOf(before)) !== keyOf(settingsOf(after))) found.add('status-changed');
  if (keyOf(before.tls?.options) !== keyOf(after.tls?.options) || keyOf(before.unresolved) !== keyOf(after.unresolved)) found.add('unproven');
  return found;
}

/** What a service does beside naming servers: stickiness, health checks, mirrors. */
function settingsOf({ service }: Route): unknown {
  const { spec } = service.service;
  if (spec.kind !== 'loadBalancer') return spec.kind === 'internal' ? undefined : serviceKey(service);
  const { strategy, sticky, healthCheck, passiveHealthCheck, flushInterval } = spec;
  return { strategy, sticky, healthCheck, passiveHealthCheck, flushInterval };
}

/** Answered with 404 because no router takes it. */
export function isMiss(decision: Decision): boolean {
  return decision.kind === 'respond' && decision.router === null && decision.status === 404;
}

function isRedirect(decision: Decision): boolean {
  return decision.kind === 'respond' && decision.status >= 300 && decision.status < 400;
}

function isHttpsRedirect(probe: Probe, decision: Decision): boolean {
  return probe.tls === false && isRedirect(decision) && decision.kind === 'respond' && decision.headers.some(([name, value]) => name.toLowerCase() === 'location' && /^https:/i.test(value));
}
