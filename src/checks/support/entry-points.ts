import type { EntryPoint, Router } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { ResolvedGateway } from '../rule.ts';

/** Meant for HTTPS, by port or by name. */
export function isHttps(entryPoint: EntryPoint): boolean {
  return entryPoint.port === 443 || /secure|https/i.test(entryPoint.name);
}

/** Meant for plain HTTP, by port or by name. */
export function isPlainHttp(entryPoint: EntryPoint): boolean {
  return !isHttps(entryPoint) && (entryPoint.port === 80 || /^(?:web|http)$/i.test(entryPoint.name));
}

/** The entry points that a router names itself, with their places. */
export function namedEntryPoints(router: Router, resolved: ResolvedGateway): readonly { readonly entryPoint: EntryPoint; readonly origin: OriginId }[] {
  if (router.entryPoints === 'default') return [];
  return router.entryPoints.flatMap((use) => resolved.routing.listeners.filter(({ entryPoint }) => entryPoint.name === use.value).map(({ entryPoint }) => ({ entryPoint, origin: use.origin })));
}
