import type { Router } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import { nameFacts } from './known.ts';
import type { RunningRouter } from './split.ts';
import type { World } from './world.ts';

/** Routers by their parents, as 3.7 puts them together before it builds any (ParseRouterTree). */
export interface RouterTree {
  /** What is wrong with a router as parent or child, in the engine's order. */
  failuresOf(router: Router): readonly string[];
  /** What the engine says of a child that leads back to one above it: it is not disabled for that, and not built either. */
  circleOf(router: Router): string | undefined;
  childrenOf(router: Router): readonly Router[];
  parentsOf(router: Router): readonly Router[];
  /** Children before their parents: a parent is built of those that could be. */
  inOrder(running: readonly RunningRouter[]): readonly RunningRouter[];
}

/** The tree of all routers that run. */
export function routerTree(running: readonly RunningRouter[], world: World): RouterTree {
  const routers = new Map(running.flatMap(({ router }) => (vanishes(router) ? [] : [[refKey(router.ref), router] as const])));
  const all = childrenByParent(routers);
  const circles = circlesIn(routers, all);
  const children = new Map([...all].flatMap(([key, below]) => withoutCircle(key, below, circles.get(key))));
  const isKnown = (router: Router): boolean => !isUnsure(router) && router.parents.every(({ value }) => routers.has(refKey(value)) || nameFacts(value.namespace, world.names).judged);
  const reachable = reachableFrom(routers, isKnown);
  const missing = (router: Router): readonly string[] => router.parents.flatMap(({ value }) => (routers.has(refKey(value)) || isUnsure(router) || !nameFacts(value.namespace, world.names).judged ? [] : [`parent router "${refName(value)}" does not exist`]));
  const parentsOf = (router: Router): readonly Router[] => router.parents.flatMap(({ value }) => (children.get(refKey(value))?.includes(router) === true ? (routers.get(refKey(value)) ?? []) : []));
  return {
    failuresOf: (router) => {
      const end = reachable.has(refKey(router.ref)) ? endFailure(router, children.has(refKey(router.ref)), world) : 'router is not reachable';
      return [...missing(router), ...childFailure(router), ...(end === undefined ? [] : [end])];
    },
    circleOf: ({ ref }) => circles.get(refKey(ref))?.says,
    parentsOf,
    childrenOf: ({ ref }) => children.get(refKey(ref)) ?? [],
    inOrder: (every) => (children.size === 0 ? every : every.toSorted((a, b) => levelOf(b.router, parentsOf) - levelOf(a.router, parentsOf))),
  };
}

function childrenByParent(routers: ReadonlyMap<string, Router>): ReadonlyMap<string, readonly Router[]> {
  const children = new Map<string, Router[]>();
  for (const router of routers.values()) {
    for (const key of new Set(router.parents.map(({ value }) => refKey(value)))) {
      const siblings = children.get(key);
      if (siblings === undefined) children.set(key, [router]);
      else siblings.push(router);
    }
  }
  return children;
}

interface Circle {
  readonly says: string;
  /** The router above that it leads back to. */
  readonly back: Router;
}

/** Children that lead back to a router above them: from each root down, by name (traverse and handleCycle of pkg/server/router). */
function circlesIn(routers: ReadonlyMap<string, Router>, children: ReadonlyMap<string, readonly Router[]>): ReadonlyMap<string, Circle> {
  const found = new Map<string, Circle>();
  const visited = new Set<Router>();
  const visit = (router: Router, above: readonly Router[]): void => {
    const at = above.indexOf(router);
    const last = above.at(-1);
    if (at >= 0 && last !== undefined) {
      found.set(refKey(last.ref), { back: router, says: `cyclic reference detected in router tree: ${[...above.slice(at), router].map(({ ref }) => refName(ref)).join(' -> ')}` });
      return;
    }
    if (visited.has(router)) return;
    visited.add(router);
    for (const child of byName(children.get(refKey(router.ref)) ?? [])) visit(child, [...above, router]);
  };
  if (children.size > 0) for (const root of byName([...routers.values()].filter(({ parents }) => parents.length === 0))) visit(root, []);
  return found;
}

function byName(routers: readonly Router[]): readonly Router[] {
  return routers.toSorted((a, b) => (refName(a.ref) < refName(b.ref) ? -1 : 1));
}

function withoutCircle(key: string, below: readonly Router[], circle: Circle | undefined): readonly (readonly [string, readonly Router[]])[] {
  const rest = circle === undefined ? below : below.filter((router) => router !== circle.back);
  return rest.length === 0 ? [] : [[key, rest]];
}

/** How many routers stand above one, at most; a circle ends where it began. */
function levelOf(router: Router, parentsOf: RouterTree['parentsOf'], seen: readonly Router[] = []): number {
  if (seen.includes(router)) return 0;
  return parentsOf(router).reduce((most, parent) => Math.max(most, 1 + levelOf(parent, parentsOf, [...seen, router])), 0);
}

/** A parent's name that still holds a variable is not judged. */
function isUnsure(router: Router): boolean {
  return [...router.variables.keys()].some((path) => path.startsWith('parentRefs'));
}

/** Below a root, or below a parent that nobody here can know. */
function reachableFrom(routers: ReadonlyMap<string, Router>, isKnown: (router: Router) => boolean): ReadonlySet<string> {
  const reachable = new Set([...routers].flatMap(([key, router]) => (router.parents.length === 0 || !isKnown(router) ? [key] : [])));
  for (let before = -1; before !== reachable.size; ) {
    before = reachable.size;
    for (const [key, { parents }] of routers) if (parents.some(({ value }) => reachable.has(refKey(value)))) reachable.add(key);
  }
  return reachable;
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
function endFailure(router: Router, isParent: boolean, { version }: World): string | undefined {
  const hasService = router.service.value.name !== '';
  if (!hasService && !isParent && version === '3.7') return 'router has no service and no child routers';
  return hasService && isParent ? 'router has both a service and is referenced as a parent by other routers' : undefined;
}
