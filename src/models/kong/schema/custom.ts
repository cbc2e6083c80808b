import { isList, isObject, numberAt, objectAt, stringAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { isLuaChunk } from './lua-syntax.ts';
import { address, cookieName, headerName, host, hostWithOptionalPort, network, routeHost, sni, tag, target, upstreamName, utf8Name, wildcardHost } from './names.ts';
import type { TextCheck } from './names.ts';
import { redirectUri, routePath, servicePath, url } from './paths.ts';
import { isPcre } from './pcre.ts';
import { keyPair, readCertificate, readKey } from './pem.ts';
import { tableOf } from './table.ts';
import { parseUrl } from './url.ts';

/** A check that the schema dump does not show: undefined = fine, else Kong's words. */
export type CustomCheck = (value: Json) => string | undefined;

const certificate: TextCheck = (pem) => (readCertificate(pem) === undefined ? 'invalid certificate' : undefined);
const key: TextCheck = (pem) => (readKey(pem) === undefined ? 'invalid key' : undefined);
const corsOrigin: TextCheck = (text) => (text === '*' || isPcre(text) ? undefined : `'${text}' is not a valid regex`);
const luaFunction = (plugin: string): TextCheck => (code) => (isLuaChunk(code) ? undefined : `error parsing ${plugin}`);
const luaCode: TextCheck = (code) => (isLuaChunk(code) ? undefined : 'Error parsing function');

const pairOf = (text: string): readonly [string | undefined, string] => {
  const [, name, value = ''] = /^([^:]+):*(.*)$/s.exec(text) ?? [];
  return [name, value];
};

const headerOfPair: TextCheck = (text) => {
  const [name] = pairOf(text);
  return headerName(name ?? '') === undefined ? undefined : `'${name ?? 'nil'}' is not a valid header`;
};

const headerToHeader: TextCheck = (text) => headerOfPair(text) ?? (headerName(pairOf(text)[1]) === undefined ? undefined : `'${pairOf(text)[1]}' is not a valid header`);

/** `name:value`, where the value is a template: Lua in `$(...)`. */
const templatePair: TextCheck = (text) => {
  const [name, value] = pairOf(text);
  if (name === undefined || value === '') return `key '${name ?? ''}' has no value`;
  const broken = templateParts(value).some((part) => !isLuaChunk(`return function() return tostring((${part}) or '') end`));
  return broken ? `value '${value}' is not in supported format` : undefined;
};

/** What stands between each `$(` and the bracket that closes it; an open one is text. */
function templateParts(text: string): readonly string[] {
  const parts: string[] = [];
  for (let at = text.indexOf('$('); at !== -1; at = text.indexOf('$(', at + 1)) {
    const end = closing(text, at + 1);
    if (end === undefined) continue;
    parts.push(text.slice(at + 2, end));
    at = end;
  }
  return parts;
}

function closing(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    else if (text[at] === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return undefined;
}

const TEXTS: Readonly<Record<string, TextCheck>> = {
  'services.name': utf8Name, 'services.host': host, 'services.path': servicePath,
  'routes.name': utf8Name, 'routes.hosts[]': routeHost, 'routes.paths[]': routePath, 'routes.headers{}': headerName, 'routes.snis[]': wildcardHost, 'routes.snis@traditional[]': sni, 'routes.sources[].ip': network, 'routes.destinations[].ip': network,
  'upstreams.name': upstreamName, 'upstreams.host_header': hostWithOptionalPort, 'upstreams.hash_on_header': headerName, 'upstreams.hash_fallback_header': headerName, 'upstreams.hash_on_cookie': cookieName, 'upstreams.hash_on_cookie_path': servicePath,
  'upstreams.healthchecks.active.https_sni': sni, 'upstreams.healthchecks.active.http_path': servicePath, 'upstreams.healthchecks.active.headers{}': headerName, 'targets.target': target, 'snis.name': wildcardHost,
  'certificates.cert': certificate, 'certificates.key': key, 'certificates.cert_alt': certificate, 'certificates.key_alt': key, 'ca_certificates.cert': certificate,
  'jwt_secrets.rsa_public_key?': key, 'oauth2_credentials.redirect_uris[]': redirectUri,
  'plugins.instance_name': utf8Name, 'workspaces.name': utf8Name, 'filter_chains.name': utf8Name, 'clustering_data_planes.ip': address, 'clustering_data_planes.hostname': host,
  'plugins/acme.config.api_uri': url, 'plugins/acme.config.domains[]': routeHost, 'plugins/acme.config.storage_config.consul.host': host, 'plugins/acme.config.storage_config.vault.host': host, 'plugins/acme.config.storage_config.redis.host': host,
  'plugins/acme.config.storage_config.redis.server_name': sni, 'plugins/acme.config.storage_config.redis.extra_options.namespace': acmeNamespace, 'plugins/acme.config.storage_config.shm.shm_name': (name) => (isSharedMemory(name) ? undefined : `failed validating: ${name}`),
  'plugins/aws-lambda.config.aws_region': host, 'plugins/aws-lambda.config.aws_sts_endpoint_url': url, 'plugins/aws-lambda.config.host': host, 'plugins/aws-lambda.config.proxy_url': url,
  'plugins/cors.config.origins[]': corsOrigin, 'plugins/ip-restriction.config.allow[]': network, 'plugins/ip-restriction.config.deny[]': network, 'plugins/key-auth.config.key_names[]': headerName, 'plugins/redirect.config.location': url,
  'plugins/http-log.config.http_endpoint': url, 'plugins/http-log.config.headers{}': headerName, 'plugins/request-termination.config.trigger': headerName, 'plugins/ldap-auth.config.ldap_host': host,
  'plugins/opentelemetry.config.traces_endpoint': url, 'plugins/opentelemetry.config.logs_endpoint': url, 'plugins/opentelemetry.config.endpoint': url, 'plugins/opentelemetry.config.headers{}': headerName,
  'plugins/zipkin.config.http_endpoint': url, 'plugins/rate-limiting.config.header_name': headerName, 'plugins/rate-limiting.config.path': servicePath, 'plugins/response-transformer.config.rename.headers[]': headerToHeader,
  'plugins/ai-proxy.config.model.options.upstream_url': url,
  ...each(['datadog', 'loggly', 'statsd', 'tcp-log', 'udp-log'], (name) => [`plugins/${name}.config.host`, host]),
  ...each(['file-log', 'http-log', 'loggly', 'syslog', 'tcp-log', 'udp-log'], (name) => [`plugins/${name}.config.custom_fields_by_lua{}[]`, luaCode]),
  ...each(['rate-limiting', 'response-ratelimiting'], (name) => [`plugins/${name}.config.redis.host`, host]),
  ...each(['rate-limiting', 'response-ratelimiting'], (name) => [`plugins/${name}.config.redis.server_name`, sni]),
  ...each(['opentelemetry', 'zipkin'], (name) => [`plugins/${name}.config.propagation.clear[]`, headerName]),
  ...each(['remove', 'replace', 'add', 'append'], (part) => [`plugins/request-transformer.config.${part}.headers[]`, headerOfPair]),
  'plugins/request-transformer.config.rename.headers[]': headerToHeader,
  ...each(['rename', 'replace', 'add', 'append'].flatMap((part) => ['body', 'querystring'].map((place) => `${part}.${place}`)), (name) => [`plugins/request-transformer.config.${name}[]`, templatePair]),
  ...each(['request', 'response'].flatMap((side) => ['http_proxy_host', 'https_proxy_host'].map((name) => `ai-${side}-transformer.config.${name}`)), (name) => [`plugins/${name}`, host]),
  ...each(['request', 'response'], (side) => [`plugins/ai-${side}-transformer.config.llm.model.options.upstream_url`, url]),
  ...each(['pre-function', 'post-function'].flatMap((name) => ['certificate', 'rewrite', 'access', 'header_filter', 'body_filter', 'log'].map((phase) => `${name}.config.${phase}`)), (name) => [`plugins/${name}[]`, luaFunction(name.slice(0, name.indexOf('.')))]),
  ...each(['services', 'routes', 'upstreams', 'targets', 'plugins', 'consumers', 'certificates', 'snis', 'ca_certificates', 'vaults', 'keys', 'key_sets', 'filter_chains', 'keyauth_credentials', 'basicauth_credentials', 'jwt_secrets', 'hmacauth_credentials', 'acls', 'oauth2_credentials'], (name) => [`${name}.tags[]`, tag]),
};

function each(names: readonly string[], entry: (name: string) => readonly [string, TextCheck]): Readonly<Record<string, TextCheck>> {
  return Object.fromEntries(names.map(entry));
}

const DICTIONARIES = new Set(['', '_locks', '_healthchecks', '_cluster_events', '_rate_limiting_counters', '_core_db_cache', '_core_db_cache_miss', '_db_cache', '_db_cache_miss', '_secrets', '_dns_cache'].map((name) => `kong${name}`));

/** The shared memory that a node has without settings of its own. */
export function isSharedMemory(name: string): boolean {
  return DICTIONARIES.has(name) || name === 'prometheus_metrics';
}

function acmeNamespace(text: string): string | undefined {
  const reserved = ['kong_acme:renew_config:', 'kong_acme:renew_last_run', 'kong_acme:cert_key:'].find((word) => text.startsWith(word));
  return reserved === undefined ? undefined : `namespace can't be prefixed with reserved word: ${reserved}`;
}

const PERIODS = ['second', 'minute', 'hour', 'day', 'month', 'year'];

function periodsOrder(limits: JsonObject, the: string): string | undefined {
  const set = PERIODS.flatMap((name) => (typeof limits[name] === 'number' ? [{ name, value: limits[name] }] : []));
  for (const [index, lower] of set.entries()) {
    const upper = set.slice(index + 1).find((candidate) => candidate.value < lower.value);
    if (upper !== undefined) return `${the} limit for ${upper.name}(${upper.value.toFixed(1)}) cannot be lower than the limit for ${lower.name}(${lower.value.toFixed(1)})`;
  }
  return undefined;
}

function rateLimiting(config: JsonObject): string | undefined {
  const order = periodsOrder(config, 'The');
  if (order !== undefined) return order;
  const rate = numberAt(config, 'sync_rate');
  if (rate === -1) return undefined;
  if (stringAt(config, 'policy') !== 'redis') return 'sync_rate can only be used with the redis policy';
  return rate === undefined || rate >= 0.02 ? undefined : 'sync_rate must be greater than 0.02, or -1 to disable';
}

function requestTermination(config: JsonObject): string | undefined {
  const present = (name: string): boolean => (stringAt(config, name) ?? '') !== '';
  if (present('message') && (present('content_type') || present('body'))) return 'message cannot be used with content_type or body';
  if (present('content_type') && !present('body')) return 'content_type requires a body';
  return config['echo'] !== false && config['echo'] !== undefined && (present('content_type') || present('body')) ? 'echo cannot be used with content_type and body' : undefined;
}

const FLOWS = ['enable_authorization_code', 'enable_implicit_grant', 'enable_client_credentials', 'enable_password_grant'];

/** Anything but false counts as true in Lua, a null too. */
function oauth2(config: JsonObject): string | undefined {
  return FLOWS.some((name) => config[name] !== false && config[name] !== undefined) ? undefined : `at least one of these fields must be true: ${FLOWS.join(', ')}`;
}

function httpLog(config: JsonObject): string | undefined {
  const isTwice = parseUrl(stringAt(config, 'http_endpoint') ?? '')?.userinfo !== undefined && Object.keys(objectAt(config, 'headers')).some((name) => name.toLowerCase() === 'authorization');
  return isTwice ? "specifying both an 'Authorization' header and user info in 'http_endpoint' is not allowed" : undefined;
}

function staticTags(tags: readonly Json[]): string | undefined {
  const names = tags.filter(isObject).map((one) => String(one['name']));
  const repeated = names.find((name, index) => names.indexOf(name) < index);
  return repeated === undefined ? undefined : `repeated tags are not allowed: ${repeated}`;
}

const TABLES: Readonly<Record<string, (table: JsonObject) => string | undefined>> = {
  'plugins/rate-limiting.config': rateLimiting,
  'plugins/response-ratelimiting.config.limits{}[]': (limits) => periodsOrder(limits, 'the'),
  'plugins/request-termination.config': requestTermination,
  'plugins/oauth2.config': oauth2,
  'keys.pem': keyPair,
  'plugins/http-log.config': httpLog,
};

const of = (checks: Readonly<Record<string, TextCheck>>): Record<string, CustomCheck> =>
  Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, (value: Json) => (typeof value === 'string' ? check(value) : undefined)]));

/** By entity or plugin and field path, `[]` for list members, `{}` for map keys and `{}[]` for map values. */
export const CUSTOM: Readonly<Record<string, CustomCheck>> = {
  ...of(TEXTS),
  ...Object.fromEntries(Object.entries(TABLES).map(([name, check]) => [name, (value: Json) => check(tableOf(value) ?? {})])),
  'plugins/zipkin.config.static_tags': (value) => (isList(value) ? staticTags(value) : undefined),
};
