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

/** A reference that keeps its key: resolving asks some twenty times for the key of each entity. */
class KeyedRef implements Ref {
  readonly protocol: Ref['protocol'];
  readonly kind: Ref['kind'];
  readonly name: string;
  readonly namespace: string;
  #key: string | undefined;

  constructor(protocol: Ref['protocol'], kind: Ref['kind'], name: string, namespace: string) {
    this.protocol = protocol;
    this.kind = kind;
    this.name = name;
    this.namespace = namespace;
  }

  static keyOf(ref: Ref): string {
    if (!(#key in ref)) return sharedKey(ref);
    ref.#key ??= sharedKey(ref);
    return ref.#key;
  }
}

/** A reference whose key is asked for often. A plain object with the same fields is one just as well. */
export function makeRef({ protocol, kind }: Pick<Ref, 'protocol' | 'kind'>, name: string, namespace: string): Ref {
  return new KeyedRef(protocol, kind, name, namespace);
}

/** A key for maps: protocol, kind, name, namespace. */
export function refKey(ref: Ref): string {
  return KeyedRef.keyOf(ref);
}

/** One text is kept for all references to an entity: maps compare it at once, and hold it once. */
function sharedKey({ protocol, kind, name, namespace }: Ref): string {
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
