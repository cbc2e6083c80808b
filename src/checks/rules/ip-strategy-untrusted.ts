import type { IpStrategy, Middleware } from '../../ir/index.ts';
import type { LintRule, ResolvedGateway } from '../rule.ts';
import { web } from '../support/examples.ts';
import { optionAt, reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';
import { shortName } from '../support/words.ts';

const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.middlewares=m'] as const;

const rule: LintRule = {
  id: 'ip-strategy-untrusted',
  meta: {
    summary: 'a client address from a header that is thrown away',
    why: 'depth and excludedIPs look into X-Forwarded-For, which Traefik removes unless the sender is in trustedIPs of the entry point. The header is empty then: an allow list rejects everybody, a limit counts all clients as one.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [web('nobody is trusted', ...LABELS, 'traefik.http.middlewares.m.ipallowlist.sourcerange=10.0.0.0/8', 'traefik.http.middlewares.m.ipallowlist.ipstrategy.depth=1', '                                                        ^ ip-strategy-untrusted')],
    good: [web('the address of the connection', ...LABELS, 'traefik.http.middlewares.m.ipallowlist.sourcerange=10.0.0.0/8')],
  },
  check: (context) => reportModel(context, (resolved, gateway) => (gateway.staticKnown ? ofGateway(resolved) : [])),
};
export default rule;

function ofGateway(resolved: ResolvedGateway): readonly ModelFinding[] {
  return resolved.gateway.middlewares.flatMap((middleware) => {
    const [path, strategy] = strategyOf(middleware);
    const option = strategy === undefined ? undefined : strategy.depth > 0 ? 'depth' : strategy.excludedIPs.length > 0 ? 'excludedIPs' : undefined;
    if (option === undefined) return [];
    const entryPoints = resolved.routing.listeners.filter(({ plain, tls }) => [...plain, ...tls].some((route) => route.chain.includes(middleware))).map(({ entryPoint }) => entryPoint);
    if (entryPoints.length === 0 || entryPoints.some(({ forwardedHeaders }) => forwardedHeaders.insecure || forwardedHeaders.trustedIPs.length > 0)) return [];
    return [{
      origin: optionAt(middleware, `${path}.${option}`),
      symbol: `${middleware.symbol}.${path}`,
      message: `middleware "${shortName(middleware.ref)}" reads X-Forwarded-For, and no entry point trusts anybody to send it`,
      label: 'always empty',
      help: 'name the proxy in front in forwardedHeaders.trustedIPs of the entry point, or leave the strategy out',
    }];
  });
}

function strategyOf({ spec }: Middleware): readonly [string, IpStrategy | undefined] {
  switch (spec.kind) {
    case 'ipAllowList':
      return [`${spec.writtenAs}.ipStrategy`, spec.ipStrategy];
    case 'rateLimit':
    case 'inFlightReq':
      return [`${spec.kind}.sourceCriterion.ipStrategy`, spec.sourceCriterion?.ipStrategy];
    default:
      return ['', undefined];
  }
}
