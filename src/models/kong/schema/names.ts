import { isIPv4, isIPv6 } from 'node:net';
import { normalizeHost } from './hostname.ts';

/** A check of a text that the published schema does not show: undefined = fine, else Kong's words (kong/db/schema/typedefs.lua, kong/tools/http.lua of 3.9). */
export type TextCheck = (value: string) => string | undefined;

export const utf8Name: TextCheck = (name) => (/^[A-Za-z0-9.\-_~\u0080-\uffff]+$/.test(name) ? undefined : `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`);
export const tag: TextCheck = (text) => (/^[ !-+\-.0-~\u0080-\uffff]+$/.test(text) ? undefined : `invalid tag '${text}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`);

export const host: TextCheck = (text) => {
  const found = normalizeHost(text);
  if ('error' in found) return found.error === 'invalid port number' ? 'must not have a port' : `invalid value: ${text}`;
  return found.port === undefined ? undefined : 'must not have a port';
};

export const hostWithOptionalPort: TextCheck = (text) => {
  const found = normalizeHost(text);
  return 'error' in found ? found.error : undefined;
};

/** `hosts` of a route: every star is looked at as if it were a word. */
export const routeHost: TextCheck = (text) => hostWithOptionalPort(text.replaceAll('*', 'abc'));

export const sni: TextCheck = (text) => {
  const found = normalizeHost(text);
  if (!('error' in found) && found.type !== 'name') return 'must not be an IP';
  return host(text);
};

export const wildcardHost: TextCheck = (text) => {
  const star = text.indexOf('*');
  if (star === -1) return sni(text);
  if (star !== 0 && star !== text.length - 1) return 'wildcard must be leftmost or rightmost character';
  return text.split('*').length > 2 ? 'only one wildcard must be specified' : sni(text.replace('*', 'wildcard'));
};

export const upstreamName: TextCheck = (name) => {
  const found = normalizeHost(name);
  const head = `Invalid name ('${name}')`;
  if ('error' in found) return `${head}; must be a valid hostname`;
  if (found.type !== 'name') return `${head}; no ip addresses allowed`;
  return found.port === undefined ? undefined : `${head}; no port allowed`;
};

export const target: TextCheck = (text) => ('error' in normalizeHost(text) ? `Invalid target ('${text}'); not a valid hostname or ip address` : undefined);

/** Brackets around an IPv6 address are taken off. */
const isAddress = (text: string): boolean => isIPv4(text) || (isIPv6(text.replace(/^\[(.*)\]$/s, '$1')) && !text.includes('%'));

export const address: TextCheck = (text) => (isAddress(text) ? undefined : `not an ip address: ${text}`);

/** An address, or one with a prefix length without leading zeros. */
export const network: TextCheck = (text) => {
  const [, head = '', prefix = ''] = /^(..[^/]*)\/(0|[1-9]\d{0,2})$/s.exec(text) ?? [];
  const isNetwork = prefix !== '' && isAddress(head) && Number(prefix) <= (isIPv4(head) ? 32 : 128);
  return isAddress(text) || isNetwork ? undefined : `invalid ip or cidr range: '${text}'`;
};

export const headerName: TextCheck = (name) => (/^[a-zA-Z0-9\-_]+$/.test(name) ? undefined : `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`);
export const cookieName: TextCheck = (name) =>
  /^[\w!#$%&'*+\-.^`|~]+$/.test(name) ? undefined : 'contains one or more invalid characters. ASCII control characters (0-31;127), space, tab and the characters ()<>@,;:\\"/?={}[] are not allowed.';
