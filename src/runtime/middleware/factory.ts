import type { Consumer, Middleware, MiddlewareKind, Ref, ResolvedService, SpecOf } from '../../ir/index.ts';
import type { Handler, Wrapper } from '../effect.ts';

/** What a middleware may build on beside its own options. */
export interface Surroundings {
  /** The middleware itself: `places` tells written options from defaults. */
  readonly middleware: Middleware;
  /** The error page's service. */
  readonly service: (ref: Ref) => Handler | undefined;
  /** Whom the gateway knows. */
  readonly consumers: readonly Consumer[];
  /** Whether whoever writes the answers knows a coding. */
  readonly packs: (coding: string) => boolean;
  /** Kinds that answer 501 here whatever they could do. */
  readonly refused: ReadonlySet<MiddlewareKind>;
}

/** Makes a middleware from its options, once per router that uses it (its state is that router's). */
export type Factory<K extends MiddlewareKind> = (spec: SpecOf<K>, around: Surroundings) => Wrapper;
export type Factories = { readonly [K in MiddlewareKind]: Factory<K> };

/** Finds services by reference among those that a routing knows. */
export type ServiceLookup = (ref: Ref) => ResolvedService | undefined;
