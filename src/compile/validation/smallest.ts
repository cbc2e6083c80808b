import { refKey, routesOf, type Gateway, type Route, type Routing } from '../../ir/index.ts';

/** A gateway that shows a disagreement, and its routing. */
export interface Shown {
  readonly gateway: Gateway;
  readonly routing: Routing;
}

/** Writing and reading a gateway costs what it costs: after so many tries the smallest one so far has to do. */
const MAX_TRIES = 200;

/** Drops routers, many at a time and then one by one, as long as what is wrong stays wrong. */
export function smallest(shown: Shown, isWrong: (shown: Shown) => boolean): Shown {
  let kept: readonly string[] = [...new Set(routesOf(shown.routing).filter(({ synthetic }) => !synthetic).map(({ router }) => refKey(router)))];
  let tries = 0;
  for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < kept.length && tries < MAX_TRIES; tries += 1) {
      const fewer = kept.toSpliced(at, size);
      if (isWrong(only(shown, new Set(fewer)))) kept = fewer;
      else at += size;
    }
  }
  return only(shown, new Set(kept));
}

/** The gateway with these routers alone; what it makes for itself stays. */
function only({ gateway, routing }: Shown, keys: ReadonlySet<string>): Shown {
  const kept = (routes: readonly Route[]): readonly Route[] => routes.filter((route) => route.synthetic || keys.has(refKey(route.router))).map((route) => ({ ...route, tiedWith: route.tiedWith.filter((ref) => keys.has(refKey(ref))) }));
  return {
    gateway: { ...gateway, routers: gateway.routers.filter(({ ref }) => keys.has(refKey(ref))) },
    routing: { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, plain: kept(listener.plain), tls: kept(listener.tls) })) },
  };
}
