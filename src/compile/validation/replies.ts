import { chainOf, refKey, routesOf, type Probe, type Ref, type Route, type Routing } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';
import { createRuntime } from '../../runtime/index.ts';
import { repeatsField } from './ambient.ts';
import { aboutCopies, withEveryCopy } from './replies/copies.ts';
import { exchangeOn, type After, type Question } from './replies/exchange.ts';
import { aboutPacking } from './replies/packing.ts';
import { aboutStatuses } from './replies/statuses.ts';
import type { Mismatch } from './verdict.ts';

/** Holds what files do with the answers of endpoints against the routing. */
export interface Replies {
  /** The first thing that differs for this request. */
  readonly differs: (probe: Probe, router: Ref) => Mismatch | undefined;
}

/** Requests of one router on one entry point that are asked with every status: as many again that begin with what the router cuts away. */
const PROBES = 2;
/** An hour passes between two questions: buckets are full again, and whoever was passed over is back. */
const PAUSE_MS = 3_600_000;

interface Watched {
  readonly route: Route;
  readonly prefixes: readonly string[];
}

/** Undefined where nothing in the routing looks at the answers of endpoints, or makes copies of requests. */
export function repliesOf(routing: Routing, after: After | undefined): Replies | undefined {
  if (after === undefined) return undefined;
  const watched = new Map<string, Watched>();
  for (const route of routesOf(routing)) if (watches(route)) watched.set(refKey(route.router), { route, prefixes: prefixesOf(route) });
  if (watched.size === 0) return undefined;
  const asked = new Map<string, number>();
  let now = 0;
  const runtime = createRuntime(withEveryCopy(routing), { clock: () => now, random: () => 0 });
  return {
    differs: (probe, router) => {
      const found = watched.get(refKey(router));
      if (found === undefined || requestClass(probe.target) !== 'P' || repeatsField(probe)) return undefined;
      // Each entry point has text of its own.
      const key = JSON.stringify([router, probe.entryPoint, probe.tls === false, found.prefixes.some((prefix) => probe.target.startsWith(prefix))]);
      const turn = asked.get(key) ?? 0;
      if (turn === PROBES) return undefined;
      asked.set(key, turn + 1);
      for (const { probe: sent, replied, difference } of questions(found.route, probe)) {
        now += PAUSE_MS;
        const seen = after(sent, replied);
        const differs = seen === undefined ? undefined : difference(exchangeOn(runtime, sent, replied), seen);
        if (differs !== undefined) return differs;
      }
      return undefined;
    },
  };
}

function watches(route: Route): boolean {
  const { spec } = route.service.service;
  return spec.kind === 'failover' || spec.kind === 'mirroring' || chainOf(route).some(({ spec: { kind } }) => kind === 'errors' || kind === 'retry' || kind === 'compress');
}

function prefixesOf(route: Route): readonly string[] {
  return chainOf(route).flatMap(({ spec }) => (spec.kind === 'stripPrefix' ? spec.prefixes : []));
}

function questions(route: Route, probe: Probe): readonly Question[] {
  return [...aboutStatuses(route, probe), ...aboutCopies(route, probe), ...aboutPacking(route, probe)];
}
