import { suggest } from '../../diagnostics/index.ts';
import type { OriginId } from '../../text/index.ts';
import composeSpec from './compose-spec.schema.json' with { type: 'json' };
import type { Reporter } from './report.ts';
import type { Entry, MappingValue, ScalarValue, Value } from './value.ts';
import { hasHoles } from './value.ts';

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

/** Holds the merged files against the published Compose schema; each finding stands at the value or key that is wrong. */
export function checkSchema(model: MappingValue, reporter: Reporter): void {
  for (const mistake of validate(ROOT, model, [])) {
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

function validate(schema: Schema, value: Value, path: readonly string[]): readonly Mistake[] {
  if (value.kind === 'layers') return value.layers.flatMap((layer) => validate(schema, layer, path));
  const target = resolved(schema);
  if (target.oneOf !== undefined) return oneOf(target.oneOf, value, path);
  const type = typeMistake(target, value, path);
  if (type !== undefined) return [type];
  switch (value.kind) {
    case 'mapping':
      return mappingMistakes(target, value, path);
    case 'sequence':
      return target.items === undefined ? NONE : itemMistakes(target.items, value.items, path);
    case 'scalar':
      return scalarMistakes(target, value, path);
  }
}

/** Nearly every part of nearly every file has none. */
const NONE: readonly Mistake[] = [];

function mappingMistakes(schema: Schema, value: MappingValue, path: readonly string[]): readonly Mistake[] {
  const out: Mistake[] = schema.required === undefined ? [] : [...requiredMistakes(schema, value, path)];
  value.entries.forEach((entry) => out.push(...entryMistakes(schema, entry, path)));
  return out;
}

/** Texts in a list of texts, which most lists hold, need no path of their own. */
function itemMistakes(schema: Schema, items: readonly Value[], path: readonly string[]): readonly Mistake[] {
  const out: Mistake[] = [];
  const ofTexts = schema.type === 'string' && schema.enum === undefined && schema.pattern === undefined;
  items.forEach((item, index) => {
    if (!ofTexts || item.kind !== 'scalar' || item.type !== 'string') out.push(...validate(schema, item, [...path, String(index)]));
  });
  return out;
}

const REFERENCE = '#/$defs/';

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (ROOT.$defs[schema.$ref.slice(REFERENCE.length)] ?? schema);
}

function typeMistake(schema: Schema, value: Value, path: readonly string[]): Mistake | undefined {
  if (schema.type === undefined || (typeof schema.type === 'string' && hasType(value, schema.type))) return undefined;
  const types = typesOf(schema);
  if (types.length === 0 || types.some((type) => hasType(value, type))) return undefined;
  return { kind: 'type', message: `${quoted(path)} must be ${choices(types.map(word))}, not ${word(jsonType(value))}`, origin: value.origin, path };
}

function typesOf(schema: Schema): readonly string[] {
  if (schema.type === undefined) return [];
  return typeof schema.type === 'string' ? [schema.type] : schema.type;
}

function jsonType(value: Value): string {
  if (value.kind === 'mapping') return 'object';
  return value.kind === 'scalar' ? value.type : 'array';
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
function oneOf(branches: readonly Schema[], value: Value, path: readonly string[]): readonly Mistake[] {
  const fitting: (readonly Mistake[])[] = [];
  for (const branch of branches) {
    if (typeMistake(resolved(branch), value, path) !== undefined) continue;
    const mistakes = validate(branch, value, path);
    if (mistakes.length === 0) return [];
    fitting.push(mistakes);
  }
  const nearest = fitting.toSorted((a, b) => a.length - b.length)[0];
  if (nearest !== undefined) return nearest;
  const types = branches.flatMap((branch) => allTypes(branch));
  const message = `${quoted(path)} must be ${choices(types.map(word))}, not ${word(jsonType(value))}`;
  return [{ kind: 'type', message, origin: value.origin, path }];
}

function allTypes(schema: Schema): readonly string[] {
  const target = resolved(schema);
  return target.oneOf === undefined ? typesOf(target) : target.oneOf.flatMap((branch) => allTypes(branch));
}

function requiredMistakes(schema: Schema, value: MappingValue, path: readonly string[]): readonly Mistake[] {
  return (schema.required ?? [])
    .filter((name) => !value.entries.has(name))
    .map((name): Mistake => ({ kind: 'missing', message: `${quoted(path)} has no "${name}"`, origin: value.origin, path }));
}

function entryMistakes(schema: Schema, entry: Entry, path: readonly string[]): readonly Mistake[] {
  const inner = [...path, entry.key];
  if (!entry.keyIsText) return [{ kind: 'value', message: `the key "${entry.key}" must be text: put it in quotes`, origin: entry.keyOrigin, path: inner }];
  const own = ownProperty(schema, entry.key);
  if (own !== undefined) return validate(own, entry.value, inner);
  const patterns = patternsOf(schema).filter(({ pattern }) => pattern.test(entry.key));
  if (patterns.length > 0) return patterns.flatMap(({ target }) => validate(target, entry.value, inner));
  if (schema.additionalProperties === false) return [unknownKey(schema, entry, inner)];
  return typeof schema.additionalProperties === 'object' ? validate(schema.additionalProperties, entry.value, inner) : [];
}

interface Pattern {
  readonly pattern: RegExp;
  readonly target: Schema;
}

const NO_PATTERNS: readonly Pattern[] = [];
const patternsBySchema = new WeakMap<Schema, readonly Pattern[]>();

function patternsOf(schema: Schema): readonly Pattern[] {
  if (schema.patternProperties === undefined) return NO_PATTERNS;
  const known = patternsBySchema.get(schema);
  if (known !== undefined) return known;
  const made = Object.entries(schema.patternProperties).map(([pattern, target]) => ({ pattern: new RegExp(pattern), target }));
  patternsBySchema.set(schema, made);
  return made;
}

function ownProperty(schema: Schema, key: string): Schema | undefined {
  const properties = schema.properties;
  return properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function unknownKey(schema: Schema, entry: Entry, path: readonly string[]): Mistake {
  const names = Object.keys(schema.properties ?? {});
  if (names.length === 0) return { kind: 'value', message: `"${entry.key}" is not allowed as a name here`, origin: entry.keyOrigin, path };
  const meant = suggest(entry.key, names);
  const where = path.length === 1 ? 'at the top level of a Compose file' : `in ${quoted(path.slice(0, -1))}`;
  return { kind: 'unknown', message: `Compose knows no "${entry.key}" ${where}`, origin: entry.keyOrigin, path, ...(meant === undefined ? {} : { meant }) };
}

function scalarMistakes(schema: Schema, value: ScalarValue, path: readonly string[]): readonly Mistake[] {
  if (schema.enum === undefined && schema.pattern === undefined && schema.minimum === undefined && schema.maximum === undefined) return NONE;
  if (hasHoles(value)) return NONE;
  const mistake = (message: string): readonly Mistake[] => [{ kind: 'value', message, origin: value.origin, path }];
  if (schema.enum !== undefined && !schema.enum.map(String).includes(value.text)) return mistake(`${quoted(path)} must be one of ${schema.enum.map((name) => `"${String(name)}"`).join(', ')}, got "${value.text}"`);
  if (schema.pattern !== undefined && value.type === 'string' && !new RegExp(schema.pattern).test(value.text)) return mistake(`${quoted(path)} cannot be "${value.text}"`);
  const number = value.type === 'integer' || value.type === 'number' ? Number(value.text) : undefined;
  if (number !== undefined && schema.minimum !== undefined && number < schema.minimum) return mistake(`${quoted(path)} must be at least ${String(schema.minimum)}`);
  if (number !== undefined && schema.maximum !== undefined && number > schema.maximum) return mistake(`${quoted(path)} must be at most ${String(schema.maximum)}`);
  return [];
}
