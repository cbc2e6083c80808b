import { refKey, type Probe, type Ref, type Route, type Routing } from '../../ir/index.ts';
import { requestClass } from '../../ir/request-class.ts';
import { createRuntime, endpointAddress, type Destination, type Effect, type EffectResult, type Runtime, type UpstreamRequest } from '../../runtime/index.ts';
import { repeatsField } from './ambient.ts';
import { routesOf } from './smallest.ts';
import type { Mismatch } from './verdict.ts';

/** Who was asked in turn, and what the client saw in the end. */
export interface Exchange {
  readonly status: number;
  readonly hops: readonly { /** Any of them. */ readonly addresses: readonly string[]; readonly method: string; readonly target: string }[];
}

/** What files do when endpoints answer with these statuses, in the order of the requests, and with 200 from then on; undefined where that is not known. */
export type After = (probe: Probe, statuses: readonly number[]) => Exchange | undefined;

/** Holds what files do with the statuses of endpoints against the routing. */
export interface Replies {
  /** The first thing that differs for this request. */
  readonly differs: (probe: Probe, router: Ref) => Mismatch | undefined;
}

/** Requests of one router that are asked with every status. */
const PROBES = 2;
const STATUSES = 12;
/** An hour passes between two questions: buckets are full again, and whoever was passed over is back. */
const PAUSE_MS = 3_600_000;

/** Undefined where nothing in the routing looks at the status of an endpoint. */
export function repliesOf(routing: Routing, after: After | undefined): Replies | undefined {
  const watched = new Map<string, { readonly statuses: readonly number[]; left: number }>();
  for (const route of routesOf(routing)) {
    const statuses = statusesFor(route);
    if (statuses.length > 0) watched.set(refKey(route.router), { statuses, left: PROBES });
  }
  if (watched.size === 0 || after === undefined) return undefined;
  let now = 0;
  const runtime = createRuntime(routing, { clock: () => now, random: () => 0 });
  return {
    differs: (probe, router) => {
      const route = watched.get(refKey(router));
      if (route === undefined || route.left === 0 || requestClass(probe.target) !== 'P' || repeatsField(probe)) return undefined;
      route.left -= 1;
      for (const [at, status] of route.statuses.entries()) {
        now += PAUSE_MS;
        // Pages are asked for with GET, whatever the client did.
        const asked = (at + route.left) % 2 === 0 ? probe : { ...probe, method: 'POST' };
        const seen = after(asked, [status]);
        const found = seen === undefined ? undefined : difference(exchangeOn(runtime, asked, [status]), seen, status);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

/** Both sides of every boundary that error pages or a failover watch for. What retries would ask again is not compared. */
function statusesFor({ chain, service }: Route): readonly number[] {
  const all = [...chain, ...service.chain];
  if (all.some(({ spec }) => spec.kind === 'retry')) return [];
  const pages = all.flatMap(({ spec }) => (spec.kind === 'errors' ? [...spec.status, ...Object.keys(spec.statusRewrites)] : []));
  const { spec } = service.service;
  const others = spec.kind === 'failover' ? (spec.errors?.status ?? []) : [];
  const bounds = [...pages, ...others].flatMap((text) => {
    const [low = '', high = low] = text.split('-');
    return [Number(low) - 1, Number(low), Number(high), Number(high) + 1];
  });
  // Verdicts speak of these: a 304 has no page, a 499 is not caught.
  return [...new Set(bounds)].filter((status) => status >= 200 && status <= 599 && status !== 304 && status !== 499).slice(0, STATUSES);
}

function exchangeOn(runtime: Runtime, probe: Probe, statuses: readonly number[]): Exchange {
  const hops: Exchange['hops'][number][] = [];
  const tls = probe.tls === false ? false : { sni: probe.tls.sni, peerCertificates: [] };
  const effects = runtime.handle({ ...probe, tls, body: { kind: 'none' } });
  let step = effects.next();
  while (step.done !== true) step = effects.next(answered(step.value, (to, request) => {
    if (to.kind === 'url') return 200;
    hops.push({ addresses: [plain(endpointAddress(to.endpoint))], method: request.method, target: request.target });
    return statuses[hops.length - 1] ?? 200;
  }));
  for (const done of step.value.finalizers) done();
  return { status: step.value.status, hops };
}

function answered(effect: Effect, ask: (to: Destination, request: UpstreamRequest) => number): EffectResult {
  if (effect.kind === 'send') return { kind: 'sent', outcome: { kind: 'response', response: { status: ask(effect.to, effect.request), headers: [], body: { kind: 'none' } } } };
  return effect.kind === 'read' ? { kind: 'read', read: { bytes: new Uint8Array(), complete: true, rest: { kind: 'none' } } } : { kind: 'done' };
}

function plain(address: string): string {
  return address.replace(/^h2c:/, 'http:').toLowerCase();
}

function difference(expected: Exchange, seen: Exchange, status: number): Mismatch | undefined {
  const same = expected.hops.length === seen.hops.length && expected.hops.every((hop, at) => {
    const other = seen.hops[at];
    return other !== undefined && hop.method === other.method && hop.target === other.target && other.addresses.some((address) => hop.addresses.includes(plain(address)));
  });
  if (!same) return { what: `requests where an endpoint answers ${String(status)}`, expected: printed(expected), seen: printed(seen) };
  return expected.status === seen.status ? undefined : { what: `status where an endpoint answers ${String(status)}`, expected: String(expected.status), seen: String(seen.status) };
}

function printed({ hops }: Exchange): string {
  return hops.map(({ addresses, method, target }) => `${method} ${addresses.join(' or ')}${target}`).join(', then ');
}
