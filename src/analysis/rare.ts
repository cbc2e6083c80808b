import { chainOf, refKey, type MiddlewareSpec, type ResolvedService, type Route } from '../ir/index.ts';
import { addedBefore, bodies, exercise } from './chain.ts';
import type { Collector } from './collector.ts';
import { HOME, nameIn, otherCase, STRANGER, stemOf, targetOf, toProbe, type Draft } from './draft.ts';
import { allForms, believed, forOthers, kept, otherMethods, pathForms, spelled } from './forms.ts';
import { ipEdges } from './ip-edges.ts';
import { winner, type Lane } from './lane.ts';
import { rarely } from './provoke.ts';
import { samplesOf } from './sample.ts';

/** Routes of a lane whose request is sent in all forms, and how many are looked at to find those. */
const LEADERS = 2;
const MOST_LOOKED_AT = 8;
/** Routes with TLS options of their own that are asked for under other names. */
const STRICT = 8;
/** Routes of a lane with the same chain that show what it does. */
const CHAIN_TURNS = 2;
/** Requests that an earlier middleware changes before a redirection. */
const MOST_REWRITTEN = 12;
/** Chains of a lane that are shown before other spellings; the others where there is room. */
const MOST_SHOWN = 64;

/** Asks in rare forms: engines read, clean and write anew what looks odd, and only then text that takes care of it counts. */
export interface Rare {
  /** The request of a route; `names`: all that its rule takes. */
  readonly about: (route: Route, base: Draft, names: readonly string[]) => void;
  /** When all routes of the lane are known. */
  readonly finish: () => void;
}

export function rareIn(lane: Lane, collector: Collector): Rare {
  const hosts = new Set<string>();
  const leaders: Draft[] = [];
  let first: Draft | undefined;
  const strict: Draft[] = [];
  const chains = new Map<string, number>();
  let looked = 0;
  let shownFirst = 0;
  const probesOf = (drafts: readonly Draft[]) => drafts.map((one) => toProbe(one, lane));
  return {
    about: (route, base, mine) => {
      const chain = chainOf(route).map(({ ref }) => refKey(ref)).join(' ');
      const turn = chains.get(chain) ?? 0;
      chains.set(chain, turn + 1);
      for (const name of mine) hosts.add(name);
      first ??= base;
      if (looked < MOST_LOOKED_AT && leaders.length < LEADERS) {
        looked += 1;
        if (takesMore(lane, route, base)) leaders.push(base);
      }
      if (route.tls?.options !== undefined && strict.length < STRICT) strict.push(base);
      if (turn < CHAIN_TURNS) {
        collector.later(shownFirst < MOST_SHOWN ? 2 : 3, () => probesOf([...pathForms(base), ...shown(route, base, [...hosts])]));
        shownFirst += 1;
      }
      collector.later(3, () => probesOf([...pathForms(base), ...spelled(base), ...otherMethods(base), ...kept(route.service, base), ...limited(route.service, base), ...forOthers(base, [...hosts]).flatMap((one) => [one, ...otherMethods(one)])]));
    },
    finish: () => {
      const names = [...hosts];
      const chosen = leaders.length > 0 || first === undefined ? leaders : [first];
      for (const leader of chosen) for (const probe of probesOf([...allForms(leader, names), { ...leader, host: STRANGER }, ...peersOf(lane).flatMap((peer) => believed(leader, peer))])) collector.add(1, probe);
      for (const one of strict) for (const probe of probesOf(misdirected(one, names))) collector.add(1, probe);
    },
  };
}

/** Whether the route takes what is longer than its request too: else other forms of it are nobody's. */
function takesMore(lane: Lane, route: Route, base: Draft): boolean {
  return winner(lane, toProbe({ ...base, path: `${stemOf(base.path)}/x` }, lane)) === route;
}

/** Addresses that the entry point believes. */
function peersOf({ listener }: Lane): readonly string[] {
  const { insecure, trustedIPs } = listener.entryPoint.forwardedHeaders;
  return insecure ? [HOME] : trustedIPs.slice(0, 1).flatMap((range) => ipEdges(range).inside.slice(0, 1));
}

function shown(route: Route, base: Draft, hosts: readonly string[]): readonly Draft[] {
  const all = chainOf(route);
  const own = all.flatMap(({ spec }, place) => {
    const earlier = all.slice(0, place);
    const added = addedBefore(earlier);
    return [...exercise(spec, base, added), ...rarely(spec, base, added), ...cut(spec, base), ...cutTwice(earlier, spec, base), ...(spec.kind.startsWith('redirect') ? rewritten(earlier, base) : []), ...(spec.kind === 'headers' ? forOthers(base, hosts).flatMap((one) => exercise(spec, one)) : [])];
  }).filter(({ host }) => !host.startsWith('*'));
  return [...own, ...behind(route.service).flatMap(({ spec }) => [...exercise(spec, base), ...rarely(spec, base)])];
}

/** What a redirection says of the query depends on whether the path was changed before. */
function rewritten(earlier: ResolvedService['chain'], base: Draft): readonly Draft[] {
  return earlier.flatMap(({ spec }) => exercise(spec, { ...base, query: 'k=v;q=x' })).slice(0, MOST_REWRITTEN);
}

/** Paths that lose their beginning are written anew too. */
function cut(spec: MiddlewareSpec, base: Draft): readonly Draft[] {
  if (spec.kind !== 'stripPrefix') return [];
  const starts = spec.prefixes.slice(0, 4).map((prefix) => ({ ...base, path: targetOf(prefix) }));
  return starts.flatMap((one) => {
    const others = spelled(one);
    return [...pathForms(one), ...others, ...[...others, { ...one, path: otherCase(one.path) }].map((other) => ({ ...other, path: `${other.path}/x` }))];
  });
}

/** What two of a chain cut, one behind the other: each says it, in their order. */
function cutTwice(earlier: ResolvedService['chain'], spec: MiddlewareSpec, base: Draft): readonly Draft[] {
  const second = stemCutBy(spec);
  if (second === undefined) return [];
  return earlier.flatMap((one) => stemCutBy(one.spec) ?? []).map((first) => ({ ...base, path: targetOf(`${first}${second}/x`) }));
}

/** A text that the middleware cuts away, without a slash at its end. */
function stemCutBy(spec: MiddlewareSpec): string | undefined {
  const [text] = spec.kind === 'stripPrefix' ? spec.prefixes : spec.kind === 'stripPrefixRegex' ? spec.regex.slice(0, 1).flatMap((pattern) => samplesOf(pattern, 1)) : [];
  return text?.startsWith('/') === true ? stemOf(text) : undefined;
}

/** Another service can only be asked with a body that was kept. */
function limited({ service: { spec }, members }: ResolvedService, base: Draft): readonly Draft[] {
  const most = spec.kind === 'failover' ? spec.errors?.maxRequestBodyBytes : undefined;
  return [...(most === undefined ? [] : bodies(most < 0 ? undefined : most, base)), ...members.flatMap((member) => limited(member, base))];
}

/** Middlewares that stand on members of a service. */
function behind({ members }: ResolvedService): ResolvedService['chain'] {
  return members.flatMap((member) => [...member.chain, ...behind(member)]);
}

/** Asked for under one name and sent to another. */
function misdirected(base: Draft, hosts: readonly string[]): readonly Draft[] {
  return forOthers(base, hosts).flatMap((other) => [{ ...base, serverName: nameIn(other.host) }, { ...other, serverName: nameIn(base.host) }]);
}
