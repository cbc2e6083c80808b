import { containerSymbol } from '../../ir/index.ts';
import type { EntryPoint, StaticConfig } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { LintRule } from '../rule.ts';
import { compose } from '../support/examples.ts';
import { reportFound } from '../support/model.ts';
import { knownProxies, kongContainers, variable } from '../support/proxies.ts';

const head = (flag: string): readonly string[] => ['services:', '  traefik:', '    image: traefik:v3.7', '    command:', '      - --entrypoints.web.address=:80', '      - --providers.docker.exposedbydefault=false', `      - ${flag}`];
const TAIL = ['    volumes:', '      - /var/run/docker.sock:/var/run/docker.sock:ro'] as const;

const rule: LintRule = {
  id: 'trusted-all',
  meta: {
    summary: 'client addresses believed from everybody',
    why: 'X-Forwarded-For and its kin say who the client is. A proxy that takes them from any address lets everybody choose their own: allow lists, rate limits and logs are worth nothing then.',
    category: 'security',
    severity: 'warning',
    blocking: false,
    needs: ['static'],
    bad: [compose('every network', ...head('--entrypoints.web.forwardedheaders.trustedips=0.0.0.0/0'), '#                                                     ^^^^^^^^^ trusted-all', ...TAIL)],
    good: [compose('one network', ...head('--entrypoints.web.forwardedheaders.trustedips=10.0.0.0/8'), ...TAIL)],
  },
  check(context) {
    for (const { config } of knownProxies(context)) {
      for (const entryPoint of config.entryPoints) {
        for (const option of trusting(entryPoint)) {
          reportFound(context, { origin: placeOf(config, entryPoint, option), symbol: `entryPoints.${entryPoint.name}.${option}`, message: `the entry point "${entryPoint.name}" believes ${option} from every address`, label: 'everybody', help: 'name the addresses of the proxy in front' });
        }
      }
    }
    for (const { container } of kongContainers(context)) {
      const trusted = variable(container, 'KONG_TRUSTED_IPS');
      if (trusted?.value !== undefined && isAll((trusted.value.text).split(','))) {
        reportFound(context, { origin: trusted.origin, symbol: `${containerSymbol(container)} KONG_TRUSTED_IPS`, message: `"${container.id.service}" believes X-Forwarded-For from every address`, label: 'everybody', help: 'name the addresses of the proxy in front' });
      }
    }
  },
};
export default rule;

function isAll(ranges: readonly string[]): boolean {
  return ranges.some((range) => /^(?:0\.0\.0\.0\/0|::\/0)$/.test(range.trim()));
}

function trusting({ forwardedHeaders, proxyProtocol }: EntryPoint): readonly string[] {
  return [
    ...(forwardedHeaders.insecure ? ['forwardedHeaders.insecure'] : []),
    ...(isAll(forwardedHeaders.trustedIPs) ? ['forwardedHeaders.trustedIPs'] : []),
    ...(proxyProtocol?.insecure === true ? ['proxyProtocol.insecure'] : []),
    ...(isAll(proxyProtocol?.trustedIPs ?? []) ? ['proxyProtocol.trustedIPs'] : []),
  ];
}

function placeOf(config: StaticConfig, entryPoint: EntryPoint, option: string): OriginId {
  const wanted = `entrypoints.${entryPoint.name}.${option}`.toLowerCase();
  for (const [path, origin] of config.places) if (path.toLowerCase() === wanted || path.toLowerCase() === `${wanted}[0]`) return origin;
  return entryPoint.origin;
}
