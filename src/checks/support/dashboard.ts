import type { Route } from '../../ir/index.ts';
import type { ResolvedGateway } from '../rule.ts';
import { isHttps } from './entry-points.ts';

export interface DashboardRoute {
  readonly route: Route;
  readonly entryPoint: string;
  readonly tls: boolean;
  /** The entry point is meant for HTTPS. */
  readonly https: boolean;
  /** The router only sends people elsewhere. */
  readonly redirects: boolean;
}

/** The routers that people made for Traefik's API and dashboard. */
export function dashboardRoutes(resolved: ResolvedGateway): readonly DashboardRoute[] {
  return resolved.routing.listeners.flatMap(({ entryPoint, plain, tls }) =>
    [...plain, ...tls]
      .filter((route) => !route.synthetic && route.service.service.spec.kind === 'internal' && ['api', 'dashboard'].includes(route.service.service.spec.name))
      .map((route) => ({ route, entryPoint: entryPoint.name, tls: route.tls !== undefined, https: isHttps(entryPoint), redirects: route.chain.some(({ spec }) => spec.kind === 'redirectScheme') })),
  );
}
