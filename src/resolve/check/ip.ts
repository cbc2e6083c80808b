import { parseIpRange } from '../../rule-lang/ip.ts';

/** The first entry that is neither an address nor a range, in the words of pkg/ip. */
export function badRange(ranges: readonly string[]): { readonly index: number; readonly says: string } | undefined {
  const index = ranges.findIndex((range) => parseIpRange(range) === undefined);
  return index === -1 ? undefined : { index, says: `parsing CIDR trusted IPs <nil>: invalid CIDR address: ${ranges[index] ?? ''}` };
}
