import type { Runtime } from '../runtime/index.ts';
import { askGrpcHealth } from './health-grpc.ts';
import { askHealth } from './health-http.ts';
import { rounds } from './rounds.ts';
import type { Senders } from './send.ts';

/** Checks servers as the configuration asks, and tells the runtime; returns what stops it. */
export function watchHealth(runtime: Runtime, senders: Senders): () => void {
  // An absolute URL as path is refused by the runtime itself.
  const stops = runtime.healthTargets.filter(({ check: { path } }) => !path.includes('://')).map((target) =>
    rounds(target.check, () => (target.check.mode === 'grpc' ? askGrpcHealth(target, senders) : askHealth(target, senders)), (up) => runtime.reportHealth(target.service, target.endpoint, up)));
  return () => stops.forEach((stop) => stop());
}
