import { refKey, refName } from '../../ir/index.ts';
import type { Gateway, Ref } from '../../ir/index.ts';

/** Names in the written files: everything becomes `name@file`, so two namespaces may clash. */
export type Names = (ref: Ref) => string;

/** `auth@docker` is `auth`, unless `auth@file` exists too: then it is `auth-docker`. */
export function fileNames(gateway: Gateway): Names {
  const all = namedEntities(gateway);
  const taken = new Set(all.filter((ref) => ref.namespace === 'file').map((ref) => nameKey(ref, clean(ref.name))));
  const names = new Map<string, string>();
  for (const ref of all) names.set(refKey(ref), pick(ref, taken));
  return (ref) => names.get(refKey(ref)) ?? (ref.namespace === 'internal' ? refName(ref) : clean(ref.name));
}

function pick(ref: Ref, taken: Set<string>): string {
  const plain = clean(ref.name);
  if (ref.namespace === 'file') return plain;
  let name = plain;
  if (taken.has(nameKey(ref, name))) name = `${plain}-${ref.namespace}`;
  for (let count = 2; taken.has(nameKey(ref, name)); count += 1) name = `${plain}-${ref.namespace}-${String(count)}`;
  taken.add(nameKey(ref, name));
  return name;
}

/** A reference splits at `@`, so a name that holds one cannot be referred to. */
function clean(name: string): string {
  return name.replaceAll('@', '-');
}

function nameKey(ref: Ref, name: string): string {
  return `${ref.protocol}/${ref.kind}/${name}`;
}

/** Every entity that has a name of its own in the output. */
export function namedEntities(gateway: Gateway): readonly Ref[] {
  const lists: readonly (readonly { readonly ref: Ref }[])[] = [
    gateway.routers, gateway.tcpRouters, gateway.udpRouters, gateway.middlewares, gateway.tcpMiddlewares,
    gateway.services, gateway.tcpServices, gateway.udpServices, gateway.transports, gateway.tlsOptions,
  ];
  return lists.flat().map((entity) => entity.ref);
}
