import { refKey } from '../../ir/index.ts';
import type { Middleware, Route } from '../../ir/index.ts';
import type { LintContext, LintRule, ResolvedGateway } from '../rule.ts';
import { web } from '../support/examples.ts';
import { isProxy, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { containersOf } from '../support/labels.ts';
import { containerSymbol, shortName } from '../support/words.ts';

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
  check: (context) => reportModel(context, (resolved) => [...unused(resolved, context), ...openDoors(resolved)]),
};
export default rule;

const AUTH: readonly string[] = ['basicAuth', 'digestAuth', 'forwardAuth'];
const isAuth = (middleware: Middleware): boolean => AUTH.includes(middleware.spec.kind);

/** Middlewares of the proxy's own container are made for other stacks too. */
function unused(resolved: ResolvedGateway, context: LintContext): readonly ModelFinding[] {
  const used = usedKeys(resolved);
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

/** Named by a router, an entry point, a service or a chain, whether it works or not. */
function usedKeys(resolved: ResolvedGateway): ReadonlySet<string> {
  const { gateway, routing } = resolved;
  const keys = new Set<string>();
  for (const router of gateway.routers) for (const { value } of router.middlewares) keys.add(refKey(value));
  for (const service of gateway.services) for (const { value } of service.middlewares) keys.add(refKey(value));
  for (const { spec } of gateway.middlewares) if (spec.kind === 'chain') for (const ref of spec.middlewares) keys.add(refKey(ref));
  for (const { entryPoint, plain, tls } of routing.listeners) {
    for (const { value } of entryPoint.middlewares) for (const { ref } of gateway.middlewares) if (value === ref.name || value === `${ref.name}@${ref.namespace}`) keys.add(refKey(ref));
    for (const route of [...plain, ...tls]) for (const { ref } of route.chain) keys.add(refKey(ref));
  }
  // A router that was dropped names its middlewares all the same.
  for (const { container, label } of gateway.labels) {
    if (!/\.routers\.[^.]+\.middlewares$/i.test(label.key.value.text)) continue;
    for (const name of label.value.value.text.split(',')) for (const { ref } of gateway.middlewares) if (name.trim() === ref.name || name.trim() === `${ref.name}@${ref.namespace}`) keys.add(refKey(ref));
    void container;
  }
  return keys;
}

interface Door {
  readonly route: Route;
  readonly entryPoint: string;
}

/** Routes to a service that another route guards. A route that only redirects opens nothing. */
function openDoors(resolved: ResolvedGateway): readonly ModelFinding[] {
  const doors = resolved.routing.listeners.flatMap(({ entryPoint, plain, tls }): readonly Door[] => [...plain, ...tls].filter((route) => !route.synthetic).map((route) => ({ route, entryPoint: entryPoint.name })));
  return doors.flatMap((door) => {
    const { route } = door;
    if (route.chain.some(isAuth) || route.chain.some(({ spec }) => spec.kind === 'redirectScheme' || spec.kind === 'redirectRegex' || spec.kind === 'ipAllowList' || spec.kind === 'plugin')) return [];
    const guarded = doors.find((other) => refKey(other.route.service.service.ref) === refKey(route.service.service.ref) && refKey(other.route.router) !== refKey(route.router) && other.route.chain.some(isAuth));
    const guard = guarded?.route.chain.find(isAuth);
    if (guarded === undefined || guard === undefined || narrower(route, guarded.route)) return [];
    return [{
      origin: route.origin,
      symbol: route.symbol,
      message: `router "${shortName(route.router)}" reaches "${shortName(route.service.service.ref)}" without the middleware "${shortName(guard.ref)}" of router "${shortName(guarded.route.router)}"`,
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
