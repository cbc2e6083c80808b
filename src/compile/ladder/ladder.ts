import { suggest } from '../../diagnostics/index.ts';
import { containerSymbol, refKey, refName } from '../../ir/index.ts';
import type { Container, Decision, Probe, Route, Routing } from '../../ir/index.ts';
import type { ResolvedGateway } from '../../resolve/index.ts';
import { compileRule } from '../../runtime/match/index.ts';
import type { MatchRequest } from '../../runtime/match/index.ts';
import type { Loaded, LoadedGateway } from '../types.ts';
import { addressRungs } from './address-rungs.ts';
import { containerRungs, footingOf } from './container-rungs.ts';
import { cutOff } from './cut-off.ts';
import { routerRungs } from './router-rungs.ts';
import { ladderOf } from './rung.ts';
import type { Ladder, Rung } from './rung.ts';
import { mentions, spells, subjectsOf, subjectText } from './subject.ts';
import type { Subject } from './subject.ts';

/** A request, and what became of it. */
export interface LadderInput {
  readonly loaded: Loaded;
  readonly gateway: LoadedGateway;
  readonly routing: Routing;
  readonly probe: Probe;
  readonly decision: Decision;
  /** No router took it. */
  readonly missed: boolean;
  /** The winner's ladder is wanted, too. */
  readonly live: boolean;
  readonly match?: MatchRequest;
  /** The winner, where the request goes on to its service, or would once it is let through. */
  readonly reached?: Route;
  /** A router that should have won. */
  readonly expect?: string;
}

/** The input, and what it is looked up in. */
interface World extends LadderInput {
  readonly subjects: readonly Subject[];
  readonly served: ReadonlySet<string>;
  readonly lost: ReadonlySet<Container>;
}

/** As many as can be read. */
const SHOWN = 8;

/**
 * For what should be there and is not: routers that would take the request if they were served, the one that was
 * expected, and the one that took it without a server, or with one that the proxy cannot reach.
 */
export function laddersFor(input: LadderInput): readonly Ladder[] {
  const resolved = input.gateway.resolved[0];
  if (resolved === undefined) return [];
  const winner = winnerOf(input);
  const expected = input.expect === undefined || tookIt(input.decision, input.expect) ? undefined : input.expect;
  const world: World = { ...input, subjects: subjectsOf(resolved.gateway, resolved.version, input.loaded.origins), served: servedRefs(input, resolved), lost: new Set(resolved.gateway.fates.filter(({ fate }) => fate.kind !== 'served').map(({ container }) => container)) };
  const { subjects } = world;
  const isUnknown = expected !== undefined && !subjects.some((subject) => isNamed(subject, expected));
  const wanted = subjects.filter((subject) => wouldTake(subject, world) || isNamed(subject, winner) || isNamed(subject, expected) || (isUnknown && spells(subject, expected)));
  const told = wanted.filter(({ name, container }) => name !== undefined || !wanted.some((other) => other.name !== undefined && other.container === container));
  const unknown = isUnknown && !told.some((subject) => spells(subject, expected)) ? [undeclared(expected, subjects)] : [];
  return [...unknown, ...[...told, ...unreachable(world, resolved)].slice(0, SHOWN).map((subject) => climb(subject, input, resolved))];
}

/** The winner, once for each of its containers that the proxy cannot reach; live its ladder stands there anyway. */
function unreachable({ reached, live, loaded, subjects }: World, resolved: ResolvedGateway): readonly Subject[] {
  if (reached === undefined || live) return [];
  const subject = subjects.find(({ entity }) => entity !== undefined && refKey(entity.ref) === refKey(reached.router));
  return subject === undefined ? [] : cutOff(reached, loaded, resolved).map((container) => ({ ...subject, container }));
}

/** The router that took it, where its way to a server is of interest. */
function winnerOf({ decision, live }: LadderInput): string | undefined {
  if (decision.kind === 'forward' && (live || decision.endpoints.length === 0)) return refName(decision.router);
  return live && decision.kind === 'respond' && decision.router !== null ? refName(decision.router) : undefined;
}

/** Whether the decision is this router's: by its name, or its name in a namespace. */
export function tookIt(decision: Decision, name: string): boolean {
  if (decision.kind !== 'forward' && decision.kind !== 'respond') return false;
  return decision.router !== null && (refName(decision.router) === name || decision.router.name === name);
}

function isNamed({ name, entity }: Subject, wanted: string | undefined): boolean {
  if (wanted === undefined || name === undefined) return false;
  const [bare = ''] = wanted.split('@');
  return name.toLowerCase() === bare.toLowerCase() && (entity === undefined || !wanted.includes('@') || refName(entity.ref) === wanted);
}

/**
 * Its rule says yes, or cannot be read and speaks of the host. Where another router took the request, only what the engine
 * serves nowhere is of interest.
 */
function wouldTake(subject: Subject, { match, served, lost }: World): boolean {
  if (match === undefined) return false;
  const { entity, container, rule, name } = subject;
  if (entity !== undefined && served.has(refKey(entity.ref))) return false;
  if (rule !== undefined && compileRule(rule)(match)) return true;
  if (rule !== undefined && name !== undefined) return false;
  return (name !== undefined || (container !== undefined && lost.has(container))) && mentions(subject, match.host);
}

/** Routers that were asked here; where one took the request, all that the engine serves anywhere. */
function servedRefs({ missed, probe, routing }: LadderInput, { gateway }: ResolvedGateway): ReadonlySet<string> {
  if (!missed) return new Set(gateway.states.filter(({ status }) => status === 'enabled' || status === 'warning').map(({ ref }) => refKey(ref)));
  const listener = routing.listeners.find(({ entryPoint }) => entryPoint.name === probe.entryPoint);
  const routes = listener === undefined ? [] : probe.tls === false ? listener.plain : listener.tls;
  return new Set(routes.map(({ router }) => refKey(router)));
}

function climb(subject: Subject, input: LadderInput, resolved: ResolvedGateway): Ladder {
  const { container } = subject;
  const upper = routerRungs(subject, input, resolved);
  if (container === undefined) return ladderOf(subjectText(subject), null, upper);
  const footing = footingOf(container, input.loaded, resolved);
  const service = resolved.gateway.services.find(({ ref }) => subject.entity !== undefined && refKey(ref) === refKey(subject.entity.service.value));
  return ladderOf(subjectText(subject), containerSymbol(container), [...containerRungs(footing), ...upper, ...addressRungs(footing, service)]);
}

function undeclared(name: string, subjects: readonly Subject[]): Ladder {
  const meant = suggest(name.split('@')[0] ?? '', subjects.flatMap((subject) => subject.name ?? []));
  const rung: Rung = { rung: 'router', state: 'failed', text: `no label and no file declares a router "${name}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`, at: null };
  return ladderOf(`router ${name}`, null, [rung]);
}
