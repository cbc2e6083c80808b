import { parseIpRange } from '../../rule-lang/ip.ts';

/** The entries that are neither addresses nor ranges, each in the words of pkg/ip, which stops at the first. */
export function badRanges(ranges: readonly string[]): readonly { readonly index: number; readonly says: string }[] {
  return ranges.flatMap((range, index) => (parseIpRange(range) === undefined ? [{ index, says: `parsing CIDR trusted IPs <nil>: invalid CIDR address: ${range}` }] : []));
}
