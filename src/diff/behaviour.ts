import { requestText } from '../analysis/index.ts';
import { refName, type Probe, type Route } from '../ir/index.ts';
import { byImportance, type ChangeClass } from './classes.ts';
import { classify } from './classify.ts';
import { fingerprintOf } from './fingerprint.ts';
import { probesBetween } from './focus.ts';
import { shrink } from './shrink.ts';
import { createAsker, type Asker, type Side, type Verdict } from './side.ts';
import { createWorld, type World } from './world.ts';

/** A request that is decided otherwise. */
export interface Witness {
  readonly probe: Probe;
  /** True where the request stands for one with a valid login. */
  readonly loggedIn: boolean;
  readonly before: Verdict;
  readonly after: Verdict;
}

/** One difference that requests see, with the simplest of them. */
export interface BehaviourChange {
  readonly class: ChangeClass;
  readonly entity: string;
  readonly witness: Witness;
  readonly at: readonly string[];
  readonly fingerprint: string;
}

export interface Compared {
  readonly changes: readonly BehaviourChange[];
  /** Requests that both sides were asked. */
  readonly requests: number;
}

/** A seen difference before it is made simple. */
interface Seen {
  readonly id: ChangeClass;
  readonly witness: Witness;
  readonly key: string;
}

/** Compares what both sides do to the requests that can tell them apart, and to those that are given. */
export function compareBehaviour(before: Side, after: Side, more: readonly Probe[] = []): Compared {
  const [old, now] = [createAsker(before.routing, after.routing), createAsker(after.routing, before.routing)];
  const world = createWorld(before, after, old, now);
  const probes = [...probesBetween(before.routing, after.routing), ...more];
  const simplest = new Map<string, Seen>();
  for (const probe of probes) {
    for (const seen of differences(probe, old, now, world)) {
      const known = simplest.get(seen.key);
      if (known === undefined || weight(seen.witness.probe) < weight(known.witness.probe)) simplest.set(seen.key, seen);
    }
  }
  const changes = [...simplest.values()].map((seen) => finished(seen, { before, after, old, now, world }));
  return { changes: unique(changes).toSorted(inOrder), requests: probes.length };
}

/** What one request shows, asked as a stranger and as somebody with a login. */
function differences(probe: Probe, old: Asker, now: Asker, world: World): readonly Seen[] {
  const plain = seenWith(probe, { before: old.ask(probe), after: now.ask(probe) }, false, world);
  if (old.letIn === old.ask && now.letIn === now.ask) return plain;
  const told = new Set(plain.map(({ id }) => id));
  return [...plain, ...seenWith(probe, { before: old.letIn(probe), after: now.letIn(probe) }, true, world).filter(({ id }) => !told.has(id))];
}

function seenWith(probe: Probe, { before, after }: Pick<Witness, 'before' | 'after'>, loggedIn: boolean, world: World): readonly Seen[] {
  return [...classify(probe, before, after, world)].map((id) => ({ id, witness: { probe, loggedIn, before, after }, key: [id, entityOf(before, after), plainHost(probe), probe.entryPoint, String(probe.tls !== false)].join('\n') }));
}

/** Spellings of one host show the same change once. */
function plainHost({ host }: Probe): string {
  return (host ?? '').toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '');
}

function entityOf(before: Verdict, after: Verdict): string {
  const route = after.routes[0] ?? before.routes[0];
  return route === undefined ? '' : refName((route.runningAs ?? route.router));
}

/** Shorter and plainer is better; the text decides among equals, so that the order of asking does not. */
function weight(probe: Probe): number {
  const { method, target, headers, body, clientIp, host } = probe;
  return (host === plainHost(probe) ? 0 : 50) + target.length + (method === 'GET' ? 0 : 20) + headers.length * 40 + (body === undefined ? 0 : 60) + (clientIp === '127.0.0.1' ? 0 : 30);
}

interface Around {
  readonly before: Side;
  readonly after: Side;
  readonly old: Asker;
  readonly now: Asker;
  readonly world: World;
}

/** The simplest request that shows the same, asked once more of both sides. */
function finished({ id, witness, key }: Seen, { before, after, old, now, world }: Around): BehaviourChange {
  const again = (probe: Probe): Seen | undefined => differences(probe, old, now, world).find((seen) => seen.key === key && seen.witness.loggedIn === witness.loggedIn);
  const probe = shrink(witness.probe, (candidate) => again(candidate) !== undefined);
  const replayed = again(probe)?.witness ?? witness;
  const entity = entityOf(replayed.before, replayed.after);
  const places = [...placesOf(replayed.before.routes, before), ...placesOf(replayed.after.routes, after)];
  return { class: id, entity, witness: replayed, at: [...new Set(places)], fingerprint: fingerprintOf(id, replayed) };
}

function placesOf(routes: readonly Route[], side: Side): readonly string[] {
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

