import { isSecretOption } from '../../ir/index.ts';
import type { Middleware, MiddlewareKind, Ref } from '../../ir/index.ts';
import type { OriginId, Raw, YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import { map } from '../../text/index.ts';
import type { Names } from './names.ts';

/** Options that are durations: milliseconds in the model, Go text in the file. */
const DURATIONS = new Set(['checkPeriod', 'fallbackDuration', 'recoveryDuration', 'period', 'initialInterval', 'timeout', 'interval', 'unhealthyInterval', 'failureWindow', 'flushInterval', 'dialTimeout', 'readTimeout', 'writeTimeout']);

/** Defaults that are not the zero value (pkg/config/dynamic/middlewares.go, SetDefaults): written only when they differ. */
const DEFAULTS: Readonly<Partial<Record<MiddlewareKind, Readonly<Record<string, unknown>>>>> = {
  circuitBreaker: { checkPeriod: 100, fallbackDuration: 10_000, recoveryDuration: 10_000, responseCode: 503 },
  compress: { encodings: ['gzip', 'br', 'zstd'] },
  forwardAuth: { maxBodySize: -1 },
  ipAllowList: { rejectStatusCode: 403 },
  rateLimit: { period: 1000, burst: 1 },
  retry: { maxRequestBodyBytes: 2_097_152 },
};

/** Go's text of a duration in milliseconds. */
export function duration(milliseconds: number): string {
  return milliseconds % 1000 === 0 ? `${String(milliseconds / 1000)}s` : `${String(milliseconds)}ms`;
}

/** A middleware as the file provider reads it: `kind: {options}`. */
export function middlewareTree(middleware: Middleware, names: Names, secrets: SecretOptions): YamlMap {
  const { spec } = middleware;
  if (spec.kind === 'plugin') return map([{ key: 'plugin', value: map([{ key: spec.name, value: tree(spec.options) }]) }]);
  const { kind, ...rest } = spec;
  const key = spec.kind === 'ipAllowList' ? spec.writtenAs : kind;
  const options = withRefs(rest, names);
  const entries = Object.entries(options).flatMap(([name, value]) => optionEntry(middleware, kind, name, value, secrets));
  return map([{ key, value: map(entries) }]);
}

function withRefs(options: Readonly<Record<string, unknown>>, names: Names): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'writtenAs').map(([name, value]) => [name, replaceRefs(value, names)]));
}

function replaceRefs(value: unknown, names: Names): unknown {
  if (isRef(value)) return names(value);
  return Array.isArray(value) ? value.map((item) => replaceRefs(item, names)) : value;
}

function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && 'namespace' in value && 'protocol' in value && 'name' in value;
}

function optionEntry(middleware: Middleware, kind: MiddlewareKind, name: string, value: unknown, secrets: SecretOptions): readonly YamlEntry[] {
  const path = `${kind}.${name}`;
  if (value === undefined) return [];
  const secret = isSecretOption(path) && !secrets.inlineSecrets ? deferred(middleware, path, value, secrets) : undefined;
  if (secret !== undefined) return [{ key: name, value: secret }];
  const byDefault = DEFAULTS[kind]?.[name];
  const same = byDefault === undefined ? isZero(value) : JSON.stringify(value) === JSON.stringify(byDefault);
  if (same && !middleware.places.has(path)) return [];
  return [{ key: name, value: DURATIONS.has(name) && typeof value === 'number' ? duration(value) : tree(value) }];
}

/** False, 0, "" and empty collections are what an absent option means. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0 && !('depth' in value);
  return value === '' || value === 0 || value === false;
}

/** What deferring a secret needs: the text that was written at a place. */
export interface SecretOptions {
  readonly inlineSecrets: boolean;
  readonly written: (origin: OriginId) => string | undefined;
}

/**
 * Secrets that came from a variable are read by Traefik itself when it loads the file: its dynamic files are Go
 * templates with sprig's `env` (seen on 3.7.15: an unset one disables the router). A list that is one variable is split
 * as Traefik splits a label; inside a longer text the variable keeps its place.
 */
function deferred(middleware: Middleware, path: string, value: unknown, secrets: SecretOptions): Raw | readonly YamlValue[] | undefined {
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const variables = items.map((_, index) => middleware.variables.get(`${path}[${String(index)}]`) ?? middleware.variables.get(path));
  const names = [...new Set(variables.flatMap((one) => (one === undefined ? [] : [...one.unset, ...one.filled])))];
  if (names.length === 0) return undefined;
  const [name = ''] = names;
  const origin = middleware.places.get(`${path}[0]`) ?? middleware.places.get(path) ?? middleware.origin;
  const whole = names.length === 1 && new RegExp(`^\\$(?:${name}|\\{${name}(?::?[-?][^}]*)?\\})$`).test(secrets.written(origin) ?? '');
  if (whole && Array.isArray(value)) return { kind: 'raw', text: `{{ splitList "," (env "${name}") | toJson }}` };
  if (whole) return { kind: 'raw', text: `{{ env "${name}" | toJson }}` };
  return items.map((item, index): YamlValue => {
    const one = variables[index];
    const [only, ...more] = one === undefined ? [] : [...one.unset, ...one.filled];
    return only === undefined || more.length > 0 ? String(item) : oneFromVariable(only, String(item));
  });
}

function oneFromVariable(name: string, text: string): Raw {
  const user = /^([A-Za-z0-9._-]+):/.exec(text)?.[1];
  return { kind: 'raw', text: user === undefined ? `{{ env "${name}" | toJson }}` : `{{ printf "${user}:%s" (env "${name}") | toJson }}` };
}

/** Any plain value as a YAML tree; empty options of nested objects are left out. */
export function tree(value: unknown): YamlValue {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(tree);
  if (typeof value === 'object' && value !== null) {
    return map(Object.entries(value).filter(([, item]) => item !== undefined && item !== null).map(([key, item]) => ({ key, value: DURATIONS.has(key) && typeof item === 'number' ? duration(item) : tree(item) })));
  }
  return '';
}
