/**
 * What Docker says of one running (or stopped) container, or of one task of a Swarm service: only what the engine and the
 * checks read. Values of environment variables are not among it, except those that configure Traefik itself.
 */
export interface ContainerFacts {
  readonly id: string;
  /** Without the slash that Docker puts in front. */
  readonly name: string;
  /** As the container was created; a digest where nobody named it. */
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  /** `running`, `exited`, `paused`, ...; empty for a Swarm task. */
  readonly status: string;
  /** `healthy`, `unhealthy`, `starting`; absent = no health check. */
  readonly health?: string;
  /** `bridge`, `host`, `none`, a network, `container:ID`. */
  readonly networkMode?: string;
  /** Network name to address, IPv4 before IPv6; empty text where there is none. */
  readonly networks: Readonly<Record<string, string>>;
  /** Exposed or published container ports, `80/tcp`. */
  readonly exposed: readonly string[];
  readonly published: readonly { readonly port: string; readonly hostIp: string; readonly hostPort: string }[];
  readonly mounts: readonly { readonly kind: string; readonly source: string; readonly target: string; readonly readOnly: boolean }[];
  /** Only of a container that runs Traefik: others may hold what is nobody's business. */
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string | undefined }[];
  /** Only of a container that runs Traefik: what its files say, by their paths inside. A path that is not here was not asked for. */
  readonly files?: ReadonlyMap<string, SeenFile>;
  /** Where Compose made it: project, service, folder and files, as its labels say. */
  readonly compose?: ComposeFacts;
  /** The service's name, where this is a task of a Swarm service: only a Swarm provider reads it, and it reads nothing else. */
  readonly task?: string;
}

/** What is at a path inside a container; of a folder only what the file provider would read. */
export type SeenFile =
  | { readonly kind: 'file'; readonly text: string }
  | { readonly kind: 'folder'; readonly names: readonly string[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unseen'; readonly why: string };

/** What Compose wrote on a container. */
export interface ComposeFacts {
  readonly project: string;
  readonly service: string;
  /** Absolute, on the machine where `docker compose` ran. */
  readonly directory?: string;
  readonly files: readonly string[];
}

/** One Docker host that answered, or one file of `docker inspect`: all containers that are visible there. */
export interface SeenHost {
  /** What findings call it: `unix:///var/run/docker.sock`, `edge-a`, or the file's path. */
  readonly host: string;
  readonly containers: readonly ContainerFacts[];
  /** What could not be read although the host answered: `container shop-web-1: gone while it was read`. Never "absent". */
  readonly unseen: readonly string[];
  /** Whether these are all containers of a host; a file may hold a selection. */
  readonly complete: boolean;
}

/** A Docker host that could not be read, and why. */
export interface FailedHost {
  readonly host: string;
  readonly why: string;
}

/** What reading hosts came to: every host is in one of the lists, in the order they were given. */
export interface LiveRead {
  readonly seen: readonly SeenHost[];
  readonly failed: readonly FailedHost[];
}
