import { isList, isObject } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { recordOf } from './field.ts';
import type { FieldDefinition } from './field.ts';
import { contentProblem, formProblem } from './scalar.ts';
import { expandInto, shorthandsOf } from './shorthands.ts';
import { listOf, tableOf, valueAt } from './table.ts';

const ANY_UUID = '00000000-0000-4000-8000-000000000000';

/** A record with its own key for the tables of special checks, and the keys of fields that come from elsewhere. */
export interface Shape {
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly keyOf: (name: string) => string;
  readonly key: string;
}

export function shapeOf(definition: FieldDefinition, key: string): Shape {
  return { fields: recordOf(definition).fields, key, keyOf: (name) => `${key}.${name}` };
}

/**
 * What Kong makes of a table before it looks at it: shorthands replaced, generated values and defaults in the places of
 * what is absent, at every depth. An explicit null stays null. A shorthand that is itself wrong stays where it was.
 */
export function fill(shape: Shape, value: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...value };
  for (const shorthand of shorthandsOf(shape.key)) {
    const given = out[shorthand.name];
    if (given === undefined || shorthandProblem(shape, out, shorthand.name) !== undefined) continue;
    delete out[shorthand.name];
    expandInto(out, shorthand, given);
  }
  for (const [name, field] of shape.fields) {
    const made = filledField(field, generated(name, field, out[name]), shape.keyOf(name));
    if (made !== undefined) out[name] = made;
  }
  return out;
}

/** What is wrong with a shorthand in this table; Kong stops with an error of its own. */
export function shorthandProblem(shape: Shape, value: JsonObject, name: string): string | undefined {
  const shorthand = shorthandsOf(shape.key).find((one) => one.name === name);
  const given = value[name];
  if (shorthand === undefined || given === undefined) return undefined;
  const problem = formProblem(shorthand.field, given) ?? contentProblem(shorthand.field, given, `${shape.key}.${name}`);
  if (problem !== undefined || given === null || shorthand.replacedBy === undefined) return problem;
  const now = valueAt(value, shorthand.replacedBy.join('.'));
  if (now === undefined || now === null || now === false || JSON.stringify(now) === JSON.stringify(given)) return undefined;
  return `both deprecated and new field are used but their values mismatch: ${name} = ${String(given)} vs ${shorthand.replacedBy.join('.')} = ${String(now)}`;
}

function generated(name: string, field: FieldDefinition, value: Json | undefined): Json | undefined {
  if (field['auto'] !== true) return value;
  if (name === 'created_at' || name === 'updated_at') return name === 'updated_at' || value === undefined || value === null ? 1 : value;
  if (value !== undefined) return value;
  return field['uuid'] === true ? ANY_UUID : field['type'] === 'string' ? 'generated' : value;
}

function filledField(field: FieldDefinition, value: Json | undefined, key: string): Json | undefined {
  if (field['abstract'] === true) return value;
  const given = value ?? (value === undefined && field['type'] === 'record' && field['required'] === true ? missing(field, key) : value);
  if (given === undefined) return missing(field, key);
  const table = tableOf(given);
  if (table === undefined) return given;
  switch (field['type']) {
    case 'record':
      // A list keeps its numbers for names: the check says that they are unknown.
      return isList(given) && given.length > 0 ? given : fill(shapeOf(field, key), table);
    case 'array':
    case 'set':
      return isObject(field['elements']) ? members(field['elements'], given, `${key}[]`) : given;
    case 'map':
      return isObject(field['values']) && !isList(given) ? Object.fromEntries(Object.entries(table).map(([name, item]) => [name, member(field['values'], item, `${key}{}[]`)])) : given;
    default:
      return given;
  }
}

function members(elements: JsonObject, given: Json, key: string): Json {
  const list = listOf(given);
  return list === undefined ? given : list.map((item) => member(elements, item, key));
}

function member(definition: Json | undefined, item: Json, key: string): Json {
  return isObject(definition) ? (filledField(definition, item, key) ?? item) : item;
}

/** A default, a record made of defaults, or nothing where something is required. */
function missing(field: FieldDefinition, key: string): Json | undefined {
  if (field['default'] !== undefined) return field['default'];
  if (field['required'] !== true) return null;
  return field['type'] === 'record' && field['abstract'] !== true ? fill(shapeOf(field, key), {}) : undefined;
}

