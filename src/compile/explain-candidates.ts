import { suggest } from '../diagnostics/index.ts';
import { refKey, refName, visitMatchers } from '../ir/index.ts';
import type { Decision, Listener, Probe, Route, Routing } from '../ir/index.ts';
import { forwardedHeaders } from '../runtime/edge.ts';
import { arrivedHeaders } from '../runtime/headers.ts';
import { canonicalRequest, compileRule, matchRequest } from '../runtime/match/index.ts';
import type { MatchRequest } from '../runtime/match/index.ts';
import { placeText, shownRule } from './explain-place.ts';
import type { Placed } from './explain-place.ts';
import type { Candidate, NearMiss } from './explain-document.ts';
import { aspectsOf, whyNot } from './reason.ts';

/** The request as the rules of this entry point see it; undefined where it is refused before any rule is asked. */
export function matchOf(probe: Probe, { entryPoint }: Listener): MatchRequest | undefined {
  const result = canonicalRequest(probe, { ...entryPoint, engine: '3.7' });
  if (!result.ok) return undefined;
  const headers = forwardedHeaders(entryPoint)(arrivedHeaders(probe), { clientIp: probe.clientIp, tls: probe.tls !== false, host: result.request.host, hostname: 'localhost' });
  return matchRequest(result.request, probe.method, () => headers, probe.clientIp);
}

/** What every router of one side of an entry point says, in the order in which the proxy asks them. */
export function candidatesOf(routes: readonly Route[], request: MatchRequest, decision: Decision, placed: Placed): readonly Candidate[] {
  const won = winners(decision);
  const first = routes.find(({ router }) => won.has(refKey(router)));
  return routes.map((route) => {
    const matched = compileRule(route.rule)(request);
    const reason = !matched ? whyNot(route.rule, request) : won.has(refKey(route.router)) ? (won.size > 1 ? 'a tie' : 'wins') : lostBy(route, first);
    return { router: refName(route.router), rule: shownRule(route), priority: String(route.priority), matched, reason, at: placeText(route.origin, placed) };
  });
}

function winners(decision: Decision): ReadonlySet<string> {
  if (decision.kind === 'tie') return new Set(decision.routers.map(refKey));
  if (decision.kind === 'refused' || decision.router === null) return new Set();
  return new Set([refKey(decision.router)]);
}

function lostBy(route: Route, winner: Route | undefined): string {
  if (winner === undefined) return 'match';
  return winner.priority === route.priority ? 'match, asked later' : `match, lower priority than ${refName(winner.router)} (${String(route.priority)} < ${String(winner.priority)})`;
}

/** One router and every side of an entry point that it serves. */
interface Served {
  readonly route: Route;
  readonly sides: readonly { readonly listener: Listener; readonly tls: boolean }[];
}

/** As many as help. */
const NEAREST = 5;

/** Routers that would take a request that nobody took if less were different: the host must be right. */
export function nearMisses(routing: Routing, probe: Probe, placed: Placed): readonly NearMiss[] {
  const close = servedOf(routing).flatMap((served) => missOf(served, probe, placed));
  return close.toSorted((a, b) => a.failed.length - b.failed.length).slice(0, NEAREST);
}

function servedOf(routing: Routing): readonly Served[] {
  const found = new Map<string, { readonly route: Route; readonly sides: { readonly listener: Listener; readonly tls: boolean }[] }>();
  for (const listener of routing.listeners) {
    for (const route of [...listener.plain, ...listener.tls]) {
      if (route.synthetic) continue;
      const known = found.get(refKey(route.router)) ?? { route, sides: [] };
      known.sides.push({ listener, tls: listener.tls.includes(route) });
      found.set(refKey(route.router), known);
    }
  }
  return [...found.values()];
}

function missOf({ route, sides }: Served, probe: Probe, placed: Placed): readonly NearMiss[] {
  const here = sides.find(({ listener }) => listener.entryPoint.name === probe.entryPoint) ?? sides[0];
  const request = here === undefined ? undefined : matchOf(probe, here.listener);
  if (here === undefined || request === undefined) return [];
  const aspects = aspectsOf(route.rule, request);
  if (aspects.some(({ aspect, ok }) => aspect === 'host' && !ok)) return [];
  const failed = aspects.filter(({ ok }) => !ok).map(({ text }) => text);
  const whole = failed.length === 0 && !compileRule(route.rule)(request) ? [whyNot(route.rule, request)] : [];
  const miss = [...failed, ...whole, ...placeMisses(sides, here, probe)];
  // What fails in nothing was kept from it by something else (a TCP router took the connection): no near miss.
  if (miss.length === 0) return [];
  return [{ router: refName(route.router), entryPoint: here.listener.entryPoint.name, tls: here.tls, ok: aspects.filter(({ ok }) => ok).map(({ text }) => text), failed: miss, at: placeText(route.origin, placed) }];
}

function placeMisses(sides: Served['sides'], here: Served['sides'][number], probe: Probe): readonly string[] {
  const names = [...new Set(sides.map(({ listener }) => listener.entryPoint.name))];
  const elsewhere = names.includes(probe.entryPoint) ? [] : [names.length === 1 ? `entry point is ${names[0] ?? ''} only` : `entry points are ${names.join(', ')}`];
  return [...elsewhere, ...(here.tls === (probe.tls !== false) ? [] : [here.tls ? 'TLS only' : 'plain HTTP only'])];
}

/** For a host that no rule names: one that is spelt nearly so. */
export function meantHost(routing: Routing, host: string): string | undefined {
  const names = new Set<string>();
  for (const { plain, tls } of routing.listeners) for (const { rule } of [...plain, ...tls]) visitMatchers(rule, (matcher) => void (matcher.kind === 'host' && names.add(matcher.host.value)));
  const bare = host.replace(/:\d+$/, '').toLowerCase();
  return names.has(bare) ? undefined : suggest(bare, names);
}
