import type { OriginId, Sourced } from '../text/index.ts';
import type { ConsumerLimit } from './middleware.ts';

/** A value that stands somewhere else: a variable, or a file beside the gateway's own. The value itself is never printed. */
export interface Reference {
  readonly from: 'env' | 'file';
  /** The variable or the path, as written. */
  readonly name: string;
  /** Absent where it could not be read. */
  readonly value?: string;
  readonly origin: OriginId;
}

export const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'] as const;
export const KEY_ALGORITHMS = ['RS256', 'RS384', 'RS512'] as const;

/** Who signs tokens, and what they are checked with. */
export type TokenIssuer = { readonly name: Sourced<string> } & (
  | { readonly algorithm: (typeof SECRET_ALGORITHMS)[number]; readonly secret: Reference }
  | { readonly algorithm: (typeof KEY_ALGORITHMS)[number]; readonly publicKey: Reference }
);

/** Somebody who calls: what they prove it with, the groups they are in, and how often they may call. */
export interface Consumer {
  readonly name: string;
  /** The name that services know them by; empty = none. */
  readonly id: string;
  readonly groups: readonly string[];
  readonly keys: readonly Reference[];
  readonly tokens: readonly TokenIssuer[];
  readonly logins: readonly { readonly user: Sourced<string>; readonly password: Reference }[];
  /** Over all routes that ask who calls; it takes the place of the routes' own limits per consumer. */
  readonly limit?: ConsumerLimit;
  readonly origin: OriginId;
  /** `shop/gateway.yaml consumers.mobile`. */
  readonly symbol: string;
}
