import type { Middleware, MiddlewareKind, Ref } from '../../ir/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import { map, once } from '../../text/index.ts';
import { keyTable, staticTable, TRAEFIK_VERSIONS } from '../../traefik-config/keys.ts';
import type { KeyNode } from '../../traefik-config/keys.ts';
import { ONLY_IN_2 } from './gaps.ts';
import type { Names } from './names.ts';
import { replaceSecrets } from './secrets.ts';
import type { Replace, SecretForm } from './secrets.ts';
import type { TraefikVersion } from './version.ts';

/** Options that are durations, by the engine's own list: milliseconds in the model, Go text in the file. Only numbers are looked up, as that list is long. */
const durationNames = once((): ReadonlySet<string> => new Set(TRAEFIK_VERSIONS.flatMap((version) => [keyTable(version), staticTable(version)]).flatMap(durationsBelow)));
/** What a plugin means by its options only the plugin knows. */
const noDurations = (): ReadonlySet<string> => new Set();

function durationsBelow(key: KeyNode): readonly string[] {
  if (key.kind === 'scalar') return key.type === 'duration' ? [key.name] : [];
  if (key.kind === 'object') return [...key.children.values()].flatMap(durationsBelow);
  if (key.kind === 'map') return durationsBelow(key.entry);
  return key.kind === 'items' ? durationsBelow(key.item) : [];
}

/** Defaults that are not the zero value (pkg/config/dynamic/middlewares.go, SetDefaults): written only when they differ. */
const DEFAULTS: Readonly<Partial<Record<MiddlewareKind, Readonly<Record<string, unknown>>>>> = {
  apiKey: { names: ['apikey'], in: ['header'] },
  circuitBreaker: { checkPeriod: 100, fallbackDuration: 10_000, recoveryDuration: 10_000, responseCode: 503 },
  compress: { encodings: ['gzip', 'br', 'zstd'] },
  forwardAuth: { maxBodySize: -1 },
  ipAllowList: { rejectStatusCode: 403 },
  rateLimit: { period: 1000, burst: 1 },
  jwt: { claim: 'iss', verify: ['exp'] },
  login: { realm: 'service' },
  retry: { maxRequestBodyBytes: 2_097_152 },
};

/** Go's text of a duration in milliseconds. */
export function duration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${String(milliseconds / 1000)}s` : `${String(milliseconds)}ms`;
}

/** A middleware as the file provider reads it: `kind: {options}`. */
export function middlewareTree(middleware: Middleware, { names, secrets, ...between }: MiddlewareForm): YamlMap {
  const { spec } = middleware;
  const replace = replaceSecrets(middleware, secrets);
  if (spec.kind === 'plugin') return map([{ key: 'plugin', value: map([{ key: spec.name, value: tree(spec.options, noDurations, replace, `plugin.${spec.name}`) }]) }]);
  const { kind } = spec;
  const key = spec.kind === 'ipAllowList' ? spec.writtenAs : kind;
  const entries = Object.entries(spec).flatMap(([name, value]: readonly [string, unknown]) => (UNWRITTEN.has(name) ? [] : optionEntry(middleware, kind, name, replaceRefs(value, names), replace)));
  return map([{ key, value: map(adapted(kind, entries, between)) }]);
}

interface Between {
  readonly version: TraefikVersion;
  readonly sourceVersion: string | undefined;
}
export interface MiddlewareForm extends Between {
  readonly names: Names;
  readonly secrets: SecretForm;
}

/** Where a default or an effect changed between 2.11 and 3.x, the other version is told what was meant. */
function adapted(kind: MiddlewareKind, entries: readonly YamlEntry[], { version, sourceVersion }: Between): readonly YamlEntry[] {
  if (version !== '2.11') return entries;
  const without = (names: readonly string[]): readonly YamlEntry[] => entries.filter((entry) => !names.includes(entry.key));
  if (kind === 'stripPrefix' && !entries.some((entry) => entry.key === 'forceSlash')) return [...entries, { key: 'forceSlash', value: false }];
  if (kind === 'compress') return sourceVersion === '2.11' ? without(['encodings']) : entries;
  return kind === 'headers' && sourceVersion !== '2.11' ? without(ONLY_IN_2) : entries;
}

/** What of a middleware is its name there. */
const UNWRITTEN: ReadonlySet<string> = new Set(['kind', 'writtenAs']);

function replaceRefs(value: unknown, names: Names): unknown {
  if (isRef(value)) return names(value);
  return Array.isArray(value) ? value.map((item) => replaceRefs(item, names)) : value;
}

function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && 'namespace' in value && 'protocol' in value && 'name' in value;
}

function optionEntry(middleware: Middleware, kind: MiddlewareKind, name: string, value: unknown, replace: Replace): readonly YamlEntry[] {
  const path = `${kind}.${name}`;
  if (value === undefined) return [];
  const secret = replace(path, value);
  if (secret !== undefined) return [{ key: name, value: secret }];
  const byDefault = DEFAULTS[kind]?.[name];
  const same = byDefault === undefined ? isZero(value) : JSON.stringify(value) === JSON.stringify(byDefault);
  if (same && !middleware.places.has(path)) return [];
  return [{ key: name, value: typeof value === 'number' && durationNames().has(name) ? duration(value) : tree(value, durationNames, replace, path) }];
}

/** False, 0, "" and empty collections are what an absent option means. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 && !('depth' in value);
  return value === '' || value === 0 || value === false;
}

/** Any plain value as a YAML tree; empty options of nested objects are left out. */
export function tree(value: unknown, durations = durationNames, replace: Replace = asItIs, path = ''): YamlValue {
  const replaced = replace(path, value);
  if (replaced !== undefined) return replaced;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map((item, index) => tree(item, durations, replace, `${path}[${String(index)}]`));
  if (typeof value === 'object' && value !== null) {
    return map(Object.entries(value).filter(([, item]) => item !== undefined && item !== null).map(([key, item]) => ({ key, value: typeof item === 'number' && durations().has(key) ? duration(item) : tree(item, durations, replace, `${path}.${key}`) })));
  }
  return '';
}

const asItIs: Replace = () => undefined;
