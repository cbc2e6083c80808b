import type { LintRule } from '../rule.ts';
import { dashboardRoutes } from '../support/dashboard.ts';
import { dashboard } from '../support/examples.ts';
import { reportModel, routerOf } from '../support/model.ts';

const AUTH = ['traefik.http.routers.api.middlewares=auth', 'traefik.http.middlewares.auth.basicauth.users=test:$$apr1$$H6uskkkW$$IgXLP6ewTrSuBkTrqE8wj/'] as const;

const rule: LintRule = {
  id: 'dashboard-no-tls',
  meta: {
    summary: 'the dashboard without TLS',
    why: 'On a plain HTTP connection the password of the dashboard travels in clear with every request.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [dashboard('plain HTTP', 'traefik.enable=true', 'traefik.http.routers.api.rule=Host(`traefik.example.com`)', 'traefik.http.routers.api.entrypoints=web', 'traefik.http.routers.api.service=api@internal', '                                 ^^^^^^^^^^^^ dashboard-no-tls', ...AUTH)],
    good: [dashboard('HTTPS', 'traefik.enable=true', 'traefik.http.routers.api.rule=Host(`traefik.example.com`)', 'traefik.http.routers.api.entrypoints=websecure', 'traefik.http.routers.api.tls.certresolver=letsencrypt', 'traefik.http.routers.api.service=api@internal', ...AUTH)],
  },
  check: (context) =>
    reportModel(context, (resolved, gateway) =>
      (gateway.staticKnown ? dashboardRoutes(resolved) : []).filter(({ tls, redirects }) => !tls && !redirects).map(({ route, entryPoint, https }) => ({
        origin: routerOf(resolved, route.router)?.service.origin ?? route.origin,
        symbol: route.symbol,
        message: `the dashboard router "${route.router.name}" is plain HTTP on the entry point "${entryPoint}"`,
        label: 'no TLS',
        // On an entry point for HTTPS it is the missing TLS of the router that shows here.
        ...(https && routerOf(resolved, route.router)?.entryPoints !== 'default' ? { follows: `tls-missing ${route.symbol}.tls` } : {}),
        help: 'give the router TLS, on an entry point for HTTPS',
      })),
    ),
};
export default rule;
