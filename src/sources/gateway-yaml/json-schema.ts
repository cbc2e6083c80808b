import { ENTITY_NAME } from './check.ts';
import type { IntegerShape, NamedShape, ObjectShape, Shape, TextShape } from './shape.ts';

type Json = Readonly<Record<string, unknown>>;

/** A scalar may always hold a variable. */
const VARIABLE = '\\$';

interface Definitions {
  /** How often each shape stands in the spec: what stands twice is written once. */
  readonly uses: ReadonlyMap<Shape, number>;
  readonly names: Map<Shape, string>;
  readonly schemas: Map<string, Json>;
}

/** The JSON Schema (2020-12) of a whole file; shapes that are used again are definitions. */
export function jsonSchema(root: ObjectShape): Json {
  const uses = new Map<Shape, number>();
  count(root, uses);
  const definitions: Definitions = { uses, names: new Map(), schemas: new Map() };
  const schema = written(root, definitions);
  return { ...schema, $defs: Object.fromEntries([...definitions.schemas].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function count(shape: Shape, uses: Map<Shape, number>): void {
  const before = uses.get(shape) ?? 0;
  uses.set(shape, before + 1);
  if (before === 0) for (const child of childrenOf(shape)) count(child, uses);
}

/** What stands below a shape. */
export function childrenOf(shape: Shape): readonly Shape[] {
  if (shape.kind === 'choice') return shape.options;
  if (shape.kind === 'list') return [shape.item];
  if (shape.kind === 'named') return [shape.entry];
  return shape.kind === 'object' ? Object.values(shape.fields) : [];
}

function schemaOf(shape: Shape, definitions: Definitions): Json {
  if ((definitions.uses.get(shape) ?? 0) < 2 || childrenOf(shape).length === 0) return written(shape, definitions);
  const known = definitions.names.get(shape) ?? define(shape, definitions);
  return { $ref: `#/$defs/${known}`, ...about(shape) };
}

function define(shape: Shape, definitions: Definitions): string {
  const base = shape.title.replace(/[^A-Za-z0-9]+(.)?/g, (_, next: string | undefined) => (next ?? '').toUpperCase());
  const taken = new Set(definitions.names.values());
  let name = base;
  for (let again = 2; taken.has(name); again += 1) name = `${base}${String(again)}`;
  definitions.names.set(shape, name);
  definitions.schemas.set(name, written(shape, definitions));
  return name;
}

/** What an editor shows. */
function about({ title, description, default: standard, example }: Shape): Json {
  return { title, description, ...(standard === undefined ? {} : { default: standard }), ...(example === undefined ? {} : { examples: [example] }) };
}

function written(shape: Shape, definitions: Definitions): Json {
  const base = about(shape);
  switch (shape.kind) {
    case 'text':
      return { ...base, ...textSchema(shape) };
    case 'flag':
      return { ...base, ...(shape.onlyTrue === true ? { anyOf: [{ const: true }, { type: 'string', pattern: `^true$|${VARIABLE}` }] } : { type: ['boolean', 'string'], pattern: `^(?:true|false)$|${VARIABLE}` }) };
    case 'integer':
      return { ...base, ...integerSchema(shape) };
    case 'number':
      return { ...base, type: ['number', 'string'], pattern: VARIABLE };
    case 'list':
      return { ...base, type: 'array', items: schemaOf(shape.item, definitions) };
    case 'named':
      return { ...base, ...namedSchema(shape, definitions) };
    case 'object':
      return { ...base, ...objectSchema(shape, definitions) };
    case 'choice':
      return { ...base, anyOf: shape.options.map((option) => schemaOf(option, definitions)) };
    case 'any':
      return base;
  }
}

function textSchema(shape: TextShape): Json {
  const type = ['string', 'number', 'boolean'];
  if (shape.values !== undefined) return { type, anyOf: [{ enum: shape.values }, { type: 'string', pattern: VARIABLE }] };
  return shape.pattern === undefined ? { type } : { type: shape.pattern.test('80') ? type : 'string', pattern: `(?:${shape.pattern.source})|${VARIABLE}` };
}

function integerSchema(shape: IntegerShape): Json {
  return { type: ['integer', 'string'], pattern: `^-?\\d+$|${VARIABLE}`, ...(shape.least === undefined ? {} : { minimum: shape.least }), ...(shape.most === undefined ? {} : { maximum: shape.most }) };
}

/** Null takes an entry away that an earlier file declared. */
function namedSchema(shape: NamedShape, definitions: Definitions): Json {
  const entry = schemaOf(shape.entry, definitions);
  const removed = { type: 'null', title: 'Removed', description: `Takes a ${shape.noun} of an earlier file away.` };
  return { type: 'object', additionalProperties: { anyOf: [entry, removed] }, ...(shape.names === 'entity' ? { propertyNames: { pattern: ENTITY_NAME.source } } : {}) };
}

function objectSchema(shape: ObjectShape, definitions: Definitions): Json {
  const properties = Object.entries(shape.fields).map(([name, field]) => [name, schemaOf(field, definitions)] as const);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    patternProperties: { '^x-': {} },
    additionalProperties: false,
    ...(shape.required === undefined ? {} : { required: shape.required }),
    ...(shape.oneOf === undefined ? {} : { oneOf: shape.oneOf.map((name) => ({ required: [name] })) }),
  };
}
