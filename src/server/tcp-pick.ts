import { refKey, type TcpEndpoint, type TcpService } from '../ir/index.ts';

/** A server that was chosen, and the service that it stands in. */
export interface Chosen {
  readonly endpoint: TcpEndpoint;
  readonly service: TcpService;
}
export type Pick = (service: TcpService, members: readonly TcpService[]) => Chosen | undefined;

/** Servers in turn; members of a weighted service as often as they weigh. Keeps the turns of one configuration. */
export function turnTaker(): Pick {
  const turns = new Map<string, number>();
  const pick: Pick = (service, members) => {
    const { ref, spec } = service;
    const key = refKey(ref);
    const turn = turns.get(key) ?? 0;
    turns.set(key, turn + 1);
    if (spec.kind === 'loadBalancer') {
      const endpoint = spec.endpoints[turn % Math.max(1, spec.endpoints.length)];
      return endpoint === undefined ? undefined : { endpoint, service };
    }
    const total = spec.services.reduce((sum, { weight }) => sum + weight, 0);
    let left = total === 0 ? 0 : turn % total;
    const chosen = spec.services.find(({ weight }) => {
      left -= weight;
      return left < 0;
    });
    const member = chosen === undefined ? undefined : members.find((one) => refKey(one.ref) === refKey(chosen.service));
    return member === undefined ? undefined : pick(member, members);
  };
  return pick;
}
