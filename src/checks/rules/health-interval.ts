import type { LintRule } from '../rule.ts';
import { web } from '../support/examples.ts';
import { optionAt, reportModel } from '../support/model.ts';

const rule: LintRule = {
  id: 'health-interval',
  meta: {
    summary: 'a health check that does not run as written',
    why: 'An interval of zero or below is replaced by the default of 30 seconds with one line in the log. A timeout that is not shorter than the interval lets checks of one server pile up.',
    category: 'suspicious',
    severity: 'warning',
    blocking: false,
    bad: [web('an interval of nothing', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80', 'traefik.http.services.web.loadbalancer.healthcheck.path=/up', 'traefik.http.services.web.loadbalancer.healthcheck.interval=0s', '                                                            ^^ health-interval')],
    good: [web('every ten seconds', 'traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.services.web.loadbalancer.server.port=80', 'traefik.http.services.web.loadbalancer.healthcheck.path=/up', 'traefik.http.services.web.loadbalancer.healthcheck.interval=10s')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      resolved.gateway.services.flatMap((service) => {
        const path = 'loadBalancer.healthCheck.interval';
        const written = service.places.get(path);
        const check = service.spec.kind === 'loadBalancer' ? service.spec.healthCheck : undefined;
        if (written === undefined || check === undefined || !isNothing(context.files.get(context.origins.firstSpan(written)?.file ?? '')?.text ?? '', context.origins.firstSpan(written))) return [];
        return [{ origin: optionAt(service, path), symbol: `${service.symbol}.${path}`, message: `the health check of service "${service.ref.name}" has no interval above zero`, label: '30 seconds are taken', help: 'write a duration like 10s' }];
      }),
    ),
};
export default rule;

/** The model holds the default already; what was written tells. */
function isNothing(text: string, span: { readonly start: number; readonly end: number } | undefined): boolean {
  return span !== undefined && /^(?:-.*|0+(?:\.0*)?(?:ns|us|ms|s|m|h)?)$/.test(text.slice(span.start, span.end));
}
