import type { Decision, Listener, Probe, Route, Routing } from '../ir/index.ts';
import { createRuntime } from '../runtime/index.ts';
import { exercise } from './chain.ts';
import { PLAIN_DRAFT, toProbe, type Draft } from './draft.ts';
import { lanesOf, type Lane } from './lane.ts';
import { reach } from './reach.ts';

/** A redirection that the gateway answers with another one, and so on without an end. */
export interface RedirectLoop {
  readonly route: Route;
  readonly probe: Probe;
  /** The addresses in turn, the first one asked in front. */
  readonly addresses: readonly string[];
}

/** What `follow` may take for granted. */
export interface LoopOptions {
  /** Whether clients reach an entry point under the port that it listens on. */
  readonly isPublished: (listener: Listener) => boolean;
}

/** Browsers give up after twenty. */
const PATIENCE = 20;
const REDIRECTIONS: readonly number[] = [301, 302, 303, 307, 308];

/** Loops of redirections, one for each route that one begins at: found by asking, as a browser would. */
export function redirectLoops(routing: Routing, options: LoopOptions): readonly RedirectLoop[] {
  const lanes = lanesOf(routing.listeners).filter(({ routes }) => routes.some(mayLoop));
  if (lanes.length === 0) return [];
  const runtime = createRuntime(routing, { clock: () => 0, random: () => 0 });
  return lanes.flatMap((lane) => lane.routes.filter(mayLoop).flatMap((route) => {
    for (const draft of startsOf(lane, route)) {
      const probe = toProbe(draft, lane);
      const decision = runtime.decide(probe);
      if (decision.kind !== 'respond' || decision.router === null || decision.router.name !== route.router.name) continue;
      const addresses = follow(probe, (asked) => runtime.decide(asked), routing, options);
      if (addresses !== undefined) return [{ route, probe, addresses }];
    }
    return [];
  }));
}

/** A cycle needs one of these: redirections to https alone come to an end. */
function mayLoop({ chain }: Route): boolean {
  return chain.some(({ spec }) => spec.kind === 'redirectRegex' || (spec.kind === 'redirectScheme' && spec.scheme === 'http'));
}

function startsOf(lane: Lane, route: Route): readonly Draft[] {
  return reach(lane, route).drafts.flatMap(({ draft }) => [draft, ...route.chain.flatMap(({ spec }) => (spec.kind === 'redirectRegex' ? exercise(spec, draft) : []))]).slice(0, 24);
}

function follow(start: Probe, decide: (probe: Probe) => Decision, routing: Routing, options: LoopOptions): readonly string[] | undefined {
  const addresses = [addressOf(start)];
  let probe = start;
  for (let step = 0; step < PATIENCE; step += 1) {
    const decision = decide(probe);
    const location = decision.kind === 'respond' && REDIRECTIONS.includes(decision.status) ? decision.headers.find(([name]) => name.toLowerCase() === 'location')?.[1] : undefined;
    const next = location === undefined ? undefined : askedNext(probe, location, routing, options);
    if (next === undefined) return undefined;
    probe = next;
    const address = addressOf(next);
    if (addresses.includes(address)) return [...addresses, address];
    addresses.push(address);
  }
  return addresses;
}

function addressOf({ tls, host, target }: Probe): string {
  return `${tls === false ? 'http' : 'https'}://${host ?? ''}${target}`;
}

/** The request that a browser sends for a Location; undefined where it leaves the gateway, or may. */
function askedNext(from: Probe, location: string, routing: Routing, { isPublished }: LoopOptions): Probe | undefined {
  const url = URL.canParse(location, addressOf(from)) ? new URL(location, addressOf(from)) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined;
  const tls = url.protocol === 'https:';
  const before = new URL(addressOf(from));
  const entryPoint = url.protocol === before.protocol && url.port === before.port ? from.entryPoint : publishedAt(Number(url.port === '' ? (tls ? 443 : 80) : url.port), routing, isPublished);
  if (entryPoint === undefined) return undefined;
  return toProbe({ ...PLAIN_DRAFT, host: url.host, path: url.pathname, query: url.search.slice(1), clientIp: from.clientIp }, { entryPoint, tls });
}

function publishedAt(port: number, { listeners }: Routing, isPublished: LoopOptions['isPublished']): string | undefined {
  const found = listeners.find((listener) => listener.entryPoint.port === port);
  return found !== undefined && isPublished(found) ? found.entryPoint.name : undefined;
}
