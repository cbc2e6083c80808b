import type { Decision, Endpoint, Probe, Ref, Routing } from '../ir/index.ts';
import { createBuilder, routeHandlers, type Abilities } from './build.ts';
import { decide } from './decide.ts';
import type { Effects } from './effect.ts';
import type { Inform, RuntimeResponse, Scope } from './message.ts';
import { entriesOf, serve, type Incoming } from './serve.ts';
import { strictOptions } from './tls-names.ts';
import { healthTargets, type HealthTarget } from './service/health-targets.ts';
import { reportHealth } from './service/health.ts';

export interface RuntimeOptions extends Abilities {
  /** Milliseconds; any starting point, never backwards. */
  readonly clock: () => number;
  /** 0 <= x < 1. */
  readonly random: () => number;
  /** Whose behaviour: only Traefik 3.7 so far. */
  readonly engine?: '3.7';
  /** Handshakes are over before a request is handled: nobody without a certificate for the name gets that far. */
  readonly handshakesDone?: boolean;
  /** What X-Forwarded-Server says. */
  readonly hostname?: string;
}

export interface Runtime {
  /**
   * What would happen to a request, on fresh state: full buckets, closed breakers, every server up; services answer
   * 200 with nothing, auth servers agree and say nothing about the user.
   */
  readonly decide: (probe: Probe) => Decision;
  /**
   * Serves a request on the runtime's own state. The driver performs the effects and calls the answer's finalizers when
   * it is over; `inform` takes what servers say ahead of it.
   */
  readonly handle: (incoming: Incoming, inform?: Inform) => Effects<RuntimeResponse>;
  /** Servers to be checked; report what the checks find. */
  readonly healthTargets: readonly HealthTarget[];
  readonly reportHealth: (service: Ref, endpoint: Endpoint, up: boolean) => void;
}

/** The meaning of a routing: Traefik 3.7 as recorded. */
export function createRuntime(routing: Routing, options: RuntimeOptions): Runtime {
  const closing = options.handshakesDone === true ? new Set<string>() : strictOptions(routing);
  const entries = entriesOf(routing, closing, routeHandlers(createBuilder(routing, options)));
  const hostname = options.hostname ?? 'localhost';
  const own: Scope = { now: options.clock, random: options.random, memory: {}, deciding: false, hostname };
  return {
    decide: (probe) => decide(entries, { now: options.clock, random: () => 0, memory: {}, deciding: true, hostname }, probe),
    handle: (incoming, inform) => serve(entries, own, incoming, inform),
    healthTargets: healthTargets(routing),
    reportHealth: (service, endpoint, up) => reportHealth(own, service, endpoint, up),
  };
}
