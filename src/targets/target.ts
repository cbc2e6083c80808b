import type { Diagnostic } from '../diagnostics/index.ts';
import type { Feature, Features, Gateway, Route, Routing, TcpRoute } from '../ir/index.ts';
import type { OriginId, Origins, SourceFile } from '../text/index.ts';

export type Verdict =
  /** On the request classes that the target serves (ir/request-class.ts). */
  | { readonly kind: 'exact' }
  | { readonly kind: 'equivalent'; readonly how: string }
  /** An error until allowed by name, with a reason: `--allow-approximate FEATURE=REASON`. */
  | { readonly kind: 'approximate'; readonly differs: string }
  | { readonly kind: 'unsupported'; readonly because: string; readonly help?: string };

export interface UseSite {
  readonly routing: Routing;
  readonly route?: Route;
  readonly tcpRoute?: TcpRoute;
  /** Position in the route's chain. */
  readonly index?: number;
  /** Engine version asked for, e.g. `1.22`. */
  readonly version: string;
}

/** Data first, so that the published matrix is printed from it; exceptions may look at the whole route. */
export interface Row<Use> {
  readonly verdict: Verdict;
  readonly seen: readonly { readonly version: string; readonly by: 'ran' | 'recorded' | 'read' }[];
  readonly except?: readonly { readonly title: string; readonly when: (use: Use, site: UseSite) => boolean; readonly verdict: Verdict }[];
}
export type Capabilities = { readonly [F in Feature]: Row<Features[F]> };

export interface OutputFile {
  /** Relative to the target's folder, forward slashes. */
  readonly path: string;
  readonly text: string;
  /** 0600 where it holds secrets (`--inline-secrets`). */
  readonly secret?: boolean;
}

/** Replaces addresses so that output runs outside Docker. */
export interface AddressOverrides {
  /** `--endpoint SERVICE[:PORT]=HOST:PORT`, once per replica, in order. */
  readonly endpoints: readonly { readonly service: string; readonly port?: number; readonly host: string; readonly toPort: number }[];
  /** `--entrypoint NAME=HOST:PORT`. */
  readonly entryPoints: ReadonlyMap<string, { readonly host: string; readonly port: number }>;
}

export interface TargetOptions {
  readonly version: string;
  /** The version of the engine that the source was read as. */
  readonly sourceVersion?: string;
  readonly flavour?: string;
  readonly inlineSecrets: boolean;
  readonly origins: Origins;
  /** For places that become comments. */
  readonly files: ReadonlyMap<string, SourceFile>;
  readonly gateway: Gateway;
  /** Target settings from gateway.config.yaml, e.g. nginx `resolver`. */
  readonly settings: Readonly<Record<string, unknown>>;
}

export interface Lowered<Plan> {
  readonly plan?: Plan;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A way to write a gateway down. Addresses in the Routing are final (overrides applied before). `lower` is only called
 * when judge found no feature that is unsupported or approximate and not allowed.
 */
export interface Target<Plan> {
  readonly name: string;
  readonly engine: { readonly name: string; readonly versions: string };
  readonly flavours: Readonly<Record<string, Capabilities>>;
  readonly defaultFlavour: string;
  readonly defaultVersion: string;
  lower(routing: Routing, options: TargetOptions): Lowered<Plan>;
  render(plan: Plan): readonly OutputFile[];
}

/** One thing that a served route uses. */
export interface FeatureUse<F extends Feature = Feature> {
  readonly feature: F;
  readonly use: Features[F];
  readonly site: UseSite;
  readonly origin: OriginId;
  readonly symbol: string;
}
