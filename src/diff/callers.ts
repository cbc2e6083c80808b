import { calledBy, lanesOf } from '../analysis/index.ts';
import { chainOf, refName, type Decision, type Probe, type Route } from '../ir/index.ts';
import { answerKey } from './answer.ts';
import type { BehaviourChange, Witness } from './behaviour.ts';
import type { ChangeClass } from './classes.ts';
import { classify } from './classify.ts';
import { standIns, withEach, type Caller } from './credentials.ts';
import { fingerprintOf } from './fingerprint.ts';
import { SECONDS } from './guards.ts';
import { uniquePlaces } from './place.ts';
import { keyOf } from './plain.ts';
import { createAsker, type Asker, type Side, type Verdict } from './side.ts';
import { createWorld, type World } from './world.ts';

/** Routes that are asked as each caller, and callers. */
const MOST = { routes: 48, callers: 64 } as const;

/** What changed for those who call with something of their own: each request is asked as somebody who has it. */
export function compareCallers(before: Side, after: Side, loud: readonly BehaviourChange[]): readonly BehaviourChange[] {
  const [had, has] = [before.routing.consumers ?? [], after.routing.consumers ?? []];
  if (keyOf(had) === keyOf(has)) return [];
  const [old, now] = [standIns(before), standIns(after)];
  const askers = { old: createAsker(old, now), now: createAsker(now, old) };
  const around: Around = { before, after, ...askers, world: createWorld(old, now, askers.old, askers.now) };
  const callers = withEach([...(old.routing.consumers ?? []), ...(now.routing.consumers ?? [])]).slice(0, MOST.callers);
  const told = new Set(loud.map(({ class: id, entity }) => `${id} ${entity}`));
  const found = new Map<string, BehaviourChange>();
  for (const asked of requestsOf([old, now], callers)) {
    for (const id of seenBy(asked, around)) {
      const change = changeOf(id, asked, around);
      const key = `${id} ${asked.caller.consumer.name} ${asked.caller.text}`;
      if (!found.has(key) && !told.has(`${id} ${change.entity}`)) found.set(key, change);
    }
  }
  return [...found.values()];
}

interface Around {
  readonly before: Side;
  readonly after: Side;
  readonly old: Asker;
  readonly now: Asker;
  readonly world: World;
}

/** A request as a report shows it, and as it is sent by a caller. */
interface Asked {
  readonly caller: Caller;
  readonly shown: Probe;
  readonly sent: Probe;
}

function requestsOf(sides: readonly Side[], callers: readonly Caller[]): readonly Asked[] {
  const seen = new Set<string>();
  return sides.flatMap(({ routing }) => lanesOf(routing.listeners).flatMap((lane) => lane.routes.filter(asksWho).map((route) => ({ lane, route })))).flatMap(({ lane, route }) => {
    const key = [lane.entryPoint, String(lane.tls), keyOf(route.rule), chainKey(route)].join('\0');
    if (seen.has(key) || seen.size === MOST.routes) return [];
    seen.add(key);
    const request = calledBy(lane, route);
    return callers.flatMap((caller) => {
      const sent = request?.as(caller.consumer);
      return request === undefined || sent === undefined ? [] : [{ caller, shown: request.plain, sent }];
    });
  });
}

function chainKey(route: Route): string {
  return keyOf(chainOf(route).map(({ spec }) => spec));
}

function asksWho(route: Route): boolean {
  return chainOf(route).some(({ spec }) => spec.kind === 'apiKey' || spec.kind === 'jwt' || spec.kind === 'login');
}

function seenBy({ caller, sent }: Asked, { before, after, old, now, world }: Around): readonly ChangeClass[] {
  const [was, is] = [old.ask(sent), now.ask(sent)];
  const [isOut, isIn] = [isRefused(was.decision), !isRefused(is.decision)];
  if (isOut && !isIn) return [];
  if (isOut) return ['consumer-added'];
  if (!isIn) return ['consumer-removed'];
  const visible = answerKey(was.decision) === answerKey(is.decision) ? [] : [...classify(sent, was, is, world)];
  const [most, least] = [allowance(before, caller, was), allowance(after, caller, is)];
  return [...visible, ...(least > most ? ['limit-removed' as const] : least < most ? ['status-changed' as const] : [])];
}

/** Not known, or known and not let in. */
function isRefused(decision: Decision): boolean {
  return decision.kind === 'respond' && (decision.status === 401 || decision.status === 403);
}

/** Requests in a second that the caller may make there: a limit of their own takes the place of the route's. */
function allowance({ routing }: Side, { consumer }: Caller, { routes: [route] }: Verdict): number {
  const own = routing.consumers?.find(({ name }) => name === consumer.name)?.limit;
  const limits = own === undefined ? (route === undefined ? [] : chainOf(route)).flatMap(({ spec }) => (spec.kind === 'consumerLimit' ? [spec] : [])) : [own];
  return Math.min(Infinity, ...limits.map(({ amount, window }) => amount / SECONDS[window]));
}

function changeOf(id: ChangeClass, { caller, shown, sent }: Asked, { before, after, old, now }: Around): BehaviourChange {
  const witness: Witness = { probe: shown, loggedIn: false, caller: caller.text, before: old.ask(sent), after: now.ask(sent) };
  const route = witness.after.routes[0] ?? witness.before.routes[0];
  const places = [before, after].flatMap(({ routing, at }) => (routing.consumers ?? []).filter(({ name }) => name === caller.consumer.name).map(({ origin }) => at(origin)));
  return { class: id, entity: route === undefined ? '' : refName(route.router), witness, at: uniquePlaces(places), fingerprint: fingerprintOf(id, witness) };
}
