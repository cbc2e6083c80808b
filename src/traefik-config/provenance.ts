import type { Places, Variables } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';
import type { ConfigLeaf, ConfigNode, ConfigObject } from './tree.ts';

/** Provenance and variables of every written leaf below an entity, by option path (`basicAuth.users[1]`). */
export function provenance(node: ConfigObject): { readonly places: Places; readonly variables: Variables } {
  const found: Found = { places: new Map(), variables: undefined };
  node.entries.forEach((child, key) => visit(child, key, found));
  return { places: found.places, variables: found.variables ?? NO_VARIABLES };
}

interface Found {
  readonly places: Map<string, OriginId>;
  /** Made with the first of them: most entities have none. */
  variables: Map<string, { readonly unset: readonly string[]; readonly filled: readonly string[] }> | undefined;
}

const NO_VARIABLES: Variables = new Map();

function visit(at: ConfigNode, path: string, found: Found): void {
  found.places.set(path, at.origin);
  if (at.kind === 'leaf') note(found, path, at);
  else if (at.kind === 'list') at.items.forEach((item, index) => visit(item, `${path}[${String(index)}]`, found));
  else at.entries.forEach((child, key) => visit(child, path === '' ? key : `${path}.${key}`, found));
}

function note(found: Found, path: string, leaf: ConfigLeaf): void {
  const filled = leaf.text.from ?? NONE;
  if (leaf.text.holes.length === 0 && filled.length === 0) return;
  found.variables ??= new Map();
  found.variables.set(path, { unset: leaf.text.holes, filled });
}

const NONE: readonly string[] = [];
