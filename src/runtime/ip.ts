import type { IpStrategy } from '../ir/index.ts';
import { ipInRange, parseIp, parseIpRange, type IpRange } from '../rule-lang/index.ts';
import { headerOf } from './headers.ts';
import type { RuntimeRequest } from './message.ts';
import { splitHostPort } from './url.ts';

/** Traefik's ip.Checker: single addresses and CIDR ranges. */
export type Ranges = readonly IpRange[];

export function parseRanges(texts: readonly string[]): Ranges {
  return texts.flatMap((text) => parseIpRange(text) ?? []);
}

function inRanges(ranges: Ranges, text: string): boolean {
  if (ranges.length === 0) return false;
  const address = parseIp(text);
  return address !== undefined && ranges.some((range) => ipInRange(address, range));
}

/** Checker.IsAuthorized: an address with or without port. */
export function authorized(ranges: Ranges, text: string): boolean {
  return ranges.length > 0 && inRanges(ranges, splitHostPort(text)?.host ?? text);
}

/** The address that an ipStrategy selects (pkg/ip/strategy.go): depth wins over excludedIPs; none = the peer. */
export function selectIp(strategy: IpStrategy | undefined): (request: RuntimeRequest) => string {
  if (strategy !== undefined && strategy.depth > 0) return (request) => subnet(fromRight(request, strategy.depth), strategy.ipv6Subnet);
  if (strategy !== undefined && strategy.excludedIPs.length > 0) return firstOutside(parseRanges(strategy.excludedIPs));
  return (request) => subnet(request.clientIp, strategy?.ipv6Subnet);
}

function forwardedFor(request: RuntimeRequest): readonly string[] {
  return (headerOf(request.headers, 'X-Forwarded-For') ?? '').split(',').map((item) => item.trim());
}

function fromRight(request: RuntimeRequest, depth: number): string {
  const list = forwardedFor(request);
  return list[list.length - depth] ?? '';
}

function firstOutside(excluded: Ranges): (request: RuntimeRequest) => string {
  return (request) => forwardedFor(request).findLast((item) => item !== '' && !inRanges(excluded, item)) ?? '';
}

/** The first address of the IPv6 network that an address belongs to; others stay as they are. */
function subnet(text: string, bits: number | undefined): string {
  const address = bits === undefined || bits < 0 || bits > 128 ? undefined : parseIp(text);
  if (bits === undefined || address === undefined || address.bytes.length === 4) return text;
  const masked = address.bytes.map((byte, at) => byte & (0xff << (8 - Math.max(0, Math.min(8, bits - at * 8)))));
  return compressed(Array.from({ length: 8 }, (_, at) => (((masked[at * 2] ?? 0) << 8) | (masked[at * 2 + 1] ?? 0)).toString(16)));
}

/** The longest run of two or more zero groups as `::`. */
function compressed(groups: readonly string[]): string {
  const runs = `:${groups.join(':')}:`.match(/(?::0)+(?=:)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), ':0');
  const text = `:${groups.join(':')}:`;
  if (longest.length < 4) return groups.join(':');
  return text.replace(`${longest}:`, '::').replace(/^:(?!:)|(?<!:):$/g, '');
}
