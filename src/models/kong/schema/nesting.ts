import type { Flavor } from '../classic.ts';
import { isObject, stringAt } from '../value.ts';
import type { Json, JsonObject } from '../value.ts';
import { validateEntity } from './entity.ts';
import { entityDefinition, entityNames, pluginNames, recordOf } from './field.ts';
import type { Collect } from './problem.ts';
import { isFilled, listOf, tableOf } from './table.ts';
import { fieldProblem, validateField } from './validate.ts';

/** An entity of the file with the place it stands at and the entity around it. */
export interface Found {
  readonly entity: string;
  readonly value: JsonObject;
  readonly path: readonly (string | number)[];
  readonly parent: Found | undefined;
}

/** What a node is told beside the file. */
export interface Node {
  readonly flavor: Flavor;
  /** Plugins that it loads, where its settings say so. */
  readonly plugins?: ReadonlySet<string>;
}

/** What is wrong with a reference once all are filled in, as Kong does when it looks a second time. */
export type Resolve = (entity: string, reference: Json) => string | undefined;

interface Walk {
  readonly flavor: Flavor;
  /** Names of the plugins that the node loads, its own among them; undefined = all bundled ones. */
  readonly plugins: ReadonlySet<string> | undefined;
  readonly resolve: Resolve | undefined;
  readonly collect: Collect;
  readonly found: Found[];
}

/** All entities of a file, each checked on the way. */
export function entitiesOf(config: JsonObject, { flavor, plugins }: Node, resolve: Resolve | undefined, collect: Collect): readonly Found[] {
  const walk: Walk = { flavor, plugins, resolve, collect, found: [] };
  for (const name of entityNames()) visitList({ entity: name, list: config[name], path: [name], parent: undefined }, walk);
  return walk.found;
}

interface Listed {
  readonly entity: string;
  readonly list: Json | undefined;
  readonly path: readonly (string | number)[];
  readonly parent: Found | undefined;
}

function visitList({ entity, list, path, parent }: Listed, walk: Walk): void {
  if (list === undefined || list === null) return;
  const items = listOf(list);
  if (items === undefined) return walk.collect(path, 'expected an array');
  for (const [index, item] of items.entries()) {
    const value = tableOf(item);
    if (value !== undefined) visit({ entity, value, path: [...path, index], parent }, walk);
    else walk.collect([...path, index], item === null ? 'required field missing' : 'expected a record');
  }
}

/** Fields that a file and every entity in it have beside their own. */
export const REMARKS: Readonly<Record<string, JsonObject>> = { _comment: { type: 'string' }, _ignore: { type: 'array', elements: { type: 'any' } } };

function visit(found: Found, walk: Walk): void {
  const { entity, value, path } = found;
  walk.found.push(found);
  const children = childrenOf(entity, walk.flavor);
  const withChildren: Collect = (at, message, candidates) => walk.collect(at, message, candidates === undefined || at.length !== path.length + 1 ? candidates : [...candidates, ...children]);
  for (const [name, field] of Object.entries(REMARKS)) validateField(field, value[name], { path: [...path, name], key: name }, walk.collect);
  if (entity !== 'plugins' || isJudged(value, path, walk)) validateEntity(entity, linked(found, children, walk), { path, key: entity }, walk.flavor, withChildren);
  for (const child of children) visitList({ entity: child, list: value[child], path: [...path, child], parent: found }, walk);
}

/** Of a plugin that is not bundled nothing is known but that the node loads it. */
function isJudged({ name }: JsonObject, path: Found['path'], { plugins, collect }: Walk): boolean {
  if (plugins === undefined || typeof name !== 'string') return true;
  const isBundled = pluginNames().includes(name);
  if (plugins.has(name)) return isBundled;
  collect([...path, 'name'], `plugin '${name}' not enabled; add it to the 'plugins' configuration property`, isBundled ? [] : [...plugins]);
  return false;
}

const childrenCache = new Map<string, readonly string[]>();

function childrenOf(parent: string, flavor: Flavor): readonly string[] {
  const key = `${flavor} ${parent}`;
  const known = childrenCache.get(key);
  if (known !== undefined) return known;
  const made = entityNames().filter((child) => [...fieldsOf(child, flavor).values()].some((field) => stringAt(field, 'reference') === parent));
  childrenCache.set(key, made);
  return made;
}

function fieldsOf(entity: string, flavor: Flavor): ReadonlyMap<string, JsonObject> {
  return recordOf(entityDefinition(entity, flavor) ?? {}).fields;
}

/**
 * The entity without its children and remarks, and with its references as Kong sees them. At first a name may stand only at
 * the top of the file, and inside another entity nothing may stand; the second time each is filled in or wrong.
 */
function linked(found: Found, children: readonly string[], walk: Walk): JsonObject {
  const { entity, value, path, parent } = found;
  const out = Object.fromEntries(Object.entries(value).filter(([name]) => !children.includes(name) && REMARKS[name] === undefined));
  for (const [name, field] of fieldsOf(entity, walk.flavor)) {
    if (field['type'] !== 'foreign') continue;
    const target = stringAt(field, 'reference') ?? '';
    const given = value[name];
    if (given === undefined || given === null) {
      // The names inside a certificate never get theirs: what is missing then is Kong's own fault, and it refuses all the same.
      if (parent?.entity === target && (entity !== 'snis' || walk.resolve === undefined)) out[name] = walk.resolve === undefined && given !== undefined ? given : referred(walk, field);
      continue;
    }
    const problem = walk.resolve === undefined ? firstLook(given, parent) : walk.resolve(target, given);
    if (problem !== undefined) walk.collect([...path, name, ...(walk.resolve === undefined ? [] : ['id'])], problem);
    out[name] = 'reference';
  }
  const hashes = entity === 'basicauth_credentials' && isFilled(value['password']);
  if (hashes && !hasConsumerId(out['consumer'], value['consumer'], walk)) walk.collect([...path, '@entity'], "all or none of these fields must be set: 'password', 'consumer.id'");
  if (lacksSecret(found)) walk.collect([...path, '@entity'], "all or none of these fields must be set: 'hash_secret', 'client_secret'");
  return out;
}

/** A secret that is not written is drawn; an explicit null leaves the question of its hash without one. */
function lacksSecret({ entity, value }: Found): boolean {
  return entity === 'oauth2_credentials' && value['client_secret'] === null && value['hash_secret'] !== null;
}

/** The hash of a password is salted with the id of its consumer, which must be known by then. */
function hasConsumerId(linkedTo: Json | undefined, given: Json | undefined, walk: Walk): boolean {
  if (walk.resolve === undefined || linkedTo === undefined) return false;
  if (isObject(given)) return given['id'] !== undefined;
  return given === undefined || given === null || walk.resolve('consumers', given) === undefined;
}

/** Before references are filled in the parent is no field; what is required of a nested entity is not asked. */
function referred(walk: Walk, field: JsonObject): Json {
  return walk.resolve === undefined && field['required'] !== true ? null : 'reference';
}

function firstLook(given: Json, parent: Found | undefined): string | undefined {
  if (parent !== undefined) return 'value must be null';
  return fieldProblem({ type: 'string' }, given);
}
