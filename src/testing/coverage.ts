import { refName, routesOf, type Expr, type HttpMatcher, type Probe, type Routing } from '../ir/index.ts';
import { canonicalRequest, compileRule, matchRequest, type MatchRequest } from '../runtime/match/index.ts';
import { printRule } from '../rule-lang/index.ts';
import type { Outcome } from './route-test.ts';

/** Which parts of a routing any test has something to say about. */
export interface Coverage {
  readonly routers: Covered;
  /** A matcher counts when some test makes it true and some test makes it false. */
  readonly matchers: Covered;
  readonly middlewares: Covered;
  /** Of all parts together, 0 to 100. */
  readonly percent: number;
}
export interface Covered {
  readonly covered: number;
  readonly total: number;
  readonly missing: readonly string[];
}

export interface Exercised {
  readonly probe: Probe;
  readonly outcome: Outcome;
}

export function coverageOf(routing: Routing, exercised: readonly Exercised[]): Coverage {
  const own = routesOf(routing).filter((route) => !route.synthetic);
  const won = new Set(exercised.flatMap(({ outcome }) => (outcome.router === null ? [] : [outcome.router])));
  const used = new Set(own.filter(({ router }) => won.has(refName(router))).flatMap(({ chain }) => chain.map(({ ref }) => refName(ref))));
  const routers = count([...new Set(own.map(({ router }) => refName(router)))], (name) => won.has(name));
  const middlewares = count([...new Set(own.flatMap(({ chain }) => chain.map(({ ref }) => refName(ref))))], (name) => used.has(name));
  const matchers = matcherCoverage(routing, exercised);
  const parts = [routers, middlewares, matchers];
  const covered = parts.reduce((sum, one) => sum + one.covered, 0);
  const total = parts.reduce((sum, one) => sum + one.total, 0);
  return { routers, matchers, middlewares, percent: total === 0 ? 100 : Math.floor((covered / total) * 100) };
}

function count(names: readonly string[], isCovered: (name: string) => boolean): Covered {
  const missing = names.filter((name) => !isCovered(name)).toSorted();
  return { covered: names.length - missing.length, total: names.length, missing };
}

function matcherCoverage(routing: Routing, exercised: readonly Exercised[]): Covered {
  const states = new Map<string, Set<boolean>>();
  for (const listener of routing.listeners) {
    const asked = exercised.filter(({ probe }) => probe.entryPoint === listener.entryPoint.name);
    for (const tls of [false, true]) {
      const requests = asked.filter(({ probe }) => (probe.tls !== false) === tls).flatMap(({ probe }) => matchable(probe, listener.entryPoint) ?? []);
      for (const route of tls ? listener.tls : listener.plain) {
        if (route.synthetic) continue;
        for (const leaf of leavesOf(route.rule)) {
          const key = `${refName(route.router)} ${printRule(leaf)}`;
          const seen = states.get(key) ?? new Set();
          const test = compileRule(leaf);
          for (const request of requests) seen.add(test(request));
          states.set(key, seen);
        }
      }
    }
  }
  return count([...states.keys()], (key) => states.get(key)?.size === 2);
}

function leavesOf(rule: Expr<HttpMatcher>): readonly Expr<HttpMatcher>[] {
  if (rule.kind === 'match') return [rule];
  if (rule.kind === 'constant') return [];
  return rule.kind === 'not' ? leavesOf(rule.operand) : rule.operands.flatMap(leavesOf);
}

function matchable(probe: Probe, edge: { readonly sanitizePath: boolean; readonly encodeQuerySemicolons: boolean }): MatchRequest | undefined {
  const result = canonicalRequest(probe, { ...edge, engine: '3.7' });
  return result.ok ? matchRequest(result.request, probe.method, () => probe.headers, probe.clientIp) : undefined;
}
