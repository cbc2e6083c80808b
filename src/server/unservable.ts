import type { Middleware, MiddlewareKind, ResolvedService, Route, Routing } from '../ir/index.ts';
import { PACKS } from './body.ts';

/** Middlewares that this server answers with 501. A plugin runs only in Traefik; gRPC-Web ends at servers of HTTP/2, which are not spoken to. */
export const REFUSED_KINDS: ReadonlySet<MiddlewareKind> = new Set<MiddlewareKind>(['plugin', 'grpcWeb']);

/** Why requests of a route are not served; undefined = they are. */
export function unservable({ chain, service }: Pick<Route, 'chain' | 'service'>): string | undefined {
  const found = [...chain, ...chainsOf(service)].find(({ spec }) => REFUSED_KINDS.has(spec.kind));
  return found === undefined ? undefined : `middleware ${found.ref.name} is ${found.spec.kind === 'plugin' ? 'a plugin' : 'gRPC-Web'}`;
}

/** What is done otherwise than the configuration says, for want of a coding that Node cannot write. */
export function unpacked({ listeners }: Routing, packs: readonly string[] = PACKS): readonly string[] {
  if (packs.includes('zstd')) return [];
  const chains = listeners.flatMap(({ plain, tls }) => [...plain, ...tls].flatMap(({ chain, service }) => [...chain, ...chainsOf(service)]));
  const names = new Set(chains.flatMap(({ ref, spec }) => (spec.kind === 'compress' && spec.encodings.includes('zstd') ? [ref.name] : [])));
  return names.size === 0 ? [] : [`compress (${[...names].toSorted().join(', ')}): this Node cannot pack with zstd, 22.15 and newer can; clients get the next coding that they take`];
}

function chainsOf({ chain, members }: ResolvedService): readonly Middleware[] {
  return [...chain, ...members.flatMap(chainsOf)];
}
