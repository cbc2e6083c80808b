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

/** A key for maps: protocol, kind, name, namespace. */
export function refKey(ref: Ref): string {
  return `${ref.protocol}/${ref.kind}/${ref.name}@${ref.namespace}`;
}
