import { requestText } from '../analysis/index.ts';
import { refName, type Probe, type Route, type Routing } from '../ir/index.ts';
import { answerKey } from './answer.ts';
import { byImportance, type ChangeClass } from './classes.ts';
import { classify } from './classify.ts';
import { fingerprintOf } from './fingerprint.ts';
import { focusOf, type Focus } from './focus.ts';
import { uniquePlaces, type SidePlace } from './place.ts';
import { shrink } from './shrink.ts';
import { createAsker, type Asker, type Side, type Verdict } from './side.ts';
import type { UnaskedChange } from './unasked.ts';
import { createWorld, type World } from './world.ts';

/** A request that is decided otherwise. */
export interface Witness {
  readonly probe: Probe;
  /** True where the request stands for one with a valid login. */
  readonly loggedIn: boolean;
  /** Who of the gateway's consumers asks, and with what; their secret is no part of the request that is shown. */
  readonly caller?: string;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** One difference that requests see, with the simplest of them. */
export interface BehaviourChange {
  readonly class: ChangeClass;
  readonly entity: string;
  readonly witness: Witness;
  readonly at: readonly SidePlace[];
  readonly fingerprint: string;
}

export interface Compared {
  readonly changes: readonly BehaviourChange[];
  /** Changed routes that no request was found for: nothing is known of what their change does. */
  readonly blind: readonly UnaskedChange[];
  /** Requests that both sides were asked. */
  readonly requests: number;
}

/** A seen difference before it is made simple. */
interface Seen {
  readonly id: ChangeClass;
  readonly witness: Witness;
  readonly key: string;
}

/** Both sides ready to be asked, and what they say as a whole. */
export interface Comparison {
  readonly old: Asker;
  readonly now: Asker;
  readonly world: World;
}

export function createComparison(before: Side, after: Side): Comparison {
  const [old, now] = [createAsker(before, after), createAsker(after, before)];
  return { old, now, world: createWorld(before, after, old, now) };
}

/** Compares what both sides do to the requests that can tell them apart, and to those that are given. */
export function compareBehaviour(before: Side, after: Side, more: readonly Probe[] = []): Compared {
  const { old, now, world } = createComparison(before, after);
  const focus = focusOf(before, after);
  const probes = [...focus.probes, ...more];
  const simplest = new Map<string, Seen>();
  const ask = (probe: Probe): void => {
    for (const seen of differences(probe, old, now, world)) {
      const known = simplest.get(seen.key);
      if (known === undefined || weight(seen.witness) < weight(known.witness)) simplest.set(seen.key, seen);
    }
  };
  for (const probe of probes) ask(probe);
  for (const { witness } of [...simplest.values()]) for (const probe of elsewhere(witness.probe, before.routing, after.routing)) ask(probe);
  const changes = [...simplest.values()].map((seen) => finished(seen, { before, after, old, now, world }));
  return { changes: unique(changes).toSorted(inOrder), blind: blindSpots(focus.blind, before, after), requests: probes.length };
}

function blindSpots({ before, after }: Focus['blind'], old: Side, now: Side): readonly UnaskedChange[] {
  const all = [...before.map((route) => ({ route, side: old })), ...after.map((route) => ({ route, side: now }))];
  const places = new Map<string, SidePlace[]>();
  for (const { route, side } of all) {
    const name = refName(route.runningAs ?? route.router);
    places.set(name, [...(places.get(name) ?? []), side.at(route.origin)]);
  }
  return [...places].map(([entity, at]) => ({ class: 'unproven', entity, what: 'no request was found that only this router takes, so what its change does is not known', at: uniquePlaces(at) }));
}

/** The same request at every other door: a chain is only exercised at some of those that it stands behind. */
function elsewhere(probe: Probe, before: Routing, after: Routing): readonly Probe[] {
  const names = new Set([...before.listeners, ...after.listeners].filter(({ plain, tls }) => plain.length + tls.length > 0).map(({ entryPoint }) => entryPoint.name));
  const sni = plainHost(probe);
  return [...names].flatMap((entryPoint) => [{ ...probe, entryPoint, tls: false as const }, { ...probe, entryPoint, tls: { sni: sni === '' ? null : sni } }]);
}

/** What one request shows, asked as a stranger and as somebody with a login. */
function differences(probe: Probe, old: Asker, now: Asker, world: World): readonly Seen[] {
  const plain = seenWith(probe, { before: old.ask(probe), after: now.ask(probe) }, false, world);
  if (old.letIn === old.ask && now.letIn === now.ask) return plain;
  const told = new Set(plain.map(({ id }) => id));
  return [...plain, ...seenWith(probe, { before: old.letIn(probe), after: now.letIn(probe) }, true, world).filter(({ id }) => !told.has(id))];
}

/** What the verdicts on one request show. */
export function seenWith(probe: Probe, { before, after }: Pick<Witness, 'before' | 'after'>, loggedIn: boolean, world: World): readonly Seen[] {
  return [...classify(probe, before, after, world)].map((id) => ({ id, witness: { probe, loggedIn, before, after }, key: [id, entityOf(before, after), plainHost(probe), probe.entryPoint, String(probe.tls !== false)].join('\n') }));
}

/** Spellings of one host show the same change once. */
function plainHost({ host }: Probe): string {
  return (host ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

/** The router that a change is told of: the new side's, where it has one. */
export function entityOf(before: Verdict, after: Verdict): string {
  const route = after.routes[0] ?? before.routes[0];
  return route === undefined ? '' : refName(route.runningAs ?? route.router);
}

/** A request that is answered otherwise is better than one that only stands for it; then shorter and plainer. */
function weight(witness: Witness): number {
  const { probe } = witness;
  const { method, target, headers, body, clientIp, host } = probe;
  return (isShown(witness) ? 0 : 10_000) + (host === plainHost(probe) ? 0 : 50) + target.length + (method === 'GET' ? 0 : 20) + headers.length * 40 + (body === undefined ? 0 : 60 + Math.floor(body.length / 1024)) + (clientIp === '127.0.0.1' ? 0 : 30);
}

/** Whether the answer itself is another one. */
function isShown({ before, after }: Witness): boolean {
  return answerKey(before.decision) !== answerKey(after.decision);
}

interface Around extends Comparison {
  readonly before: Side;
  readonly after: Side;
}

/** The simplest request that shows the same, asked once more of both sides. */
function finished({ id, witness, key }: Seen, { before, after, old, now, world }: Around): BehaviourChange {
  const again = (probe: Probe): Seen | undefined => differences(probe, old, now, world).find((seen) => seen.key === key && seen.witness.loggedIn === witness.loggedIn && isShown(seen.witness) === isShown(witness));
  const probe = shrink(witness.probe, (candidate) => again(candidate) !== undefined);
  const replayed = again(probe)?.witness ?? witness;
  const entity = entityOf(replayed.before, replayed.after);
  const places = [...placesOf(replayed.before.routes, before), ...placesOf(replayed.after.routes, after)];
  return { class: id, entity, witness: replayed, at: uniquePlaces(places), fingerprint: fingerprintOf(id, replayed) };
}

function placesOf(routes: readonly Route[], side: Side): readonly SidePlace[] {
  return routes.map(({ origin }) => side.at(origin));
}

function unique(changes: readonly BehaviourChange[]): readonly BehaviourChange[] {
  const seen = new Set<string>();
  return changes.filter(({ fingerprint }) => !seen.has(fingerprint) && seen.add(fingerprint));
}

function inOrder(a: BehaviourChange, b: BehaviourChange): number {
  const text = ({ witness, entity }: BehaviourChange): string => [witness.probe.host ?? '', entity, requestText(witness.probe)].join('\0');
  return byImportance(a.class, b.class) || (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}

