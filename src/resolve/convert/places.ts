import type { Places, Variables } from '../../ir/index.ts';
import type { ConfigLeaf, ConfigNode, ConfigObject } from '../../traefik-config/tree.ts';
import type { OriginId } from '../../text/index.ts';

/** Provenance and variables of every written leaf below an entity, by option path (`basicAuth.users[1]`). */
export function provenance(node: ConfigObject): { readonly places: Places; readonly variables: Variables } {
  const places = new Map<string, OriginId>();
  const variables = new Map<string, { readonly unset: readonly string[]; readonly filled: readonly string[] }>();
  const visit = (at: ConfigNode, path: string): void => {
    if (path !== '') places.set(path, at.origin);
    if (at.kind === 'leaf') note(variables, path, at);
    else if (at.kind === 'list') at.items.forEach((item, index) => visit(item, `${path}[${String(index)}]`));
    else for (const [key, child] of at.entries) visit(child, path === '' ? key : `${path}.${key}`);
  };
  visit(node, '');
  return { places, variables };
}

function note(variables: Map<string, { readonly unset: readonly string[]; readonly filled: readonly string[] }>, path: string, leaf: ConfigLeaf): void {
  const filled = leaf.text.from ?? [];
  if (leaf.text.holes.length > 0 || filled.length > 0) variables.set(path, { unset: leaf.text.holes, filled });
}

/** Whether any option at or below the path still holds a variable without a value: its content is not judged. */
export function unknownAt(variables: Variables, path: string): boolean {
  for (const [at, { unset }] of variables) {
    if (unset.length > 0 && (path === '' || at === path || at.startsWith(`${path}.`) || at.startsWith(`${path}[`))) return true;
  }
  return false;
}
