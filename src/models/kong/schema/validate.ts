import { isList, isObject, objectAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { runChecks } from './checks.ts';
import type { FieldDefinition, RecordDefinition } from './field.ts';
import { recordOf } from './field.ts';
import { fill, shapeOf, shorthandProblem } from './fill.ts';
import type { Shape } from './fill.ts';
import type { Collect, KongProblem, Place } from './problem.ts';
import { contentProblem, formProblem } from './scalar.ts';
import { shorthandsOf } from './shorthands.ts';
import { tableOf } from './table.ts';

/** One value against its definition, as Schema:validate_field of Kong 3.9. */
export function validateField(field: FieldDefinition, value: Json | undefined, place: Place, collect: Collect): void {
  const wrong = formProblem(field, value);
  if (wrong !== undefined) return collect(place.path, wrong);
  if (value === undefined || value === null || !membersValid(field, value, place, collect)) return;
  const problem = contentProblem(field, value, place.key);
  if (problem !== undefined) collect(place.path, problem);
}

/** The first thing that is wrong with a value. */
export function fieldProblem(field: FieldDefinition, value: Json | undefined, key = ''): string | undefined {
  let found: string | undefined;
  validateField(field, value, { path: [], key }, (_, message) => void (found ??= message));
  return found;
}

/** False when something inside was wrong: then the validators of the whole do not run. */
function membersValid(field: FieldDefinition, value: Json, place: Place, collect: Collect): boolean {
  let valid = true;
  const watch: Collect = (path, message, candidates) => {
    valid = false;
    collect(path, message, candidates);
  };
  const { elements, type } = field;
  if (isList(value) && isObject(elements) && (type === 'array' || type === 'set')) {
    // A set is looked at without what it repeats.
    for (const [index, item] of value.entries()) if (type === 'array' || typeof item === 'object' || value.indexOf(item) === index) validateField({ ...elements, required: true }, item, { path: [...place.path, index], key: `${place.key}[]` }, watch);
  } else if (type === 'map') validateMap(field, value, place, watch);
  else if (type === 'record') validateRecord({ ...recordOf(field), ...shapeOf(field, place.key) }, value, place, watch);
  return valid;
}

/** Kong reports the first member of a map that is wrong, at the map itself; the keys of a list are numbers. */
function validateMap(field: FieldDefinition, value: Json, place: Place, collect: Collect): void {
  for (const [name, item] of Object.entries(tableOf(value) ?? {})) {
    let valid = true;
    const watch: Collect = (path, message) => {
      valid = false;
      collect(path, message);
    };
    validateField({ ...objectAt(field, 'keys'), required: true }, isList(value) ? Number(name) + 1 : name, { path: place.path, key: `${place.key}{}` }, watch);
    if (valid) validateField({ ...objectAt(field, 'values'), required: true }, item, { path: place.path, key: `${place.key}{}[]` }, watch);
    if (!valid) return;
  }
}

/** Fields of a record, its unknown fields, and the checks over several of them, whose word about a field counts more. */
export function validateRecord(record: RecordDefinition & Shape, value: Json, place: Place, collect: Collect): void {
  const problems: KongProblem[] = [];
  const keep: Collect = (path, message, candidates) => void problems.push({ path, message, ...(candidates === undefined ? {} : { candidates }) });
  const given = tableOf(value) ?? {};
  const filled = fill(record, given);
  const part = (name: string): string | number => (isList(value) && name in given ? Number(name) : name);
  for (const name of Object.keys(given)) if (!record.fields.has(name) && !isUnasked(name, record.key)) foreignName(record, filled, { name, at: [...place.path, part(name)] }, keep);
  for (const [name, field] of record.fields) {
    if (field['abstract'] === true && (filled[name] === undefined || filled[name] === null)) continue;
    const problem = name in filled ? shorthandProblem(record, given, name) : undefined;
    if (problem !== undefined) keep([...place.path, name], problem);
    else validateField(field, filled[name], { path: [...place.path, name], key: record.keyOf(name) }, keep);
  }
  const faulty = new Set(problems.map(({ path }) => String(path[place.path.length])));
  const said: KongProblem[] = [];
  runChecks(record, filled, { place, faulty, problemOf: fieldProblem }, (path, message) => void said.push({ path, message }));
  const overruled = ({ path }: KongProblem): boolean => said.some((other) => other.path.at(-1) !== '@entity' && other.path.every((part, index) => path[index] === part));
  for (const { path, message, candidates } of [...problems.filter((problem) => !overruled(problem)), ...said]) collect(path, message, candidates);
}

/** A time of the last change may stand anywhere, a life span in what can have one: Kong looks at neither. */
export function isUnasked(name: string, key: string): boolean {
  return name === 'updated_at' || (name === 'ttl' && MORTAL.has(key));
}

const MORTAL = new Set(['keyauth_credentials', 'oauth2_authorization_codes', 'oauth2_tokens', 'acme_storage', 'sessions', 'ratelimiting_metrics', 'clustering_data_planes']);

function foreignName(record: RecordDefinition & Shape, filled: JsonObject, found: { readonly name: string; readonly at: readonly (string | number)[] }, collect: Collect): void {
  const { name, at } = found;
  const shorthands = shorthandsOf(record.key).map((one) => one.name);
  if (!shorthands.includes(name)) return collect(at, 'unknown field', [...record.fields.keys(), ...shorthands]);
  const problem = name in filled ? shorthandProblem(record, filled, name) : undefined;
  if (problem !== undefined) collect(at, problem);
}
