import { isList, isObject, objectAt, stringAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import type { RecordDefinition } from './field.ts';
import { validatorProblem } from './validators.ts';
import type { Collect, Place } from './problem.ts';

/** Rules over several fields of an entity (Schema.entity_checkers of Kong 3.9). */
export function runChecks(record: RecordDefinition, entity: JsonObject, place: Place, collect: Collect): void {
  for (const check of record.checks) {
    for (const [kind, argument] of Object.entries(check)) runCheck(kind, argument, entity, place, collect);
  }
}

function runCheck(kind: string, argument: Json, entity: JsonObject, place: Place, collect: Collect): void {
  const names = isList(argument) ? argument.map(String) : [];
  const filled = names.filter((name) => isFilled(valueAt(entity, name)));
  const fail = (message: string): void => collect([...place.path, '@entity'], message);
  switch (kind) {
    case 'at_least_one_of':
      if (filled.length === 0) fail(`at least one of these fields must be non-empty: ${quoted(names)}`);
      return;
    case 'only_one_of':
      if (filled.length !== 1 && names.some((name) => valueAt(entity, name) !== undefined)) fail(`exactly one of these fields must be non-empty: ${quoted(names)}`);
      return;
    case 'mutually_required':
      if (filled.length > 0 && filled.length < names.length) fail(`all or none of these fields must be set: ${quoted(names)}`);
      return;
    case 'mutually_exclusive':
      if (filled.length > 1) fail(`only one or none of these fields must be set: ${quoted(names)}`);
      return;
    case 'distinct': {
      const values = filled.map((name) => JSON.stringify(valueAt(entity, name)));
      if (new Set(values).size < values.length) fail(`values of these fields must be distinct: ${quoted(names)}`);
      return;
    }
    case 'conditional':
      if (isObject(argument)) conditional(argument, entity, place, collect);
      return;
    case 'conditional_at_least_one_of':
      if (isObject(argument)) conditionalOneOf(argument, entity, fail);
      return;
    default:
  }
}

function conditional(check: JsonObject, entity: JsonObject, place: Place, collect: Collect): void {
  const ifField = stringAt(check, 'if_field') ?? '';
  const thenField = stringAt(check, 'then_field') ?? '';
  if (!matches(objectAt(check, 'if_match'), valueAt(entity, ifField))) return;
  const value = valueAt(entity, thenField);
  const wanted = objectAt(check, 'then_match');
  const problem = thenProblem(wanted, value);
  if (problem === undefined) return;
  collect([...place.path, ...thenField.split('.')], problem);
  collect([...place.path, '@entity'], stringAt(check, 'then_err') ?? `failed conditional validation given value of field '${ifField}'`);
}

function thenProblem(wanted: JsonObject, value: Json | undefined): string | undefined {
  const missing = value === undefined || value === null;
  if (missing) return wanted['required'] === true ? 'required field missing' : undefined;
  if ('eq' in wanted && wanted['eq'] === null) return 'value must be null';
  return validatorProblem({ len_min: 0, ...wanted }, value);
}

function conditionalOneOf(check: JsonObject, entity: JsonObject, fail: (message: string) => void): void {
  const value = valueAt(entity, stringAt(check, 'if_field') ?? '');
  if (value === undefined || value === null) return;
  const branch = matches(objectAt(check, 'if_match'), value) ? 'then' : 'else_match' in check && matches(objectAt(check, 'else_match'), value) ? 'else_then' : undefined;
  if (branch === undefined) return;
  const list = check[`${branch}_at_least_one_of`];
  const names = isList(list) ? list.map(String) : [];
  if (names.some((name) => isFilled(valueAt(entity, name)))) return;
  const text = stringAt(check, `${branch}_err`);
  fail(text === undefined ? `at least one of these fields must be non-empty: ${quoted(names)}` : text.replace('%s', quoted(names)));
}

/** A condition is a definition too: validators, `contains`, or `elements` that all members must satisfy. */
function matches(condition: JsonObject, value: Json | undefined): boolean {
  if (value === undefined || value === null) return false;
  if ('eq' in condition && condition['eq'] === null) return false;
  if (isObject(condition['elements'])) {
    const { elements } = condition;
    return isList(value) && value.every((item) => isObject(elements) && validatorProblem({ len_min: 0, ...elements }, item) === undefined);
  }
  return validatorProblem({ len_min: 0, ...condition }, value) === undefined;
}

/** `config.second`: a path into nested records. */
export function valueAt(entity: JsonObject, name: string): Json | undefined {
  let value: Json | undefined = entity;
  for (const part of name.split('.')) value = isObject(value) ? value[part] : undefined;
  return value;
}

export function isFilled(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return false;
  if (isList(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

export function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
