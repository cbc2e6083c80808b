import type { IpStrategy } from '../../ir/index.ts';
import { ipInRange, parseIp, parseIpRange } from '../../rule-lang/index.ts';
import type { Forwarding } from './forwarded.ts';
import { literal, template, variable, type Part } from './plan.ts';
import { ipRange } from './ip-range.ts';
import type { Sheet } from './sheet.ts';

/** One number of an address, as Go reads it: no leading zeros. */
const OCTET = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const V4 = `${OCTET}(?:\\.${OCTET}){3}`;
/** nginx takes every text for this address that is none. */
const NO_ADDRESS = parseIp('255.255.255.255');

/** Both never try anew: a field full of blanks would end in nginx's limit of steps, and no address would be told. */
const BLANKS = '[ \\t]*+';
const ITEM = '(?:[^, \\t]++|[ \\t]++(?=[^, \\t]))++';

/** Why an address from X-Forwarded-For cannot be chosen, or cannot be held against these ranges. */
export function strategyProblem(strategy: IpStrategy, ranges: readonly string[] = []): string | undefined {
  if (strategy.ipv6Subnet !== undefined) return 'nginx cannot cut an address from X-Forwarded-For down to its IPv6 network';
  if (strategy.depth <= 0 && strategy.excludedIPs.some((range) => excludedPattern(range) === undefined)) return 'nginx compares the addresses of X-Forwarded-For as text: of excludedIPs it can tell IPv4 only';
  if (isPeer(strategy)) return undefined;
  const all = ranges.some((range) => {
    const read = parseIpRange(range);
    return read !== undefined && NO_ADDRESS !== undefined && ipInRange(NO_ADDRESS, read);
  });
  return all ? 'nginx takes a text that is no address for 255.255.255.255, which these ranges allow' : undefined;
}

/** Neither a depth nor addresses to pass over: the peer itself. */
export function isPeer({ depth, excludedIPs }: IpStrategy): boolean {
  return depth <= 0 && excludedIPs.length === 0;
}

/** The item of X-Forwarded-For that a strategy chooses, as it was written; empty where there is none. */
export function chosenAddress(sheet: Sheet, { believedFor }: Forwarding, { depth, excludedIPs }: IpStrategy): Part {
  const passed = excludedIPs.map((range) => excludedPattern(range) ?? '(?!)').join('|');
  const pattern = depth > 0
    ? `(?:^|,)${BLANKS}(?<gwc_from_right>(?:${ITEM})?+)${BLANKS}(?:,[^,]*+){${String(depth - 1)}}$`
    : `(?:^|,)${BLANKS}(?!(?:${passed})${BLANKS}(?:,|$))(?<gwc_from_right>${ITEM})${BLANKS}(?:,${BLANKS}(?:(?:${passed})(?=${BLANKS}(?:,|$)))?${BLANKS})*+$`;
  return variable(sheet.map('told_client', believedFor, [{ key: literal('default'), value: template('') }, { key: literal(`~${pattern}`), value: template(variable('gwc_from_right')) }]));
}

/** A variable that is `1` when the chosen address is in one of the ranges; a port behind it does not count. */
export function addressAllowed(sheet: Sheet, chosen: Part, ranges: readonly string[]): string {
  const v6 = '[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*';
  const bare = sheet.map('told_address', [chosen], [
    { key: literal('default'), value: template('') },
    { key: literal(`~^(?<gwc_told_v4>${V4})(?::[^:]*)?$`), value: template(variable('gwc_told_v4')) },
    { key: literal(`~^(?<gwc_told_v6>${v6})$`), value: template(variable('gwc_told_v6')) },
    { key: literal(`~^\\[(?<gwc_told_bracketed>${v6})\\]:[^:]*$`), value: template(variable('gwc_told_bracketed')) },
  ]);
  return sheet.geo('allowed', ranges.flatMap((range) => ipRange(range) ?? []), bare);
}

/** The texts of an IPv4 address or network. */
function excludedPattern(range: string): string | undefined {
  const [address = '', bits = '32', ...rest] = range.trim().split('/');
  const parts = address.split('.').map(Number);
  if (rest.length > 0 || !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) || parts.some((part) => part > 255) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32) return undefined;
  return parts.map((part, index) => octets(part, Math.max(0, Math.min(8, Number(bits) - index * 8)))).join('\\.');
}

/** The numbers whose first bits are those of `part`. */
function octets(part: number, kept: number): string {
  if (kept === 0) return OCTET;
  const size = 2 ** (8 - kept);
  const first = Math.floor(part / size) * size;
  const numbers = Array.from({ length: size }, (_, at) => String(first + at));
  return numbers.length === 1 ? String(part) : `(?:${numbers.join('|')})`;
}
