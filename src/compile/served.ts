import type { Diagnostic } from '../diagnostics/index.ts';
import type { Feature, Routing } from '../ir/index.ts';
import { usesOf } from '../targets/uses.ts';

/** What the embedded runtime decides in tests but does not guard a port with: no engine here has proven it. */
const UNPROVEN: ReadonlySet<Feature> = new Set<Feature>(['middleware.apiKey', 'middleware.consumerLimit', 'middleware.groups', 'middleware.jwt', 'middleware.login']);

/** Why a routing is not served; each feature once. */
export function serveRefusals(routing: Routing): readonly Diagnostic[] {
  const found = new Map<Feature, Diagnostic>();
  for (const { feature, origin, symbol } of usesOf(routing, '')) {
    if (!UNPROVEN.has(feature) || found.has(feature)) continue;
    found.set(feature, {
      rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin }, symbol: `serve/${feature} ${symbol}`, message: `serve cannot express ${feature}`,
      why: 'the runtime stands in for Traefik, which knows no consumers', help: 'let a service of yours decide (forwardAuth), or build this gateway for kong',
    });
  }
  return [...found.values()];
}
