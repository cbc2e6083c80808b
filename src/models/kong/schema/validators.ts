import { isList, isObject, stringAt } from '../value.ts';
import type { Json } from '../value.ts';
import type { FieldDefinition } from './field.ts';
import { luaMatches } from './lua-pattern.ts';
import { isPcre } from './pcre.ts';

const count = (value: Json): number => (isList(value) ? value.length : typeof value === 'string' ? Buffer.byteLength(value) : isObject(value) ? Object.keys(value).length : 0);

/** Schema.validators in their order. */
export function validatorProblem(field: FieldDefinition, value: Json): string | undefined {
  const text = typeof value === 'string' ? value : '';
  const number = typeof value === 'number' ? value : 0;
  for (const [name, argument] of ordered(field)) {
    const problem = VALIDATORS[name]?.({ value, text, number, argument });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function ordered(field: FieldDefinition): readonly (readonly [string, Json])[] {
  const names = Object.keys(VALIDATORS).filter((name) => field[name] !== undefined && field[name] !== null);
  const listed = names.map((name) => [name, field[name] ?? null] as const);
  return field['type'] === 'string' && field['len_min'] === undefined ? [...listed, ['len_min', 1] as const].sort((a, b) => rank(a[0]) - rank(b[0])) : listed;
}

interface Input {
  readonly value: Json;
  readonly text: string;
  readonly number: number;
  readonly argument: Json;
}

const strings = (argument: Json): readonly string[] => (isList(argument) ? argument.map(String) : []);
const patterns = (argument: Json): readonly { readonly pattern: string; readonly err: string }[] =>
  isList(argument) ? argument.filter(isObject).map((item) => ({ pattern: stringAt(item, 'pattern') ?? '', err: stringAt(item, 'err') ?? 'invalid value' })) : [];

const VALIDATORS: Readonly<Record<string, (input: Input) => string | undefined>> = {
  eq: ({ value, argument }) => (value === argument ? undefined : `value must be ${String(argument)}`),
  ne: ({ value, argument }) => (value === argument ? `value must not be ${String(value)}` : undefined),
  not_one_of: ({ value, argument }) => (isList(argument) && argument.includes(value) ? `must not be one of: ${strings(argument).join(', ')}` : undefined),
  one_of: ({ value, argument }) => (isList(argument) && !argument.includes(value) ? `expected one of: ${strings(argument).join(', ')}` : undefined),
  gt: ({ number, argument }) => (typeof argument === 'number' && number <= argument ? `value must be greater than ${String(argument)}` : undefined),
  timestamp: ({ number }) => (number > 0 ? undefined : 'expected a valid timestamp'),
  uuid: ({ text }) => (isUuid(text) ? undefined : 'expected a valid UUID'),
  is_regex: ({ text }) => (isPcre(text) ? undefined : `not a valid regex: ${text}`),
  between: ({ number, argument }) => {
    const [low, high] = isList(argument) ? argument.map(Number) : [];
    return low !== undefined && high !== undefined && (number < low || number > high) ? `value should be between ${String(Math.trunc(low))} and ${String(Math.trunc(high))}` : undefined;
  },
  len_eq: ({ value, argument }) => (count(value) === argument ? undefined : `length must be ${String(argument)}`),
  len_min: ({ value, argument }) => (typeof argument === 'number' && count(value) < argument ? `length must be at least ${String(argument)}` : undefined),
  len_max: ({ value, argument }) => (typeof argument === 'number' && count(value) > argument ? `length must be at most ${String(argument)}` : undefined),
  starts_with: ({ text, argument }) => (text.startsWith(String(argument)) ? undefined : `should start with: ${String(argument)}`),
  not_match: ({ text, argument }) => (luaMatches(text, String(argument)) ? `invalid value: ${text}` : undefined),
  match_none: ({ text, argument }) => patterns(argument).find(({ pattern }) => luaMatches(text, pattern))?.err,
  match: ({ text, argument }) => (luaMatches(text, String(argument)) ? undefined : `invalid value: ${text}`),
  match_all: ({ text, argument }) => patterns(argument).find(({ pattern }) => !luaMatches(text, pattern))?.err,
  match_any: ({ text, argument }) => {
    if (!isObject(argument)) return undefined;
    return strings(argument['patterns'] ?? null).some((pattern) => luaMatches(text, pattern)) ? undefined : (stringAt(argument, 'err') ?? 'invalid value');
  },
  contains: ({ value, argument }) => (isList(value) && value.includes(argument) ? undefined : `expected to contain: ${String(argument)}`),
  mutually_exclusive_subsets: ({ value, argument }) => exclusiveSets(value, argument),
};
const RANKS = Object.keys(VALIDATORS);
function rank(name: string): number {
  return RANKS.indexOf(name);
}

function exclusiveSets(value: Json, argument: Json): string | undefined {
  const sets = isList(argument) ? argument.map(strings) : [];
  const used = strings(value).flatMap((item) => sets.filter((set) => set.includes(item)));
  const members = [...new Set(used)];
  return members.length <= 1 ? undefined : `these sets are mutually exclusive: ${members.map((set) => `(${set.map((item) => `'${item}'`).join(', ')})`).join(', ')}`;
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);
}
