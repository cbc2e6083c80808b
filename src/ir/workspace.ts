import type { OriginId, Sourced, SourceFile, Text } from '../text/index.ts';
import type { KongFile } from './kong-file.ts';

/** What a raw label does in Traefik. `lost` labels belong to a container that another label breaks. */
export type LabelEffect = 'used' | 'foreign' | 'ignored' | 'breaksContainer';

/** A label as it was written, after interpolation. Keys may hold variables too (list form). */
export interface RawLabel {
  readonly key: Sourced<Text>;
  readonly value: Sourced<Text>;
  /** The whole `key=value` scalar or mapping entry. */
  readonly origin: OriginId;
  /** Where it stands: a Swarm provider reads only `deploy`, the Docker provider only `service`. */
  readonly place: 'service' | 'deploy' | 'file';
  /** Only in `shadowedLabels`: the later entry of the same list that Compose takes instead. */
  readonly overriddenBy?: OriginId;
}

export interface PortMapping {
  readonly container: number;
  readonly protocol: 'tcp' | 'udp';
  /** Host port, undefined = chosen by Docker; a range is one mapping per port. */
  readonly published?: number;
  /** Host address; undefined = all addresses. */
  readonly hostIp?: string;
  readonly origin: OriginId;
}

export interface Mount {
  readonly kind: 'bind' | 'volume' | 'tmpfs' | 'other';
  readonly source: Text | undefined;
  readonly target: string;
  readonly readOnly: boolean;
  readonly origin: OriginId;
}

export interface NetworkUse {
  /** The key below `networks:` of the service. */
  readonly key: string;
  /** The name Docker gives it: `name:`, else `<project>_<key>`, external: its own name; a Text for variables. */
  readonly dockerName: Text;
  readonly external: boolean;
  readonly declared: boolean;
  readonly origin: OriginId;
}

/** `stack/service`, as the symbols of what a container declares begin; the service alone outside of a stack. */
export function containerSymbol({ id }: Pick<Container, 'id'>): string {
  return id.stack === '' ? id.service : `${id.stack}/${id.service}`;
}

/** One Compose service (or one live container): facts with places. */
export interface Container {
  readonly id: { readonly stack: string; readonly service: string };
  readonly origin: OriginId;
  readonly image?: Sourced<Text>;
  readonly hasBuild: boolean;
  readonly containerName?: Sourced<Text>;
  readonly labels: readonly RawLabel[];
  /** Entries that a later entry of the same list with the same key replaces without a word; without effect. */
  readonly shadowedLabels?: readonly RawLabel[];
  readonly ports: readonly PortMapping[];
  readonly expose: readonly { readonly port: number; readonly protocol: 'tcp' | 'udp'; readonly origin: OriginId }[];
  /** Entries of `ports` and `expose` whose container port is an unset variable: more ports than those above may be there. */
  readonly unknownPorts?: readonly Sourced<Text>[];
  /** `networks:` of the service; the implicit `default` network included when none is named and the mode is not set. */
  readonly networks: readonly NetworkUse[];
  readonly networkMode?: Sourced<Text>;
  readonly mounts: readonly Mount[];
  /** Compose `configs:` that the service mounts: the key below the stack's `configs`, and where it appears. */
  readonly configs?: readonly { readonly key: string; readonly target: string; readonly origin: OriginId }[];
  /** env_file first, `environment:` wins; undefined value = taken from the process environment by Compose. */
  readonly environment: readonly { readonly name: string; readonly value: Text | undefined; readonly origin: OriginId }[];
  readonly command: readonly Sourced<Text>[];
  readonly entrypoint: readonly Sourced<Text>[];
  readonly dependsOn: readonly Sourced<string>[];
  readonly replicas: number;
  readonly hasHealthcheck: boolean;
  readonly profiles: readonly string[];
  /** Live containers only: what Docker says. Absent for Compose files: taken as running and healthy. */
  readonly live?: {
    readonly status: string;
    readonly health?: string;
    readonly addresses: Readonly<Record<string, string>>;
    readonly exposedPorts: readonly string[];
    /** The name of the Swarm service that it is a task of; only a Swarm provider reads those. */
    readonly task?: string;
    /** Files inside of it, by path; a path that is not here is not visible. Absent where Docker was not asked for any. */
    readonly files?: ReadonlyMap<string, LiveFile>;
  };
}

/** What Docker shows at a path inside a running container; `path` is what findings call it. */
export type LiveFile =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'folder'; readonly path: string; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly path: string };

/** A Compose project. */
export interface Stack {
  readonly name: string;
  /** The files in override order, as the user named them. */
  readonly files: readonly string[];
  /** The `.env` and `--env-file` files that were read. */
  readonly envFiles: readonly string[];
  /** Folder of the first file: mounts are relative to it. */
  readonly directory: string;
  /** What a variable holds here. A function, so that nothing that prints a stack prints its secrets. */
  readonly lookup?: (name: string) => string | undefined;
  readonly containers: readonly Container[];
  /** Services whose profiles are not active: Compose does not create them. */
  readonly inactive?: readonly Container[];
  /** Declared networks by key. */
  readonly networks: readonly { readonly key: string; readonly dockerName: Text; readonly external: boolean; readonly origin: OriginId }[];
  /** Compose `configs:` with inline content, for a static file given that way. */
  readonly configs: readonly { readonly key: string; readonly content?: Sourced<Text>; readonly file?: Sourced<Text>; readonly origin: OriginId }[];
  /** Variables without a value, first use each. */
  readonly unset: readonly { readonly name: string; readonly required: boolean; readonly origins: readonly OriginId[] }[];
  /** Where the dollars of a password hash are taken for variables: the first of each value. */
  readonly cutHashes?: readonly OriginId[];
  /** Middlewares that its labels use and only another Compose file nearby, which is not part of it, declares. */
  readonly nearby?: readonly { readonly protocol: string; readonly middleware: string; readonly file: string }[];
  /** Files that it includes or extends and that could not be read: missing, remote, or behind a variable without a value. What is not here may stand there. */
  readonly unread?: readonly { readonly name: string; readonly origin: OriginId }[];
}

/** A file that configures Traefik directly: static, or dynamic of the file provider. */
export interface ConfigFile {
  readonly path: string;
  readonly role: 'static' | 'dynamic';
  readonly format: 'yaml' | 'toml';
  readonly source: SourceFile;
}

/** Everything that was declared. Nothing here is thrown away; resolve gives each label its effect and each container its fate. */
export interface Workspace {
  readonly stacks: readonly Stack[];
  readonly configFiles: readonly ConfigFile[];
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Declarative files of Kong: given as a stack, or mounted by a Kong node. */
  readonly kongFiles?: readonly KongFile[];
}

/** Why a container serves nothing. */
export type Fate =
  | { readonly kind: 'served' }
  /** `otherProvider`: a service of a Swarm that a Docker provider does not read, or a container that a Swarm provider does not. */
  | { readonly kind: 'filtered'; readonly because: 'disabled' | 'notExposed' | 'otherProvider' | 'constraint' | 'notRunning' | 'unhealthy' }
  | { readonly kind: 'lost'; readonly because: string; readonly origin?: OriginId };
