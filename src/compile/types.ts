import type { Diagnostic, Skipped } from '../diagnostics/index.ts';
import type { Proxy, Route, Unjudged, Workspace } from '../ir/index.ts';
import type { EngineVersion, ResolvedGateway } from '../resolve/index.ts';
import type { SpecRead } from '../sources/gateway-yaml/index.ts';
import type { SeenHost } from '../sources/docker/index.ts';
import type { SourceHost, StackInput } from '../sources/source.ts';
import type { AddressOverrides, OutputFile } from '../targets/target.ts';
import type { Allowances, Judged } from '../targets/judge.ts';
import type { Origins, SourceFile } from '../text/index.ts';
import type { LiveFacts } from './live-stacks.ts';
import type { Validation } from './validate.ts';

/** One running proxy to be: which stacks it serves and what is said of its static side. */
export interface GatewayInput {
  readonly name: string;
  readonly stacks: readonly StackInput[];
  /** A gateway.yaml with its overlays, in override order. */
  readonly spec?: StackInput;
  /** Running containers, as their hosts or a file of `docker inspect` told; instead of stacks. */
  readonly seen?: readonly SeenHost[];
  /** What an engine's `/api/rawdata` said. */
  readonly rawdata?: { readonly path: string; readonly text: string };
  /** Path of Traefik's static configuration; wins over what is found beside the stacks. */
  readonly static?: string;
  readonly dynamic: readonly string[];
  /** What the source engine is; absent = found by its image, else unknown. */
  readonly versions?: readonly EngineVersion[];
}

export interface CompileInput {
  readonly gateways: readonly GatewayInput[];
  /** True when a configuration names the gateways: collisions across stacks are then errors, else info. */
  readonly declared: boolean;
  readonly host: SourceHost;
  /** The folder that generated files tell places from, so that a build reads the same from everywhere in a project: the configuration's. Default: the working directory. */
  readonly root?: string;
  readonly overrides: AddressOverrides;
  /** Only the version that counts first is asked for: of several, others are not resolved. */
  readonly firstVersionOnly?: boolean;
}

export interface LoadedGateway {
  readonly name: string;
  readonly proxy: Proxy;
  /** One per version that it must be right on; the first is the one that build compiles. */
  readonly resolved: readonly ResolvedGateway[];
  /** What the same containers and files would be without the mistakes that break them; one per version. Lint looks behind those with it. */
  readonly healed?: () => readonly HealedGateway[];
  readonly versionKnown: boolean;
  readonly staticKnown: boolean;
  readonly stacks: readonly string[];
  /** Of running containers: the hosts that answered, or the files that were read in their place. */
  readonly hosts?: readonly string[];
  /** Its gateway.yaml, or a file that one of its stacks includes, could not be read: what is missing here may be declared there. */
  readonly partial?: 'spec' | 'stacks';
  /** Its gateway.yaml, where there is one. */
  readonly spec?: SpecRead;
}

/** See {@link LoadedGateway.healed}. */
export interface HealedGateway {
  readonly resolved: ResolvedGateway;
  /** Containers that were broken, as `stack/service`, and files that were refused, by path. */
  readonly broken: ReadonlySet<string>;
  /** Labels or options that had no likely meaning are missing: what they declare is not there either. */
  readonly missing: 'nothing' | 'labels' | 'options';
  /** Symbols of problems with what a missing label names: nobody knows whether they are real. */
  readonly unsure: ReadonlySet<string>;
}

/** Everything that was read and resolved. */
export interface Loaded {
  readonly origins: Origins;
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly workspace: Workspace;
  readonly gateways: readonly LoadedGateway[];
  /** What reading found: syntax, schema. */
  readonly diagnostics: readonly Diagnostic[];
  /** What Docker said of each running container; empty where only files were read. */
  readonly live: LiveFacts;
  /** What hosts that answered did not let see, in words: `container shop-web-1: gone while it was read`. */
  readonly notVisible: readonly string[];
  /** One line per stack, for people: `shop (compose.yml + compose.prod.yml, no .env)`. */
  readonly taken: readonly string[];
}

export interface LintResult {
  readonly diagnostics: readonly Diagnostic[];
  readonly skipped: readonly Skipped[];
}

export interface BuildOptions {
  readonly targets: readonly string[];
  /** Version by target name. */
  readonly versions: ReadonlyMap<string, string>;
  readonly allowances: Allowances;
  readonly inlineSecrets: boolean;
  readonly settings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly overrides: AddressOverrides;
  /** Write files that contradict the labels all the same, for this reason. */
  readonly acceptUnverified?: string;
}

/** One gateway in one target: all files, or none and the reasons. */
export interface BuiltTarget {
  readonly gateway: string;
  readonly target: string;
  readonly version: string;
  readonly files?: readonly OutputFile[];
  /** The target's settings that they were written with. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly diagnostics: readonly Diagnostic[];
  readonly judged: readonly Judged[];
  /** `routers`, `services`, `middlewares` that it serves. */
  readonly counts: { readonly routers: number; readonly services: number; readonly middlewares: number };
  /** `model, 57 requests`; `nothing` where there was nothing to ask. */
  readonly verifiedBy: string;
  /** What asking the files showed; absent for a target that nothing reads back. */
  readonly validation?: Validation;
  /** Where the files contradict the labels: as few routes as show it. */
  readonly smallest?: readonly Route[];
  /** The reason for which files that contradict the labels were written. */
  readonly acceptedUnverified?: string;
}

export interface BuildResult {
  readonly built: readonly BuiltTarget[];
  /** Blocking findings and build-only ones (undeclared entry points, unset variables), by gateway. */
  readonly diagnostics: readonly Diagnostic[];
}

export type { Unjudged };
