import { stringAt } from '../value.ts';
import type { Json } from '../value.ts';
import { CUSTOM } from './custom.ts';
import type { FieldDefinition } from './field.ts';
import { isReference } from './reference.ts';
import { listOf, tableOf } from './table.ts';
import { validatorProblem } from './validators.ts';

/** What is wrong with a value before anything inside it is looked at: null, forbidden, or of another type. */
export function formProblem(field: FieldDefinition, value: Json | undefined): string | undefined {
  const own = stringAt(field, 'err');
  if (value === undefined || value === null) return nullProblem(field, own);
  if ('eq' in field && field['eq'] === null) return own ?? 'value must be null';
  if (field['abstract'] === true) return 'error in schema definition: abstract field was not specialized';
  return typeProblem(field, value);
}

/** What the validators of the whole value say, in Kong's order; nothing about a secret from a vault. */
export function contentProblem(field: FieldDefinition, value: Json | undefined, key: string): string | undefined {
  if (value === undefined || value === null || isUnknown(field, value)) return undefined;
  const problem = validatorProblem(field, value) ?? CUSTOM[key]?.(value);
  return problem === undefined ? undefined : (stringAt(field, 'err') ?? problem);
}

function isUnknown(field: FieldDefinition, value: Json): boolean {
  return field['type'] === 'string' && field['referenceable'] === true && isReference(value);
}

function nullProblem(field: FieldDefinition, own: string | undefined): string | undefined {
  if ('ne' in field && field['ne'] === null) return own ?? 'value must not be null';
  if (field['eq'] !== undefined && field['eq'] !== null) return `value must be ${String(field['eq'])}`;
  return field['required'] === true ? 'required field missing' : undefined;
}

function typeProblem(field: FieldDefinition, value: Json): string | undefined {
  switch (field['type']) {
    case 'array':
      return listOf(value) === undefined ? 'expected an array' : undefined;
    case 'set':
      return listOf(value) === undefined ? 'expected a set' : undefined;
    case 'map':
      return tableOf(value) === undefined ? 'expected a map' : undefined;
    case 'record':
      return tableOf(value) === undefined ? 'expected a record' : undefined;
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) ? undefined : 'expected an integer';
    case 'number':
      return typeof value === 'number' ? undefined : 'expected a number';
    case 'boolean':
      return typeof value === 'boolean' ? undefined : 'expected a boolean';
    case 'string':
      return typeof value === 'string' ? undefined : 'expected a string';
    default:
      return undefined;
  }
}
