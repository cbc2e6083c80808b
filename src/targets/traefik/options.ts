import { isSecretOption } from '../../ir/index.ts';
import type { Middleware, MiddlewareKind, Ref } from '../../ir/index.ts';
import type { Raw, YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
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
export function middlewareTree(middleware: Middleware, names: Names, inlineSecrets: boolean): YamlMap {
  const { spec } = middleware;
  if (spec.kind === 'plugin') return map([{ key: 'plugin', value: map([{ key: spec.name, value: tree(spec.options) }]) }]);
  const { kind, ...rest } = spec;
  const key = spec.kind === 'ipAllowList' ? spec.writtenAs : kind;
  const options = withRefs(rest, names);
  const entries = Object.entries(options).flatMap(([name, value]) => optionEntry(middleware, kind, name, value, inlineSecrets));
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

function optionEntry(middleware: Middleware, kind: MiddlewareKind, name: string, value: unknown, inlineSecrets: boolean): readonly YamlEntry[] {
  const path = `${kind}.${name}`;
  if (value === undefined) return [];
  const secret = isSecretOption(path) && !inlineSecrets ? deferred(middleware, path, value) : undefined;
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

/**
 * Secrets that came from a variable are read by Traefik itself when it loads the file: its dynamic files are Go
 * templates with sprig's `env` (seen on 3.7.15: an unset one disables the router).
 */
function deferred(middleware: Middleware, path: string, value: unknown): Raw | readonly YamlValue[] | undefined {
  const whole = middleware.variables.get(path);
  if (whole !== undefined) return fromVariables(whole);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item: unknown, index): YamlValue => {
    const variables = middleware.variables.get(`${path}[${String(index)}]`);
    return (variables === undefined ? undefined : oneFromVariables(variables, String(item))) ?? String(item);
  });
  return items.some((item) => typeof item === 'object') ? items : undefined;
}

function fromVariables(variables: { readonly unset: readonly string[]; readonly filled: readonly string[] }): Raw | undefined {
  const [name, ...more] = [...variables.unset, ...variables.filled];
  if (name === undefined || more.length > 0) return undefined;
  return { kind: 'raw', text: `{{ splitList "," (env "${name}") | toJson }}` };
}

function oneFromVariables(variables: { readonly unset: readonly string[]; readonly filled: readonly string[] }, text: string): Raw | undefined {
  const [name, ...more] = [...variables.unset, ...variables.filled];
  if (name === undefined || more.length > 0) return undefined;
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
