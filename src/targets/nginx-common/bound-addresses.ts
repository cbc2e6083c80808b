import { heardAt } from '../../ir/index.ts';
import type { EntryPoint } from '../../ir/index.ts';
import type { TargetOptions } from '../target.ts';

/**
 * The addresses that a target's process binds for an entry point. With the setting `ipv6: false` none of all IPv6 addresses: where the
 * kernel has no IPv6 Traefik hears IPv4 alone, and nginx, inside Kong too, would not start.
 */
export function boundAddresses(entryPoint: EntryPoint, { settings }: Pick<TargetOptions, 'settings'>): readonly string[] {
  return heardAt(entryPoint).filter((address) => address !== '::' || settings['ipv6'] !== false);
}
