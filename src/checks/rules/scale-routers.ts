import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';

const LIMIT = 1000;

const rule: LintRule = {
  id: 'scale-routers',
  meta: {
    summary: 'more routers than Traefik asks quickly',
    why: 'Traefik asks the routers of an entry point one after the other, in the order of their priorities. The time for a request that only the last one takes grows in step with their number; past about a thousand it can be measured beside the request itself.',
    category: 'suspicious',
    severity: 'info',
    blocking: false,
    bad: [],
    good: [web('one', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)')],
  },
  check(context) {
    for (const gateway of context.gateways) {
      const [resolved] = gateway.resolved;
      const busy = resolved?.routing.listeners.map(({ entryPoint, plain, tls }) => ({ entryPoint, routes: [...plain, ...tls].filter((route) => !route.synthetic) })).find(({ routes }) => routes.length > LIMIT);
      const origin = resolved?.gateway.routers[0]?.origin;
      if (busy === undefined || origin === undefined) continue;
      reportFound(context, { origin, symbol: `${gateway.name} routers`, message: `entry point "${busy.entryPoint.name}" has ${String(busy.routes.length)} routers, asked one after the other`, label: 'the first of them', help: 'give the busiest hosts a high priority, or split them over several proxies' });
    }
  },
};
export default rule;
