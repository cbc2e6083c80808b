import type { Handler } from '../effect.ts';
import type { Scope } from '../message.ts';
import { slot } from '../slot.ts';
import type { Member, Pick, Strategy } from './balance.ts';

/** What a server has to do at present, and how long it took so far. */
interface Load {
  underWay: number;
  /** Milliseconds until the head of an answer, the last ones. */
  times: readonly number[];
}
type Loads = (scope: Scope) => (member: Member) => Load;

/** As many answers as Traefik remembers. */
const REMEMBERED = 100;

/** The less busy one of two that chance picks; weights do not count (loadbalancer/p2c; ran). */
export function twoChoices(members: readonly Member[]): Strategy {
  const loads = loadsOf();
  return {
    through: counted(loads),
    pick: ({ scope }) => {
      const up = members.filter((member) => member.up(scope));
      const [one, other] = [Math.floor(scope.random() * up.length), Math.floor(scope.random() * up.length)];
      const first = up[one];
      const second = up[one === other ? (other + 1) % up.length : other];
      if (first === undefined || second === undefined) return first;
      const load = loads(scope);
      return load(second).underWay < load(first).underWay ? second : first;
    },
  };
}

/** The quickest for what it has to do and weighs; those that nobody knows yet come first, equal ones in turn (loadbalancer/leasttime; ran). */
export function leastTime(members: readonly Member[], inTurn: (members: readonly Member[]) => Pick): Strategy {
  const loads = loadsOf();
  let best: ReadonlySet<Member> = new Set();
  const turn = inTurn(members.map((member) => ({ ...member, up: (scope) => best.has(member) && member.up(scope) })));
  return {
    through: counted(loads),
    pick: (request) => {
      const { scope } = request;
      const scores = members.filter((member) => member.up(scope)).map((member) => [member, score(loads(scope)(member), member.weight)] as const);
      const least = Math.min(...scores.map(([, value]) => value));
      best = new Set(scores.flatMap(([member, value]) => (value === least ? [member] : [])));
      const chosen = turn(request);
      return members.find(({ name }) => name === chosen?.name);
    },
  };
}

function score({ underWay, times }: Load, weight: number): number {
  const average = times.length === 0 ? 0 : times.reduce((sum, time) => sum + time, 0) / times.length;
  return (average * (1 + underWay)) / weight;
}

function loadsOf(): Loads {
  const state = slot(() => new Map<string, Load>());
  return (scope) => ({ name }) => {
    const known = state(scope).get(name) ?? { underWay: 0, times: [] };
    state(scope).set(name, known);
    return known;
  };
}

/** Counts a request until its answer is over, and how long its head took. */
function counted(loads: Loads): (member: Member) => Handler {
  return (member) =>
    function* through(request, draft) {
      const { scope } = request;
      const load = loads(scope)(member);
      const began = scope.now();
      load.underWay += 1;
      let over = false;
      const end = (): void => {
        if (!over) load.underWay -= 1;
        over = true;
      };
      try {
        const response = yield* member.handler(request, draft);
        load.times = [...load.times.slice(1 - REMEMBERED), scope.now() - began];
        return { ...response, finalizers: [...response.finalizers, end] };
      } catch (error) {
        end();
        throw error;
      }
    };
}
