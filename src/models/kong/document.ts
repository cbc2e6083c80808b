import { createHash } from 'node:crypto';
import { yamlPackage } from '../../text/yaml/package.ts';
import { readPlainYaml } from '../../text/yaml/plain.ts';
import { booleanAt, isList, isObject, numberAt, objectAt, objectsAt, stringAt, stringsAt, toJson } from './value.ts';
import type { Json, JsonObject } from './value.ts';

export interface KongPlugin {
  readonly name: string;
  readonly config: JsonObject;
  readonly enabled: boolean;
}
export interface KongUpstream {
  readonly name: string;
  readonly hostHeader: string | undefined;
  readonly targets: readonly { readonly address: string; readonly weight: number }[];
}
export interface KongService {
  readonly name: string;
  readonly protocol: string;
  readonly host: string;
  readonly port: number;
  readonly path: string | undefined;
  readonly enabled: boolean;
  readonly tags: readonly string[];
  readonly plugins: readonly KongPlugin[];
}
export interface KongRoute {
  readonly id: string;
  readonly name: string;
  readonly service: KongService | undefined;
  readonly protocols: readonly string[];
  readonly expression: string | undefined;
  readonly priority: number;
  readonly regexPriority: number;
  readonly methods: readonly string[];
  readonly hosts: readonly string[];
  /** True where `hosts` is a list, an empty one too. */
  readonly listsHosts: boolean;
  readonly paths: readonly string[];
  readonly headers: JsonObject;
  readonly snis: readonly string[];
  readonly sources: readonly JsonObject[];
  readonly destinations: readonly JsonObject[];
  readonly stripPath: boolean;
  readonly preserveHost: boolean;
  readonly pathHandling: string;
  readonly httpsRedirect: number;
  readonly createdAt: number;
  readonly order: number;
  readonly tags: readonly string[];
  readonly plugins: readonly KongPlugin[];
}
export interface KongConsumer {
  readonly id: string;
  readonly username: string;
  readonly customId: string | undefined;
  readonly groups: readonly string[];
  readonly keys: readonly string[];
  /** Password as written; with `_transform: false` the stored hash. */
  /** Token keys by the value that names them. */
  readonly tokens: readonly { readonly key: string; readonly algorithm: string; readonly material: string }[];
  readonly basic: readonly { readonly username: string; readonly password: string; readonly hashed: boolean }[];
}
export interface KongFile {
  readonly routes: readonly KongRoute[];
  readonly upstreams: ReadonlyMap<string, KongUpstream>;
  readonly consumers: readonly KongConsumer[];
  readonly plugins: readonly KongPlugin[];
}

/** Reads a declarative file as DB-less Kong does; what it does not know is left to the checker. */
export function readKongYaml(text: string): KongFile {
  const json = toJson(readPlainYaml(text, Number) ?? yamlPackage().parse(text));
  const root = isObject(json) ? json : {};
  const services = new Map<string, KongService>();
  const routes: KongRoute[] = [];
  for (const entry of objectsAt(root, 'services')) {
    const service = serviceOf(withScoped(root, 'service', entry));
    services.set(service.name, service);
    for (const route of objectsAt(entry, 'routes')) routes.push(routeOf(withScoped(root, 'route', route), service, routes.length));
  }
  for (const entry of objectsAt(root, 'routes')) {
    const reference = stringAt(entry, 'service');
    routes.push(routeOf(withScoped(root, 'route', entry), reference === undefined ? undefined : services.get(reference), routes.length));
  }
  return {
    routes: routes.filter((route) => route.service?.enabled !== false),
    upstreams: new Map(objectsAt(root, 'upstreams').map((entry) => [stringAt(entry, 'name') ?? '', upstreamOf(withTargets(root, entry))])),
    consumers: consumersOf(root),
    plugins: objectsAt(root, 'plugins').filter((entry) => !['service', 'route', 'consumer'].some((scope) => scope in entry)).map(pluginOf),
  };
}

/** An entity with the plugins that name it from the top of the file; those for one consumer alone are not modelled. */
function withScoped(root: JsonObject, scope: 'service' | 'route', entry: JsonObject): JsonObject {
  const other = scope === 'service' ? 'route' : 'service';
  const named = objectsAt(root, 'plugins').filter((plugin) => refersTo(plugin[scope], entry) && plugin[other] === undefined && plugin['consumer'] === undefined);
  return named.length === 0 ? entry : { ...entry, plugins: [...objectsAt(entry, 'plugins'), ...named] };
}

function withTargets(root: JsonObject, entry: JsonObject): JsonObject {
  const named = objectsAt(root, 'targets').filter((target) => refersTo(target['upstream'], entry));
  return named.length === 0 ? entry : { ...entry, targets: [...objectsAt(entry, 'targets'), ...named] };
}

/** By name or id, as a text or in an object. */
function refersTo(reference: Json | undefined, entry: JsonObject): boolean {
  const key = isObject(reference) ? reference['id'] : reference;
  return typeof key === 'string' && (key === entry['name'] || key === entry['id']);
}

function serviceOf(entry: JsonObject): KongService {
  const url = urlOf(stringAt(entry, 'url'));
  const protocol = url?.protocol ?? stringAt(entry, 'protocol') ?? 'http';
  return {
    name: stringAt(entry, 'name') ?? '',
    protocol,
    host: url?.host ?? stringAt(entry, 'host') ?? '',
    port: url?.port ?? numberAt(entry, 'port') ?? 80,
    path: url?.path ?? stringAt(entry, 'path'),
    enabled: booleanAt(entry, 'enabled', true),
    tags: stringsAt(entry, 'tags'),
    plugins: objectsAt(entry, 'plugins').map(pluginOf),
  };
}

/** The `url` sugar: protocol, host, port and path in one. */
function urlOf(text: string | undefined): { readonly protocol: string; readonly host: string; readonly port: number; readonly path: string | undefined } | undefined {
  const match = /^([a-z_]+):\/\/(\[[^\]]*\]|[^/:?#]*)(?::(\d+))?(\/[^?#]*)?/.exec(text ?? '');
  if (match === null) return undefined;
  const [, protocol = 'http', host = '', port, path] = match;
  return { protocol, host, port: port === undefined ? (protocol === 'https' ? 443 : 80) : Number(port), path };
}

/** One route alone, for the checker. */
export function readRoute(entry: JsonObject): KongRoute {
  return routeOf(entry, undefined, 0);
}

function routeOf(entry: JsonObject, service: KongService | undefined, order: number): KongRoute {
  const protocols = stringsAt(entry, 'protocols');
  const name = stringAt(entry, 'name') ?? '';
  return {
    id: stringAt(entry, 'id') ?? entityId('routes', name),
    name,
    service,
    protocols: protocols.length === 0 ? ['http', 'https'] : protocols,
    expression: stringAt(entry, 'expression'),
    priority: numberAt(entry, 'priority') ?? 0,
    regexPriority: numberAt(entry, 'regex_priority') ?? 0,
    methods: stringsAt(entry, 'methods'),
    hosts: stringsAt(entry, 'hosts'),
    listsHosts: isList(entry['hosts']),
    paths: stringsAt(entry, 'paths'),
    headers: objectAt(entry, 'headers'),
    snis: stringsAt(entry, 'snis'),
    sources: objectsAt(entry, 'sources'),
    destinations: objectsAt(entry, 'destinations'),
    stripPath: booleanAt(entry, 'strip_path', true),
    preserveHost: booleanAt(entry, 'preserve_host', false),
    pathHandling: stringAt(entry, 'path_handling') ?? 'v0',
    httpsRedirect: numberAt(entry, 'https_redirect_status_code') ?? 426,
    createdAt: numberAt(entry, 'created_at') ?? 0,
    order,
    tags: stringsAt(entry, 'tags'),
    plugins: objectsAt(entry, 'plugins').map(pluginOf),
  };
}

function pluginOf(entry: JsonObject): KongPlugin {
  return { name: stringAt(entry, 'name') ?? '', config: objectAt(entry, 'config'), enabled: booleanAt(entry, 'enabled', true) };
}

function upstreamOf(entry: JsonObject): KongUpstream {
  const targets = objectsAt(entry, 'targets').map((target) => {
    const address = stringAt(target, 'target') ?? '';
    return { address: /:\d+$/.test(address) ? address : `${address}:8000`, weight: numberAt(target, 'weight') ?? 100 };
  });
  return { name: stringAt(entry, 'name') ?? '', hostHeader: stringAt(entry, 'host_header'), targets };
}

function consumersOf(root: JsonObject): readonly KongConsumer[] {
  const hashed = root['_transform'] === false;
  return objectsAt(root, 'consumers').map((entry) => {
    const username = stringAt(entry, 'username') ?? '';
    const id = stringAt(entry, 'id') ?? entityId('consumers', username);
    const own = (list: string): readonly JsonObject[] => [...objectsAt(entry, list), ...objectsAt(root, list).filter((item) => item['consumer'] === username || item['consumer'] === id)];
    return {
      id,
      username,
      customId: stringAt(entry, 'custom_id'),
      groups: own('acls').flatMap((item) => stringAt(item, 'group') ?? []),
      keys: own('keyauth_credentials').flatMap((item) => stringAt(item, 'key') ?? []),
      tokens: own('jwt_secrets').map((item) => {
        const algorithm = stringAt(item, 'algorithm') ?? 'HS256';
        return { key: stringAt(item, 'key') ?? '', algorithm, material: stringAt(item, algorithm.startsWith('HS') ? 'secret' : 'rsa_public_key') ?? '' };
      }),
      basic: own('basicauth_credentials').map((item) => ({ username: stringAt(item, 'username') ?? '', password: stringAt(item, 'password') ?? '', hashed })),
    };
  });
}

const ENTITIES = 'fd02801f-0957-4a15-a55a-c8d9606f30b5';

const SPACES = { routes: uuid5(ENTITIES, 'routes'), consumers: uuid5(ENTITIES, 'consumers') };

/** The id that a DB-less node derives from a name (kong/db/schema/others/declarative_config.lua): ties are decided by it. */
export function entityId(entity: 'routes' | 'consumers', key: string): string {
  return uuid5(SPACES[entity], key);
}

export function uuid5(namespace: string, name: string): string {
  const bytes = createHash('sha1').update(Buffer.from(namespace.replaceAll('-', ''), 'hex')).update(name).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
