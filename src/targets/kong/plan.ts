/** A Kong plugin instance; `config` is plain data in the plugin's own words. */
export interface PluginPlan {
  readonly name: string;
  readonly config: Readonly<Record<string, unknown>>;
}
export interface RoutePlan {
  readonly name: string;
  readonly comment: string;
  readonly tags: readonly string[];
  /** Index into the node's services; undefined = a route that only answers. */
  readonly service: number | undefined;
  readonly match: MatchPlan;
  readonly stripPath: boolean;
  readonly preserveHost: boolean;
  /** Plain HTTP is redirected with this status before any plugin runs. */
  readonly httpsRedirect?: 301 | 302 | 307 | 308;
  readonly responseBuffering?: false;
  /** A route for TCP or UDP; absent = HTTP. */
  readonly stream?: 'tcp' | 'tls' | 'tls_passthrough' | 'udp';
  readonly plugins: readonly PluginPlan[];
}
/** How a route matches: an expression, or classic fields in the traditional_compatible flavour. */
export type MatchPlan =
  | { readonly kind: 'expression'; readonly expression: string; readonly priority: number }
  | { readonly kind: 'classic'; readonly paths: readonly string[]; readonly hosts: readonly string[]; readonly methods: readonly string[]; readonly regexPriority: number };

export interface ServicePlan {
  readonly name: string;
  readonly comment: string;
  readonly tags: readonly string[];
  readonly protocol: 'http' | 'https' | 'tcp' | 'udp';
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly retries: number;
  readonly connectTimeout: number;
  readonly readTimeout: number;
  readonly tlsVerify?: boolean;
}
export interface UpstreamPlan {
  readonly name: string;
  readonly comment: string;
  readonly tags: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly targets: readonly { readonly target: string; readonly weight: number }[];
}

/** A token issuer's key: `key` is the value of the claim that names it. */
export type JwtKey =
  | { readonly algorithm: 'HS256' | 'HS384' | 'HS512'; readonly key: string; readonly secret: string }
  | { readonly algorithm: 'RS256' | 'RS384' | 'RS512' | 'ES256' | 'ES384' | 'ES512' | 'PS256' | 'PS384' | 'PS512' | 'EdDSA'; readonly key: string; readonly publicKey: string };

/** Somebody who calls: what they prove it with, and what holds for them alone. */
export interface ConsumerPlan {
  readonly username: string;
  readonly customId?: string;
  /** Groups that `accessList` lets in. */
  readonly groups: readonly string[];
  readonly keys: readonly string[];
  readonly tokens: readonly JwtKey[];
  /** The password itself: the node hashes it. */
  readonly logins: readonly { readonly username: string; readonly password: string }[];
  readonly plugins: readonly PluginPlan[];
}

/** A certificate for names; the text itself comes from where the references point. */
export interface CertificatePlan {
  readonly cert: string;
  readonly key: string;
  readonly names: readonly string[];
}

/** One Kong node: an entry point, or several with the same routes. */
export interface NodePlan {
  /** Empty = the files stand in the target's own folder. */
  readonly folder: string;
  readonly entryPoints: readonly string[];
  readonly services: readonly ServicePlan[];
  readonly upstreams: readonly UpstreamPlan[];
  readonly certificates: readonly CertificatePlan[];
  readonly consumers?: readonly ConsumerPlan[];
  /** First asked first. */
  readonly routes: readonly RoutePlan[];
  /** For every route that has no plugin of the same name. */
  readonly plugins: readonly PluginPlan[];
  /** `kong.conf` in order. */
  readonly conf: readonly (readonly [string, string])[];
  /** The two nginx files of a node for HTTP. */
  readonly includes?: { readonly http: string; readonly proxy: string };
}
export interface KongPlan {
  readonly flavour: 'expressions' | 'traditional_compatible';
  readonly nodes: readonly NodePlan[];
  /** `kong.yml` may hold secrets. */
  readonly secret: boolean;
}
