import { routesOf } from '../../ir/index.ts';
import type { HeaderList, ResolvedService, Routing } from '../../ir/index.ts';

/** Names of the cookies that keep clients at a member, of every service that a route reaches. */
export function stickyCookies(routing: Routing): ReadonlySet<string> {
  return new Set(routesOf(routing).flatMap(({ service }) => cookiesOf(service)));
}

function cookiesOf({ service: { spec }, members }: ResolvedService): readonly string[] {
  const own = (spec.kind === 'loadBalancer' || spec.kind === 'weighted') && spec.sticky !== undefined ? [spec.sticky.name] : [];
  return [...own, ...members.flatMap(cookiesOf)];
}

/** Which member a new client gets, and so what its cookie says, is left to chance: decisions do not hold it. */
export function withoutSticky(headers: HeaderList, cookies: ReadonlySet<string>): HeaderList {
  return cookies.size === 0 ? headers : headers.filter(([name, value]) => name.toLowerCase() !== 'set-cookie' || !cookies.has(value.slice(0, value.indexOf('='))));
}
