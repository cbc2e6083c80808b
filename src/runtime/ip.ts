import type { IpStrategy } from '../ir/index.ts';
import { headerOf } from './headers.ts';
import type { RuntimeRequest } from './message.ts';
import { splitHostPort } from './url.ts';

/** An address as 16 bytes (IPv4 mapped, as Go's net.IP), or undefined. `zones` allows `%eth0`, as Go's netip does. */
export function parseAddress(text: string): Uint8Array | undefined {
  const bare = text.includes(':') ? text.replace(/%.+$/, '') : text;
  const v4 = parseV4(bare);
  if (v4 !== undefined) return mapped(v4);
  return bare.includes(':') ? parseV6(bare) : undefined;
}

function parseV4(text: string): readonly number[] | undefined {
  const found = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (found === null) return undefined;
  const parts = found.slice(1);
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  return parts.map(Number);
}

function mapped(v4: readonly number[]): Uint8Array {
  return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...v4]);
}

function parseV6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groups);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
  return Uint8Array.from([...head, ...Array.from({ length: missing }, () => 0), ...(tail ?? [])]);
}

function groups(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const out: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    const v4 = index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4 !== undefined) out.push(...v4);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) out.push(Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255);
    else return undefined;
  }
  return out;
}

interface Net {
  readonly address: Uint8Array;
  readonly bits: number;
}

/** Traefik's ip.Checker: single addresses and CIDR ranges. */
export type Ranges = readonly Net[];

export function parseRanges(texts: readonly string[]): Ranges {
  return texts.flatMap((text) => {
    const [host = '', bits] = text.trim().split('/');
    const address = parseAddress(host);
    if (address === undefined) return [];
    const offset = host.includes(':') ? 0 : 96;
    return [{ address, bits: bits === undefined ? 128 : Number(bits) + offset }];
  });
}

export function inRanges(ranges: Ranges, text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && ranges.some((net) => sharesPrefix(net.address, address, net.bits));
}

function sharesPrefix(a: Uint8Array, b: Uint8Array, bits: number): boolean {
  for (let at = 0; at < 16; at += 1) {
    const left = Math.min(8, bits - at * 8);
    if (left <= 0) return true;
    const mask = (0xff << (8 - left)) & 0xff;
    if (((a[at] ?? 0) & mask) !== ((b[at] ?? 0) & mask)) return false;
  }
  return true;
}

/** Checker.IsAuthorized: an address with or without port. */
export function authorized(ranges: Ranges, text: string): boolean {
  return inRanges(ranges, splitHostPort(text)?.host ?? text);
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

function subnet(text: string, bits: number | undefined): string {
  if (bits === undefined || bits > 128 || !text.includes(':')) return text;
  const address = parseAddress(text);
  if (address === undefined) return text;
  const masked = address.map((byte, at) => byte & ((0xff << (8 - Math.max(0, Math.min(8, bits - at * 8)))) & 0xff));
  return Array.from({ length: 8 }, (_, at) => (((masked[at * 2] ?? 0) << 8) | (masked[at * 2 + 1] ?? 0)).toString(16)).join(':');
}
