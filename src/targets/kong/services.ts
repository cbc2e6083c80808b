import { refKey, refName } from '../../ir/index.ts';
import type { Endpoint, LoadBalancer, ResolvedService } from '../../ir/index.ts';
import { Names, refWish, upstreamWish } from './names.ts';
import { plainHost, tag } from './quote.ts';
import type { ServicePlan, UpstreamPlan } from './plan.ts';
import type { Report } from './report.ts';
import { wholeWeights } from './weights.ts';
import type { Share } from './weights.ts';

/** What a route wants from a service beyond its address. */
export interface ServiceWish {
  /** Service path; `''` = none. */
  readonly path: string;
  readonly retries: number;
}

/** Kong services and upstreams of one node: one service per pool, path and number of retries. */
export class Services {
  readonly services: ServicePlan[] = [];
  readonly upstreams: UpstreamPlan[] = [];
  readonly #names = new Names();
  readonly #upstreamNames: Names;
  readonly #indexes = new Map<string, number>();
  readonly #written = new Set<string>();
  readonly #report: Report;

  /** @param hosts endpoint hosts of the whole routing: an upstream of that name would take their place */
  constructor(hosts: Iterable<string>, report: Report) {
    this.#upstreamNames = new Names(hosts);
    this.#report = report;
  }

  /** The index of the service, made when it is not there yet; undefined where it cannot be written (reported). */
  of(resolved: ResolvedService, wish: ServiceWish): number | undefined {
    const key = `${refKey(resolved.service.ref)} ${wish.path} ${String(wish.retries)}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const pool = poolOf(resolved);
    if (pool === undefined) this.#report.unsupported('this pool', { origin: resolved.service.origin, symbol: resolved.service.symbol }, 'its members must be load balancers without cookies, health checks or strategies of their own, and the ratios of their weights below 65536');
    const plan = pool === undefined ? undefined : this.#plan(resolved, pool, key, wish);
    if (plan === undefined) return undefined;
    this.#indexes.set(key, this.services.length);
    return this.services.push(plan) - 1;
  }

  #plan(resolved: ResolvedService, pool: Pool, key: string, wish: ServiceWish): ServicePlan | undefined {
    const { service } = resolved;
    const place = { origin: service.origin, symbol: service.symbol };
    for (const endpoint of pool.endpoints) {
      if (plainHost(endpoint.host) === undefined || !(portOf(endpoint) >= 1 && portOf(endpoint) <= 65_535)) {
        this.#report.unquotable('server address', { origin: endpoint.origin, symbol: service.symbol }, 'a target is a host name or address and a port');
        return undefined;
      }
    }
    const odd = oddOption(resolved);
    if (odd !== undefined) {
      this.#report.unquotable(odd, place, 'Kong takes a path from `/` without `//`, a cookie name of token characters, a status from 100 to 999 and a weight up to 65535');
      return undefined;
    }
    if (pool.protocol === undefined) {
      this.#report.unsupported('servers of different schemes', place, 'a Kong service has one protocol for all targets');
      return undefined;
    }
    const [only] = pool.endpoints;
    const single = pool.endpoints.length === 1 && only !== undefined && only.weight > 0 && Object.keys(pool.options).length === 0 && !only.host.startsWith('[');
    const host = single ? only.host : this.#upstream(resolved, pool);
    return {
      name: this.#names.of(key, refWish(service.ref) + (wish.path === '' ? '' : wish.path.replace(/\/$/, '').replaceAll('/', '.'))),
      comment: service.symbol,
      tags: tagsOf(service.symbol, `service:${refName(service.ref)}`),
      protocol: pool.protocol,
      host,
      port: single ? portOf(only) : 80,
      ...(wish.path === '' ? {} : { path: wish.path }),
      retries: wish.retries,
      ...timeouts(resolved),
      ...(pool.protocol === 'https' ? { tlsVerify: resolved.transport?.insecureSkipVerify !== true } : {}),
    };
  }

  #upstream(resolved: ResolvedService, pool: Pool): string {
    const { service } = resolved;
    const name = this.#upstreamNames.of(refKey(service.ref), upstreamWish(service.ref));
    if (this.#written.has(name)) return name;
    this.#written.add(name);
    this.upstreams.push({
      name,
      comment: service.symbol,
      tags: tagsOf(service.symbol, `service:${refName(service.ref)}`),
      options: pool.options,
      targets: pool.endpoints.map((endpoint) => ({ target: `${endpoint.host}:${String(portOf(endpoint))}`, weight: endpoint.weight })),
    });
    return name;
  }
}

/** `stack:NAME` from the symbol (`shop/web traefik.http...`), and the entity's own name in Traefik. */
export function tagsOf(symbol: string, own: string): readonly string[] {
  const stack = /^([^/\s]+)\/[^/\s]+ /.exec(symbol)?.[1];
  return [...(stack === undefined ? [] : [tag(`stack:${stack}`)]), tag(own)];
}

interface Pool {
  readonly endpoints: readonly Endpoint[];
  readonly protocol: 'http' | 'https' | undefined;
  readonly options: Readonly<Record<string, unknown>>;
}

/** Endpoints with the weights of all levels multiplied out; undefined = Kong has no such pool (judged by capability). */
function poolOf(resolved: ResolvedService): Pool | undefined {
  const { spec } = resolved.service;
  if (spec.kind === 'loadBalancer') return { endpoints: spec.endpoints, protocol: protocolOf(spec.endpoints), options: upstreamOptions(spec) };
  if (spec.kind !== 'weighted') return undefined;
  const shares: Share<Endpoint>[] = [];
  for (const [index, member] of resolved.members.entries()) {
    const pool = poolOf(member);
    if (pool === undefined || Object.keys(pool.options).length > 0) return undefined;
    const total = pool.endpoints.reduce((sum, endpoint) => sum + endpoint.weight, 0);
    for (const endpoint of pool.endpoints) shares.push({ endpoint, numerator: (spec.services[index]?.weight ?? 0) * endpoint.weight, denominator: Math.max(1, total) });
  }
  const endpoints = wholeWeights(shares).map(({ endpoint, weight }) => ({ ...endpoint, weight }));
  return endpoints.some((endpoint) => endpoint.weight > 65_535) ? undefined : { endpoints, protocol: protocolOf(endpoints), options: {} };
}

/** A URL without a port has its scheme's. */
function portOf(endpoint: Endpoint): number {
  return endpoint.port === 0 ? (endpoint.scheme === 'https' ? 443 : 80) : endpoint.port;
}

function protocolOf(endpoints: readonly Endpoint[]): 'http' | 'https' | undefined {
  const schemes = new Set(endpoints.map((endpoint) => endpoint.scheme));
  if (schemes.size > 1) return undefined;
  const [scheme = 'http'] = schemes;
  return scheme === 'http' || scheme === 'https' ? scheme : undefined;
}

/** What the upstream's own schema would refuse. */
function oddOption({ service }: ResolvedService): string | undefined {
  const { spec } = service;
  if (spec.kind !== 'loadBalancer') return undefined;
  const path = (text: string): boolean => /^\/[A-Za-z0-9._~%!$&'()*+,;=:@/-]*$/.test(text) && !text.includes('//') && !/%(?![0-9A-Fa-f]{2})/.test(text);
  if (spec.endpoints.some((endpoint) => endpoint.weight < 0 || endpoint.weight > 65_535)) return 'weight';
  if (spec.sticky !== undefined && !/^[\w!#$%&'*+\-.^`|~]+$/.test(spec.sticky.name)) return 'cookie name';
  if (spec.sticky !== undefined && spec.sticky.path !== '' && !path(spec.sticky.path)) return 'cookie path';
  const check = spec.healthCheck;
  if (check !== undefined && !path(checkPath(check.path))) return 'health check path';
  return check !== undefined && check.status !== 0 && (check.status < 100 || check.status > 999) ? 'health check status' : undefined;
}

function checkPath(path: string): string {
  const bare = path.split('?')[0] ?? '';
  return bare === '' ? '/' : bare;
}

/** Approximate options: only reached when they were allowed by name. */
function upstreamOptions(spec: LoadBalancer): Readonly<Record<string, unknown>> {
  const algorithm = { p2c: 'least-connections', leasttime: 'latency' }[spec.strategy];
  return {
    ...(algorithm === undefined ? {} : { algorithm }),
    ...(spec.strategy === 'hrw' ? { hash_on: 'ip' } : {}),
    ...(spec.sticky === undefined ? {} : { hash_on: 'cookie', hash_on_cookie: spec.sticky.name, hash_on_cookie_path: spec.sticky.path === '' ? '/' : spec.sticky.path }),
    ...healthChecks(spec),
  };
}

function healthChecks({ healthCheck, passiveHealthCheck }: LoadBalancer): Readonly<Record<string, unknown>> {
  if (healthCheck === undefined && passiveHealthCheck === undefined) return {};
  const seconds = (milliseconds: number): number => Math.min(65_535, Math.max(0.001, milliseconds / 1000));
  const active = healthCheck === undefined ? {} : {
    active: {
      type: 'http', http_path: checkPath(healthCheck.path), timeout: seconds(healthCheck.timeout),
      healthy: { interval: seconds(healthCheck.interval), successes: 1, http_statuses: healthCheck.status > 0 ? [healthCheck.status] : [200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 304, 307, 308] },
      unhealthy: { interval: seconds(healthCheck.unhealthyInterval ?? healthCheck.interval), http_failures: 1, tcp_failures: 1, timeouts: 1 },
    },
  };
  const passive = passiveHealthCheck === undefined ? {} : { passive: { unhealthy: { tcp_failures: Math.min(255, passiveHealthCheck.maxFailedAttempts), timeouts: Math.min(255, passiveHealthCheck.maxFailedAttempts) } } };
  return { healthchecks: { ...active, ...passive } };
}

/** Traefik waits 30 s for a connection and without end for an answer; Kong's own default of 60 s would cut long ones. */
export const NO_LIMIT = 2_147_483_646;

function timeouts({ transport }: ResolvedService): { readonly connectTimeout: number; readonly readTimeout: number } {
  const bounded = (milliseconds: number | undefined, otherwise: number): number => (milliseconds === undefined || milliseconds <= 0 ? otherwise : Math.min(NO_LIMIT, Math.max(1, Math.round(milliseconds))));
  return { connectTimeout: bounded(transport?.dialTimeout, 30_000), readTimeout: bounded(transport?.responseHeaderTimeout, NO_LIMIT) };
}
