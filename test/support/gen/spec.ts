/** A generated gateway before it is text: what the shrinker can take apart. */
export interface GatewaySpec {
  /** Name of a static configuration of the case table. */
  readonly profile: Profile;
  /** Made of values that few people write: requests are more unusual, too. */
  readonly unusual?: true;
  readonly services: readonly ServiceSpec[];
  readonly middlewares: readonly MiddlewareSpec[];
  readonly routers: readonly RouterSpec[];
}

export const PROFILES = ['default', 'tls', 'trusted', 'models', 'redirect', 'v2rules'] as const;
export type Profile = (typeof PROFILES)[number];

/** What routers of a profile may name. */
export const ENTRY_POINTS: Readonly<Record<Profile, readonly string[]>> = {
  default: ['web', 'alt'], tls: ['web', 'websecure'], trusted: ['web'], models: ['web', 'alt'], redirect: ['web', 'alt'], v2rules: ['web'],
};

/** A Compose service; `options` are label paths below its Traefik service and make it a declared one. */
export interface ServiceSpec {
  readonly name: string;
  readonly replicas: number;
  /** False: nothing listens at its address. */
  readonly alive: boolean;
  readonly options: Options;
}

/** Label path below the entity, to its value. */
export type Options = Readonly<Record<string, string>>;

export interface MiddlewareSpec {
  readonly name: string;
  readonly kind: string;
  /** The Compose service that carries its labels. */
  readonly home: string;
  readonly options: Options;
}

export interface RouterSpec {
  readonly name: string;
  readonly home: string;
  /** Another Traefik service than the only one of its home. */
  readonly service?: string;
  readonly rule: RuleNode;
  readonly syntax: 'v2' | 'v3';
  readonly priority?: number;
  readonly entryPoints: readonly string[];
  readonly tls: boolean;
  readonly middlewares: readonly string[];
}

export type RuleNode =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly RuleNode[] }
  | { readonly kind: 'not'; readonly part: RuleNode }
  | { readonly kind: 'match'; readonly matcher: string; readonly spelled: string; readonly quote: '`' | '"'; readonly args: readonly string[] };

/** The targets that a gateway is meant for: the more it uses, the fewer can take it. */
export const PALETTES = ['portable', 'nginx', 'everything'] as const;
export type Palette = (typeof PALETTES)[number];
