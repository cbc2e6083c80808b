import { refName } from '../ir/index.ts';
import type { Decision, HeaderList, Listener, Middleware, Probe, Route, Routing } from '../ir/index.ts';
import { canonicalName } from '../runtime/headers.ts';
import { createRuntime } from '../runtime/index.ts';
import type { FieldChange, Step } from './explain-document.ts';
import { isOpaque } from './explain-opaque.ts';
import { fieldValue, placeText } from './explain-place.ts';
import type { Placed } from './explain-place.ts';

/** The steps, and what becomes of a request that every middleware lets through. */
export interface Steps {
  readonly steps: readonly Step[];
  readonly beyond: Decision;
}

interface Way {
  readonly routing: Routing;
  readonly listener: Listener;
  readonly winner: Route;
  readonly probe: Probe;
}

/**
 * Each middleware's effect: the decision with one more member of the chain each time. One that answers itself is left out
 * afterwards, so that the rest of the chain can be seen.
 */
export function stepsOf(way: Way, placed: Placed): Steps {
  const steps: Step[] = [];
  let chain: readonly Middleware[] = [];
  // A service inside the engine answers itself, without having been asked for by any middleware.
  const own = decideWith(way, chain);
  const isOwn = (decision: Decision): boolean => own.kind === 'respond' && decision.kind === 'respond' && decision.status === own.status;
  let before = own;
  let reached = true;
  for (const middleware of way.winner.chain) {
    if (isOpaque(middleware)) {
      steps.push(step(middleware, { before, after: before, reached, isOwn }, way.probe, placed));
      continue;
    }
    const after = decideWith(way, [...chain, middleware]);
    steps.push(step(middleware, { before, after, reached, isOwn }, way.probe, placed));
    if (after.kind === 'respond' && !isOwn(after)) {
      reached = false;
      continue;
    }
    chain = [...chain, middleware];
    before = after;
  }
  return { steps, beyond: before };
}

function decideWith({ routing, listener, winner, probe }: Way, chain: readonly Middleware[]): Decision {
  const route: Route = { ...winner, chain, tiedWith: [] };
  const tls = probe.tls !== false;
  const only: Listener = { entryPoint: listener.entryPoint, plain: tls ? [] : [route], tls: tls ? [route] : [], tcp: [] };
  return createRuntime({ ...routing, listeners: [only] }, { clock: () => 0, random: () => 0 }).decide(probe);
}

interface Move {
  readonly before: Decision;
  readonly after: Decision;
  readonly reached: boolean;
  readonly isOwn: (decision: Decision) => boolean;
}

function step(middleware: Middleware, { before, after, reached, isOwn }: Move, probe: Probe, placed: Placed): Step {
  const removed = [...removedOf(before), ...removedOf(after)];
  return {
    middleware: refName(middleware.ref), kind: middleware.spec.kind, at: placeText(middleware.origin, placed),
    before: isOwn(before) ? probe.target : effect(before), after: isOwn(after) ? probe.target : effect(after),
    requestHeaders: changes(requestFields(before, probe), requestFields(after, probe)),
    responseHeaders: after.kind === 'respond' && after !== before ? answered(after) : changes(responseFields(before, removed), responseFields(after, removed)),
    reached, note: noteOf(middleware),
  };
}

function effect(decision: Decision): string {
  if (decision.kind === 'forward') return decision.target;
  return decision.kind === 'respond' ? String(decision.status) : decision.kind;
}

const LOGINS_ELSEWHERE = 'the logins of its usersFile are not known here: it may let in more than this';

/** What a decision on fresh state cannot show. */
function noteOf({ spec }: Middleware): string | null {
  switch (spec.kind) {
    case 'grpcWeb': return 'opaque: what it does to a gRPC-Web request is not known here';
    case 'plugin': return 'opaque: what it does is not known here';
    case 'rateLimit': case 'inFlightReq': return 'lets requests through until its limit is reached';
    case 'circuitBreaker': return 'lets requests through while the service is well';
    case 'forwardAuth': return 'taken as agreed; the auth server decides';
    case 'basicAuth': case 'digestAuth': return spec.usersFile === '' ? null : LOGINS_ELSEWHERE;
    case 'retry': case 'errors': return 'acts on what the service answers';
    default: return null;
  }
}

type Fields = ReadonlyMap<string, string>;

/** All fields that the endpoint receives, but those that every proxy adds: the client's own, and what the chain made of them. */
function requestFields(decision: Decision, probe: Probe): Fields | undefined {
  if (decision.kind !== 'forward') return undefined;
  const { set, remove } = decision.requestHeaders;
  const host = decision.host ?? '(of the endpoint)';
  return new Map([...without(grouped(probe.headers), [...set.map(([name]) => name), ...remove]), ...grouped(set), ['Host', host]]);
}

const FROM_SERVICE = '(of the service)';

/** What the answer gets beyond the service's own fields. */
function responseFields(decision: Decision, removed: readonly string[]): Fields | undefined {
  if (decision.kind === 'respond') return grouped(decision.headers);
  if (decision.kind !== 'forward') return undefined;
  const own = removed.map((name): readonly [string, string] => [name, FROM_SERVICE]);
  return new Map([...without(grouped(own), decision.responseHeaders.remove), ...grouped(decision.responseHeaders.set)]);
}

function answered(decision: Decision): readonly FieldChange[] {
  return changes(new Map(), responseFields(decision, []));
}

function removedOf(decision: Decision): readonly string[] {
  return decision.kind === 'forward' ? decision.responseHeaders.remove : [];
}

function without(fields: Fields, names: readonly string[]): Fields {
  const gone = new Set(names.map(canonicalName));
  return new Map([...fields].filter(([name]) => !gone.has(name)));
}

function grouped(headers: HeaderList): Fields {
  const out = new Map<string, string>();
  for (const [written, value] of headers) {
    const name = canonicalName(written);
    const known = out.get(name);
    out.set(name, known === undefined ? value : `${known}, ${value}`);
  }
  return out;
}

function changes(before: Fields | undefined, after: Fields | undefined): readonly FieldChange[] {
  if (before === undefined || after === undefined) return [];
  const names = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return names.filter((name) => before.get(name) !== after.get(name)).map((name) => ({ name, before: shown(name, before.get(name)), after: shown(name, after.get(name)) }));
}

function shown(name: string, value: string | undefined): string | null {
  return value === undefined ? null : fieldValue(name, value);
}
