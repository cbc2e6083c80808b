import { chainOf, refKey, type Probe, type Route, type RuleExpr } from '../ir/index.ts';
import { expand, type Case } from './cases.ts';
import { toProbe, type Draft } from './draft.ts';
import { edgesOf } from './edges.ts';
import { winner, type Lane } from './lane.ts';
import { provoke } from './provoke.ts';
import { disjointCases } from './relate.ts';
import { candidates } from './solve.ts';

/** How much may be tried; shared by all that are searched for. */
export interface Effort {
  left: number;
}

/** Who a route is held against: the lane of the other state, and there itself as it is and those around it. */
interface Opposition {
  readonly lane: Lane | undefined;
  readonly counterpart: Route | undefined;
  readonly rivals: readonly Route[];
  /** Routes of other doors of the other state: what they took may be taken here now, where nobody took it. */
  readonly elsewhere: readonly Route[];
}

/** Ways to satisfy a rule that are tried, and requests for each of them. */
const WAYS = 24;
const TRIES = { alone: 96, against: 48, beside: 24, behind: 24 } as const;
/** Requests that are kept of one route against another: each shows another way in which both can meet. */
const MEETINGS = 6;
/** Conditions whose edges are asked about. */
const MAX_EDGES = 8;
/** Routes that hide a meeting, and are to be stepped around, one after the other. */
const DEPTH = 8;
/** Ways around each of them that are followed, in how many steps all of it must have come to an end, and how often it begins. */
const TURNS = 4;
const STEPS = 32;
const STARTS = 8;

/** A request that both sides decide by the routes in question, and what of the rules it was made of. */
interface Meeting {
  readonly draft: Draft;
  readonly atoms: Case;
}

/** Whether the route that takes a request on the other side is one that is wanted; undefined: nobody takes it there. */
type Goal = (by: Route | undefined) => boolean;
const ALL_TRIED: Goal = () => false;
const WON: Goal = () => true;
const UNCLAIMED: Goal = (by) => by === undefined;

/**
 * Requests that a route wins in its own lane, told apart by who wins them in the lane of the other state: some for each, and
 * those that show what the middlewares of both do to it.
 */
export function contested(route: Route, own: Lane, { lane: other, counterpart, rivals, elsewhere }: Opposition, effort: Effort): readonly Probe[] {
  const found = new Map<Route | undefined, Meeting[]>();
  const search: Search = { route, own, other, effort, found };
  const whole = waysOf(route.rule);
  const lost = counterpart === undefined ? [] : waysOf(without(route.rule, counterpart.rule));
  for (const atoms of [...lost, ...whole]) if (!meet(search, atoms, TRIES.alone, ALL_TRIED).won) around(search, atoms, WON);
  for (const rival of rivals) {
    // What only its own earlier form took, it cannot take itself: there both meet in what they have in common.
    const both = joined(lost.length > 0 && rival !== counterpart ? lost : whole, waysOf(rival.rule));
    for (const atoms of both) if ((found.get(rival)?.length ?? 0) < MEETINGS) meet(search, atoms, TRIES.against, (by) => by === rival);
    for (const atoms of both.slice(0, STARTS)) if (!found.has(rival)) around(search, atoms, (by) => by === rival);
  }
  for (const rival of rivals) for (const atoms of waysOf(without(route.rule, rival.rule))) meet(search, atoms, TRIES.beside, ALL_TRIED);
  const alone = lost.length > 0 ? lost : whole;
  for (const atoms of alone) if (!found.has(undefined)) around(search, atoms, UNCLAIMED);
  const moved = elsewhere.flatMap((one) => firstOf(search, joined(alone, waysOf(one.rule)), UNCLAIMED));
  const nearly = counterpart === undefined ? [] : joined(whole, nearMisses(waysOf(counterpart.rule))).flatMap((atoms) => firstOf(search, [atoms], UNCLAIMED));
  return [...moved, ...nearly, ...[...found].flatMap(([by, meetings]) => meetings.flatMap((meeting, at) => [meeting.draft, ...beside(meeting), ...shown(search, by, meeting, at === 0)]))].map((one) => toProbe(one, own));
}

/** A request that the route takes and that meets the goal, in the first of these ways in which there is one. */
function firstOf(search: Search, ways: readonly Case[], goal: Goal): readonly Draft[] {
  for (const atoms of ways) {
    const found: Search['found'] = new Map();
    if (around({ ...search, found }, atoms, goal)) return [...found].flatMap(([by, meetings]) => (goal(by) ? meetings.slice(-1).map(({ draft }) => draft) : []));
  }
  return [];
}

/** Ways to miss a rule by one condition: a request that lacks only the method is told of in other words than one that lacks more. */
function nearMisses(ways: readonly Case[]): readonly Case[] {
  return ways.flatMap((way) => way.map((missed) => way.map((atom) => (atom === missed ? { ...atom, negated: !atom.negated } : atom))));
}

/** Both sides of every condition that brought a request to where it is. */
function beside({ draft, atoms }: Meeting): readonly Draft[] {
  return atoms.slice(0, MAX_EDGES).flatMap(({ matcher }) => edgesOf(matcher, draft));
}

interface Search {
  readonly route: Route;
  readonly own: Lane;
  readonly other: Lane | undefined;
  readonly effort: Effort;
  readonly found: Map<Route | undefined, Meeting[]>;
}

/** What came of some tries. */
interface Tried {
  /** The route took one of them. */
  readonly won: boolean;
  /** One of them is what was wanted. */
  readonly met: boolean;
  /** Who stood in the way of it, the first one in front. */
  readonly hiding: ReadonlySet<Route>;
}

/** Tries what could satisfy the conditions, until the goal is met; keeps one request for each route that takes it on the other side. */
function meet({ route, own, other, effort, found }: Search, atoms: Case, most: number, goal: Goal): Tried {
  const here = new Set<Route | undefined>();
  const hiding = new Set<Route>();
  let [won, met, tries] = [false, false, 0];
  for (const draft of effort.left <= 0 ? [] : candidates(atoms)) {
    if (tries === most || effort.left <= 0 || met) break;
    tries += 1;
    effort.left -= 1;
    const probe = toProbe(draft, own);
    const mine = winner(own, probe);
    if (mine !== route) {
      if (mine !== undefined) hiding.add(mine);
      continue;
    }
    won = true;
    const by = other === undefined ? undefined : winner(other, probe);
    met = goal(by);
    if (by !== undefined && !met) hiding.add(by);
    if (here.has(by)) continue;
    here.add(by);
    const known = found.get(by) ?? [];
    if (known.length < MEETINGS) found.set(by, [...known, { draft, atoms }]);
  }
  return { won, met, hiding };
}

/** The same where other routes take all that was tried: what they take is left out, one after the other. */
function around(search: Search, atoms: Case, goal: Goal, steps = { left: STEPS }, passed: readonly string[] = []): boolean {
  if (search.effort.left <= 0) return false;
  steps.left -= 1;
  const { met, hiding } = meet(search, atoms, TRIES.behind, goal);
  if (met || passed.length === DEPTH) return met;
  const known = new Set([refKey(search.route.router), ...passed]);
  const next = [...new Map([...hiding].map((one) => [refKey(one.router), one])).values()].filter(({ router }) => !known.has(refKey(router)));
  return next.slice(0, 2).some(({ rule, router }) => {
    const ways = joined([atoms], waysOf({ kind: 'not', operand: rule })).slice(0, TURNS);
    return ways.some((way) => steps.left > 0 && around(search, way, goal, steps, [...passed, refKey(router)]));
  });
}

function waysOf(rule: RuleExpr): readonly Case[] {
  return expand(rule, WAYS).list.filter((one) => !disjointCases(one, one));
}

function without(rule: RuleExpr, other: RuleExpr): RuleExpr {
  return { kind: 'and', operands: [rule, { kind: 'not', operand: other }] };
}

function joined(mine: readonly Case[], theirs: readonly Case[]): readonly Case[] {
  return mine.flatMap((one) => theirs.filter((other) => !disjointCases(one, other)).map((other) => [...one, ...other])).slice(0, WAYS);
}

/** What the middlewares of both do to it; where a request for that goes to somebody else, the same from another of the route's own. */
function shown({ route, own, effort }: Search, by: Route | undefined, { draft, atoms }: Meeting, isFirst: boolean): readonly Draft[] {
  const specs = [route, ...(by === undefined ? [] : [by])].flatMap(chainOf).map(({ spec }) => spec);
  return provoke(specs, draft, isFirst).flatMap((one) => {
    if (!isFirst || effort.left <= 0 || winner(own, toProbe(one, own)) === route) return [one];
    return [one, ...aimed(one, draft, { route, own, effort }, atoms)];
  });
}

/** What was changed of a request, in one that the route wins with it. */
function aimed(changed: Draft, base: Draft, { route, own, effort }: Pick<Search, 'route' | 'own' | 'effort'>, atoms: Case): readonly Draft[] {
  const blocker = winner(own, toProbe(changed, own));
  const ways = blocker === undefined ? [atoms] : joined([atoms], waysOf({ kind: 'not', operand: blocker.rule })).slice(0, 3);
  for (const way of ways) {
    let tries = 0;
    for (const draft of candidates(way)) {
      if (tries === TRIES.behind || effort.left <= 0) break;
      tries += 1;
      effort.left -= 1;
      const one = withChange(draft, changed, base);
      if (winner(own, toProbe(one, own)) === route) return [one];
    }
  }
  return [];
}

function withChange(draft: Draft, changed: Draft, base: Draft): Draft {
  const fields = changed.headers.filter((field) => !base.headers.includes(field));
  const named = new Set(fields.map(([name]) => name.toLowerCase()));
  return {
    ...draft,
    ...(changed.host === base.host ? {} : { host: changed.host }),
    ...(changed.path === base.path ? {} : { path: changed.path }),
    ...(changed.query === base.query ? {} : { query: changed.query }),
    ...(changed.method === base.method ? {} : { method: changed.method }),
    ...(changed.clientIp === base.clientIp ? {} : { clientIp: changed.clientIp }),
    ...(changed.body === undefined ? {} : { body: changed.body }),
    headers: [...draft.headers.filter(([name]) => !named.has(name.toLowerCase())), ...fields],
  };
}
