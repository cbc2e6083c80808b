import type { StickyCookie } from '../../ir/index.ts';
import type { Handler } from '../effect.ts';
import { respondError, type RuntimeRequest, type Scope } from '../message.ts';
import { slot } from '../slot.ts';
import { pop, push } from './heap.ts';
import { leastTime, twoChoices } from './load.ts';
import { stickyBy } from './sticky.ts';

/** A server or a service below a balancer. */
export interface Member {
  /** What cookies and hashes know it by: the server's URL, the service's name. */
  readonly name: string;
  readonly weight: number;
  readonly handler: Handler;
  readonly up: (scope: Scope) => boolean;
}
export type Pick = (request: RuntimeRequest) => Member | undefined;

/** One of the members that are up; none: 503 `no available server` (ran). */
export function balance(members: readonly Member[], strategy: string, cookie: StickyCookie | undefined): Handler {
  const usable = members.filter((member) => member.weight > 0);
  const { pick, through = ({ handler }) => handler } = picker(usable, strategy);
  const sticky = cookie === undefined || strategy === 'hrw' ? undefined : stickyBy(cookie, usable.map(({ name }) => name));
  return function* choose(request, draft) {
    const kept = sticky?.find(request);
    const known = kept === undefined ? undefined : usable.find((member) => member.name === kept.name && member.up(request.scope));
    const member = known ?? pick(request);
    if (member === undefined) return respondError(draft, 503, 'no available server');
    if (sticky !== undefined && !request.scope.deciding && (known === undefined || kept?.rewrite === true)) sticky.write(draft, member.name);
    return yield* through(member)(request, draft);
  };
}

/** How a member is chosen, and what is to be noticed about those that are. */
export interface Strategy {
  readonly pick: Pick;
  readonly through?: (member: Member) => Handler;
}

function picker(members: readonly Member[], strategy: string): Strategy {
  if (strategy === 'hrw') return { pick: hrw(members) };
  if (strategy === 'p2c') return twoChoices(members);
  return strategy === 'leasttime' ? leastTime(members, wrr) : { pick: wrr(members) };
}

interface Entry {
  readonly member: Member;
  deadline: number;
}

/** Weighted round robin by earliest deadline (loadbalancer/wrr), from a shuffled start. */
function wrr(members: readonly Member[]): Pick {
  const [only, ...others] = members;
  // Nothing is to be remembered of one.
  if (others.length === 0) return ({ scope }) => (only?.up(scope) === true ? only : undefined);
  const state = slot((scope) => {
    const heap: Entry[] = [];
    for (const member of shuffled(members, scope.random)) push(heap, { member, deadline: 1 / member.weight });
    return heap;
  });
  return (request) => {
    if (!members.some((member) => member.up(request.scope))) return undefined;
    const heap = state(request.scope);
    for (;;) {
      const entry = pop(heap);
      if (entry === undefined) return undefined;
      entry.deadline += 1 / entry.member.weight;
      push(heap, entry);
      if (entry.member.up(request.scope)) return entry.member;
    }
  };
}

/** Go's rand.Shuffle. */
function shuffled<T>(items: readonly T[], random: () => number): readonly T[] {
  const out = [...items];
  for (let at = out.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    const [a, b] = [out[at], out[other]];
    if (a !== undefined && b !== undefined) [out[at], out[other]] = [b, a];
  }
  return out;
}

/** Rendezvous hashing of the peer's address (loadbalancer/hrw): FNV-1a, score weight / -ln(h / 2^64). */
function hrw(members: readonly Member[]): Pick {
  return (request) => {
    let best: { readonly member: Member; readonly score: number } | undefined;
    for (const member of members) {
      if (!member.up(request.scope)) continue;
      const score = member.weight / -Math.log(Number(fnv1a(request.clientIp + member.name)) / 2 ** 64);
      if (score > (best?.score ?? 0)) best = { member, score };
    }
    return best?.member;
  };
}

function fnv1a(text: string): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of Buffer.from(text)) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}
