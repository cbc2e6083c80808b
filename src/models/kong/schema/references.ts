import type { Flavor } from '../classic.ts';
import { isObject, stringAt } from '../value.ts';
import type { Json } from '../value.ts';
import { endpointKey } from './identity.ts';
import { entityDefinition, recordOf } from './field.ts';
import type { Found, Resolve } from './nesting.ts';
import type { KongProblem } from './problem.ts';
import { isUuid } from './validators.ts';

/** What Kong says of a reference that it could not fill in. */
export const NO_KEY = 'missing primary key';

/** A reference of the file leads to something in it: by the name that stands for one, or by an id of any kind. */
export function resolver(found: readonly Found[], flavor: Flavor): Resolve {
  const known = keysOf(found, flavor);
  return (entity, reference) => {
    if (typeof reference === 'string') return known.has(`${entity} ${reference}`) ? undefined : NO_KEY;
    const id = isObject(reference) ? reference['id'] : undefined;
    if (id === undefined) return NO_KEY;
    return typeof id === 'string' && isUuid(id) ? undefined : 'expected a valid UUID';
  };
}

/** References that lead nowhere. */
export function danglingReferences(found: readonly Found[], flavor: Flavor): readonly KongProblem[] {
  const known = keysOf(found, flavor);
  return found.flatMap(({ entity, value, path }) =>
    [...recordOf(entityDefinition(entity, flavor) ?? {}).fields].flatMap(([name, field]) => {
      const target = stringAt(field, 'reference');
      const given = value[name];
      if (target === undefined || given === undefined || given === null || known.has(`${target} ${keyOf(given)}`)) return [];
      const text = typeof given === 'string' ? given : JSON.stringify(given);
      return [{ path: [...path, name], message: `invalid reference '${name}: ${text}' (no such entry in '${target}')`, candidates: namesOf(found, target) }];
    }),
  );
}

function keyOf(given: Json): string {
  return isObject(given) ? (stringAt(given, 'id') ?? '') : String(given);
}

function keysOf(found: readonly Found[], flavor: Flavor): ReadonlySet<string> {
  return new Set(found.flatMap(({ entity, value }) => [value['id'], value[endpointKey(entity, flavor) ?? '']].filter((key) => typeof key === 'string').map((key) => `${entity} ${key}`)));
}

/** Names of the entities that a field of this name refers to. */
export function namesFor(field: string, found: readonly Found[], flavor: Flavor): readonly string[] {
  const targets = new Set(found.flatMap(({ entity }) => stringAt(recordOf(entityDefinition(entity, flavor) ?? {}).fields.get(field) ?? {}, 'reference') ?? []));
  return [...targets].flatMap((target) => namesOf(found, target));
}

function namesOf(found: readonly Found[], entity: string): readonly string[] {
  return found.filter((one) => one.entity === entity).flatMap((one) => [one.value['name'], one.value['username']].filter((text) => typeof text === 'string'));
}
