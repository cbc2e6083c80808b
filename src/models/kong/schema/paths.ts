import { decodeUtf8, encodeUtf8, normalizePath } from '../uri.ts';
import { luaMatches } from './lua-pattern.ts';
import type { TextCheck } from './names.ts';
import { isPcre } from './pcre.ts';
import { parseUrl } from './url.ts';

const PLAIN_PATH = "^/[%w%.%-%_%~%/%%%:%@%!%$%&%'%(%)%*%+%,%;%=]*$";

const percent: TextCheck = (path) => {
  const bad = /%.{0,2}/s.exec(path.replace(/%[0-9A-Fa-f]{2}/g, '___'));
  return bad === null ? undefined : `invalid url-encoded value: '${bad[0]}'`;
};

export const servicePath: TextCheck = (path) => (luaMatches(path, PLAIN_PATH) ? percent(path) : `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`);

export const routePath: TextCheck = (path) => {
  const bad = luaMatches(path, PLAIN_PATH) ? percent(path) : undefined;
  if (bad !== undefined) return bad;
  if (path.startsWith('~')) return isPcre(path.slice(1)) ? undefined : `invalid regex: '${path.slice(1)}' (PCRE returned: pcre2_compile() failed)`;
  const normalized = normalizePath(encodeUtf8(path));
  return encodeUtf8(path) === normalized ? undefined : `non-normalized path, consider use '${decodeUtf8(normalized) ?? normalized}' instead`;
};

export const url: TextCheck = (text) => {
  const parsed = parseUrl(text);
  if (parsed === undefined) return 'could not parse url. invalid url';
  if (parsed.host === undefined) return 'missing host in url';
  return parsed.scheme === undefined ? 'missing scheme in url' : undefined;
};

/** Where an OAuth client may be sent back to. */
export const redirectUri: TextCheck = (text) => {
  const parsed = parseUrl(text);
  if (parsed?.host === undefined || parsed.scheme === undefined) return `cannot parse '${text}'`;
  return parsed.fragment === undefined ? undefined : `fragment not allowed in '${text}'`;
};

/** Old formats have no `~`: a path with other than plain characters was a regex (kong/db/migrations/migrate_path_280_300.lua). */
export function pathOfOldFormat(path: string): string {
  if (/^[a-zA-Z0-9.\-_~/%]*$/.test(path)) return decodeUtf8(normalizePath(encodeUtf8(path))) ?? path;
  return `~${path.replace(/%([0-9A-Fa-f]{2})/g, decoded)}`;
}

const RESERVED = new Set("!*'();:@&=+$,/?%#[]");

function decoded(whole: string, hex: string): string {
  const char = String.fromCharCode(Number.parseInt(hex, 16));
  if (RESERVED.has(char)) return whole.toUpperCase();
  return /[.^\-{}\\|]/.test(char) ? `\\${char}` : char;
}
