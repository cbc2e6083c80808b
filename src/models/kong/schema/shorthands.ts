import { tableOf } from './table.ts';
import { parseUrl } from './url.ts';
import type { Json, JsonObject } from '../value.ts';

/** A field that Kong replaces by others before it looks at anything (Schema:process_auto_fields of 3.9). */
export interface Shorthand {
  readonly name: string;
  readonly field: JsonObject;
  readonly expand: (value: Json) => JsonObject;
  /** An old name: what stands under the new names wins. */
  readonly old: boolean;
  /** Where the new name is, when both must say the same. */
  readonly replacedBy?: readonly string[];
}

const TEXT = { type: 'string' };
const OPEN_TEXT = { type: 'string', len_min: 0 };
const WHOLE = { type: 'integer' };
const NUMBER = { type: 'number' };
const FLAG = { type: 'boolean' };

function nested(path: readonly string[], value: Json): JsonObject {
  const [first = '', ...rest] = path;
  return { [first]: rest.length === 0 ? value : nested(rest, value) };
}

const moved = (name: string, field: JsonObject, ...path: readonly string[]): Shorthand => ({ name, field, expand: (value) => nested(path, value), old: true, replacedBy: path });
const renamed = (name: string, field: JsonObject, to: string): Shorthand => ({ name, field, expand: (value) => ({ [to]: value }), old: false });

const REDIS: readonly Shorthand[] = [
  moved('redis_host', TEXT, 'redis', 'host'), moved('redis_port', WHOLE, 'redis', 'port'), moved('redis_password', OPEN_TEXT, 'redis', 'password'), moved('redis_username', TEXT, 'redis', 'username'),
  moved('redis_ssl', FLAG, 'redis', 'ssl'), moved('redis_ssl_verify', FLAG, 'redis', 'ssl_verify'), moved('redis_server_name', TEXT, 'redis', 'server_name'), moved('redis_timeout', WHOLE, 'redis', 'timeout'),
  moved('redis_database', WHOLE, 'redis', 'database'),
];

const SESSION: readonly Shorthand[] = [
  renamed('cookie_lifetime', NUMBER, 'rolling_timeout'),
  { name: 'cookie_idletime', field: NUMBER, expand: (value) => ({ idling_timeout: value ?? 0 }), old: false },
  { name: 'cookie_renew', field: NUMBER, expand: () => ({}), old: false },
  renamed('cookie_discard', NUMBER, 'stale_ttl'),
  { name: 'cookie_samesite', field: TEXT, expand: (value) => ({ cookie_same_site: value === 'off' ? 'Lax' : value }), old: false },
  renamed('cookie_httponly', FLAG, 'cookie_http_only'),
  renamed('cookie_persistent', FLAG, 'remember'),
];

const UPSTREAM: readonly Shorthand[] = [
  { name: 'algorithm', field: TEXT, expand: (value) => (value === 'least-connections' || value === 'latency' ? { algorithm: value, hash_on: null } : { algorithm: value }), old: false },
  { name: 'hash_on', field: TEXT, expand: hashOn, old: false },
];

function hashOn(value: Json): JsonObject {
  if (value === null) return { hash_on: 'none' };
  return { hash_on: value, algorithm: value === 'none' ? 'round-robin' : 'consistent-hashing' };
}

/** `url` of a service; a null is read as the text that Lua prints for it. */
function serviceUrl(value: Json): JsonObject {
  const url = parseUrl(value === null ? 'userdata: NULL' : String(value));
  if (url === undefined) return {};
  const port = url.port === undefined ? undefined : luaNumber(url.port);
  const protocol = url.scheme ?? (port === 443 ? 'https' : 'http');
  return { protocol, host: url.host ?? null, port: port ?? url.port ?? (protocol === 'https' ? 443 : 80), path: url.path ?? null };
}

function luaNumber(text: string): number | undefined {
  return /^\s*[+-]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)\s*$/.test(text) ? Number(text) : undefined;
}

const TABLE: Readonly<Record<string, readonly Shorthand[]>> = {
  services: [{ name: 'url', field: TEXT, expand: serviceUrl, old: false }],
  upstreams: UPSTREAM,
  'plugins/rate-limiting.config': REDIS,
  'plugins/response-ratelimiting.config': REDIS,
  'plugins/session.config': SESSION,
  'plugins/opentelemetry.config': [{ name: 'endpoint', field: { type: 'string', referenceable: true }, expand: (value) => ({ traces_endpoint: value }), old: true }],
  'plugins/acme.config.storage_config.redis': [moved('auth', OPEN_TEXT, 'password'), moved('ssl_server_name', TEXT, 'server_name'), moved('namespace', OPEN_TEXT, 'extra_options', 'namespace'), moved('scan_count', WHOLE, 'extra_options', 'scan_count')],
};

/** By the key of the record: `services`, `plugins/session.config`. */
export function shorthandsOf(key: string): readonly Shorthand[] {
  return TABLE[key] ?? [];
}

/** Puts what a shorthand stands for into the record. */
export function expandInto(out: Record<string, Json>, shorthand: Shorthand, value: Json): void {
  for (const [name, made] of Object.entries(shorthand.expand(value))) {
    const given = out[name];
    const table = tableOf(made);
    if (table !== undefined) out[name] = shorthand.old ? { ...table, ...given === undefined ? {} : withoutNulls(tableOf(given) ?? {}, table) } : { ...tableOf(given), ...table };
    else if (!shorthand.old || given === undefined || given === null) out[name] = made;
  }
}

/** A null never takes the place of something. */
function withoutNulls(given: JsonObject, beside: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(given).filter(([name, value]) => value !== null || beside[name] === undefined));
}
