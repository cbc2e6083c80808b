import { suggest } from '../../diagnostics/index.ts';
import { oncePer } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import composeSpec from './compose-spec.schema.json' with { type: 'json' };
import type { Reporter } from './report.ts';
import type { Entry, MappingValue, ScalarValue, Value } from './value.ts';
import { hasHoles, typeOf } from './value.ts';

/** The part of JSON Schema that the Compose Specification uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly enum?: readonly (string | number | boolean | null)[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
}
const ROOT: Schema & { readonly $defs: Readonly<Record<string, Schema>> } = composeSpec;

interface Mistake {
  readonly kind: 'type' | 'unknown' | 'value' | 'missing';
  readonly message: string;
  readonly origin: OriginId;
  readonly path: readonly string[];
  readonly meant?: string;
}

/** Where the check stands, and what it found so far. */
interface Walk {
  readonly path: string[];
  readonly mistakes: Mistake[];
}

/** Holds the merged files against the published Compose schema; each finding stands at the value or key that is wrong. */
export function checkSchema(model: MappingValue, reporter: Reporter): void {
  const walk: Walk = { path: [], mistakes: [] };
  validate(ROOT, model, walk);
  for (const mistake of walk.mistakes) {
    reporter.report({
      rule: 'compose-schema',
      message: mistake.message,
      origin: mistake.origin,
      symbol: symbolOf(mistake.path),
      severity: mistake.kind === 'unknown' ? 'warning' : 'error',
      why: 'Compose refuses the file',
      ...(mistake.meant === undefined ? {} : { label: `did you mean "${mistake.meant}"?`, help: `write "${mistake.meant}"` }),
    });
  }
}

/** `services/web/labels` is spoken of as `web/labels`. */
function symbolOf(path: readonly string[]): string {
  return (path[0] === 'services' ? path.slice(1) : path).join('/');
}

function validate(schema: Schema, value: Value, walk: Walk): void {
  if (value.kind === 'layers') return value.layers.forEach((layer) => validate(schema, layer, walk));
  const target = resolved(schema);
  if (target.oneOf !== undefined) return oneOf(target.oneOf, value, walk);
  if (!fitsType(target, value)) return add(walk, 'type', wrongType(typesOf(target), value, walk), value.origin);
  switch (value.kind) {
    case 'mapping':
      return checkMapping(target, value, walk);
    case 'sequence':
      return target.items === undefined ? undefined : checkItems(target.items, value.items, walk);
    case 'scalar':
      return checkScalar(target, value, walk);
  }
}

function add({ mistakes, path }: Walk, kind: Mistake['kind'], message: string, origin: OriginId, meant?: string): void {
  const mistake = { kind, message, origin, path: [...path] };
  mistakes.push(meant === undefined ? mistake : { ...mistake, meant });
}

/** The same one step further down. */
function validateBelow(name: string, schema: Schema, value: Value, walk: Walk): void {
  walk.path.push(name);
  validate(schema, value, walk);
  walk.path.pop();
}

function checkMapping(schema: Schema, value: MappingValue, walk: Walk): void {
  for (const name of schema.required ?? []) if (!value.entries.has(name)) add(walk, 'missing', `${quoted(walk.path)} has no "${name}"`, value.origin);
  value.entries.forEach((entry) => checkEntry(schema, entry, walk));
}

/** Texts in a list of texts are what most lists hold. */
function checkItems(schema: Schema, items: readonly Value[], walk: Walk): void {
  const ofTexts = schema.type === 'string' && schema.enum === undefined && schema.pattern === undefined;
  items.forEach((item, index) => {
    if (!ofTexts || item.kind !== 'scalar' || typeOf(item) !== 'string') validateBelow(String(index), schema, item, walk);
  });
}

/** By what a reference to them says. */
const DEFINITIONS = new Map(Object.entries(ROOT.$defs).map(([name, schema]) => [`#/$defs/${name}`, schema]));

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (DEFINITIONS.get(schema.$ref) ?? schema);
}

function fitsType(schema: Schema, value: Value): boolean {
  if (schema.type === undefined) return true;
  if (typeof schema.type === 'string') return hasType(value, schema.type);
  return schema.type.length === 0 || schema.type.some((type) => hasType(value, type));
}

function wrongType(types: readonly string[], value: Value, { path }: Walk): string {
  return `${quoted(path)} must be ${choices(types.map(word))}, not ${word(jsonType(value))}`;
}

function typesOf(schema: Schema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function jsonType(value: Value): string {
  if (value.kind === 'mapping') return 'object';
  return value.kind === 'scalar' ? typeOf(value) : 'array';
}

/** `2.0` is a whole number to a JSON schema. */
function hasType(value: Value, type: string): boolean {
  const own = jsonType(value);
  return own === type || (own === 'integer' && type === 'number') || (own === 'number' && type === 'integer' && value.kind === 'scalar' && Number.isInteger(Number(value.text)));
}

const WORDS: Readonly<Record<string, string>> = { object: 'a mapping', array: 'a list', string: 'text', boolean: 'true or false', integer: 'a whole number', number: 'a number', null: 'empty' };

function word(type: string): string {
  return WORDS[type] ?? type;
}

function choices(words: readonly string[]): string {
  const unique = [...new Set(words)];
  return unique.length < 2 ? unique.join('') : `${unique.slice(0, -1).join(', ')} or ${unique.at(-1) ?? ''}`;
}

function quoted(path: readonly string[]): string {
  return path.length === 0 ? 'the file' : `"${path.join('.')}"`;
}

/** The branch that comes nearest speaks: one whose type fits, else all types together. */
function oneOf(branches: readonly Schema[], value: Value, walk: Walk): void {
  let nearest: readonly Mistake[] | undefined;
  for (const branch of branches) {
    if (!fitsType(resolved(branch), value)) continue;
    const mistakes: Mistake[] = [];
    validate(branch, value, { path: walk.path, mistakes });
    if (mistakes.length === 0) return;
    if (nearest === undefined || mistakes.length < nearest.length) nearest = mistakes;
  }
  if (nearest === undefined) add(walk, 'type', wrongType(branches.flatMap((branch) => allTypes(branch)), value, walk), value.origin);
  else for (const mistake of nearest) walk.mistakes.push(mistake);
}

function allTypes(schema: Schema): readonly string[] {
  const target = resolved(schema);
  return target.oneOf === undefined ? typesOf(target) : target.oneOf.flatMap((branch) => allTypes(branch));
}

function checkEntry(schema: Schema, entry: Entry, walk: Walk): void {
  walk.path.push(entry.key);
  checkNamed(schema, entry, walk);
  walk.path.pop();
}

/** An entry whose key the path has already. */
function checkNamed(schema: Schema, entry: Entry, walk: Walk): void {
  if (!entry.keyIsText) return add(walk, 'value', `the key "${entry.key}" must be text: put it in quotes`, entry.keyOrigin);
  const { named, patterns } = keysOf(schema);
  const own = named.get(entry.key);
  if (own !== undefined) return validate(own, entry.value, walk);
  const fitting = patterns.filter(({ pattern }) => pattern.test(entry.key));
  if (fitting.length > 0) return fitting.forEach(({ target }) => validate(target, entry.value, walk));
  if (schema.additionalProperties === false) return addUnknown(schema, entry, walk);
  if (typeof schema.additionalProperties === 'object') validate(schema.additionalProperties, entry.value, walk);
}

interface Pattern {
  readonly pattern: RegExp;
  readonly target: Schema;
}

/** What a schema says of the keys of a mapping, in a form that is quick to ask. */
interface Keys {
  readonly named: ReadonlyMap<string, Schema>;
  readonly patterns: readonly Pattern[];
}

const keysOf = oncePer((schema: Schema): Keys => {
  const patterns = Object.entries(schema.patternProperties ?? {}).map(([pattern, target]) => ({ pattern: new RegExp(pattern), target }));
  return { named: new Map(Object.entries(schema.properties ?? {})), patterns };
});

function addUnknown(schema: Schema, entry: Entry, walk: Walk): void {
  const names = Object.keys(schema.properties ?? {});
  if (names.length === 0) return add(walk, 'value', `"${entry.key}" is not allowed as a name here`, entry.keyOrigin);
  const where = walk.path.length === 1 ? 'at the top level of a Compose file' : `in ${quoted(walk.path.slice(0, -1))}`;
  add(walk, 'unknown', `Compose knows no "${entry.key}" ${where}`, entry.keyOrigin, suggest(entry.key, names));
}

function checkScalar(schema: Schema, value: ScalarValue, walk: Walk): void {
  if (schema.enum === undefined && schema.pattern === undefined && schema.minimum === undefined && schema.maximum === undefined) return;
  const wrong = hasHoles(value) ? undefined : wrongScalar(schema, value, walk.path);
  if (wrong !== undefined) add(walk, 'value', wrong, value.origin);
}

function wrongScalar(schema: Schema, value: ScalarValue, path: readonly string[]): string | undefined {
  if (schema.enum !== undefined && !schema.enum.map(String).includes(value.text)) return `${quoted(path)} must be one of ${schema.enum.map((one) => `"${String(one)}"`).join(', ')}, got "${value.text}"`;
  if (schema.pattern !== undefined && typeOf(value) === 'string' && !new RegExp(schema.pattern).test(value.text)) return `${quoted(path)} cannot be "${value.text}"`;
  const number = value.type === 'integer' || value.type === 'number' ? Number(value.text) : undefined;
  if (number !== undefined && schema.minimum !== undefined && number < schema.minimum) return `${quoted(path)} must be at least ${String(schema.minimum)}`;
  if (number !== undefined && schema.maximum !== undefined && number > schema.maximum) return `${quoted(path)} must be at most ${String(schema.maximum)}`;
  return undefined;
}
