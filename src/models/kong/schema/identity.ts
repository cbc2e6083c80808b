import type { Flavor } from '../classic.ts';
import { stringAt } from '../value.ts';
import type { JsonObject } from '../value.ts';
import { entityDefinition, recordOf } from './field.ts';
import type { Found } from './nesting.ts';
import type { KongProblem } from './problem.ts';

/** The field that stands for an entity in references and addresses, where it is no name. */
const ENDPOINTS: Readonly<Record<string, string>> = {
  consumers: 'username', plugins: 'instance_name', targets: 'target', vaults: 'prefix', basicauth_credentials: 'username', hmacauth_credentials: 'username', jwt_secrets: 'key', keyauth_credentials: 'key', oauth2_credentials: 'client_id', oauth2_tokens: 'access_token', sessions: 'session_id',
};
const NAMED = new Set(['workspaces', 'key_sets', 'keys', 'services', 'routes', 'filter_chains', 'snis', 'upstreams']);

/** The unique name of an entity; a target has none of its own. */
export function endpointKey(entity: string, flavor: Flavor): string | undefined {
  const name = ENDPOINTS[entity] ?? (NAMED.has(entity) ? 'name' : undefined);
  return name !== undefined && recordOf(entityDefinition(entity, flavor) ?? {}).fields.get(name)?.['unique'] === true ? name : undefined;
}

/** What may stand once in a file and stands twice: unique fields, and ids, given or made from other fields. */
export function duplicates(found: readonly Found[], flavor: Flavor): readonly KongProblem[] {
  const seen = new Set<string>();
  const isNew = (key: string): boolean => !seen.has(key) && seen.add(key) instanceof Set;
  const ids = new Map<JsonObject, string>();
  return found.flatMap((one) => {
    const { entity, value, path } = one;
    const id = idOf(one, ids, flavor);
    if (id !== undefined) ids.set(value, id);
    const unique = [...recordOf(entityDefinition(entity, flavor) ?? {}).fields].flatMap(([name, field]) => {
      const text = value[name];
      return field['unique'] !== true || typeof text !== 'string' || isNew(JSON.stringify([entity, name, text])) ? [] : [`${name} set to '${text}'`];
    });
    const isTwice = id !== undefined && unique.length === 0 && !isNew(JSON.stringify([entity, id]));
    return [...unique, ...(isTwice ? [`primary key set to '${id}'`] : [])].map((what) => ({ path, message: `uniqueness violation: '${entity}' entity with ${what} already declared` }));
  });
}

/** What the id of an entity is made of when none is given; undefined where Kong draws one. */
function idOf({ entity, value, parent }: Found, ids: ReadonlyMap<JsonObject, string>, flavor: Flavor): string | undefined {
  const given = stringAt(value, 'id');
  if (given !== undefined) return given;
  const around = parent === undefined ? undefined : ids.get(parent.value);
  if (entity === 'plugins') return cacheKey(value, ['name', 'route', 'service', 'consumer'], { entity: parent?.entity, id: around });
  if (entity === 'acls') return cacheKey(value, ['consumer', 'group'], { entity: parent?.entity, id: around }, ['consumer', 'group']);
  if (entity === 'keys') return cacheKey(value, ['kid', 'set'], { entity: parent?.entity, id: around }, ['kid']);
  if (entity === 'targets') return targetId(value, around);
  const name = stringAt(value, endpointKey(entity, flavor) ?? '');
  return name === undefined ? undefined : `${entity}:${name}`;
}

interface Parent {
  readonly entity: string | undefined;
  readonly id: string | undefined;
}

const REFERENCED: Readonly<Record<string, string>> = { route: 'routes', service: 'services', consumer: 'consumers', set: 'key_sets' };

/** References count as they are written: one name in two ways is two keys. */
function cacheKey(value: JsonObject, names: readonly string[], parent: Parent, required: readonly string[] = ['name']): string | undefined {
  const parts: string[] = [];
  for (const name of names) {
    const given = value[name];
    if (typeof given === 'string') parts.push(given);
    else if (given !== undefined) continue;
    else if (REFERENCED[name] !== undefined && REFERENCED[name] === parent.entity) {
      if (parent.id === undefined) return undefined;
      parts.push(parent.id);
    } else if (required.includes(name)) return undefined;
    else parts.push('');
  }
  return parts.join(':');
}

function targetId(value: JsonObject, around: string | undefined): string | undefined {
  const target = stringAt(value, 'target');
  const upstream = around ?? stringAt(value, 'upstream');
  return target === undefined || upstream === undefined ? undefined : `${target}:${upstream}`;
}
