import { refKey, type Middleware, type MiddlewareKind, type Ref, type ResolvedService, type Route, type Routing } from '../ir/index.ts';
import type { Handler } from './effect.ts';
import { buildMiddleware } from './middleware/registry.ts';
import { serviceNode, type ServiceNode } from './service/service.ts';

/** Builds handlers; equal services are one object, so that two routers share a balancer as in Traefik. */
export interface Builder {
  readonly chain: (middlewares: readonly Middleware[], end: Handler) => Handler;
  readonly service: (resolved: ResolvedService) => ServiceNode;
}

/** What the driver of a runtime can do. */
export interface Abilities {
  /** Kinds of middleware that answer 501, as plugins do. */
  readonly refused?: ReadonlySet<MiddlewareKind>;
  /** Codings that answers can be packed with; others are passed over as if nobody had configured them. */
  readonly packs?: readonly string[];
}

export function createBuilder(routing: Routing, { refused = new Set(), packs = ['gzip', 'br', 'zstd'] }: Abilities = {}): Builder {
  const nodes = new Map<string, ServiceNode>();
  const known = servicesOf(routing);
  const service = (resolved: ResolvedService): ServiceNode => {
    const key = refKey(resolved.service.ref);
    const found = nodes.get(key);
    if (found !== undefined) return found;
    const node = serviceNode(resolved, { chain, service });
    nodes.set(key, node);
    return node;
  };
  const page = (ref: Ref): Handler | undefined => {
    const resolved = known.get(refKey(ref));
    // Built when first asked: a page's service may use a middleware whose page is this service.
    return resolved === undefined ? undefined : (request, draft) => service(resolved).handler(request, draft);
  };
  const chain: Builder['chain'] = (middlewares, end) => middlewares.reduceRight((next, middleware) => buildMiddleware(middleware, { service: page, consumers: routing.consumers ?? [], refused, packs: (coding) => packs.includes(coding) })(next), end);
  return { chain, service };
}

function servicesOf(routing: Routing): ReadonlyMap<string, ResolvedService> {
  const out = new Map<string, ResolvedService>();
  const add = (resolved: ResolvedService): void => {
    out.set(refKey(resolved.service.ref), resolved);
    resolved.members.forEach(add);
  };
  for (const listener of routing.listeners) for (const route of [...listener.plain, ...listener.tls]) add(route.service);
  routing.services?.forEach(add);
  return out;
}

/** One handler per router and chain: a router on two entry points without own middlewares keeps one state. */
export function routeHandlers(builder: Builder): (route: Route) => Handler {
  const made = new Map<string, Handler>();
  const known = new WeakMap<Route, Handler>();
  const keyed = (route: Route): Handler => {
    const key = [route.router, ...route.chain.map(({ ref }) => ref)].map(refKey).join(' ');
    const found = made.get(key);
    if (found !== undefined) return found;
    let node: ServiceNode | undefined;
    const handler = builder.chain(route.chain, (request, draft) => (node ??= builder.service(route.service)).handler(request, draft));
    made.set(key, handler);
    return handler;
  };
  return (route) => {
    const found = known.get(route) ?? keyed(route);
    known.set(route, found);
    return found;
  };
}
