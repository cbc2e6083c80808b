import { clientClasses, createTrafficReader, lookedAt } from '../diff/index.ts';
import type { TrafficFormat, TrafficReader } from '../diff/index.ts';
import type { Loaded } from './types.ts';

/** Takes an access log line by line, for {@link diff} of the same two sides. */
export function trafficReader(format: TrafficFormat, before: Loaded, after: Loaded): TrafficReader {
  const routings = [before, after].flatMap(({ gateways }) => gateways.flatMap(({ resolved }) => resolved.slice(0, 1).map(({ routing }) => routing)));
  return createTrafficReader(format, clientClasses(lookedAt(...routings).ranges));
}
