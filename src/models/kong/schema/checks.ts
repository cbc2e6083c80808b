import { isList, isObject, objectAt, stringAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { recordOf } from './field.ts';
import type { FieldDefinition, RecordDefinition } from './field.ts';
import { CUSTOM } from './custom.ts';
import { customEntityCheck } from './entity-check.ts';
import type { Shape } from './fill.ts';
import type { Collect, Place } from './problem.ts';
import { isReference } from './reference.ts';
import { isFilled, valueAt } from './table.ts';

/** What is known when the checks over several fields run: which fields are wrong already. */
export interface Checked {
  readonly place: Place;
  readonly faulty: ReadonlySet<string>;
  /** The first fault of a value, which knows nothing of these checks. */
  readonly problemOf: (field: FieldDefinition, value: Json | undefined, key: string) => string | undefined;
}

type Run = { readonly record: RecordDefinition & Shape; readonly entity: JsonObject; readonly checked: Checked; readonly collect: Collect; readonly fail: (message: string) => void };

/** Rules over several fields of an entity (Schema.entity_checkers of Kong 3.9). */
export function runChecks(record: RecordDefinition & Shape, entity: JsonObject, checked: Checked, collect: Collect): void {
  const fail = (message: string): void => collect([...checked.place.path, '@entity'], message);
  for (const check of record.checks) {
    for (const [kind, argument] of Object.entries(check)) runCheck(kind, argument, { record, entity, checked, collect, fail });
  }
}

function runCheck(kind: string, argument: Json, run: Run): void {
  const names = isList(argument) ? argument.map(String) : isObject(argument) ? sourcesOf(argument) : [];
  // A secret from a vault is not known: a check that reads it does not run.
  if (names.some((name) => isReference(valueAt(run.entity, name)) && fieldAt(run.record.fields, name)?.['referenceable'] === true)) return;
  if (isObject(argument)) return conditionalCheck(kind, argument, run);
  if (kind.startsWith('mutually_') && names.some((name) => run.checked.faulty.has(name))) return;
  const filled = names.filter((name) => isFilled(valueAt(run.entity, name)));
  const { fail } = run;
  switch (kind) {
    case 'at_least_one_of':
      if (filled.length === 0) fail(`at least one of these fields must be non-empty: ${quoted(names)}`);
      return;
    case 'only_one_of':
      if (!missing(names, run) && filled.length !== 1) fail(`exactly one of these fields must be non-empty: ${quoted(names)}`);
      return;
    case 'mutually_required':
      if (filled.length > 0 && filled.length < names.length) fail(`all or none of these fields must be set: ${quoted(names)}`);
      return;
    case 'mutually_exclusive':
      if (filled.length > 1) fail(`only one or none of these fields must be set: ${quoted(names)}`);
      return;
    case 'distinct': {
      const values = filled.map((name) => JSON.stringify(valueAt(run.entity, name)));
      if (!missing(names, run) && new Set(values).size < values.length) fail(`values of these fields must be distinct: ${quoted(names)}`);
      return;
    }
    default:
  }
}

function conditionalCheck(kind: string, argument: JsonObject, run: Run): void {
  switch (kind) {
    case 'conditional':
      return conditional(argument, run);
    case 'conditional_at_least_one_of':
      return conditionalOneOf(argument, run);
    case 'custom_entity_check':
      return custom(argument, run);
    default:
  }
}

function sourcesOf(argument: JsonObject): readonly string[] {
  return ['if_field', 'then_field', 'then_at_least_one_of', 'else_then_at_least_one_of', 'field_sources'].flatMap((name) => {
    const source = argument[name];
    return typeof source === 'string' ? [source] : isList(source) ? source.map(String) : [];
  });
}

function conditional(check: JsonObject, run: Run): void {
  const ifField = stringAt(check, 'if_field') ?? '';
  const thenField = stringAt(check, 'then_field') ?? '';
  const known = [ifField, thenField].some((name) => valueAt(run.entity, name) !== undefined);
  if (!known || missing([ifField], run) || !matches(objectAt(check, 'if_match'), ifField, run)) return;
  const wanted = objectAt(check, 'then_match');
  const problem = run.checked.problemOf({ ...fieldAt(run.record.fields, thenField), ...wanted }, valueAt(run.entity, thenField) ?? null, keyAt(run.record, thenField));
  if (problem === undefined) return;
  run.collect([...run.checked.place.path, ...thenField.split('.')], problem);
  run.fail(stringAt(check, 'then_err') ?? `failed conditional validation given value of field '${ifField}'`);
}

/** What follows a condition may have a check of its own, which stands in for that of the field. */
function keyAt(record: Shape, name: string): string {
  const key = record.keyOf(name);
  return `${key}?` in CUSTOM ? `${key}?` : key;
}

function conditionalOneOf(check: JsonObject, run: Run): void {
  const ifField = stringAt(check, 'if_field') ?? '';
  if (valueAt(run.entity, ifField) === undefined) return;
  const branch = matches(objectAt(check, 'if_match'), ifField, run) ? 'then' : 'else_match' in check && matches(objectAt(check, 'else_match'), ifField, run) ? 'else_then' : undefined;
  if (branch === undefined) return;
  const list = check[`${branch}_at_least_one_of`];
  const names = isList(list) ? list.map(String) : [];
  if (names.some((name) => isFilled(valueAt(run.entity, name)))) return;
  const text = stringAt(check, `${branch}_err`);
  run.fail(text === undefined ? `at least one of these fields must be non-empty: ${quoted(names)}` : text.replace('%s', quoted(names)));
}

function custom(check: JsonObject, run: Run): void {
  const names = sourcesOf(check);
  if (check['run_with_invalid_fields'] !== true && names.some((name) => run.checked.faulty.has(name))) return;
  if (check['run_with_missing_fields'] !== true && (names.every((name) => valueAt(run.entity, name) === undefined) || missing(names, run))) return;
  const problem = customEntityCheck(run.record.key, names, run.entity);
  if (problem !== undefined) run.fail(problem);
}

/** Fields without a value at all, not even null: Kong asks for them and runs nothing. */
function missing(names: readonly string[], run: Run): boolean {
  const absent = names.filter((name) => valueAt(run.entity, name) === undefined);
  for (const name of absent) run.collect([...run.checked.place.path, ...name.split('.')], 'field required for entity check');
  return absent.length > 0;
}

/** A condition is a definition that fills up with that of its field. */
function matches(condition: JsonObject, name: string, run: Run): boolean {
  return run.checked.problemOf({ ...fieldAt(run.record.fields, name), ...condition }, valueAt(run.entity, name) ?? null, run.record.keyOf(name)) === undefined;
}

function fieldAt(fields: ReadonlyMap<string, FieldDefinition>, name: string): FieldDefinition | undefined {
  const [first = '', ...rest] = name.split('.');
  const field = fields.get(first);
  return field === undefined || rest.length === 0 ? field : fieldAt(recordOf(field).fields, rest.join('.'));
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
