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
  const turns = new Map<string, Turn>();
  const pick: Pick = (service, members) => {
    const { ref, spec } = service;
    const turn = turns.get(refKey(ref)) ?? { index: -1, least: 0 };
    turns.set(refKey(ref), turn);
    if (spec.kind === 'loadBalancer') {
      const endpoint = next(spec.endpoints, turn, () => 1, (one) => isUp(service, one));
      return endpoint === undefined ? undefined : { endpoint, service };
    }
    const member = next(spec.services.flatMap((one) => within(one, members)), turn, ({ weight }) => weight, ({ service: child }) => spec.healthCheck !== true || anyUp(child, members, isUp));
    return member === undefined ? undefined : pick(member.service, members);
  };
  return pick;
}

/** Where a balancer stands: who was last, and what one must weigh at least to be next. */
interface Turn {
  index: number;
  least: number;
}

/** Round after round with a lower bar, so that those who weigh little come in between (pkg/tcp; ran). Traefik shuffles the list at each start. */
function next<T>(all: readonly T[], turn: Turn, weightOf: (one: T) => number, usable: (one: T) => boolean): T | undefined {
  const most = Math.max(0, ...all.map(weightOf));
  const mostUsable = Math.max(0, ...all.filter(usable).map(weightOf));
  if (mostUsable === 0) return undefined;
  const step = all.map(weightOf).reduce(gcd, 0);
  for (;;) {
    turn.index = (turn.index + 1) % all.length;
    // Rounds in which nobody weighs enough are left out: there may be a million of them.
    if (turn.index === 0) turn.least = Math.min(turn.least - step > 0 ? turn.least - step : most, mostUsable);
    const one = all[turn.index];
    if (one !== undefined && weightOf(one) >= turn.least && usable(one)) return one;
  }
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

type Weighed = { readonly service: TcpService; readonly weight: number };

function within({ service, weight }: { readonly service: TcpService['ref']; readonly weight: number }, members: readonly TcpService[]): readonly Weighed[] {
  const found = members.find(({ ref }) => refKey(ref) === refKey(service));
  return found === undefined ? [] : [{ service: found, weight }];
}

/** Children tell their health upward only where the parent asks for it. */
function anyUp(service: TcpService, members: readonly TcpService[], isUp: IsUp): boolean {
  const { spec } = service;
  if (spec.kind === 'loadBalancer') return spec.endpoints.some((endpoint) => isUp(service, endpoint));
  return spec.healthCheck !== true || spec.services.flatMap((one) => within(one, members)).some(({ service: child }) => anyUp(child, members, isUp));
}
