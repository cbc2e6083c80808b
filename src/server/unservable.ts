import type { Middleware, MiddlewareKind, ResolvedService, Route } from '../ir/index.ts';

/** Middlewares that this server answers with 501. A plugin runs only in Traefik; gRPC-Web ends at servers of HTTP/2, which are not spoken to. */
export const REFUSED_KINDS: ReadonlySet<MiddlewareKind> = new Set<MiddlewareKind>(['plugin', 'grpcWeb']);

/** Why requests of a route are not served; undefined = they are. */
export function unservable({ chain, service }: Pick<Route, 'chain' | 'service'>): string | undefined {
  const found = [...chain, ...chainsOf(service)].find(({ spec }) => REFUSED_KINDS.has(spec.kind));
  return found === undefined ? undefined : `middleware ${found.ref.name} is ${found.spec.kind === 'plugin' ? 'a plugin' : 'gRPC-Web'}`;
}

function chainsOf({ chain, members }: ResolvedService): readonly Middleware[] {
  return [...chain, ...members.flatMap(chainsOf)];
}
