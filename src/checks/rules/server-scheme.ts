import { suggest } from '../../diagnostics/index.ts';
import type { RawLabel, Service } from '../../ir/index.ts';
import type { LintContext, LintRule } from '../rule.ts';
import { replaceFix } from '../support/edits.ts';
import { web } from '../support/examples.ts';
import { containersOf, labelBySymbol } from '../support/labels.ts';
import { reportModel } from '../support/model.ts';
import type { ModelFinding } from '../support/model.ts';

const SCHEMES = ['http', 'https', 'h2c'];
const LABELS = ['traefik.enable=true', 'traefik.http.routers.web.rule=Host(`a.example.com`)'] as const;

const rule: LintRule = {
  id: 'server-scheme',
  meta: {
    summary: 'a server with a scheme that Traefik cannot speak',
    why: 'Servers are spoken to with http, https or h2c. Any other word is accepted when it is loaded, and then every request ends in 500 or 502.',
    category: 'correctness',
    severity: 'warning',
    blocking: false,
    fix: 'unsafe',
    bad: [web('one letter too many', ...LABELS, 'traefik.http.services.web.loadbalancer.server.scheme=httpss', '                                                     ^^^^^^ server-scheme'), web('what belongs to an address', ...LABELS, 'traefik.http.services.web.loadbalancer.server.scheme=https://', '                                                     ^^^^^^^^ server-scheme')],
    good: [web('a known scheme', ...LABELS, 'traefik.http.services.web.loadbalancer.server.scheme=https')],
  },
  check: (context) => {
    const isNamed = containersOf(context).some(({ labels }) => labels.some(({ key }) => /\.loadbalancer\.server\.scheme$/i.test(key.value.text)));
    reportModel(context, (resolved) => resolved.gateway.services.flatMap((service) => ofService(service, isNamed ? labelBySymbol(context, `${service.symbol}.loadbalancer.server.scheme`)?.label.value : undefined, context)));
  },
};
export default rule;

/** A label names the scheme by itself; in a file it is part of the URL. */
function ofService(service: Service, label: RawLabel['value'] | undefined, context: LintContext): readonly ModelFinding[] {
  if (service.spec.kind !== 'loadBalancer') return [];
  return service.spec.endpoints.slice(0, label === undefined ? undefined : 1).flatMap(({ scheme: read, origin }) => {
    // An URL may be made of more than a scheme: `https://` and an address after it.
    const scheme = label?.value.text ?? read;
    if (SCHEMES.includes(scheme.toLowerCase()) || scheme === '' || scheme.includes('$') || label?.value.holes.length !== (label === undefined ? undefined : 0)) return [];
    const meant = suggest(scheme, SCHEMES);
    return [{
      origin: label?.origin ?? origin,
      symbol: `${service.symbol}.scheme`,
      message: `"${scheme}" is no scheme that Traefik speaks${meant === undefined ? '' : `, did you mean "${meant}"?`}`,
      label: 'http, https or h2c',
      why: 'Traefik answers 500 or 502 to every request',
      help: meant === undefined ? 'write "http", "https" or "h2c"' : `write "${meant}"`,
      ...(meant === undefined || label === undefined ? {} : replaceFix(context, label.origin, scheme, meant, 'unsafe')),
    }];
  });
}
