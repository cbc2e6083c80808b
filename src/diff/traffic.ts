import { plural } from '../diagnostics/summary.ts';
import type { Listener, Probe } from '../ir/index.ts';
import { createComparison, entityOf, seenWith, type Witness } from './behaviour.ts';
import { byImportance, severityOf, type ChangeClass, type ChangeSeverity } from './classes.ts';
import { describeWitness } from './describe.ts';
import { lookedAt, type LookedAt } from './looked-at.ts';
import type { Side } from './side.ts';
import type { LoggedRequest } from './traffic-line.ts';
import type { Shape, TrafficLog } from './traffic-log.ts';

/** Requests of the log that change alike. */
interface TrafficGroup {
  readonly id: ChangeClass;
  readonly entity: string;
  readonly witness: Witness;
  /** Of the shape that is shown. */
  readonly most: number;
  readonly count: number;
}

export interface TrafficCompared {
  readonly groups: readonly TrafficGroup[];
  readonly changedShapes: number;
  readonly changedRequests: number;
  readonly missing: readonly string[];
  /** One request of each group, for the search of witnesses. */
  readonly probes: readonly Probe[];
}

/** `traffic` of `gateway.diff/1`. */
export interface TrafficSummary {
  readonly format: string;
  readonly lines: number;
  readonly unread: number;
  readonly requests: number;
  readonly shapes: number;
  readonly notAsked: number;
  readonly changedShapes: number;
  readonly changedRequests: number;
  /** What the log does not say and something looks at, and how it was asked all the same. */
  readonly missing: readonly string[];
  readonly top: readonly { readonly class: ChangeClass; readonly severity: ChangeSeverity; readonly entity: string; readonly requests: number; readonly request: string; readonly entryPoint: string; readonly before: string; readonly after: string }[];
}

const SHOWN = 20;
/** Hosts that a request without one is asked for. */
const MAX_HOSTS = 20;

/** Asks both sides what the log was asked, each shape once. */
export function compareTraffic(before: Side, after: Side, log: TrafficLog): TrafficCompared {
  const { old, now, world } = createComparison(before, after);
  const looks = lookedAt(before.routing, after.routing);
  const listeners = [...after.routing.listeners, ...before.routing.listeners.filter(({ entryPoint }) => !after.routing.listeners.some((one) => one.entryPoint.name === entryPoint.name))];
  const groups = new Map<string, TrafficGroup>();
  const changed = { shapes: 0, requests: 0 };
  for (const { request, count } of log.shapes) {
    let differs = false;
    const told = new Set<string>();
    for (const probe of probesOf(request, listeners, looks)) {
      const verdicts = request.loggedIn ? { before: old.letIn(probe), after: now.letIn(probe) } : { before: old.ask(probe), after: now.ask(probe) };
      for (const { id, witness } of seenWith(probe, verdicts, request.loggedIn, world)) {
        differs = true;
        const entity = entityOf(witness.before, witness.after);
        const key = [id, entity, probe.host, probe.entryPoint, String(request.loggedIn)].join('\0');
        if (told.has(key)) continue;
        told.add(key);
        const known = groups.get(key);
        groups.set(key, { id, entity, witness: known !== undefined && known.most >= count ? known.witness : witness, most: Math.max(known?.most ?? 0, count), count: (known?.count ?? 0) + count });
      }
    }
    if (differs) changed.shapes += 1;
    if (differs) changed.requests += count;
  }
  const sorted = [...groups.values()].toSorted((a, b) => b.count - a.count || byImportance(a.id, b.id) || (a.entity < b.entity ? -1 : 1));
  return { groups: sorted, changedShapes: changed.shapes, changedRequests: changed.requests, missing: missingIn(log, looks), probes: sorted.map(({ witness }) => witness.probe) };
}

/** The requests that a logged one may have been: one, or several where the log leaves something open. */
function probesOf(request: LoggedRequest, listeners: readonly Listener[], looks: LookedAt): readonly Probe[] {
  const { method, target, clientIp = '127.0.0.1' } = request;
  const hosts = request.host === undefined ? (looks.hosts.length === 0 ? ['localhost'] : looks.hosts.slice(0, MAX_HOSTS)) : [request.host];
  return placesOf(request, listeners).flatMap(({ entryPoint, tls }) => hosts.map((host): Probe => ({ entryPoint, method, target, host, headers: [], tls: tls ? { sni: host.replace(/:\d+$/, '') } : false, clientIp })));
}

function placesOf({ entryPoint, port, tls }: LoggedRequest, listeners: readonly Listener[]): readonly { readonly entryPoint: string; readonly tls: boolean }[] {
  const named = listeners.filter((one) => one.entryPoint.name === entryPoint);
  const byPort = listeners.filter((one) => one.entryPoint.port === port);
  const candidates = named.length > 0 ? named : byPort.length > 0 ? byPort : listeners;
  const all = candidates.flatMap((listener) => [
    ...(tls !== true && (listener.plain.length > 0 || tls === false) ? [{ entryPoint: listener.entryPoint.name, tls: false }] : []),
    ...(tls !== false && (listener.tls.length > 0 || tls === true) ? [{ entryPoint: listener.entryPoint.name, tls: true }] : []),
  ]);
  return all.length > 0 ? all : candidates.map((listener) => ({ entryPoint: listener.entryPoint.name, tls: tls === true }));
}

function missingIn({ shapes }: TrafficLog, looks: LookedAt): readonly string[] {
  const lacks = (key: keyof LoggedRequest): number => shapes.filter(({ request }) => request[key] === undefined).reduce(sum, 0);
  const nowhere = shapes.filter(({ request }) => request.entryPoint === undefined && request.port === undefined).reduce(sum, 0);
  const said = (count: number, text: string): readonly string[] => (count === 0 ? [] : [`${text} (${plural(count, 'request')})`]);
  return [
    ...said(lacks('host'), `no host: asked for ${looks.hosts.length > MAX_HOSTS ? `the first ${String(MAX_HOSTS)} of ` : ''}the ${String(looks.hosts.length)} hosts that rules name, and counted once where any of them changes`),
    ...said(nowhere, 'no entry point: asked on all that fit'),
    ...said(lacks('tls'), 'no scheme: asked plain and over TLS'),
    ...(looks.ranges.length === 0 ? [] : said(lacks('clientIp'), 'no client address: asked from 127.0.0.1')),
    ...(looks.headers.length === 0 ? [] : [`no headers: rules look at ${looks.headers.join(', ')}`]),
    ...(looks.forwardedFor ? ['no headers: address lists look at X-Forwarded-For'] : []),
    ...(looks.queryValues ? ['no values of the query, they are dropped: rules look at some'] : []),
  ];
}

function sum(total: number, { count }: Shape): number {
  return total + count;
}

export function describeTraffic({ format, lines, unread, requests, notAsked, shapes }: TrafficLog, { groups, changedShapes, changedRequests, missing }: TrafficCompared): TrafficSummary {
  const top = groups.slice(0, SHOWN).map(({ id, entity, witness, count }) => {
    const { request, entryPoint, before, after } = describeWitness(witness);
    return { class: id, severity: severityOf(id), entity, requests: count, request, entryPoint, before, after };
  });
  return { format, lines, unread, requests, shapes: shapes.length, notAsked, changedShapes, changedRequests, missing, top };
}
