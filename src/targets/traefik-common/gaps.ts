import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Gateway, HeadersSpec } from '../../ir/index.ts';
import type { TraefikVersion } from './version.ts';

/** Options of `headers` that 2.11 obeys and 3.x reads without any effect (ran on both). */
export const ONLY_IN_2: readonly (keyof HeadersSpec)[] = ['sslRedirect', 'sslTemporaryRedirect', 'sslHost', 'sslForceHost', 'featurePolicy'];

/** What would silently stop working in 3.x: a redirect to HTTPS is no option to lose without a word. */
export function lostOnUpgrade(target: string, gateway: Gateway, from: string | undefined, to: TraefikVersion): readonly Diagnostic[] {
  if (from !== '2.11' || to !== '3.7') return [];
  return gateway.middlewares.flatMap(({ spec, symbol, places, origin }) => {
    if (spec.kind !== 'headers') return [];
    return ONLY_IN_2.filter((name) => spec[name] !== false && spec[name] !== '').map((name): Diagnostic => ({
      rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin: places.get(`headers.${name}`) ?? origin }, symbol: `${target}/headers.${name} ${symbol}`,
      message: `Traefik 3.7 reads "${name}" and does nothing with it`, why: 'Traefik 2.11, which the labels are for, obeys it',
      help: name === 'featurePolicy' ? 'use permissionsPolicy' : 'use a redirectScheme or redirectRegex middleware',
    }));
  });
}
