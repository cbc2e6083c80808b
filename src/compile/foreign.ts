import type { Listener, Route, Routing } from '../ir/index.ts';

/**
 * What Traefik adds for itself (the insecure API and dashboard, ping, metrics on their own entry point) has no
 * counterpart elsewhere: an entry point that serves nothing else is left out of other targets, and beside a user's
 * routers these routes keep their place and answer 404.
 */
export function withoutOwnRoutes(routing: Routing): Routing {
  return { ...routing, listeners: routing.listeners.filter((listener) => !onlyOwn(listener)).map(bareOwn) };
}

/** The entry points that are left out, for a note. */
export function ownEntryPoints(routing: Routing): readonly string[] {
  return routing.listeners.filter(onlyOwn).map((listener) => listener.entryPoint.name);
}

function isOwn(route: Route): boolean {
  return route.synthetic && route.service.service.spec.kind === 'internal' && route.router.namespace === 'internal';
}

/** Redirections to HTTPS are synthetic too, but a user asked for them. */
function onlyOwn(listener: Listener): boolean {
  const routes = [...listener.plain, ...listener.tls];
  return listener.tcp.length === 0 && listener.udp === undefined && routes.length > 0 && listener.entryPoint.redirection === undefined && routes.every(isOwn);
}

function bareOwn(listener: Listener): Listener {
  if (listener.entryPoint.redirection !== undefined) return listener;
  const bare = (route: Route): Route => (isOwn(route) ? { ...route, chain: [] } : route);
  return { ...listener, plain: listener.plain.map(bare), tls: listener.tls.map(bare) };
}

/** What other engines make of `ping@internal`: none of it is theirs to answer, so it is refused like the rest of Traefik's own. */
export function withoutOwnAnswers(routing: Routing): Routing {
  const pings = ({ service: { service } }: Route): boolean => service.spec.kind === 'internal' && service.spec.name === 'ping';
  if (!routing.listeners.some(({ plain, tls }) => [...plain, ...tls].some(pings))) return routing;
  const refused = (route: Route): Route => (pings(route) ? { ...route, service: { ...route.service, service: { ...route.service.service, spec: { kind: 'internal', name: 'api' } } } } : route);
  return { ...routing, listeners: routing.listeners.map((listener) => ({ ...listener, plain: listener.plain.map(refused), tls: listener.tls.map(refused) })) };
}
