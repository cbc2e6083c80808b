import { refKey, refName, type EntryPoint, type HttpMatcher, type Listener, type Route, type Routing, type RuleExpr } from '../ir/index.ts';
import { overlap } from '../analysis/index.ts';
import { mapRule } from '../rule-lang/index.ts';

/** A routing with one mistake in it, as people make them. */
export interface Mutant {
  readonly what: string;
  readonly routing: Routing;
}

/** One mistake at a time: a middleware lost, a path widened, two neighbours swapped, a router gone. */
export function* mutants(routing: Routing): Generator<Mutant> {
  const seen = new Set<string>();
  for (const listener of routing.listeners) {
    for (const lane of ['plain', 'tls'] as const) {
      const list = listener[lane];
      for (const [index, route] of list.entries()) {
        if (route.synthetic) continue;
        for (const { what, becomes } of changes(list, index, route, { entryPoint: listener.entryPoint.name, tls: lane === 'tls' }, listener.entryPoint)) {
          const key = `${listener.entryPoint.name} ${lane} ${what}`;
          if (seen.has(key)) continue;
          seen.add(key);
          yield { what: `${what} (${listener.entryPoint.name}${lane === 'tls' ? ', TLS' : ''})`, routing: replaced(routing, listener, lane, becomes) };
        }
      }
    }
  }
}

interface Change {
  readonly what: string;
  readonly becomes: readonly Route[];
}

function* changes(list: readonly Route[], index: number, route: Route, place: Parameters<typeof overlap>[2], edge: EntryPoint): Generator<Change> {
  const name = refName(route.router);
  const withRoute = (changed: Route): readonly Route[] => list.map((one) => (one === route ? changed : one));
  yield { what: `router ${name} removed`, becomes: list.filter((one) => one !== route) };
  for (const middleware of route.chain) yield { what: `middleware ${refName(middleware.ref)} dropped from ${name}`, becomes: withRoute({ ...route, chain: route.chain.filter((one) => one !== middleware) }) };
  const wide = widened(route.rule);
  if (wide !== undefined) yield { what: `paths of ${name} widened`, becomes: withRoute({ ...route, rule: wide }) };
  const next = list[index + 1];
  // Where no request is for both, their order is nothing that a test could notice.
  if (next !== undefined && !next.synthetic && refKey(next.router) !== refKey(route.router) && overlap(route.rule, next.rule, place, edge) !== undefined) {
    const swapped = [...list.slice(0, index), { ...next, rank: route.rank, tiedWith: [] }, { ...route, rank: next.rank, tiedWith: [] }, ...list.slice(index + 2)];
    yield { what: `priorities of ${name} and ${refName(next.router)} swapped`, becomes: swapped };
  }
}

/** Undefined where no matcher is about a path, or none can be wider. */
function widened(rule: RuleExpr): RuleExpr | undefined {
  let changed = false;
  const wide = mapRule<HttpMatcher>(rule, (leaf) => {
    const { matcher } = leaf;
    if (matcher.kind === 'path') {
      changed = true;
      return { ...leaf, matcher: { kind: 'pathPrefix', prefix: matcher.path } };
    }
    if (matcher.kind !== 'pathPrefix' || matcher.prefix.value.length < 2) return leaf;
    changed = true;
    const shorter = matcher.prefix.value.replace(/\/$/, '').replace(/[^/]*$/, '');
    return { ...leaf, matcher: { kind: 'pathPrefix', prefix: { ...matcher.prefix, value: shorter } } };
  });
  return changed ? wide : undefined;
}

function replaced(routing: Routing, listener: Listener, lane: 'plain' | 'tls', routes: readonly Route[]): Routing {
  return { ...routing, listeners: routing.listeners.map((one) => (one === listener ? { ...one, [lane]: routes } : one)) };
}
