import { refKey, refName } from '../../ir/index.ts';
import type { TcpEndpoint, TcpRoute, TcpService, UdpRoute } from '../../ir/index.ts';
import { Names, refWish, upstreamWish } from './names.ts';
import type { ServicePlan, UpstreamPlan } from './plan.ts';
import { plainHost } from './quote.ts';
import type { Report } from './report.ts';
import { NO_LIMIT, tagsOf } from './services.ts';
import { wholeWeights } from './weights.ts';
import type { Share } from './weights.ts';

/** Kong services and upstreams of TCP and UDP routers: one service per pool. */
export class StreamServices {
  readonly services: ServicePlan[] = [];
  readonly upstreams: UpstreamPlan[] = [];
  readonly #names = new Names();
  readonly #upstreamNames: Names;
  readonly #indexes = new Map<string, number>();
  readonly #report: Report;

  /** @param hosts endpoint hosts of all streams: an upstream of that name would take their place */
  constructor(hosts: Iterable<string>, report: Report) {
    this.#upstreamNames = new Names(hosts);
    this.#report = report;
  }

  /** The index of the service; undefined where an address cannot be written (reported). */
  of({ service, members }: TcpRoute | UdpRoute, protocol: 'tcp' | 'udp'): number | undefined {
    const key = `${protocol} ${refKey(service.ref)}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const pool = wholeWeights(sharesOf(service, members));
    const odd = pool.find(({ endpoint }) => plainHost(endpoint.host) === undefined || !(endpoint.port >= 1 && endpoint.port <= 65_535));
    if (odd !== undefined) {
      this.#report.unquotable('server address', { origin: odd.endpoint.origin, symbol: service.symbol }, 'a target is a host name or address and a port');
      return undefined;
    }
    if (pool.some(({ weight }) => weight > 65_535)) {
      this.#report.unsupported('these weights', { origin: service.origin, symbol: service.symbol }, 'the weight of a target goes to 65535');
      return undefined;
    }
    const [only] = pool;
    const direct = pool.length === 1 && only !== undefined && only.weight > 0 && !only.endpoint.host.startsWith('[') ? only.endpoint : undefined;
    this.#indexes.set(key, this.services.length);
    return this.services.push({
      name: this.#names.of(key, refWish(service.ref)), comment: service.symbol, tags: tagsOf(service.symbol, `service:${refName(service.ref)}`), protocol,
      host: direct?.host ?? this.#upstream(service, key, pool), port: direct?.port ?? 80, retries: 0, connectTimeout: 30_000, readTimeout: NO_LIMIT,
    }) - 1;
  }

  #upstream(service: TcpService, key: string, pool: readonly { readonly endpoint: TcpEndpoint; readonly weight: number }[]): string {
    const name = this.#upstreamNames.of(key, upstreamWish(service.ref));
    this.upstreams.push({
      name, comment: service.symbol, tags: tagsOf(service.symbol, `service:${refName(service.ref)}`), options: {},
      targets: pool.map(({ endpoint, weight }) => ({ target: `${endpoint.host}:${String(endpoint.port)}`, weight })),
    });
    return name;
  }
}

/** Endpoints of a service, of the members of a weighted one with the weights multiplied. */
function sharesOf({ spec }: TcpService, members: readonly TcpService[]): readonly Share<TcpEndpoint>[] {
  if (spec.kind === 'loadBalancer') return spec.endpoints.map((endpoint) => ({ endpoint, numerator: 1, denominator: spec.endpoints.length }));
  return members.flatMap((member, index) => sharesOf(member, []).map(({ endpoint, numerator, denominator }) => ({ endpoint, numerator: numerator * (spec.services[index]?.weight ?? 0), denominator })));
}

/** All hosts that streams lead to. */
export function streamHosts({ service, members }: TcpRoute | UdpRoute): readonly string[] {
  return [service, ...members].flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map(({ host }) => host) : []));
}
