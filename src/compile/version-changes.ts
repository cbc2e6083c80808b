import type { ChangeClass, Side, UnaskedChange } from '../diff/index.ts';
import { chainOf, refKey, refName, routesOf, visitMatchers, type Middleware, type Route } from '../ir/index.ts';

/** One way in which Traefik 2.11 and 3.7 treat what they both read alike. */
interface Difference {
  readonly id: ChangeClass;
  readonly what: string;
}

/**
 * What requests cannot show here: both sides are decided by one runtime, so where the versions themselves act
 * differently on equal settings, it is told by the settings. The differences are those noted for the two versions; 3.7 is asked in tests, 2.11 has no engine here.
 */
export function versionChanges({ routing, at }: Side): readonly UnaskedChange[] {
  const routes = routesOf(routing).filter(({ synthetic }) => !synthetic);
  const middlewares = new Map(routes.flatMap(chainOf).map((middleware) => [refKey(middleware.ref), middleware]));
  const byMiddleware = [...middlewares.values()].flatMap((middleware) => differencesOf(middleware).map(({ id, what }): UnaskedChange => ({ class: id, entity: refName(middleware.ref), what, at: [at(middleware.origin)] })));
  const routers = new Map(routes.map((route) => [refKey(route.router), route]));
  const byRoute = [...routers.values()].flatMap((route) => differencesOfRoute(route).map(({ id, what }): UnaskedChange => ({ class: id, entity: refName(route.router), what, at: [at(route.origin)] })));
  return [...byMiddleware, ...byRoute];
}

function differencesOf({ spec }: Middleware): readonly Difference[] {
  switch (spec.kind) {
    case 'headers': {
      const preflight = spec.accessControlAllowMethods.length > 0 || spec.accessControlAllowOriginList.length > 0;
      const stars = [spec.accessControlAllowOriginList, spec.accessControlAllowHeaders, spec.accessControlAllowMethods].some((list) => list.includes('*'));
      return [
        ...(spec.sslRedirect || spec.sslForceHost || spec.sslTemporaryRedirect ? [{ id: 'https-redirect-removed' as const, what: '2.11 redirects to https for sslRedirect, sslForceHost and sslTemporaryRedirect, 3.7 reads them and does nothing' }] : []),
        ...(spec.featurePolicy === '' ? [] : [{ id: 'header-removed' as const, what: '2.11 sends Feature-Policy, 3.7 does not' }]),
        ...(spec.accessControlAllowCredentials && stars ? [{ id: 'header-removed' as const, what: 'with credentials 2.11 answers "*" where it is allowed, 3.7 answers what was asked for' }] : []),
        ...(preflight && spec.accessControlMaxAge === 0 ? [{ id: 'header-removed' as const, what: '2.11 answers a preflight with Access-Control-Max-Age: 0, 3.7 without the field' }] : []),
        ...(preflight && spec.accessControlExposeHeaders.length > 0 ? [{ id: 'header-added' as const, what: '3.7 answers a preflight with Access-Control-Expose-Headers, 2.11 does not' }] : []),
      ];
    }
    case 'errors':
      return spec.query.includes('{url}') ? [{ id: 'path-rewrite-changed', what: '{url} is path and query for 2.11, the whole URL for 3.7' }] : [];
    case 'forwardAuth':
      return [{ id: 'header-removed', what: 'for a client without User-Agent 2.11 sends one of its own to the auth server, 3.7 sends none' }];
    case 'replacePath':
      return spec.path.startsWith('/') ? [] : [{ id: 'path-rewrite-changed', what: '2.11 puts a slash in front of the path, 3.7 sends it as it is' }];
    case 'buffering':
      return spec.retryExpression === '' ? [] : [{ id: 'status-changed', what: '2.11 tries a request without a body again, 3.7 does not' }];
    default:
      return [];
  }
}

function differencesOfRoute({ rule, service }: Route): readonly Difference[] {
  const { spec } = service.service;
  const sticky = (spec.kind === 'loadBalancer' || spec.kind === 'weighted') && spec.sticky !== undefined;
  return [
    ...(hasInnerPath(rule) ? [{ id: 'unproven' as const, what: '2.11 compares the rule with the path decoded as a whole, 3.7 keeps %2F and other reserved characters encoded: a request with such an escape may go to another router' }] : []),
    ...(sticky ? [{ id: 'endpoint-set-changed' as const, what: 'cookies of 2.11 name no server of 3.7: clients are given a server anew, once' }] : []),
  ];
}

/** Whether an encoded slash or another reserved character could make a difference to the rule. */
function hasInnerPath(rule: Route['rule']): boolean {
  let found = false;
  visitMatchers(rule, (matcher) => {
    if (matcher.kind === 'pathRegexp') found = true;
    if (matcher.kind === 'path') found ||= /.[/]|[^\w./~-]/.test(matcher.path.value);
    if (matcher.kind === 'pathPrefix') found ||= /.[/]|[^\w./~-]/.test(matcher.prefix.value);
  });
  return found;
}
