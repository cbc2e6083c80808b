import type { Consumer, Container, ConfigFile, EntityState, Fate, Gateway, Problem, Proxy, Ref, Routing, Unjudged, Workspace } from '../ir/index.ts';
import type { TraefikVersion } from '../traefik-config/keys.ts';
import type { ConfigObject } from '../traefik-config/tree.ts';
import type { OriginId, Origins, Sourced } from '../text/index.ts';

/** The engine versions whose behaviour is known. */
export type EngineVersion = TraefikVersion;

/** A decoded dynamic file of the file provider; `root` undefined = the engine refuses it. */
export interface DynamicFile {
  readonly file: Pick<ConfigFile, 'path'>;
  readonly root: ConfigObject | undefined;
  /** What a refused file says apart from its mistakes. */
  readonly recovered?: ConfigObject;
  readonly problems?: readonly Problem[];
  /** A Go template that the engine executes first: what the file says in the end is not known. */
  readonly templated?: boolean;
  /** Which namespace its entities belong to; absent = `file`. */
  readonly namespace?: string;
  /** What symbols of its entities begin with; absent = its path. */
  readonly symbol?: string;
  /** Which container stands behind the server at a place, where the file's author named one. */
  readonly containers?: ReadonlyMap<OriginId, Container>;
}

export interface ResolveInput {
  readonly name: string;
  readonly workspace: Workspace;
  readonly origins: Origins;
  readonly version: EngineVersion;
  readonly proxy: Proxy;
  readonly dynamicFiles: readonly DynamicFile[];
  /** Whether that is all the file provider reads; absent = yes where there is any file. */
  readonly dynamicKnown?: boolean;
  /** Whether what is known of a container is all that the engine would see (`docker inspect`), or only its Compose file. */
  readonly facts?: 'complete' | 'compose';
  /** Default entry points where the static configuration is unknown. */
  readonly staticOverrides?: { readonly entryPoints: readonly string[] };
  /** Whom the gateway knows, where its author declares somebody. */
  readonly consumers?: readonly Consumer[];
  /** Text of a file on the engine's disk, undefined = not there; absent = nothing is known of its disk. */
  readonly readFile?: (path: string) => string | undefined;
}

export type { Unjudged };

export interface ResolvedGateway {
  readonly gateway: Gateway;
  readonly routing: Routing;
  readonly problems: readonly Problem[];
  readonly version: EngineVersion;
  readonly unjudged: readonly Unjudged[];
  /** Entities under the engine's own names: a router that entry points treat differently is several there. */
  readonly running: readonly EntityState[];
}

/** An entity as one provider declares it, before it is typed. */
export interface Declared {
  readonly ref: Ref;
  readonly node: ConfigObject;
  readonly origin: OriginId;
  /** `shop/web traefik.http.routers.web`, or `dynamic.yml http.routers.web`. */
  readonly symbol: string;
  /** The container that declares it; undefined for files. */
  readonly container: Container | undefined;
  /** Made by the provider: the default router, the default service. */
  readonly implicit: boolean;
  /** The rule is the provider's default rule. */
  readonly defaultRule: boolean;
  /** What lies behind each server of a load balancer, in order. */
  readonly servers: readonly ServerSource[];
}

export interface ServerSource {
  readonly container: Container | undefined;
  readonly origin: OriginId;
}

/** The parts of a dynamic configuration that a provider delivers, flat. */
export type DeclaredKey = Ref['protocol'] | 'tls';

export interface ContainerFate {
  readonly container: Container;
  readonly fate: Fate;
}

export type SourcedRef = Sourced<Ref>;
