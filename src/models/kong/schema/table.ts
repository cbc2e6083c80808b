import { isList, isObject } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';

/** A Lua table has no kinds: where Kong wants fields, a list is a table with numbers for names. */
export function tableOf(value: Json | undefined): JsonObject | undefined {
  if (isList(value)) return Object.fromEntries(value.map((item, index) => [String(index), item]));
  return isObject(value) ? value : undefined;
}

/** An empty Lua table is a list as well as a map. */
export function listOf(value: Json | undefined): readonly Json[] | undefined {
  if (isList(value)) return value;
  return isObject(value) && Object.keys(value).length === 0 ? [] : undefined;
}

/** `config.second`: a path into nested records. */
export function valueAt(entity: JsonObject, name: string): Json | undefined {
  let value: Json | undefined = entity;
  for (const part of name.split('.')) value = tableOf(value)?.[part];
  return value;
}

/** Neither absent nor null, an empty text or an empty table. */
export function isFilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  const table = tableOf(value);
  return table === undefined || Object.keys(table).length > 0;
}
