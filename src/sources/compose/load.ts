import { hashHoles } from '../../text/index.ts';
import type { OriginId } from '../../text/index.ts';
import { goText, isText, parseYaml, resolveScalar } from '../../text/yaml/index.ts';
import type { Resolved, YamlFile, YamlMapping, YamlNode, YamlScalar, YamlSequence } from '../../text/yaml/index.ts';
import { readText } from './reading.ts';
import type { Reading } from './reading.ts';
import { interpolate, textOf } from '../variables/index.ts';
import type { Lookup } from '../variables/index.ts';
import type { Entry, MappingValue, Operation, ScalarValue, SequenceValue, Value } from './value.ts';

/** The documents of a Compose file as values with variables put in; undefined when there is no such file. */
export function loadDocuments(reading: Reading, path: string, scope: Scope): readonly MappingValue[] | undefined {
  const cache = reading.loaded.get(scope.lookup) ?? new Map<string, readonly MappingValue[]>();
  reading.loaded.set(scope.lookup, cache);
  const key = `${path}\0${scope.folder}`;
  const documents = cache.get(key) ?? freshDocuments(reading, path, scope);
  if (documents !== undefined) cache.set(key, documents);
  return documents;
}

function freshDocuments(reading: Reading, path: string, scope: Scope): readonly MappingValue[] | undefined {
  const yaml = parsed(reading, path);
  if (yaml === undefined) return undefined;
  return yaml.docs.flatMap((doc) => {
    const value = toValue(doc, { reading, ...scope, path: [] });
    if (value.kind === 'mapping') return [value];
    notMapping(reading, path, value.origin);
    return [];
  });
}

function notMapping(reading: Reading, path: string, origin: OriginId): void {
  if (reading.broken) return;
  reading.reporter.report({ rule: 'compose-schema', message: 'a Compose file must be a mapping at the top level', origin, symbol: path, blocking: true, why: 'Compose refuses the file' });
}

/** A file's YAML, its problems said once. */
export function parsed(reading: Reading, path: string): YamlFile | undefined {
  const known = reading.yaml.get(path);
  if (known !== undefined) return known;
  const file = readText(reading, path);
  if (file === undefined) return undefined;
  const yaml = parseYaml(file, reading.origins);
  reading.yaml.set(path, yaml);
  if (yaml.values !== undefined && yaml.values > MOST_VALUES) reportSize(reading, path, yaml.values);
  for (const problem of yaml.problems) {
    if (problem.kind !== 'key-twice') reading.broken = true;
    const related = problem.related === undefined ? {} : { related: [{ origin: problem.related, label: 'first here' }] };
    reading.reporter.report({ rule: 'yaml-syntax', message: problem.message, origin: problem.origin, symbol: path, blocking: true, why: 'Compose cannot read the file', ...related });
  }
  return yaml;
}

/** compose-go 2.16, `loader/reset.go`: one document of 100,000 values loads, one more does not (both run). */
const MOST_VALUES = 100_000;

function reportSize(reading: Reading, path: string, values: number): void {
  reading.reporter.report({
    rule: 'compose-too-large',
    severity: 'warning',
    message: `the file has ${values.toLocaleString('en-US')} values`,
    origin: reading.origins.span(path, 0, 0),
    symbol: path,
    why: `Compose reads at most ${MOST_VALUES.toLocaleString('en-US')} of them in one document`,
    help: 'split it into files that are joined with "include:", or let services share their labels through anchors: an alias is one value',
  });
}

/** What a file is read with. */
export interface Scope {
  readonly lookup: Lookup;
  readonly folder: string;
}
interface Context extends Scope {
  readonly reading: Reading;
  /** The keys down to what is being read. */
  readonly path: string[];
}

function toValue(node: YamlNode, context: Context): Value {
  if (node.kind === 'scalar') return scalarValue(node, context);
  const value = node.kind === 'sequence' ? sequenceValue(node, context) : mappingValue(node, context);
  const operation = operationOf(node.tag, context.reading);
  return operation === undefined ? value : { ...value, operation };
}

function sequenceValue(node: YamlSequence, context: Context): SequenceValue {
  if (isAtHome(context) && node.items.every(isPlain)) return { kind: 'sequence', items: node.items, origin: node.origin };
  const items = node.items.map((item) => toValue(item, context));
  return { kind: 'sequence', items: items.some(isReset) ? items.filter((item) => !isReset(item)) : items, origin: node.origin };
}

function isReset(value: Value): boolean {
  return value.operation === 'reset';
}

function mappingValue(node: YamlMapping, context: Context): MappingValue {
  const entries = new Map<string, Entry>();
  node.entries.forEach(({ key, value }) => {
    context.path.push(key.text);
    entries.set(key.text, { key: key.text, keyOrigin: key.origin, keyIsText: isText(key), value: toValue(value, context) });
    context.path.pop();
  });
  return { kind: 'mapping', entries, origin: node.origin };
}

function symbolOf({ path }: Context): string {
  return path.reduce((symbol, key) => (symbol === '' ? key : `${symbol}/${key}`), '');
}

function operationOf(tag: string | undefined, reading: Reading): Operation | undefined {
  if (tag === '!override') return 'override';
  if (tag !== '!reset') return undefined;
  reading.resets = true;
  return 'reset';
}

const TYPES: Readonly<Record<Exclude<Resolved['kind'], 'invalid' | 'string' | 'timestamp'>, NonNullable<ScalarValue['type']>>> = {
  null: 'null',
  bool: 'boolean',
  int: 'integer',
  float: 'number',
};

/** A text without variables, as nearly every scalar is: it means what stands there. */
function isPlain(node: YamlNode): node is YamlScalar & { readonly tag?: never } {
  return node.kind === 'scalar' && node.tag === undefined && isText(node) && !node.text.includes('$');
}

/** Whether relative paths are relative to the project's folder. */
function isAtHome({ folder, reading }: Context): boolean {
  return folder === reading.folder;
}

function scalarValue(node: YamlScalar, context: Context): ScalarValue {
  if (isPlain(node)) return isAtHome(context) ? node : { ...node, folder: context.folder };
  const operation = operationOf(node.tag, context.reading);
  const untagged = operation === undefined ? node : { text: node.text, style: node.style };
  const resolved = resolveScalar(untagged);
  const common = { kind: 'scalar' as const, folder: context.folder, ...(operation === undefined ? {} : { operation }) };
  if (resolved.kind === 'invalid') {
    reportTag(node, resolved.tag, context);
    return { ...common, text: node.text, origin: node.origin };
  }
  if (resolved.kind === 'string') return { ...common, ...filled(node, context) };
  const text = goText(resolved);
  const read = { ...common, text, origin: text === node.text ? node.origin : asWhole(node, text, context) };
  return resolved.kind === 'timestamp' ? read : { ...read, type: TYPES[resolved.kind] };
}

/** `010` is read as 8: the text has no letters of its own in the file. */
function asWhole(node: YamlScalar, text: string, context: Context): OriginId {
  return context.reading.origins.rewrite(node.origin, [{ cooked: 0, cookedLength: text.length, from: 0, fromLength: node.text.length }]);
}

function reportTag(node: YamlScalar, tag: string, context: Context): void {
  context.reading.reporter.report({ rule: 'yaml-syntax', message: `"${node.text}" is not a ${tag}`, origin: node.origin, symbol: symbolOf(context), blocking: true, why: 'Compose cannot read the file' });
}

function filled(node: YamlScalar, context: Context): Pick<ScalarValue, 'text' | 'marks' | 'origin'> {
  const { origins, reporter, holes, hashes } = context.reading;
  const made = interpolate(node.text, context.lookup);
  if (made.segments === undefined) return { text: made.text, origin: node.origin };
  for (const problem of made.problems) {
    reporter.report({
      rule: 'compose-interpolation',
      message: problem.message,
      origin: origins.slice(node.origin, problem.start, problem.end),
      symbol: symbolOf(context),
      blocking: true,
      why: 'Compose refuses the file: invalid interpolation format',
      help: 'write "$$" for a dollar sign that is meant as such',
    });
  }
  const origin = origins.rewrite(node.origin, made.segments);
  const ofHashes = hashHoles(textOf(made));
  const first = made.marks.find(({ kind, name }) => kind === 'hole' && ofHashes.includes(name));
  if (first !== undefined) hashes.push(origins.slice(origin, first.start, first.end));
  for (const mark of made.marks) {
    if (mark.kind === 'hole' && !ofHashes.includes(mark.name)) holes.push({ name: mark.name, required: mark.required === true, origin: origins.slice(origin, mark.start, mark.end) });
  }
  return { text: made.text, marks: made.marks, origin };
}
