import { keyAt, staticTable } from '../../traefik-config/keys.ts';
import type { KeyNode, KeyObject } from '../../traefik-config/keys.ts';
import { aboutOption } from './about.ts';
import { specTable } from './platform-keys.ts';
import type { ObjectShape, Shape } from './shape.ts';
import { once } from '../../text/index.ts';

/**
 * The engine's options below a path of its catalogue, as a shape: `http.middlewares.*.rateLimit`. Made when somebody looks: most
 * commands read no gateway.yaml.
 */
export function optionsAt(path: string, noun: string, from: 'dynamic' | 'static' = 'dynamic'): ObjectShape {
  const shape = once(() => objectShape(objectAt(path, from), noun));
  return {
    kind: 'object',
    noun,
    get title() {
      return shape().title;
    },
    get description() {
      return shape().description;
    },
    get default() {
      return shape().default;
    },
    get example() {
      return shape().example;
    },
    get fields() {
      return shape().fields;
    },
  };
}

/** Gives a shape fields that are made when somebody looks. */
export function withFields(shape: Omit<ObjectShape, 'fields'>, make: () => ObjectShape['fields']): ObjectShape {
  const fields = once(make);
  return {
    ...shape,
    get fields() {
      return fields();
    },
  };
}

/** Fields without some of them. */
export function without(fields: ObjectShape['fields'], names: readonly string[]): ObjectShape['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));
}

function objectAt(path: string, from: 'dynamic' | 'static' = 'dynamic'): KeyObject {
  const key = keyAt(from === 'dynamic' ? specTable() : staticTable('3.7'), path);
  if (key?.kind !== 'object') throw new RangeError(`no options at ${path}`);
  return key;
}

/** Names of the options below a path that a file may set. */
export function optionNames(path: string): readonly string[] {
  return settableBelow(objectAt(path)).map(([name]) => name);
}

function settableBelow(key: KeyObject): readonly (readonly [string, KeyNode])[] {
  return [...key.children].filter(([, child]) => isSettable(child));
}

function objectShape(key: KeyObject, noun: string): ObjectShape {
  const fields = settableBelow(key).map(([name, child]): [string, Shape] => [name, shapeOf(child)]);
  return { kind: 'object', noun, ...described(key), fields: Object.fromEntries(fields) };
}

function isSettable(key: KeyNode): boolean {
  return key.settable.file && !key.ignored.file && !key.internal;
}

function shapeOf(key: KeyNode): Shape {
  const about = described(key);
  switch (key.kind) {
    case 'object':
      return key.emptyOk.file ? { kind: 'choice', ...about, options: [objectShape(key, words(key.name)), { kind: 'flag', ...about, onlyTrue: true }] } : objectShape(key, words(key.name));
    case 'map':
      return { kind: 'named', names: 'text', noun: 'entry', ...about, entry: shapeOf(key.entry) };
    case 'texts':
      return { kind: 'named', names: 'text', noun: 'entry', ...about, entry: { kind: 'text', title: 'Value', description: 'A text.', example: 'value' } };
    case 'items':
      return { kind: 'list', ...about, item: objectShape(key.item, words(key.name)) };
    case 'raw':
      return { kind: 'any', ...about };
    case 'scalars':
      return { kind: 'choice', ...about, options: [{ kind: 'list', ...about, item: scalarShape(key.type, about, key.enum?.map(String)) }, scalarShape(key.type, about, key.enum?.map(String))] };
    case 'scalar':
      return scalarShape(key.type, about, key.enum?.map(String));
  }
}

function scalarShape(type: 'string' | 'bool' | 'int' | 'float' | 'duration', about: ReturnType<typeof described>, values?: readonly string[]): Shape {
  switch (type) {
    case 'bool':
      return { kind: 'flag', ...about };
    case 'int':
      return { kind: 'integer', ...about };
    case 'float':
      return { kind: 'number', ...about };
    case 'duration':
      return { kind: 'text', ...about, pattern: /^(?:-?\d+|-?(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/, wanted: 'a duration such as 10s, 500ms or 1m30s' };
    case 'string':
      return { kind: 'text', ...about, ...(values === undefined ? {} : { values }) };
  }
}

const EXAMPLES: Readonly<Record<string, unknown>> = { string: 'text', bool: true, int: 10, float: 0.5, duration: '10s' };

function described(key: KeyNode): { readonly title: string; readonly description: string; readonly default?: unknown; readonly example?: unknown } {
  const known = aboutOption(key.path);
  const standard = key.default === undefined ? '' : ` Default: ${JSON.stringify(key.default)}.`;
  const limits = key.check === undefined ? '' : ` ${key.check.charAt(0).toUpperCase()}${key.check.slice(1)}.`;
  const example = known?.example ?? exampleOf(key);
  return {
    title: titled(words(key.name)),
    description: known === undefined ? '' : `${known.description}${limits}${standard}`,
    ...(key.default === undefined ? {} : { default: key.default }),
    ...(example === undefined ? {} : { example }),
  };
}

/** The first option below that has one; an empty mapping where all have their own meaning. */
function exampleOf(key: KeyNode): unknown {
  switch (key.kind) {
    case 'scalar':
      return key.enum?.[0] ?? key.default ?? EXAMPLES[key.type];
    case 'scalars':
      return key.default ?? [EXAMPLES[key.type]];
    case 'object':
      return objectExample(key);
    case 'map':
      return { name: aboutOption(key.entry.path)?.example ?? exampleOf(key.entry) };
    case 'texts':
      return { 'X-Name': 'value' };
    case 'items':
      return [objectExample(key.item)];
    case 'raw':
      return {};
  }
}

function objectExample(key: KeyObject): Readonly<Record<string, unknown>> {
  const [first] = [...key.children.values()].filter(isSettable);
  return first === undefined ? {} : { [first.name]: aboutOption(first.path)?.example ?? exampleOf(first) };
}

function words(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
}

function titled(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
