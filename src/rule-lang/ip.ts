/** An address as Go's `netip.Addr`: 4 or 16 bytes; an IPv4 address mapped into IPv6 is 16 bytes here. */
export interface Ip {
  readonly bytes: readonly number[];
  readonly zone: string;
}

/** One entry of an IP list: an address or a network. */
export interface IpRange {
  /** 4 or 16 bytes, host bits cleared; mapped IPv4 as 4. */
  readonly bytes: readonly number[];
  /** Prefix length in bits of `bytes`. */
  readonly bits: number;
}

/** `netip.ParseAddr`. */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const bytes = parseIpv4(text);
    return bytes === undefined ? undefined : { bytes, zone: '' };
  }
  const percent = text.indexOf('%');
  const zone = percent < 0 ? '' : text.slice(percent + 1);
  if (percent >= 0 && zone === '') return undefined;
  const bytes = parseIpv6(percent < 0 ? text : text.slice(0, percent));
  return bytes === undefined ? undefined : { bytes, zone };
}

function parseIpv4(text: string): readonly number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const left = parseGroups(head, tail === undefined);
  const right = tail === undefined ? [] : parseGroups(tail, true);
  if (left === undefined || right === undefined) return undefined;
  const missing = 16 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...left, ...Array.from({ length: missing }, () => 0), ...right];
}

function parseGroups(text: string, last: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const ipv4 = last && index === groups.length - 1 && group.includes('.') ? parseIpv4(group) : undefined;
    if (ipv4 !== undefined) bytes.push(...ipv4);
    else if (/^[0-9A-Fa-f]{1,4}$/.test(group)) bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255);
    else return undefined;
  }
  return bytes;
}

/** `net.IP.To4`: mapped addresses become four bytes. */
function unmap(bytes: readonly number[]): readonly number[] {
  const mapped = bytes.length === 16 && bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  return mapped ? bytes.slice(12) : bytes;
}

/** An address or CIDR as `ip.NewChecker` takes it (`net.ParseIP`, else `net.ParseCIDR`). */
export function parseIpRange(text: string): IpRange | undefined {
  const slash = text.indexOf('/');
  const ip = parseIp(slash < 0 ? text : text.slice(0, slash));
  if (ip === undefined || ip.zone !== '') return undefined;
  const bytes = unmap(ip.bytes);
  if (slash < 0) return { bytes, bits: 8 * bytes.length };
  const digits = text.slice(slash + 1);
  const length = 8 * ip.bytes.length;
  if (!/^[0-9]{1,7}$/.test(digits) || Number(digits) > length) return undefined;
  return network(ip.bytes, bytes, Number(digits));
}

/** A mapped network shorter than its 96 prefix bits stays an IPv6 network: Go masks first and unmaps then. */
function network(written: readonly number[], unmapped: readonly number[], bits: number): IpRange {
  if (written.length === unmapped.length) return { bytes: mask(written, bits), bits };
  if (bits < 96) return { bytes: mask(written, bits), bits };
  return { bytes: mask(unmapped, bits - 96), bits: bits - 96 };
}

function mask(bytes: readonly number[], bits: number): readonly number[] {
  return bytes.map((byte, index) => byte & (0xff00 >> Math.max(0, Math.min(8, bits - 8 * index))) & 0xff);
}

/** `net.IPNet.Contains` and `net.IP.Equal`: families do not mix, mapped addresses count as IPv4. */
export function ipInRange(ip: Ip, range: IpRange): boolean {
  const bytes = unmap(ip.bytes);
  if (bytes.length !== range.bytes.length) return false;
  return mask(bytes, range.bits).every((byte, index) => byte === range.bytes[index]);
}
