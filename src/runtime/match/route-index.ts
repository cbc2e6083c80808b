import type { Route, RuleExpr } from '../../ir/index.ts';
import { compileRule, type RulePredicate } from './compile-rule.ts';
import { bareHost, conditionsOf } from './conditions.ts';
import { RadixTree } from './radix-tree.ts';
import type { MatchRequest } from './request.ts';

/** A route with its predicate and its place in the order. */
export interface Ranked {
  readonly route: Route;
  readonly matches: RulePredicate;
  readonly place: number;
}
/** Routes of one host and one beginning of the path, in order; those that need a header apart. */
interface Shelf {
  readonly any: Ranked[];
  readonly byHeader: Map<string, Map<string, Ranked[]>>;
}

interface Trees {
  readonly hosts: Map<string, RadixTree<Shelf>>;
  /** Routes for any host. */
  readonly any: RadixTree<Shelf> | undefined;
  /** Some are for a host, some for what stands before one. */
  readonly named: boolean;
  readonly wild: boolean;
  /** Longer ends of a host are no key. */
  readonly longestEnd: number;
}

/** The route that is asked first among those that match, without asking those that cannot. */
export interface RouteIndex {
  readonly all: ReadonlyMap<Route, Ranked>;
  find(request: MatchRequest): Ranked | undefined;
  /** Those of the same priority after one that was found, which match too. */
  equals(request: MatchRequest, found: Ranked): readonly Ranked[];
}

/**
 * Ten thousand routers mostly differ in host, path or a header, so a request only has to ask those whose conditions it
 * could meet. What is looked up is a necessary condition; the rule itself still decides.
 */
export function indexRoutes(routes: readonly Route[]): RouteIndex {
  const hosts: Trees['hosts'] = new Map();
  const all = new Map<Route, Ranked>();
  for (const [place, route] of routes.entries()) {
    const ranked: Ranked = { route, matches: compileRule(route.rule), place };
    all.set(route, ranked);
    const { hosts: names = [ANY], prefixes = [''], header } = conditionsOf(route.rule);
    for (const name of names) for (const prefix of prefixes) put(shelfOf(hosts, name, prefix), ranked, header);
  }
  const keys = [...hosts.keys()];
  const trees: Trees = { hosts, any: hosts.get(ANY), named: keys.some((key) => key !== ANY), wild: keys.some((key) => key.startsWith('*')), longestEnd: keys.reduce((most, key) => (key.startsWith('.') ? Math.max(most, key.length) : most), 0) };
  return {
    all,
    find: (request) => overTrees(trees, request, undefined, bestOnShelf),
    equals: (request, found) => {
      const others = overTrees(trees, request, new Set<Ranked>(), (so, shelf) => {
        for (const list of listsOf(shelf, request)) for (const ranked of list) if (ranked.place > found.place && ranked.route.priority === found.route.priority && ranked.matches(request)) so.add(ranked);
        return so;
      });
      return [...others].toSorted((a, b) => a.place - b.place);
    },
  };
}

/** The key of routes for any host: no host is called that. */
const ANY = '';

function shelfOf(hosts: Trees['hosts'], name: string, prefix: string): Shelf {
  let tree = hosts.get(name);
  if (tree === undefined) {
    tree = new RadixTree();
    hosts.set(name, tree);
  }
  return tree.at(prefix, () => ({ any: [], byHeader: new Map() }));
}

function put({ any, byHeader }: Shelf, ranked: Ranked, header: { readonly name: string; readonly value: string } | undefined): void {
  if (header === undefined) {
    any.push(ranked);
    return;
  }
  const values = byHeader.get(header.name) ?? new Map<string, Ranked[]>();
  byHeader.set(header.name, values);
  const list = values.get(header.value);
  if (list === undefined) values.set(header.value, [ranked]);
  else list.push(ranked);
}

/** Every shelf whose conditions the request meets. */
function overTrees<A>(trees: Trees, request: MatchRequest, start: A, take: (so: A, shelf: Shelf, request: MatchRequest) => A): A {
  const so = trees.any === undefined ? start : trees.any.fold(request.path, start, request, take);
  return trees.named ? overHosts(trees, request, so, take) : so;
}

function overHosts<A>({ hosts, wild, longestEnd }: Trees, request: MatchRequest, start: A, take: (so: A, shelf: Shelf, request: MatchRequest) => A): A {
  const host = bareHost(request.host);
  let so = start;
  if (host === ANY) return so;
  const onTree = (key: string): void => {
    const tree = hosts.get(key);
    if (tree !== undefined) so = tree.fold(request.path, so, request, take);
  };
  onTree(host);
  const dot = host.indexOf('.');
  if (dot === -1) return so;
  if (wild) onTree(`*${host.slice(dot)}`);
  for (let at = longestEnd === 0 ? -1 : dot; at !== -1; at = host.indexOf('.', at + 1)) if (host.length - at <= longestEnd) onTree(host.slice(at));
  return so;
}

function bestOnShelf(winner: Ranked | undefined, shelf: Shelf, request: MatchRequest): Ranked | undefined {
  const so = best(shelf.any, winner, request);
  return shelf.byHeader.size === 0 ? so : listsOf(shelf, request).reduce((found, list) => (list === shelf.any ? found : best(list, found, request)), so);
}

function listsOf({ any, byHeader }: Shelf, request: MatchRequest): readonly (readonly Ranked[])[] {
  const out: (readonly Ranked[])[] = [any];
  for (const [name, values] of byHeader) for (const value of request.header(name)) out.push(values.get(value) ?? []);
  return out;
}

function best(list: readonly Ranked[], winner: Ranked | undefined, request: MatchRequest): Ranked | undefined {
  for (const ranked of list) {
    if (winner !== undefined && ranked.place >= winner.place) return winner;
    if (ranked.matches(request)) return ranked;
  }
  return winner;
}

/** Literal hosts, without a final dot, one of which a request must be for; undefined = any. */
export function neededHosts(rule: RuleExpr): readonly string[] | undefined {
  switch (rule.kind) {
    case 'match':
      return rule.matcher.kind === 'host' && !rule.matcher.wildcard ? [bareHost(rule.matcher.host.value.toLowerCase())] : undefined;
    case 'and':
      return rule.operands.map(neededHosts).reduce((least, next) => (least === undefined || (next !== undefined && next.length < least.length) ? next : least), undefined);
    case 'or': {
      const each = rule.operands.map(neededHosts);
      return each.includes(undefined) ? undefined : each.flatMap((hosts) => hosts ?? []);
    }
    default:
      return undefined;
  }
}
