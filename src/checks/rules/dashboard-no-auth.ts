import { visitMatchers } from '../../ir/index.ts';
import type { Route } from '../../ir/index.ts';
import type { LintRule } from '../rule.ts';
import { dashboardRoutes } from '../support/dashboard.ts';
import { dashboard } from '../support/examples.ts';
import { reportModel, routerOf } from '../support/model.ts';

const rule: LintRule = {
  id: 'dashboard-no-auth',
  meta: {
    summary: 'the dashboard without authentication',
    why: 'The dashboard and the API behind it show every router, middleware and address. Traefik asks for nothing by itself.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    bad: [dashboard('open to everybody', 'traefik.enable=true', 'traefik.http.routers.api.rule=Host(`traefik.example.com`)', 'traefik.http.routers.api.entrypoints=websecure', 'traefik.http.routers.api.tls.certresolver=letsencrypt', 'traefik.http.routers.api.service=api@internal', '                                 ^^^^^^^^^^^^ dashboard-no-auth')],
    good: [dashboard('for some addresses only', 'traefik.enable=true', 'traefik.http.routers.api.rule=Host(`traefik.example.com`)', 'traefik.http.routers.api.entrypoints=websecure', 'traefik.http.routers.api.tls.certresolver=letsencrypt', 'traefik.http.routers.api.service=api@internal', 'traefik.http.routers.api.middlewares=local', 'traefik.http.middlewares.local.ipallowlist.sourcerange=10.0.0.0/8')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      dashboardRoutes(resolved).filter(({ route, redirects }) => !redirects && !isGuarded(route)).map(({ route }) => ({
        origin: routerOf(resolved, route.router)?.service.origin ?? route.origin,
        symbol: route.symbol,
        message: `the dashboard router "${route.router.name}" asks for no login`,
        label: 'open to everybody',
        help: 'put a basicAuth, forwardAuth or ipAllowList middleware on it',
      })),
    ),
};
export default rule;

const GUARDS: readonly string[] = ['basicAuth', 'digestAuth', 'forwardAuth', 'ipAllowList', 'plugin', 'apiKey', 'jwt', 'login'];

function isGuarded(route: Route): boolean {
  let byAddress = false;
  visitMatchers(route.rule, (matcher) => {
    if (matcher.kind === 'clientIp') byAddress = true;
  });
  return byAddress || route.chain.some(({ spec }) => GUARDS.includes(spec.kind));
}
