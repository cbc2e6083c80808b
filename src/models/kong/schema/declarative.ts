import { yamlPackage } from '../../../text/yaml/package.ts';
import type { Flavor } from '../classic.ts';
import { isList, isObject, stringAt, toJson } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { entityDefinition, entityNames, recordOf } from './field.ts';
import { validateEntity } from './entity.ts';
import type { Collect, KongProblem } from './problem.ts';

/** An entity of the file with the place it stands at and the parents around it. */
interface Found {
  readonly entity: string;
  readonly value: JsonObject;
  readonly path: readonly (string | number)[];
  readonly parents: ReadonlyMap<string, JsonObject>;
}

/** Checks a declarative file as `kong config parse` of 3.9.3 does: an empty list means that the node would take it. */
export function checkDeclarative(config: Json, flavor: Flavor): readonly KongProblem[] {
  const problems: KongProblem[] = [];
  const collect: Collect = (path, message, candidates) => void problems.push({ path, message, ...(candidates === undefined ? {} : { candidates }) });
  if (!isObject(config)) return [{ path: [], message: 'expected an object' }];
  topLevel(config, collect);
  const found: Found[] = [];
  for (const name of entityNames()) visitList(name, config[name], [name], new Map(), flavor, collect, found);
  if (problems.length === 0) {
    unique(found, flavor, collect);
    references(found, flavor, collect);
  }
  return problems;
}

/** The same for text. */
export function checkKongYaml(text: string, flavor: Flavor): readonly KongProblem[] {
  return checkDeclarative(toJson(yamlPackage().parse(text)), flavor);
}

function topLevel(config: JsonObject, collect: Collect): void {
  const version = config['_format_version'];
  if (version === undefined || version === null) collect(['_format_version'], 'required field missing');
  else if (typeof version !== 'string') collect(['_format_version'], 'expected a string');
  else if (!['1.1', '2.1', '3.0'].includes(version)) collect(['_format_version'], 'expected one of: 1.1, 2.1, 3.0');
  if (config['_transform'] !== undefined && typeof config['_transform'] !== 'boolean') collect(['_transform'], 'expected a boolean');
  const known = new Set(['_format_version', '_transform', '_comment', '_ignore', '_workspace_id', ...entityNames()]);
  known.delete('_workspace_id');
  for (const name of Object.keys(config)) if (!known.has(name)) collect([name], 'unknown field', [...known]);
}

function visitList(entity: string, list: Json | undefined, path: readonly (string | number)[], parents: ReadonlyMap<string, JsonObject>, flavor: Flavor, collect: Collect, found: Found[]): void {
  if (list === undefined || list === null) return;
  if (!isList(list)) {
    if (isObject(list) && Object.keys(list).length === 0) return;
    return collect(path, 'expected an array');
  }
  for (const [index, value] of list.entries()) {
    if (isObject(value)) visit(entity, value, [...path, index], parents, flavor, collect, found);
    else collect([...path, index], 'expected a record');
  }
}

function visit(entity: string, value: JsonObject, path: readonly (string | number)[], parents: ReadonlyMap<string, JsonObject>, flavor: Flavor, collect: Collect, found: Found[]): void {
  const children = entityNames().filter((child) => child !== entity && refersTo(child, entity, flavor));
  const withChildren: Collect = (at, message, candidates) => collect(at, message, candidates === undefined || at.length !== path.length + 1 ? candidates : [...candidates, ...children]);
  validateEntity(entity, value, [...parents.keys()], { path, key: entity }, flavor, withChildren);
  found.push({ entity, value, path, parents });
  const inside = new Map(parents).set(entity, value);
  for (const child of entityNames()) {
    if (child === entity || value[child] === undefined) continue;
    if (refersTo(child, entity, flavor)) visitList(child, value[child], [...path, child], inside, flavor, collect, found);
    else if (!recordOf(entityDefinition(entity, flavor) ?? {}).fields.has(child)) withChildren([...path, child], 'unknown field', [...recordOf(entityDefinition(entity, flavor) ?? {}).fields.keys()]);
  }
}

function refersTo(child: string, parent: string, flavor: Flavor): boolean {
  return [...recordOf(entityDefinition(child, flavor) ?? {}).fields.values()].some((field) => stringAt(field, 'reference') === parent);
}

/** Names and keys that may stand once in the whole file, and one plugin per name and scope. */
function unique(found: readonly Found[], flavor: Flavor, collect: Collect): void {
  const seen = new Set<string>();
  for (const { entity, value, path, parents } of found) {
    const fields = [...recordOf(entityDefinition(entity, flavor) ?? {}).fields];
    for (const [name, field] of fields) {
      const text = value[name];
      if (field['unique'] !== true || typeof text !== 'string') continue;
      const key = JSON.stringify([entity, name, text]);
      if (seen.has(key)) collect(path, `uniqueness violation: '${entity}' entity with ${name} set to '${text}' already declared`);
      seen.add(key);
    }
    if (entity !== 'plugins') continue;
    const scope = ['service', 'route', 'consumer'].map((kind) => value[kind] ?? parentKey(parents, `${kind}s`));
    const key = JSON.stringify(['plugins', value['name'] ?? '', ...scope]);
    if (seen.has(key)) collect(path, `uniqueness violation: 'plugins' entity with name set to '${String(value['name'])}' already declared`);
    seen.add(key);
  }
}

/** Only the nearest parent is the scope of a nested plugin: a plugin of a route is not one of its service. */
function parentKey(parents: ReadonlyMap<string, JsonObject>, entity: string): Json {
  const nearest = [...parents.keys()].at(-1);
  const parent = nearest === entity ? parents.get(entity) : undefined;
  return parent === undefined ? null : (parent['name'] ?? parent['username'] ?? parent['id'] ?? JSON.stringify(parent));
}

function references(found: readonly Found[], flavor: Flavor, collect: Collect): void {
  const known = new Set(found.flatMap(({ entity, value }) => [value['id'], value['name'], value['username']].map((key) => `${entity} ${String(key)}`)));
  for (const { entity, value, path } of found) {
    for (const [name, field] of recordOf(entityDefinition(entity, flavor) ?? {}).fields) {
      const target = stringAt(field, 'reference');
      const text = value[name];
      if (target === undefined || typeof text !== 'string') continue;
      if (!known.has(`${target} ${text}`)) {
        collect([...path, name], `invalid reference '${name}: ${text}' (no such entry in '${target}')`, found.filter((one) => one.entity === target).flatMap((one) => [one.value['name'], one.value['username']].filter((text) => typeof text === 'string')));
      }
    }
  }
}
