import { createPrivateKey, X509Certificate } from 'node:crypto';
import { parseNetwork } from '../ip.ts';
import { normalizePath } from '../uri.ts';
import { numberAt, stringAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { normalizeHost } from './hostname.ts';
import { luaMatches } from './lua-pattern.ts';

/** A check that the schema dump does not show: undefined = fine, else Kong's words (kong/db/schema/typedefs.lua of 3.9). */
export type CustomCheck = (value: string) => string | undefined;

export const utf8Name: CustomCheck = (name) => (/^[A-Za-z0-9.\-_~\u0080-\uffff]+$/.test(name) ? undefined : `invalid value '${name}': the only accepted ascii characters are alphanumerics or ., -, _, and ~`);

export const tag: CustomCheck = (text) => (/^[ !-+\-.0-~\u0080-\uffff]+$/.test(text) ? undefined : `invalid tag '${text}': expected printable ascii (except \`,\` and \`/\`) or valid utf-8 sequences`);

export const host: CustomCheck = (text) => {
  const found = normalizeHost(text);
  if ('error' in found) return found.error === 'invalid port number' ? 'must not have a port' : `invalid value: ${text}`;
  return found.port === undefined ? undefined : 'must not have a port';
};

const hostWithOptionalPort: CustomCheck = (text) => {
  const found = normalizeHost(text);
  return 'error' in found ? found.error : undefined;
};

export const routeHost: CustomCheck = (text) => {
  const problem = hostWithOptionalPort(text.replaceAll('*', 'abc'));
  return problem === undefined ? undefined : `invalid hostname: ${text}`.replace('abc', '*');
};

export const wildcardHost: CustomCheck = (text) => {
  const star = text.indexOf('*');
  if (star !== -1 && star !== 0 && star !== text.length - 1) return 'wildcard must be leftmost or rightmost character';
  if (text.split('*').length > 2) return 'only one wildcard must be specified';
  const found = normalizeHost(text.replace('*', 'wildcard'));
  if ('error' in found) return found.error === 'invalid port number' ? 'must not have a port' : `invalid value: ${text}`;
  if (found.type !== 'name') return 'must not be an IP';
  return found.port === undefined ? undefined : 'must not have a port';
};

const upstreamName: CustomCheck = (name) => {
  const found = normalizeHost(name);
  const head = `Invalid name ('${name}')`;
  if ('error' in found) return `${head}; must be a valid hostname`;
  if (found.type !== 'name') return `${head}; no ip addresses allowed`;
  return found.port === undefined ? undefined : `${head}; no port allowed`;
};

const target: CustomCheck = (text) => ('error' in normalizeHost(text) ? `Invalid target ('${text}'); not a valid hostname or ip address` : undefined);

const percent = (path: string): string | undefined => {
  const bad = /%.{0,2}/s.exec(path.replace(/%[0-9A-Fa-f]{2}/g, '___'));
  return bad === null ? undefined : `invalid url-encoded value: '${bad[0]}'`;
};

const servicePath: CustomCheck = (path) => {
  if (!luaMatches(path, '^/[%w%.%-%_%~%/%%%:%@%!%$%&%\'%(%)%*%+%,%;%=]*$')) return `invalid path: '${path}' (characters outside of the reserved list of RFC 3986 found)`;
  return percent(path);
};

const routePath: CustomCheck = (path) => {
  const isRegex = path.startsWith('~');
  if (luaMatches(path, '^/[%w%.%-%_%~%/%%%:%@%!%$%&%\'%(%)%*%+%,%;%=]*$')) {
    const bad = percent(path);
    if (bad !== undefined) return bad;
  }
  if (!isRegex) {
    const normalized = normalizePath(path);
    return path === normalized ? undefined : `non-normalized path, consider use '${normalized}' instead`;
  }
  return regexProblem(path.slice(1));
};

/** PCRE's own words differ with its version; the cause is what counts. */
function regexProblem(pattern: string): string | undefined {
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<').replace(/^\(\?[imsx]+\)/, '')) instanceof RegExp ? undefined : '';
  } catch {
    return `invalid regex: '${pattern}' (PCRE returned: pcre2_compile() failed)`;
  }
}

const headerName: CustomCheck = (name) => (/^[a-zA-Z0-9\-_]+$/.test(name) ? undefined : `bad header name '${name}', allowed characters are A-Z, a-z, 0-9, '_', and '-'`);
const cookieName: CustomCheck = (name) => (/^[\w!#$%&'*+\-.^`|~]+$/.test(name) ? undefined : `invalid cookie name '${name}'`);
const address: CustomCheck = (text) => (parseNetwork(text) === undefined ? `invalid ip or cidr range: '${text}'` : undefined);

const url: CustomCheck = (text) => {
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):(?:\/\/([^/?#]+))?/.exec(text);
  if (match?.[2] === undefined) return 'missing host in url';
  return match[1] === undefined ? 'missing scheme in url' : undefined;
};

const headerPair: CustomCheck = (pair) => {
  const name = /^([^:]+)/.exec(pair)?.[1] ?? '';
  return /^[a-zA-Z0-9\-_]+$/.test(name) ? undefined : `'${name}' is not a valid header`;
};

const corsOrigin: CustomCheck = (text) => (text === '*' || regexProblem(text) === undefined ? undefined : `'${text}' is not a valid regex`);

/** Only brackets and blocks are looked at: enough for what breaks at once, without a Lua parser. */
const luaCode: CustomCheck = (code) => {
  const stripped = code.replace(/--[^\n]*|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/gs, '');
  const balanced = [['(', ')'], ['{', '}'], ['[', ']']].every(([open = '', close = '']) => stripped.split(open).length === stripped.split(close).length);
  return balanced ? undefined : 'error parsing';
};

const certificate: CustomCheck = (pem) => (readCertificate(pem) === undefined ? 'invalid certificate' : undefined);
const key: CustomCheck = (pem) => (readKey(pem) === undefined ? 'invalid key' : undefined);

export function readCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
export function readKey(pem: string): ReturnType<typeof createPrivateKey> | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

/** By entity or plugin and field path, `[]` for list members and `{}` for map keys. */
export const CUSTOM: Readonly<Record<string, CustomCheck>> = {
  'services.name': utf8Name, 'services.host': host, 'services.path': servicePath,
  'routes.name': utf8Name, 'routes.hosts[]': routeHost, 'routes.paths[]': routePath, 'routes.headers{}': headerName, 'routes.snis[]': wildcardHost, 'routes.sources[].ip': address, 'routes.destinations[].ip': address,
  'upstreams.name': upstreamName, 'upstreams.host_header': hostWithOptionalPort, 'upstreams.hash_on_header': headerName, 'upstreams.hash_fallback_header': headerName, 'upstreams.hash_on_cookie': cookieName,
  'upstreams.healthchecks.active.https_sni': wildcardHost, 'targets.target': target, 'snis.name': wildcardHost,
  'certificates.cert': certificate, 'certificates.key': key, 'certificates.cert_alt': certificate, 'certificates.key_alt': key, 'ca_certificates.cert': certificate,
  'plugins.instance_name': utf8Name,
  'plugins/ip-restriction.config.allow[]': address, 'plugins/ip-restriction.config.deny[]': address,
  'plugins/cors.config.origins[]': corsOrigin, 'plugins/redirect.config.location': url, 'plugins/http-log.config.http_endpoint': url, 'plugins/zipkin.config.http_endpoint': url, 'plugins/opentelemetry.config.traces_endpoint': url,
  'plugins/rate-limiting.config.header_name': headerName, 'plugins/request-termination.config.trigger': headerName, 'plugins/correlation-id.config.header_name': headerName,
  ...Object.fromEntries(['remove', 'rename', 'replace', 'add', 'append'].map((section) => [`plugins/request-transformer.config.${section}.headers[]`, headerPair])),
  ...Object.fromEntries(['pre-function', 'post-function'].flatMap((name) => ['certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log', 'ws_handshake', 'ws_client_frame', 'ws_upstream_frame', 'ws_close'].map((phase) => [`plugins/${name}.config.${phase}[]`, luaCode]))),
};

const PERIODS = ['second', 'minute', 'hour', 'day', 'month', 'year'];

/** Checks of a whole plugin configuration. */
export const CUSTOM_CONFIG: Readonly<Record<string, (config: JsonObject) => string | undefined>> = {
  'rate-limiting': (config) => {
    const set = PERIODS.flatMap((name) => (typeof config[name] === 'number' ? [{ name, value: config[name] }] : []));
    for (const [index, lower] of set.entries()) {
      const upper = set.slice(index + 1).find((candidate) => candidate.value < lower.value);
      if (upper !== undefined) return `The limit for ${upper.name}(${upper.value.toFixed(1)}) cannot be lower than the limit for ${lower.name}(${lower.value.toFixed(1)})`;
    }
    return stringAt(config, 'policy') !== 'redis' && (numberAt(config, 'sync_rate') ?? -1) !== -1 ? 'sync_rate can only be used with the redis policy' : undefined;
  },
  'request-termination': (config) => {
    const present = (name: string): boolean => (stringAt(config, name) ?? '') !== '';
    if (present('message') && (present('content_type') || present('body'))) return 'message cannot be used with content_type or body';
    if (present('content_type') && !present('body')) return 'content_type requires a body';
    return config['echo'] === true && present('body') ? 'echo cannot be used with content_type and body' : undefined;
  },
  acme: (config) => (stringAt(config, 'storage') === 'kong' ? "'kong' storage can't be used in DB-less mode" : undefined),
};

export function isReference(value: Json): boolean {
  return typeof value === 'string' && /^\{vault:\/\/[^}]+\}$/.test(value);
}
