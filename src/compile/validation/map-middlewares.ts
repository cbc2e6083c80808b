import type { Listener, Middleware, ResolvedService, Route, Routing } from '../../ir/index.ts';

/** The routing with every middleware of a chain changed; services that are shared stay shared. */
export function mapMiddlewares(routing: Routing, change: (middleware: Middleware) => Middleware): Routing {
  const services = new Map<ResolvedService, ResolvedService>();
  const service = (from: ResolvedService): ResolvedService => {
    const known = services.get(from);
    if (known !== undefined) return known;
    const made = { ...from, chain: from.chain.map(change), members: from.members.map(service) };
    services.set(from, made);
    return made;
  };
  const route = (from: Route): Route => ({ ...from, chain: from.chain.map(change), service: service(from.service) });
  const listener = (from: Listener): Listener => ({ ...from, plain: from.plain.map(route), tls: from.tls.map(route) });
  return { ...routing, listeners: routing.listeners.map(listener), ...(routing.services === undefined ? {} : { services: routing.services.map(service) }) };
}
