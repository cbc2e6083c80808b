import { refKey, refName } from '../../ir/index.ts';
import type { Gateway, Ref } from '../../ir/index.ts';
import type { Names } from '../traefik-common/names.ts';
import { namedEntities } from '../traefik-common/names.ts';

/**
 * Names as parts of keys: a slash would end one, digits alone would be a place in a list, and names that differ only in
 * case are one. All entities come to live in the store's own namespace.
 */
export function keyNames(gateway: Gateway): Names {
  const taken = new Set<string>();
  const names = new Map<string, string>();
  for (const ref of namedEntities(gateway)) {
    const name = isDefault(ref) ? ref.name : free(ref, taken);
    taken.add(slot(ref, name));
    names.set(refKey(ref), name);
  }
  return (ref) => names.get(refKey(ref)) ?? (ref.namespace === 'internal' ? refName(ref) : fitting(ref.name));
}

function isDefault(ref: Ref): boolean {
  return ref.kind === 'tlsOptions' && ref.name === 'default';
}

function free(ref: Ref, taken: ReadonlySet<string>): string {
  const plain = fitting(ref.name);
  if (!taken.has(slot(ref, plain))) return plain;
  let name = `${plain}-${ref.namespace}`;
  for (let count = 2; taken.has(slot(ref, name)); count += 1) name = `${plain}-${ref.namespace}-${String(count)}`;
  return name;
}

function slot(ref: Ref, name: string): string {
  return `${ref.protocol}/${ref.kind}/${name.toLowerCase()}`;
}

function fitting(name: string): string {
  const clean = name.replace(/[/@[\]]/g, '-');
  return clean === '' || /^[0-9]+$/.test(clean) ? `n${clean}` : clean;
}
