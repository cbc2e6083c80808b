// Costs about 2 s.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkDeclarative } from '../../src/models/kong/schema/index.ts';
import { isList, isObject, objectAt } from '../../src/models/kong/value.ts';
import type { Json, JsonObject } from '../../src/models/kong/value.ts';

/** Every field of every entity and plugin that a node of Kong 3.9 publishes, each with values that its own schema refuses and with its default. */
const published = JSON.parse(readFileSync('schemas/kong/schemas.v3.9.json', 'utf8')) as JsonObject;

type Path = readonly (string | number)[];

interface Field {
  readonly path: Path;
  readonly definition: JsonObject;
  /** The document with a value in the field's place. */
  readonly within: (value: Json) => JsonObject;
}

const listOf = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);

function fieldsOf(record: JsonObject, path: Path, within: (value: Json) => JsonObject): readonly Field[] {
  return listOf(record['fields']).filter(isObject).flatMap((entry) => Object.entries(entry)).flatMap(([name, definition]) => (isObject(definition) ? fieldAndBelow(definition, [...path, name], (value) => within({ [name]: value })) : []));
}

function fieldAndBelow(definition: JsonObject, path: Path, within: (value: Json) => JsonObject): readonly Field[] {
  const own = { path, definition, within };
  const { elements, values } = definition;
  if (definition['type'] === 'record') return [own, ...fieldsOf(definition, path, within)];
  if (isObject(elements)) return [own, ...fieldAndBelow(elements, [...path, 0], (value) => within([value]))];
  return isObject(values) ? [own, ...fieldAndBelow(values, [...path, 'key'], (value) => within({ key: value }))] : [own];
}

/** Values that the definition alone refuses, by what is wrong with them. */
function wrongFor(definition: JsonObject): readonly (readonly [string, Json])[] {
  const { type, one_of: choices, between, gt, starts_with: start, len_min: least, uuid } = definition;
  const [, most] = isList(between) ? between : [];
  const isText = type === 'string';
  return [
    ...(type === 'integer' || type === 'number' ? [['a word', 'many'] as const] : []),
    ...(type === 'integer' ? [['half of one', 1.5] as const] : []),
    ...(type === 'boolean' ? [['a word', 'yes'] as const] : []),
    ...(type === 'record' || type === 'map' || type === 'array' || type === 'set' ? [['a word', 'text'] as const] : []),
    ...(isText ? [['a number', 12] as const, ['a list', ['a', 'b']] as const] : []),
    ...(isList(choices) ? [['none of the choices', isText ? 'no-such-choice' : 987_654] as const] : []),
    ...(typeof most === 'number' ? [['more than the most', most + 1] as const] : []),
    ...(typeof gt === 'number' ? [['not more than the least', gt] as const] : []),
    ...(typeof start === 'string' ? [['another beginning', `x${start}`] as const] : []),
    ...(isText && typeof least === 'number' && least > 0 ? [['nothing', ''] as const] : []),
    ...(uuid === true ? [['no UUID', 'not-a-uuid'] as const] : []),
  ];
}

const textOf = (path: Path): string => path.join('.');

/** Kong names the whole map where one of its values is wrong, and all protocols where none is one that it knows. */
const placeOf = (path: Path): Path => (path.includes('key') ? path.slice(0, path.indexOf('key')) : path.join('.').startsWith('routes.0.protocols.') ? path.slice(0, 3) : path);

function check(fields: readonly Field[], flavour: 'traditional_compatible' | 'expressions'): readonly string[] {
  return fields.flatMap(({ path, definition, within }) => {
    const place = placeOf(path);
    const isFound = (value: Json): boolean => checkDeclarative(within(value), flavour).some((problem) => place.every((part, index) => problem.path.filter((one) => one !== '@entity')[index] === part));
    const missed = wrongFor(definition).filter(([, value]) => !isFound(value)).map(([what]) => what);
    const unknown = definition['type'] === 'record' && !isFound({ zz_unknown: 1 }) ? ['a field that is not there'] : [];
    const usual = definition['default'];
    const refused = usual === undefined || usual === null ? [] : checkDeclarative(within(usual), flavour).filter((problem) => textOf(problem.path) === textOf(path)).map(({ message }) => `its own default (${message})`);
    return [...missed, ...unknown, ...refused].map((what) => `${textOf(path)}: ${what}`);
  });
}

const FORMAT = { _format_version: '3.0' } as const;
const pluginFields = (name: string): readonly Field[] => fieldsOf(objectAt(objectAt(published, 'plugins'), name), ['plugins', 0], (value) => ({ ...FORMAT, plugins: [{ name, ...(isObject(value) ? value : {}) }] }));
/** What a field needs beside it: Kong does not look into one that the kind of its entity forbids. */
function beside(entity: string, value: Json): JsonObject {
  const given = isObject(value) ? value : {};
  if (entity === 'vaults') return { name: 'env', ...given };
  if (entity === 'services' && 'ca_certificates' in given) return { protocol: 'https', ...given };
  return entity === 'routes' && ('sources' in given || 'destinations' in given) ? { protocols: ['tcp'], ...given } : given;
}
const entityFields = (name: string): readonly Field[] => fieldsOf(objectAt(objectAt(published, 'entities'), name), [name, 0], (value) => ({ ...FORMAT, [name]: [beside(name, value)] }));

describe('each field of a plugin', () => {
  it.each(Object.keys(objectAt(published, 'plugins')))('%s', (name) => {
    const fields = pluginFields(name).filter(({ path }) => path[2] === 'config');
    expect(fields.length).toBeGreaterThan(0);
    expect(check(fields, 'traditional_compatible')).toEqual([]);
  });
});

describe('each field of an entity', () => {
  it.each(Object.keys(objectAt(published, 'entities')).filter((name) => name !== 'plugins' && name !== 'tags'))('%s', (name) => {
    // A node writes the time of the last change itself, whatever stands there.
    expect(check(entityFields(name).filter(({ path }) => path[2] !== 'updated_at'), 'traditional_compatible')).toEqual([]);
  });
});
