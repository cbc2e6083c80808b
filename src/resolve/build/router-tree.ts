import type { Router } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import { nameFacts } from './known.ts';
import type { RunningRouter } from './split.ts';
import { namesService, type World } from './world.ts';
import { pushTo } from '../../text/index.ts';

/**
 * Routers by their parents, as 3.7 puts them together before it builds any (ParseRouterTree). Each step goes over the routers
 * once and none calls itself: a file may hold thousands of them in one line, or with several ways to each.
 */
export interface RouterTree {
  /** What is wrong with a router as parent or child, in the engine's order. */
  failuresOf(router: Router): readonly string[];
  /** What the engine says of a child that leads back to one above it: it is not disabled for that, and not built either. */
  circleOf(router: Router): string | undefined;
  childrenOf(router: Router): readonly Router[];
  /** Those that the engine comes to when it builds these roots; nothing is asked where no router has a parent. */
  builtFrom(roots: () => readonly Router[]): ReadonlySet<Router>;
  /** Children before their parents: a parent is built of those that could be. */
  inOrder(running: readonly RunningRouter[]): readonly RunningRouter[];
}

/** The tree of all routers that run. */
export function routerTree(running: readonly RunningRouter[], world: World): RouterTree {
  const routers = new Map(running.flatMap(({ router }) => (vanishes(router) ? [] : [[refKey(router.ref), router] as const])));
  const all = childrenByParent(routers);
  const circles = circlesIn(routers, all);
  const children = new Map([...all].flatMap(([key, below]) => withoutCircle(key, below, circles.get(key))));
  const childrenOf = ({ ref }: Router): readonly Router[] => children.get(refKey(ref)) ?? [];
  const isJudged = ({ value }: Router['parents'][number]): boolean => nameFacts(value.namespace, world.names).judged;
  const absent = (router: Router): Router['parents'] => router.parents.filter(({ value }) => !routers.has(refKey(value)));
  const isKnown = (router: Router): boolean => !isUnsure(router) && absent(router).every(isJudged);
  const reachable = below([...routers.values()].filter((router) => router.parents.length === 0 || !isKnown(router)), ({ ref }) => all.get(refKey(ref)) ?? []);
  const missing = (router: Router): readonly string[] => (isUnsure(router) ? [] : absent(router).filter(isJudged).map(({ value }) => `parent router "${refName(value)}" does not exist`));
  const failuresOf = (router: Router): readonly string[] => {
    const end = reachable.has(router) ? endFailure(router, childrenOf(router).length > 0, world) : 'router is not reachable';
    return [...missing(router), ...childFailure(router), ...(end === undefined ? [] : [end])];
  };
  const circleOf = ({ ref }: Router): string | undefined => circles.get(refKey(ref))?.says;
  const leadsOn = (router: Router): boolean => router.parents.length === 0 || (circleOf(router) === undefined && failuresOf(router).length === 0);
  return {
    failuresOf,
    circleOf,
    childrenOf,
    builtFrom: (roots) => (children.size === 0 ? new Set() : below(roots(), (router) => (leadsOn(router) ? childrenOf(router) : []))),
    inOrder: (every) => {
      if (children.size === 0) return every;
      const levels = levelsOf(routers, childrenOf);
      return every.toSorted((a, b) => (levels.get(b.router) ?? 0) - (levels.get(a.router) ?? 0));
    },
  };
}

/** These and all that they lead to. */
function below(starts: readonly Router[], next: (router: Router) => readonly Router[]): ReadonlySet<Router> {
  const found = new Set(starts);
  // A set hands out what is added while it is gone through.
  for (const router of found) for (const one of next(router)) found.add(one);
  return found;
}

function childrenByParent(routers: ReadonlyMap<string, Router>): ReadonlyMap<string, readonly Router[]> {
  const children = new Map<string, Router[]>();
  for (const router of routers.values()) {
    for (const key of new Set(router.parents.map(({ value }) => refKey(value)))) pushTo(children, key, router);
  }
  return children;
}

interface Circle {
  readonly says: string;
  /** The router above that it leads back to. */
  readonly back: Router;
}

/** A router on the way down, and those of its children that were not gone to yet. */
interface Step {
  readonly router: Router;
  readonly left: Router[];
}

/** Children that lead back to a router above them: from each root down, by name (traverse and handleCycle of pkg/server/router). */
function circlesIn(routers: ReadonlyMap<string, Router>, children: ReadonlyMap<string, readonly Router[]>): ReadonlyMap<string, Circle> {
  const found = new Map<string, Circle>();
  if (children.size === 0) return found;
  const visited = new Set<Router>();
  const path: Step[] = [];
  const above = new Set<Router>();
  const enter = (router: Router): void => {
    visited.add(router);
    above.add(router);
    path.push({ router, left: byName(children.get(refKey(router.ref)) ?? []).toReversed() });
  };
  for (const root of byName([...routers.values()].filter(({ parents }) => parents.length === 0))) {
    enter(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const child = step.left.pop();
      if (child === undefined) above.delete(path.pop()?.router ?? step.router);
      else if (above.has(child)) found.set(refKey(step.router.ref), { back: child, says: circleText(path, child) });
      else if (!visited.has(child)) enter(child);
    }
  }
  return found;
}

function circleText(path: readonly Step[], back: Router): string {
  const from = path.findIndex(({ router }) => router === back);
  return `cyclic reference detected in router tree: ${[...path.slice(from).map(({ router }) => router), back].map(({ ref }) => refName(ref)).join(' -> ')}`;
}

function byName(routers: readonly Router[]): readonly Router[] {
  return routers.toSorted((a, b) => (refName(a.ref) < refName(b.ref) ? -1 : 1));
}

function withoutCircle(key: string, below: readonly Router[], circle: Circle | undefined): readonly (readonly [string, readonly Router[]])[] {
  const rest = circle === undefined ? below : below.filter((router) => router !== circle.back);
  return rest.length === 0 ? [] : [[key, rest]];
}

/** How many routers stand above each, at most; 0 where nothing leads to. */
function levelsOf(routers: ReadonlyMap<string, Router>, childrenOf: RouterTree['childrenOf']): ReadonlyMap<Router, number> {
  const levels = new Map<Router, number>();
  const waiting = new Map<Router, number>();
  for (const router of routers.values()) for (const child of childrenOf(router)) waiting.set(child, (waiting.get(child) ?? 0) + 1);
  const ready = [...routers.values()].filter((router) => !waiting.has(router));
  for (const router of ready) {
    for (const child of childrenOf(router)) {
      levels.set(child, Math.max(levels.get(child) ?? 0, (levels.get(router) ?? 0) + 1));
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  return levels;
}

/** A parent's name that still holds a variable is not judged. */
function isUnsure(router: Router): boolean {
  return [...router.variables.keys()].some((path) => path.startsWith('parentRefs'));
}

/** Routers with TLS are sorted by entry point before the tree is made: one that has none is lost there without a word (ran). */
export function vanishes(router: Router): boolean {
  return router.parents.length > 0 && router.tls !== undefined && router.entryPoints === 'default';
}

/** What belongs to the root of a tree alone: the first of it is told. */
function childFailure(router: Router): readonly string[] {
  if (router.parents.length === 0) return [];
  if (router.tls !== undefined) return ['non-root router cannot have TLS configuration'];
  if (router.observability !== undefined) return ['non-root router cannot have Observability configuration'];
  return router.entryPoints === 'default' ? [] : ['non-root router cannot have Entrypoints configuration'];
}

/** A router leads to a service or to other routers. */
function endFailure(router: Router, isParent: boolean, world: World): string | undefined {
  const hasService = namesService(router, world);
  if (!hasService && !isParent && world.version === '3.7') return 'router has no service and no child routers';
  return hasService && isParent ? 'router has both a service and is referenced as a parent by other routers' : undefined;
}
