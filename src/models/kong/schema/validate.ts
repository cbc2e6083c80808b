import { isList, isObject, objectAt, stringAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { CUSTOM, isReference } from './custom.ts';
import { runChecks } from './checks.ts';
import { validatorProblem } from './validators.ts';
import { recordOf } from './field.ts';
import type { FieldDefinition } from './field.ts';
import type { Collect, Place } from './problem.ts';

/** One value against its definition, as Schema:validate_field of Kong 3.9. */
export function validateField(field: FieldDefinition, value: Json | undefined, place: Place, collect: Collect): void {
  const own = stringAt(field, 'err');
  if (value === undefined || value === null) {
    if (field['required'] === true) collect(place.path, 'required field missing');
    return;
  }
  if ('eq' in field && field['eq'] === null) return collect(place.path, own ?? 'value must be null');
  const wrong = typeProblem(field, value);
  if (wrong !== undefined) return collect(place.path, wrong);
  if (field['referenceable'] === true && isReference(value)) return;
  if (!membersValid(field, value, place, collect)) return;
  const problem = validatorProblem(field, value) ?? (typeof value === 'string' ? CUSTOM[place.key]?.(value) : undefined);
  if (problem !== undefined) collect(place.path, own ?? problem);
}

function typeProblem(field: FieldDefinition, value: Json): string | undefined {
  switch (field['type']) {
    case 'array':
      return isList(value) || isEmpty(value) ? undefined : 'expected an array';
    case 'set':
      return isList(value) || isEmpty(value) ? undefined : 'expected a set';
    case 'map':
      return isObject(value) || isList(value) ? undefined : 'expected a map';
    case 'record':
      return isObject(value) || isList(value) ? undefined : 'expected a record';
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) ? undefined : 'expected an integer';
    case 'number':
      return typeof value === 'number' ? undefined : 'expected a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'expected a boolean';
    case 'string':
      return typeof value === 'string' ? undefined : 'expected a string';
    case 'foreign':
      return typeof value === 'string' ? undefined : 'missing primary key';
    default:
      return undefined;
  }
}

/** An empty Lua table is a list as well as a map. */
function isEmpty(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0;
}

/** False when something inside was wrong: then the validators of the whole do not run. */
function membersValid(field: FieldDefinition, value: Json, place: Place, collect: Collect): boolean {
  let valid = true;
  const watch: Collect = (path, message, candidates) => {
    valid = false;
    collect(path, message, candidates);
  };
  if (isList(value) && isObject(field['elements'])) {
    for (const [index, item] of value.entries()) validateField({ ...field['elements'], required: true }, item, { path: [...place.path, index], key: `${place.key}[]` }, watch);
  } else if (field['type'] === 'map' && isObject(value)) validateMap(field, value, place, watch);
  else if (field['type'] === 'record' && isObject(value)) validateRecord(field, value, place, watch);
  return valid;
}

/** Kong reports the first fault of a map at the map itself. */
function validateMap(field: FieldDefinition, value: JsonObject, place: Place, collect: Collect): void {
  for (const [name, item] of Object.entries(value)) {
    let fault: string | undefined;
    const first: Collect = (_, message) => void (fault ??= message);
    validateField({ ...objectAt(field, 'keys'), required: true }, name, { path: place.path, key: `${place.key}{}` }, first);
    if (fault === undefined) validateField({ ...objectAt(field, 'values'), required: true }, item, { path: place.path, key: `${place.key}{}[]` }, first);
    if (fault !== undefined) return collect(place.path, fault);
  }
}

/** Fields of a record, its unknown fields, and the checks over several of them. */
export function validateRecord(definition: JsonObject, value: JsonObject, place: Place, collect: Collect): void {
  const record = recordOf(definition);
  const filled = withDefaults(definition, value);
  for (const [name, item] of Object.entries(value)) {
    if (!record.fields.has(name) && !record.shorthands.has(name)) collect([...place.path, name], 'unknown field', [...record.fields.keys(), ...record.shorthands.keys()]);
    else {
      const shorthand = record.fields.has(name) ? undefined : record.shorthands.get(name);
      if (shorthand !== undefined) validateField(shorthand, item, { path: [...place.path, name], key: `${place.key}.${name}` }, collect);
    }
  }
  for (const [name, field] of record.fields) {
    if (field['abstract'] !== true) validateField(field, filled[name], { path: [...place.path, name], key: `${place.key}.${name}` }, collect);
  }
  runChecks(record, filled, place, collect);
}

/** Defaults, also those inside a required record that is not there; fields that Kong makes itself do not count as missing. */
export function withDefaults(definition: JsonObject, value: JsonObject): JsonObject {
  const out: Record<string, Json> = { ...value };
  for (const [name, field] of recordOf(definition).fields) {
    const given = out[name];
    if (isObject(given) && field['type'] === 'record') out[name] = withDefaults(field, given);
    if (given !== undefined && given !== null) continue;
    if (field['default'] !== undefined) out[name] = field['default'];
    else if (field['auto'] === true) out[name] = field['type'] === 'string' ? '00000000-0000-4000-8000-000000000000' : 1;
    else if (field['type'] === 'record' && field['required'] === true && field['abstract'] !== true) out[name] = withDefaults(field, {});
  }
  return out;
}
