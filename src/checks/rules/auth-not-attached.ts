import { containerSymbol, refKey } from '../../ir/index.ts';
import type { Listener, Middleware, Route } from '../../ir/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { web } from '../support/examples.ts';
import { isProxy, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { containersOf } from '../support/labels.ts';
import { wonText } from '../support/routes.ts';
import type { Door } from '../support/routes.ts';
import { usedMiddlewares } from '../support/used.ts';
import { shortName } from '../support/words.ts';
import { groupedBy } from '../../text/index.ts';

const USERS = 'traefik.http.middlewares.auth.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/';

const rule: LintRule = {
  id: 'auth-not-attached',
  meta: {
    summary: 'authentication that is declared and not used',
    why: 'Declaring a middleware protects nothing: a router must name it. And where two routers lead to one service, the one without it is an open door.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    bad: [
      web('nobody names it', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', USERS, '                         ^^^^ auth-not-attached'),
      web('a second way in', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', 'traefik.http.routers.open.rule=Host(`b.example.com`)', '                     ^^^^ auth-not-attached', USERS),
    ],
    good: [web('the router names it', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=auth', USERS)],
  },
  check: (context) => reportModel(context, (resolved) => (resolved.gateway.middlewares.some(isAuth) ? [...unused(resolved, context), ...openDoors(resolved)] : [])),
};
export default rule;

const AUTH: readonly string[] = ['basicAuth', 'digestAuth', 'forwardAuth', 'apiKey', 'jwt', 'login'];
const isAuth = (middleware: Middleware): boolean => AUTH.includes(middleware.spec.kind);

/** Middlewares of the proxy's own container are made for other stacks too. */
function unused(resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const used = usedMiddlewares(resolved);
  return resolved.gateway.middlewares.filter((middleware) => isAuth(middleware) && !used.has(refKey(middleware.ref))).map((middleware) => {
    const owner = containersOf(context).find((container) => middleware.symbol.startsWith(`${containerSymbol(container)} `));
    const shared = middleware.ref.namespace === 'file' || (owner !== undefined && isProxy(owner, context));
    return {
      origin: middleware.origin,
      symbol: middleware.symbol,
      ...(shared ? { severity: 'info' as const } : {}),
      message: `middleware "${shortName(middleware.ref)}" asks for a login, but no router uses it`,
      label: 'not attached',
      help: `name it in a router: traefik.http.routers.NAME.middlewares=${shortName(middleware.ref)}`,
    };
  });
}

function doorsOf(listener: Listener, tls: boolean): readonly Door[] {
  return (tls ? listener.tls : listener.plain).filter((route) => !route.synthetic).map((route) => ({ route, lane: { listener, tls } }));
}

/** Routes to a service that another route guards. A route that only redirects opens nothing. */
function openDoors(resolved: ResolvedGateway): readonly ModelFinding[] {
  const doors = resolved.routing.listeners.flatMap((listener) => [...doorsOf(listener, false), ...doorsOf(listener, true)]);
  const guards = groupedBy(doors.filter(({ route }) => route.chain.some(isAuth)), ({ route }) => refKey(route.service.service.ref));
  if (guards.size === 0) return [];
  return doors.flatMap((door) => {
    const { route } = door;
    if (route.chain.some(isAuth) || route.chain.some(({ spec }) => spec.kind === 'redirectScheme' || spec.kind === 'redirectRegex' || spec.kind === 'ipAllowList' || spec.kind === 'plugin')) return [];
    const guarded = guards.get(refKey(route.service.service.ref))?.find((other) => refKey(other.route.router) !== refKey(route.router));
    const guard = guarded?.route.chain.find(isAuth);
    if (guarded === undefined || guard === undefined || narrower(route, guarded.route)) return [];
    const request = wonText(resolved, door);
    return [{
      origin: route.origin,
      symbol: route.symbol,
      message: `router "${shortName(route.router)}" reaches "${shortName(route.service.service.ref)}" without the middleware "${shortName(guard.ref)}" of router "${shortName(guarded.route.router)}"${request === undefined ? '' : `, for example ${request}`}`,
      label: 'no login here',
      related: [{ origin: guarded.route.origin, label: 'with a login' }],
      help: 'add the middleware here too, unless this part is meant to be public',
    }];
  });
}

/** A longer rule on purpose opens one path of the same host: an API, a webhook. */
function narrower(open: Route, guarded: Route): boolean {
  return /Path/i.test(open.ruleText) && open.ruleText.length > guarded.ruleText.length;
}
