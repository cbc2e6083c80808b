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
  const bare = match?.[1] ?? address;
  if (parseAddress(bare)?.bits !== 128) return { error: `invalid ipv6 address: ${address}` };
  return withPort('ipv6', match?.[2]);
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
