import { containerSymbol, routesOf } from '../../ir/index.ts';
import type { Container, ResolvedService, Route } from '../../ir/index.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { replaceFix, withoutQuotes, writtenAt } from '../support/edits.ts';
import { beside } from '../support/examples.ts';
import { isProxy, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { isOpen } from '../support/proxies.ts';
import { list, shortName } from '../support/words.ts';

const LABELS = ['    labels:', '      - traefik.enable=true', '      - traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;

const rule: LintRule = {
  id: 'bypass-port',
  meta: {
    summary: 'a port that goes past the proxy',
    why: 'A service behind a router that also publishes its port answers there without TLS, authentication and limits. Docker opens the port on all addresses, past the firewall rules of many systems.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [beside('the same port by two ways', '  web:', '    image: example/web:1', '    ports:', '      - "8081:80"', '#        ^^^^^^^ bypass-port', ...LABELS)],
    good: [
      beside('only for this machine', '  web:', '    image: example/web:1', '    ports:', '      - "127.0.0.1:8081:80"', ...LABELS),
      beside('another protocol on another port', '  web:', '    image: example/git:1', '    ports:', '      - "2222:22"', ...LABELS, '      - traefik.http.services.web.loadbalancer.server.port=80'),
    ],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      resolved.gateway.fates.flatMap(({ container }) => (isProxy(container, context) ? [] : ofContainer(container, resolved))).map((finding) => {
        const origin = withoutQuotes(context, finding.origin);
        const written = writtenAt(context, origin);
        return written !== undefined && /^\d+:\d+$/.test(written) ? { ...finding, origin, ...replaceFix(context, origin, written, `127.0.0.1:${written}`, 'unsafe') } : { ...finding, origin };
      }),
    ),
};
export default rule;

function ofContainer(container: Container, resolved: ResolvedGateway): readonly ModelFinding[] {
  const open = container.ports.filter(isOpen);
  if (open.length === 0) return [];
  const routes = routesOf(resolved.routing).filter((route) => !route.synthetic);
  return open.flatMap((mapping) => {
    const behind = routes.filter((route) => serves(route.service, container, mapping.container));
    if (behind.length === 0) return [];
    return [{
      origin: mapping.origin,
      symbol: `${containerSymbol(container)} ports ${String(mapping.published)}`,
      message: `port ${String(mapping.published)} reaches "${container.id.service}" without ${guards(behind)}`,
      label: 'open to everybody',
      help: 'remove the port, or bind it to 127.0.0.1',
    }];
  });
}

function serves({ service, members }: ResolvedService, container: Container, port: number): boolean {
  const own = service.spec.kind === 'loadBalancer' && service.spec.endpoints.some((endpoint) => endpoint.port === port && endpoint.container?.service === container.id.service && endpoint.container.stack === container.id.stack);
  return own || members.some((member) => serves(member, container, port));
}

function guards(routes: readonly Route[]): string {
  const names = routes.flatMap((route) => route.chain.map((middleware) => shortName(middleware.ref)));
  return names.length === 0 ? 'the proxy' : `the ${names.length === 1 ? 'middleware' : 'middlewares'} ${list(names)}`;
}
