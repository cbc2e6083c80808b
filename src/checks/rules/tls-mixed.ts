import type { EntryPoint, Router } from '../../ir/index.ts';
import { versionsText } from '../problems.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { isPlainHttp, namedEntryPoints } from '../support/entry-points.ts';
import { services, web } from '../support/examples.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const rule: LintRule = {
  id: 'tls-mixed',
  meta: {
    summary: 'a router with TLS on an entry point for plain HTTP',
    why: 'A router with tls answers TLS connections only. On an entry point for plain HTTP its requests get 404, and no redirection to HTTPS happens by itself.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [web('both entry points', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web,websecure', '                                     ^^^ tls-mixed', 'traefik.http.routers.web.tls=true')],
    good: [services('one router each', { web: ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=websecure', 'traefik.http.routers.web.tls=true', 'traefik.http.routers.web-http.rule=Host(`a.example.com`)', 'traefik.http.routers.web-http.entrypoints=web', 'traefik.http.routers.web-http.middlewares=https', 'traefik.http.middlewares.https.redirectscheme.scheme=https'] })],
  },
  check: (context) => reportModel(context, (resolved, gateway) => (gateway.staticKnown ? resolved.gateway.routers.flatMap((router) => ofRouter(router, resolved)) : [])),
};
export default rule;

function ofRouter(router: Router, resolved: ResolvedGateway): readonly ModelFinding[] {
  if (router.tls === undefined) return [];
  return namedEntryPoints(router, resolved).filter(({ entryPoint }) => isPlainHttp(entryPoint) && entryPoint.tls === undefined && entryPoint.redirection === undefined && !hasTwin(router, entryPoint, resolved)).map(({ entryPoint, origin }) => ({
    origin,
    symbol: `${router.symbol}.entrypoints ${entryPoint.name}`,
    message: `router "${router.ref.name}" has TLS: plain HTTP on the entry point "${entryPoint.name}" gets 404`,
    label: 'plain HTTP only',
    why: `${versionsText([resolved.version])} serves a router either with TLS or without`,
    help: 'take the entry point out and redirect it to HTTPS, or declare a second router without TLS',
  }));
}

/** Another router serves the same rule without TLS there. */
function hasTwin(router: Router, entryPoint: EntryPoint, resolved: ResolvedGateway): boolean {
  return resolved.routing.listeners.some((listener) => listener.entryPoint.name === entryPoint.name && listener.plain.some((route) => route.ruleText === router.ruleText.value.text));
}
