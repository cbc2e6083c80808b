import { driftOf } from '../live/index.ts';
import type { DriftDocument, EngineState, GatewayDrift } from '../live/index.ts';
import type { FailedHost, SeenHost } from '../sources/docker/index.ts';
import { placeText } from './explain-place.ts';
import type { Loaded } from './types.ts';

/** What runs for one gateway. */
export interface RunningGateway {
  readonly gateway: string;
  readonly seen: readonly SeenHost[];
  /** What its engine says of its routers. */
  readonly engine?: EngineState;
}

/** The stacks of one gateway, as read from files, against what runs. */
export function drift(loaded: Loaded, { gateway, seen, engine }: RunningGateway): GatewayDrift {
  return driftOf({ gateway, stacks: loaded.workspace.stacks, seen, place: (origin) => placeText(origin, loaded), ...(engine === undefined ? {} : { engine }) });
}

/** One document of all gateways. */
export function driftDocument(gateways: readonly GatewayDrift[], errors: readonly FailedHost[]): DriftDocument {
  const stacks = gateways.flatMap((one) => one.stacks);
  const count = (state: string): number => stacks.filter((one) => one.state === state).length;
  return { schema: 'gateway.drift/1', summary: { stacks: stacks.length, inSync: count('in sync'), drift: count('drift'), notVisible: count('not visible') }, gateways, errors };
}
