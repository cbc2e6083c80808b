import { refName } from '../ir/index.ts';
import type { Middleware, Ref, ResolvedService, Route, Routing } from '../ir/index.ts';

/** A plugin, or a middleware that nobody declares here and that stands as one: the embedded runtime refuses what it cannot run, the engine does not. */
export function isOpaque({ spec }: Middleware): boolean {
  return spec.kind === 'plugin';
}

/** The routing as if opaque middlewares passed everything on, which is said beside every answer. */
export function withoutOpaque(routing: Routing): Routing {
  const route = (one: Route): Route => ({ ...one, chain: clear(one.chain), service: clearService(one.service) });
  const { services } = routing;
  return {
    ...routing,
    listeners: routing.listeners.map((listener) => ({ ...listener, plain: listener.plain.map(route), tls: listener.tls.map(route) })),
    ...(services === undefined ? {} : { services: services.map(clearService) }),
  };
}

/** The same for a service and its members. */
export function clearService(service: ResolvedService): ResolvedService {
  return { ...service, chain: clear(service.chain), members: service.members.map(clearService) };
}

function clear(chain: readonly Middleware[]): readonly Middleware[] {
  return chain.some(isOpaque) ? chain.filter((one) => !isOpaque(one)) : chain;
}

/** What is not proven by an answer that leaves such middlewares out. */
export function opaqueNotes({ chain, service, unresolved = [] }: Route): readonly string[] {
  const missing = new Set(unresolved.map(refName));
  return [...chain, ...chainsOf(service)].filter(isOpaque).map(({ ref }) => `unproven: ${said(ref, missing)}, so the request may end otherwise`);
}

function said(ref: Ref, missing: ReadonlySet<string>): string {
  return missing.has(refName(ref)) ? `${refName(ref)} is declared elsewhere, and what it does is not known here` : `what the plugin ${refName(ref)} does is not known here`;
}

function chainsOf({ chain, members }: ResolvedService): readonly Middleware[] {
  return [...chain, ...members.flatMap(chainsOf)];
}
