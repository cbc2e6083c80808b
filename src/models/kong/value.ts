/** Narrowing of values that came out of YAML: what is not of the asked shape is simply absent. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** Any parsed YAML value as {@link Json}; undefined becomes null, maps keep their key order. */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(toJson);
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toJson(item)]));
  return null;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function objectAt(value: JsonObject, key: string): JsonObject {
  const item = value[key];
  return isObject(item) ? item : {};
}

export function objectsAt(value: JsonObject, key: string): readonly JsonObject[] {
  const item = value[key];
  return isList(item) ? item.filter(isObject) : [];
}

export function stringsAt(value: JsonObject, key: string): readonly string[] {
  const item = value[key];
  return isList(item) ? item.filter((entry) => typeof entry === 'string') : [];
}

export function stringAt(value: JsonObject, key: string): string | undefined {
  const item = value[key];
  return typeof item === 'string' ? item : undefined;
}

export function numberAt(value: JsonObject, key: string): number | undefined {
  const item = value[key];
  return typeof item === 'number' ? item : undefined;
}

export function booleanAt(value: JsonObject, key: string, otherwise: boolean): boolean {
  const item = value[key];
  return typeof item === 'boolean' ? item : otherwise;
}
