/**
 * A range as nginx reads it: an address or CIDR with the host bits cleared (nginx warns about them). Undefined = Go would not
 * take it either, or it is a form that nginx has no word for.
 */
export function ipRange(text: string): string | undefined {
  const [address = '', bits, ...rest] = text.trim().split('/');
  if (rest.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return undefined;
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return ipv4Range(address, bits);
  return isIpv6(address) && Number(bits ?? 128) <= 128 ? text.trim().toLowerCase() : undefined;
}

/** True for an address that needs no name service. */
export function isAddress(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '');
  return (/^\d{1,3}(\.\d{1,3}){3}$/.test(bare) && bare.split('.').every((part) => Number(part) < 256)) || isIpv6(bare);
}

function ipv4Range(address: string, bits: string | undefined): string | undefined {
  const parts = address.split('.').map(Number);
  if (parts.some((part) => part > 255) || Number(bits ?? 32) > 32) return undefined;
  if (bits === undefined) return address;
  const kept = Number(bits);
  const masked = parts.map((part, index) => part & ~(0xff >> Math.max(0, Math.min(8, kept - index * 8))) & 0xff);
  return `${masked.join('.')}/${bits}`;
}

function isIpv6(text: string): boolean {
  if (!/^[0-9a-fA-F:.]+$/.test(text) || !text.includes(':')) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const count = groups.length + (groups.at(-1)?.includes('.') === true ? 1 : 0);
  const good = groups.every((group, index) => /^[0-9a-fA-F]{1,4}$/.test(group) || (index === groups.length - 1 && /^\d{1,3}(\.\d{1,3}){3}$/.test(group)));
  return good && (halves.length === 2 ? count < 8 : count === 8);
}
