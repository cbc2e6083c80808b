import { refKey, type TcpEndpoint, type TcpService } from '../ir/index.ts';

/** A server that was chosen, and the service that it stands in. */
export interface Chosen {
  readonly endpoint: TcpEndpoint;
  readonly service: TcpService;
}
export type Pick = (service: TcpService, members: readonly TcpService[]) => Chosen | undefined;
/** Whether a server passed its last check; those that nobody checks did. */
export type IsUp = (service: TcpService, endpoint: TcpEndpoint) => boolean;

/** Servers in turn; members of a weighted service as often as they weigh. Keeps the turns of one configuration. */
export function turnTaker(isUp: IsUp = () => true): Pick {
  const turns = new Map<string, number>();
  const pick: Pick = (service, members) => {
    const { ref, spec } = service;
    const key = refKey(ref);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    if (spec.kind === 'loadBalancer') {
      const up = spec.endpoints.filter((endpoint) => isUp(service, endpoint));
      const endpoint = up[turn % Math.max(1, up.length)];
      return endpoint === undefined ? undefined : { endpoint, service };
    }
    const member = weighed(spec.services.flatMap((one) => within(one, members)).filter(({ service: child }) => spec.healthCheck !== true || anyUp(child, members, isUp)), turn);
    return member === undefined ? undefined : pick(member, members);
  };
  return pick;
}

type Weighed = { readonly service: TcpService; readonly weight: number };

function within({ service, weight }: { readonly service: TcpService['ref']; readonly weight: number }, members: readonly TcpService[]): readonly Weighed[] {
  const found = members.find(({ ref }) => refKey(ref) === refKey(service));
  return found === undefined ? [] : [{ service: found, weight }];
}

function weighed(services: readonly Weighed[], turn: number): TcpService | undefined {
  const total = services.reduce((sum, { weight }) => sum + weight, 0);
  let left = total === 0 ? 0 : turn % total;
  return services.find(({ weight }) => {
    left -= weight;
    return left < 0;
  })?.service;
}

/** Children tell their health upward only where the parent asks for it. */
function anyUp(service: TcpService, members: readonly TcpService[], isUp: IsUp): boolean {
  const { spec } = service;
  if (spec.kind === 'loadBalancer') return spec.endpoints.some((endpoint) => isUp(service, endpoint));
  return spec.healthCheck !== true || spec.services.flatMap((one) => within(one, members)).some(({ service: child }) => anyUp(child, members, isUp));
}
