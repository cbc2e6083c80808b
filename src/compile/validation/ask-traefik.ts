import type { Decision, HeaderList, Listener, Route, Routing } from '../../ir/index.ts';
import { readTraefik } from '../../models/traefik/index.ts';
import { createFront, type Front } from '../../runtime/front.ts';
import { createRuntime } from '../../runtime/index.ts';
import { closedNames, strictOptions } from '../../runtime/tls-names.ts';
import { once } from '../../text/index.ts';
import { environmentOf } from './environment.ts';
import { sameChoice, unlike } from './same-choice.ts';
import { sameEdges, sameRoutes, type SameRoutes } from './same-routes.ts';
import { differs, endpointsDiffer, SAME, type Agrees, type Answer, type Asker } from './verdict.ts';

/**
 * The rendered YAML read back by a reader of its own into a routing, and that routing decided: what Traefik does with a
 * routing is what the runtime does, so only the text is in question.
 */
export function traefikAsker(files: ReadonlyMap<string, string>, routing: Routing, version: '2.11' | '3.7'): { readonly ask: Asker; readonly agrees: Agrees; readonly faults: readonly string[]; readonly others: Routing | undefined } {
  const { routing: read, faults } = readTraefik(files, environmentOf(routing), version);
  const runtime = once(() => createRuntime(read, { clock: () => 0, random: () => 0 }));
  return { faults, others: sameRules(routing, read) ? undefined : read, agrees: agreement(routing, read), ask: (probe, decision) => compare(decision, runtime().decide(probe)) };
}

/** The same rules in the same order on every entry point: else the text has requests of its own, which are asked too. */
function sameRules(one: Routing, other: Routing): boolean {
  const rulesOf = ({ plain, tls }: Listener): readonly string[] => [...plain.map(({ ruleText }) => ruleText), '', ...tls.map(({ ruleText }) => ruleText)];
  const counterparts = new Map(other.listeners.map((listener) => [listener.entryPoint.name, rulesOf(listener)]));
  return one.listeners.every((listener) => {
    const theirs = counterparts.get(listener.entryPoint.name) ?? [];
    const mine = rulesOf(listener);
    return mine.length === theirs.length && mine.every((text, at) => text === theirs[at]);
  });
}

/** Where both choose alike and all that is chosen does the same, every request is answered; elsewhere routes are held against each other that take one. */
function agreement(routing: Routing, read: Routing): Agrees {
  const same = sameRoutes();
  const [mine, theirs] = [strictOptions(routing), strictOptions(read)];
  const counterparts = new Map(read.listeners.map((listener) => [listener.entryPoint.name, listener]));
  const known = new Map(routing.listeners.flatMap((listener): readonly (readonly [string, Agrees])[] => {
    const counterpart = counterparts.get(listener.entryPoint.name);
    if (counterpart === undefined || !sameEdges(listener, counterpart)) return [];
    const isAlike = mine.has('') === theirs.has('') && sameChoice(listener, counterpart);
    return [[listener.entryPoint.name, isAlike ? inPlace(unlike(listener, counterpart, same)) : chosen(counterpart, theirs, same)]];
  }));
  return (probe, front) => known.get(probe.entryPoint)?.(probe, front) === true;
}

/** Both take each request with routes of the same place. */
function inPlace(different: ReadonlySet<Route>): Agrees {
  if (different.size === 0) return () => true;
  return (_, front) => {
    const found = front();
    return found !== undefined && found.kind !== 'tie' && (found.kind !== 'route' || !different.has(found.route));
  };
}

/** Which route takes a request is asked on both sides. */
function chosen(counterpart: Listener, strict: ReadonlySet<string>, same: SameRoutes): Agrees {
  const choose = createFront(counterpart, closedNames(counterpart, strict));
  return (probe, front) => {
    const found = front();
    const seen = choose(probe, 'localhost');
    return found !== undefined && (found.kind === 'route' && seen.kind === 'route' ? same(found.route, seen.route) : isSameEnd(found, seen));
  };
}

/** Answers that are given before there is a route; which of several takes a request is left open on both sides. */
function isSameEnd(one: Front, other: Front): boolean {
  if (one.kind === 'refused' && other.kind === 'refused') return one.refusal.status === other.refusal.status && one.refusal.text === other.refusal.text;
  return one.kind === other.kind && one.kind !== 'route';
}

/** The mark of the default rule can only be set by the Docker provider. */
const AMBIENT = new Set(['x-traefik-router']);

function compare(expected: Decision, seen: Decision): Answer {
  if (expected.kind !== seen.kind) return differs('answered by', words(expected), words(seen));
  if (expected.kind === 'forward' && seen.kind === 'forward') {
    return (
      endpointsDiffer(expected.endpoints, seen.endpoints, 1e-9) ??
      textDiffers('target', expected.target, seen.target) ??
      textDiffers('host', expected.host ?? '(of the endpoint)', seen.host ?? '(of the endpoint)') ??
      fieldsDiffer('request header', expected.requestHeaders.set, seen.requestHeaders.set) ??
      textDiffers('removed request headers', removed(expected.requestHeaders.remove), removed(seen.requestHeaders.remove)) ??
      fieldsDiffer('response header', expected.responseHeaders.set, seen.responseHeaders.set) ??
      textDiffers('removed response headers', removed(expected.responseHeaders.remove), removed(seen.responseHeaders.remove)) ??
      SAME
    );
  }
  if (expected.kind === 'respond' && seen.kind === 'respond') {
    return textDiffers('status', String(expected.status), String(seen.status)) ?? fieldsDiffer('response header', expected.headers, seen.headers) ?? textDiffers('body', expected.body ?? '', seen.body ?? '') ?? SAME;
  }
  return SAME;
}

function words(decision: Decision): string {
  if (decision.kind === 'forward') return decision.endpoints.map(({ address }) => address).join(' or ');
  return decision.kind === 'respond' ? `the proxy, ${String(decision.status)}` : decision.kind;
}

function removed(names: readonly string[]): string {
  if (names.length === 0) return '';
  return names.map((name) => name.toLowerCase()).filter((name) => !AMBIENT.has(name)).toSorted().join(', ');
}

function textDiffers(what: string, expected: string, seen: string): Answer | undefined {
  return expected === seen ? undefined : differs(what, expected, seen);
}

function fieldsDiffer(side: string, expected: HeaderList, seen: HeaderList): Answer | undefined {
  if (areSame(expected, seen)) return undefined;
  const [left, right] = [grouped(expected), grouped(seen)];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [one, other] = [left.get(name) ?? '', right.get(name) ?? ''];
    if (one !== other) return differs(`${side} ${name}`, one, other);
  }
  return undefined;
}

/** Field for field: nearly all are, and then nothing needs to be sorted out. */
function areSame(one: HeaderList, other: HeaderList): boolean {
  return one.length === other.length && one.every(([name, value], index) => name === other[index]?.[0] && value === other[index]?.[1]);
}

function grouped(headers: HeaderList): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (!AMBIENT.has(key)) out.set(key, out.has(key) ? `${out.get(key) ?? ''}\n${value}` : value);
  }
  return out;
}
