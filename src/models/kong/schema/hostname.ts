import { luaMatches } from './lua-pattern.ts';
import { parseAddress } from '../ip.ts';

export type Normalized = { readonly type: 'ipv4' | 'ipv6' | 'name'; readonly port?: number } | { readonly error: string };

/** `normalize_ip` of kong/tools/ip.lua: the kind is chosen by exclusion, then checked. */
export function normalizeHost(address: string): Normalized {
  if (address.split(':').length > 2) return ipv6(address);
  if (/^[\d.]+$/.test(address.replace(':', ''))) return ipv4(address);
  return hostname(address);
}

function ipv4(address: string): Normalized {
  const match = /^(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::(\d+))?$/.exec(address);
  if (match?.[1] === undefined || parseAddress(match[1]) === undefined) return { error: `invalid ipv4 address: ${address}` };
  return withPort('ipv4', match[2]);
}

function ipv6(address: string): Normalized {
  const match = /^\[([^\]]*)\](?::(\d*))?$/.exec(address);
  // Kong's own code breaks on it, and refuses the file.
  if (match?.[2] === '') return { error: 'invalid port number' };
  return isIpv6(match?.[1] ?? address) ? withPort('ipv6', match?.[2]) : { error: match === null ? `invalid ipv6 address: ${address}` : 'invalid ipv6 address' };
}

/** Eight groups, after `::` was filled up once; Kong knows no IPv4 tail here. */
function isIpv6(text: string): boolean {
  const whole = `${text.startsWith(':') ? '0' : ''}${text}${text.endsWith(':') ? '0' : ''}`;
  const missing = 8 - (whole.split(':').length - 1);
  const filled = whole.includes('::') ? whole.replace('::', `:${'0:'.repeat(Math.max(0, missing))}`) : whole;
  return /^(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}$/.test(filled);
}

function hostname(address: string): Normalized {
  const match = /^(.*?)(?::(\d+))?$/s.exec(address);
  const name = match?.[1] ?? address;
  if (match?.[2] !== undefined && Number(match[2]) > 65_535) return { error: 'invalid port number' };
  const segments = name.split('.');
  const bad = segments.some((segment, index) => segment.endsWith('-') || (segment === '' && index !== segments.length - 1));
  if (!luaMatches(name, '^[%d%a%-%.%_]+$') || bad) return { error: `invalid hostname: ${address}` };
  return withPort('name', match?.[2]);
}

function withPort(type: 'ipv4' | 'ipv6' | 'name', port: string | undefined): Normalized {
  if (port === undefined || port === '') return { type };
  return Number(port) > 65_535 ? { error: 'invalid port number' } : { type, port: Number(port) };
}
