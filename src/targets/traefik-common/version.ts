import type { Diagnostic } from '../../diagnostics/index.ts';
import type { Routing } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';

/** The families that can be written: 2.11 stands for the last 2.x, 3.7 for the newest 3.x. */
export type TraefikVersion = '2.11' | '3.7';

/** `2.11`, `2.11.53`, `3.7.15`; undefined for versions whose options are not known here. */
export function writtenVersion(version: string): TraefikVersion | undefined {
  const family = /^v?(\d+\.\d+)(?:\.|$)/.exec(version)?.[1];
  return family === '2.11' || family === '3.7' ? family : undefined;
}

/** A version that nothing is known of is refused, not taken for another one. */
export function unknownVersion(target: string, options: Pick<TargetOptions, 'version' | 'gateway'>, routing: Routing): Diagnostic {
  const origin = routing.listeners[0]?.entryPoint.origin ?? options.gateway.routers[0]?.origin;
  if (origin === undefined) throw new Error('a gateway without a place');
  return {
    rule: 'target-unsupported', severity: 'error', blocking: true, at: { origin }, symbol: `${target}/version ${options.version}`,
    message: `Traefik ${options.version} is not a version that can be written for`, why: 'its options are not known here', help: `use --target-version ${target}=3.7 or ${target}=2.11`,
  };
}
