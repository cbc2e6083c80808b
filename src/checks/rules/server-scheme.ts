import { suggest } from '../../diagnostics/index.ts';
import type { LintRule } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { isUnknown, optionAt, reportModel } from '../support/model.ts';

const SCHEMES = ['http', 'https', 'h2c'];
const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;

const rule: LintRule = {
  id: 'server-scheme',
  meta: {
    summary: 'a server with a scheme that Traefik cannot speak',
    why: 'Servers are spoken to with http, https or h2c. Any other word is accepted when it is loaded, and then every request ends in 500.',
    category: 'correctness',
    severity: 'error',
    blocking: false,
    fix: 'unsafe',
    bad: [web('one letter too many', ...LABELS, 'traefik.http.services.web.loadbalancer.server.scheme=httpss', '                                                     ^^^^^^ server-scheme')],
    good: [web('a known scheme', ...LABELS, 'traefik.http.services.web.loadbalancer.server.scheme=https')],
  },
  check: (context) =>
    reportModel(context, (resolved) =>
      resolved.gateway.services.flatMap((service) => {
        const path = 'loadBalancer.servers[0].scheme';
        const place = service.places.get(path);
        const scheme = service.spec.kind === 'loadBalancer' ? service.spec.endpoints[0]?.scheme : undefined;
        if (place === undefined || scheme === undefined || SCHEMES.includes(scheme.toLowerCase()) || isUnknown(service, path)) return [];
        const meant = suggest(scheme, SCHEMES);
        return [{
          origin: optionAt(service, path),
          symbol: `${service.symbol}.${path}`,
          message: `"${scheme}" is no scheme that Traefik speaks${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
          label: 'http, https or h2c',
          why: 'Traefik answers 500 to every request',
          help: meant === undefined ? 'write "http", "https" or "h2c"' : `write "${meant}"`,
          ...(meant === undefined ? {} : replaceFix(context, place, scheme, meant, 'unsafe')),
        }];
      }),
    ),
};
export default rule;
