export type Protocol = 'http' | 'tcp' | 'udp';

/** The key of an entity: an HTTP and a TCP router may share a name, `auth@file` and `auth@docker` are two middlewares. */
export interface Ref {
  readonly protocol: Protocol;
  readonly kind: 'router' | 'service' | 'middleware' | 'transport' | 'tlsOptions' | 'tlsStore';
  readonly name: string;
  /** The provider: `docker`, `swarm`, `file`, `internal`, ... */
  readonly namespace: string;
}

/** A reference as people write it: `auth@file`. */
export function refName(ref: Ref): string {
  return `${ref.name}@${ref.namespace}`;
}

/**
 * A key for maps: protocol, kind, name, namespace. Asked for dozens of times for each entity, so that one text is made for
 * each and kept: maps compare it at once, and hold it once.
 */
export function refKey({ protocol, kind, name, namespace }: Ref): string {
  const byNamespace = KEYS[protocol][kind];
  const keys = byNamespace.get(namespace) ?? new Map<string, string>();
  if (keys.size === 0) byNamespace.set(namespace, keys);
  const known = keys.get(name);
  if (known !== undefined) return known;
  const key = `${protocol}/${kind}/${name}@${namespace}`;
  keys.set(name, key);
  return key;
}

type Keys = Readonly<Record<Ref['kind'], Map<string, Map<string, string>>>>;

const KEYS: Readonly<Record<Protocol, Keys>> = { http: noKeys(), tcp: noKeys(), udp: noKeys() };

function noKeys(): Keys {
  return { router: new Map(), service: new Map(), middleware: new Map(), transport: new Map(), tlsOptions: new Map(), tlsStore: new Map() };
}
