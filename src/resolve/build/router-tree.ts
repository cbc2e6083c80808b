import type { Router } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import { nameFacts } from './known.ts';
import type { RunningRouter } from './split.ts';
import type { World } from './world.ts';

/** Routers by their parents, as 3.7 puts them together before it builds any (ParseRouterTree). */
export interface RouterTree {
  /** What is wrong with a router as parent or child, in the engine's order. */
  failuresOf(router: Router): readonly string[];
}

/** The tree of all routers that run. */
export function routerTree(running: readonly RunningRouter[], world: World): RouterTree {
  const routers = new Map(running.map(({ router }) => [refKey(router.ref), router]));
  const parents = new Set([...routers.values()].flatMap((router) => router.parents.map(({ value }) => refKey(value))));
  const reachable = reachableFrom(routers);
  const isMissing = (router: Router): readonly string[] => router.parents.flatMap(({ value }) => (routers.has(refKey(value)) || isUnsure(router) || !nameFacts(value.namespace, world.names).judged ? [] : [`parent router "${refName(value)}" does not exist`]));
  return {
    failuresOf: (router) => {
      const own = treeFailure(router, parents.has(refKey(router.ref)), world);
      const missing = isMissing(router);
      const lost = router.parents.length > 0 && missing.length > 0 && !reachable.has(refKey(router.ref)) ? ['router is not reachable'] : [];
      return own === undefined ? [...missing, ...lost] : [own];
    },
  };
}

/** A parent's name that still holds a variable is not judged. */
function isUnsure(router: Router): boolean {
  return [...router.variables.keys()].some((path) => path.startsWith('parentRefs'));
}

function reachableFrom(routers: ReadonlyMap<string, Router>): ReadonlySet<string> {
  const reachable = new Set([...routers].flatMap(([key, { parents }]) => (parents.length === 0 ? [key] : [])));
  for (let before = -1; before !== reachable.size; ) {
    before = reachable.size;
    for (const [key, { parents }] of routers) if (parents.some(({ value }) => reachable.has(refKey(value)))) reachable.add(key);
  }
  return reachable;
}

/** Multi-layer routing: what makes a router useless as parent or child. */
function treeFailure(router: Router, isParent: boolean, { version }: World): string | undefined {
  const hasService = router.service.value.name !== '';
  const isChild = router.parents.length > 0;
  if (isChild) {
    if (router.tls !== undefined) return 'non-root router cannot have TLS configuration';
    if (router.observability !== undefined) return 'non-root router cannot have Observability configuration';
    if (router.entryPoints !== 'default') return 'non-root router cannot have Entrypoints configuration';
  }
  if (!hasService && !isParent && isChild && version === '3.7') return 'router has no service and no child routers';
  return hasService && isParent ? 'router has both a service and is referenced as a parent by other routers' : undefined;
}
