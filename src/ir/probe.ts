import type { Ref } from './ref.ts';

export type HeaderList = readonly (readonly [string, string])[];

/** A request that every engine must agree on; the conformance table compares exactly this. */
export interface Probe {
  readonly entryPoint: string;
  readonly method: string;
  /** The request target, bytes as latin-1, as sent. */
  readonly target: string;
  /** Host header; null = none sent. */
  readonly host: string | null;
  readonly headers: HeaderList;
  readonly tls: false | { readonly sni: string | null };
  readonly clientIp: string;
  readonly body?: Uint8Array;
}

/** Header changes that a decision makes, names as sent. `set` replaces all copies; `remove` deletes. */
export interface HeaderOps {
  readonly set: HeaderList;
  readonly remove: readonly string[];
}

export type Decision =
  | {
      readonly kind: 'forward';
      readonly router: Ref;
      readonly service: Ref;
      /** Weight 0 endpoints are left out. Addresses are scheme://host:port. */
      readonly endpoints: readonly { readonly address: string; readonly weight: number }[];
      /** Request target that the endpoint receives, latin-1. */
      readonly target: string;
      /** Host header that the endpoint receives; null = the endpoint's own address. */
      readonly host: string | null;
      readonly requestHeaders: HeaderOps;
      readonly responseHeaders: HeaderOps;
    }
  | { readonly kind: 'respond'; readonly router: Ref | null; readonly status: number; readonly headers: HeaderList; readonly body?: string }
  /** The engine itself is random here. */
  | { readonly kind: 'tie'; readonly routers: readonly Ref[] }
  /** A declared class of hostile targets that a target refuses instead of deciding otherwise. */
  | { readonly kind: 'refused'; readonly requestClass: string };
