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
  readonly protocol: 'http' | 'https';
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

/** One Kong node: an entry point, or several with the same routes. */
export interface NodePlan {
  /** Empty = the files stand in the target's own folder. */
  readonly folder: string;
  readonly entryPoints: readonly string[];
  readonly services: readonly ServicePlan[];
  readonly upstreams: readonly UpstreamPlan[];
  /** First asked first. */
  readonly routes: readonly RoutePlan[];
  /** `kong.conf` in order. */
  readonly conf: readonly (readonly [string, string])[];
  readonly httpInclude: string;
  readonly proxyInclude: string;
}
export interface KongPlan {
  readonly flavour: 'expressions' | 'traditional_compatible';
  readonly nodes: readonly NodePlan[];
}
