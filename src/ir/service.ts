import type { OriginId, Sourced } from '../text/index.ts';
import type { Places, Variables } from './middleware.ts';
import type { Ref } from './ref.ts';

/** One address. `url` is what Traefik would be given: scheme://host:port[/path]. */
export interface Endpoint {
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  /** Path of the URL, only used with preservePath; empty = none. */
  readonly path: string;
  readonly preservePath: boolean;
  readonly weight: number;
  /** The container behind it, for `--endpoint SERVICE[:PORT]=`. */
  readonly container?: { readonly stack: string; readonly service: string; readonly replica: number };
  readonly origin: OriginId;
}

export interface StickyCookie {
  /** Filled in: Traefik's default is `_` + 5 hex digits, see SEMANTICS 12.4. */
  readonly name: string;
  readonly secure: boolean;
  readonly httpOnly: boolean;
  readonly sameSite: string;
  readonly maxAge: number;
  readonly path: string;
  readonly domain: string;
}

export interface HealthCheck {
  readonly mode: string;
  readonly path: string;
  readonly method: string;
  readonly status: number;
  readonly scheme: string;
  readonly port: number;
  readonly interval: number;
  readonly unhealthyInterval?: number;
  readonly timeout: number;
  readonly hostname: string;
  readonly followRedirects: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoadBalancer {
  readonly kind: 'loadBalancer';
  readonly endpoints: readonly Endpoint[];
  readonly strategy: string;
  readonly passHostHeader: boolean;
  readonly sticky?: StickyCookie;
  readonly healthCheck?: HealthCheck;
  readonly passiveHealthCheck?: { readonly failureWindow: number; readonly maxFailedAttempts: number };
  readonly transport?: Sourced<Ref>;
  /** Milliseconds; -1 = flush at once. */
  readonly flushInterval: number;
}
export interface WeightedRef {
  readonly service: Ref;
  readonly weight: number;
}
export type ServiceSpec =
  | LoadBalancer
  | { readonly kind: 'weighted'; readonly services: readonly WeightedRef[]; readonly sticky?: StickyCookie; readonly healthCheck: boolean }
  | { readonly kind: 'highestRandomWeight'; readonly services: readonly WeightedRef[]; readonly healthCheck: boolean }
  | { readonly kind: 'mirroring'; readonly service: Ref; readonly mirrors: readonly { readonly service: Ref; readonly percent: number }[]; readonly mirrorBody: boolean; readonly maxBodySize: number; readonly healthCheck: boolean }
  | { readonly kind: 'failover'; readonly service: Ref; readonly fallback: Ref; readonly healthCheck: boolean; readonly errors?: { readonly status: readonly string[]; readonly maxRequestBodyBytes: number } }
  | { readonly kind: 'internal'; readonly name: 'api' | 'dashboard' | 'ping' | 'prometheus' | 'rest' | 'noop' | 'acme-http' };

export interface Service {
  readonly ref: Ref;
  readonly spec: ServiceSpec;
  /** Middlewares on the service itself (3.x), run after the router's. */
  readonly middlewares: readonly Sourced<Ref>[];
  readonly origin: OriginId;
  readonly places: Places;
  readonly variables: Variables;
  readonly symbol: string;
}

export interface TcpEndpoint {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly container?: { readonly stack: string; readonly service: string; readonly replica: number };
  readonly origin: OriginId;
}
export type TcpServiceSpec =
  | { readonly kind: 'loadBalancer'; readonly endpoints: readonly TcpEndpoint[]; readonly proxyProtocol?: number; readonly terminationDelay?: number; readonly transport?: Sourced<Ref>; readonly healthCheck?: unknown }
  | { readonly kind: 'weighted'; readonly services: readonly WeightedRef[]; readonly healthCheck?: true };
export interface TcpService {
  readonly ref: Ref;
  readonly spec: TcpServiceSpec;
  readonly origin: OriginId;
  readonly places: Places;
  readonly variables: Variables;
  readonly symbol: string;
}
/** UDP services have the same shapes. */
export type UdpService = TcpService;

/** The services that one hands its requests to; none for those that are reached themselves. */
export function serviceMembers(spec: ServiceSpec): readonly Ref[] {
  switch (spec.kind) {
    case 'weighted':
    case 'highestRandomWeight':
      return spec.services.map(({ service }) => service);
    case 'mirroring':
      return [spec.service, ...spec.mirrors.map(({ service }) => service)];
    case 'failover':
      return [spec.service, spec.fallback];
    case 'loadBalancer':
    case 'internal':
      return [];
  }
}
