import data from '../../../../schemas/kong/schemas.v3.9.json' with { type: 'json' };
import { oncePer } from '../../../text/index.ts';
import { isList, isObject, objectAt, toJson } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { UNPUBLISHED } from './unpublished.ts';

/** One field definition as a running Kong 3.9.3 reports it. */
export type FieldDefinition = JsonObject;
/** A record or entity: named fields in order, and the checks over several of them. */
export interface RecordDefinition {
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly checks: readonly JsonObject[];
}

let read: JsonObject | undefined;

/** All definitions; made when first asked for, since most commands never do. */
export function schemas(): JsonObject {
  if (read !== undefined) return read;
  const json = toJson(data);
  read = isObject(json) ? json : {};
  return read;
}

/** Reads the list of one-key objects; Lua writes an empty list as `{}`. */
export const recordOf = oncePer((definition: JsonObject): RecordDefinition => {
  const checks = definition['entity_checks'];
  return { fields: named(definition['fields']), checks: isList(checks) ? checks.filter(isObject) : [] };
});

function named(list: Json | undefined): ReadonlyMap<string, FieldDefinition> {
  const items = isList(list) ? list.filter(isObject) : [];
  return new Map(items.flatMap((item) => Object.entries(item).flatMap(([name, field]) => (isObject(field) ? [[name, field] as const] : []))));
}

export function entityDefinition(name: string, flavor: string): JsonObject | undefined {
  if (name === 'routes' && flavor === 'expressions') return objectAt(schemas(), 'routes_expressions');
  const definition = objectAt(schemas(), 'entities')[name] ?? UNPUBLISHED[name];
  return isObject(definition) ? definition : undefined;
}

let names: readonly string[] | undefined;

/** What may stand at the top of a file. */
export function entityNames(): readonly string[] {
  names ??= [...Object.keys(objectAt(schemas(), 'entities')), ...Object.keys(UNPUBLISHED)].filter((name) => name !== 'tags');
  return names;
}

/** The plugins that come with Kong. */
export function pluginNames(): readonly string[] {
  return Object.keys(objectAt(schemas(), 'plugins'));
}
