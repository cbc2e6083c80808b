import type { EntryPoint, Ref, Router, RouterTls } from '../../ir/index.ts';
import { refName } from '../../ir/index.ts';
import type { Sourced } from '../../text/index.ts';
import type { EntryPointSet } from '../entry-points.ts';
import { resolveName } from '../names.ts';
import { entryOf } from './known.ts';
import { hostsIn } from './rules.ts';

/** A router as the engine runs it: what entry points add is applied, and one that they treat differently is several. */
export interface RunningRouter {
  /** The engine's own name: `x`, `web-x` where entry points differ, `web-conflicted-x` where TLS options clash. */
  readonly ref: Ref;
  readonly router: Router;
  readonly entryPoints: readonly Sourced<string>[];
  readonly middlewares: readonly RunningMiddleware[];
  readonly tls?: RouterTls;
  /** The TLS options that are in force: `default` after a clash. */
  readonly options: string;
}
export interface RunningMiddleware {
  readonly ref: Sourced<Ref>;
  /** The entry point that puts it there. */
  readonly entryPoint?: string;
  /** Position in the router's own list. */
  readonly index: number;
}

/** applyModel and resolveHTTPTLSOptions of pkg/server/aggregator.go. */
export function runningRouters(routers: readonly Router[], entryPoints: EntryPointSet, syntaxSet: boolean): readonly RunningRouter[] {
  const split = routers.flatMap((router) => withModels(router, entryPoints, syntaxSet));
  const clashes = conflicts(split);
  return split.flatMap((running) => apart(running, clashes));
}

function withModels(router: Router, { list, defaults }: EntryPointSet, syntaxSet: boolean): readonly RunningRouter[] {
  const wanted = router.entryPoints === 'default' ? defaults.map((value) => ({ value, origin: router.origin })) : router.entryPoints;
  const own = router.middlewares.map((ref, index) => ({ ref, index }));
  const modelOf = (use: Sourced<string>): EntryPoint | undefined => {
    const entryPoint = list.find(({ name, udp }) => name === use.value && !udp);
    return entryPoint !== undefined && hasModel(entryPoint, syntaxSet) ? entryPoint : undefined;
  };
  if (wanted.every((use) => modelOf(use) === undefined)) return [toRunning(router.ref, router, wanted, own, router.tls)];
  const out: RunningRouter[] = [];
  const rest: Sourced<string>[] = [];
  for (const use of wanted) {
    const entryPoint = modelOf(use);
    if (entryPoint === undefined) {
      rest.push(use);
      continue;
    }
    const tls = router.tls ?? tlsFor(entryPoint.tls, router.ref.namespace);
    const ref = wanted.length > 1 ? { ...router.ref, name: `${use.value}-${router.ref.name}` } : router.ref;
    const middlewares = [...entryPoint.middlewares.map(({ value, origin }, index) => ({ ref: { value: resolveName(value, router.ref.namespace, { protocol: 'http', kind: 'middleware' }), origin }, entryPoint: use.value, index })), ...own];
    out.push(toRunning(ref, router, [use], middlewares, tls));
  }
  if (rest.length > 0) out.push(toRunning(router.ref, router, rest, own, router.tls));
  return out;
}

function toRunning(ref: Ref, router: Router, entryPoints: readonly Sourced<string>[], middlewares: readonly RunningMiddleware[], tls: RouterTls | undefined): RunningRouter {
  const base = { ref, router, entryPoints, middlewares, options: optionsName(tls) };
  return tls === undefined ? base : { ...base, tls };
}

function optionsName(tls: RouterTls | undefined): string {
  return tls?.options === undefined ? 'default' : refName(tls.options.value);
}

/** An entry point has a model when it says anything about its routers (pkg/provider/traefik/internal.go). */
function hasModel(entryPoint: EntryPoint, syntaxSet: boolean): boolean {
  return syntaxSet || entryPoint.middlewares.length > 0 || entryPoint.tls !== undefined || entryPoint.encodedCharacters !== undefined || entryOf(entryPoint.raw, 'observability') !== undefined;
}

/** Options that an entry point names without provider are looked up with the provider of each router. */
function tlsFor(tls: RouterTls | undefined, holder: string): RouterTls | undefined {
  if (tls?.options === undefined || tls.options.value.namespace !== '') return tls;
  if (tls.options.value.name === 'default') {
    const { options: _, ...rest } = tls;
    return rest;
  }
  return { ...tls, options: { ...tls.options, value: { ...tls.options.value, namespace: holder } } };
}

/** Per entry point, the TLS routers whose options cannot be chosen by SNI: no host, or a host that another router serves with other options. */
function conflicts(routers: readonly RunningRouter[]): ReadonlyMap<string, ReadonlySet<RunningRouter>> {
  const found = new Map<string, Set<RunningRouter>>();
  const byHost = new Map<string, Map<string, RunningRouter[]>>();
  const mark = (entryPoint: string, running: RunningRouter): unknown => (found.get(entryPoint) ?? found.set(entryPoint, new Set()).get(entryPoint))?.add(running);
  for (const running of routers.filter(({ tls }) => tls !== undefined)) {
    const hosts = hostsIn(running.router.ruleText.value.text, 'host');
    if (hosts === undefined) continue;
    for (const { value } of running.entryPoints) {
      if (hosts.length === 0 && running.options !== 'default') mark(value, running);
      for (const host of hosts) addTo(byHost, `${value} ${host}`, running);
    }
  }
  for (const [key, options] of byHost) if (options.size > 1) for (const group of options.values()) for (const running of group) mark(key.slice(0, key.indexOf(' ')), running);
  return found;
}

function addTo(byHost: Map<string, Map<string, RunningRouter[]>>, key: string, running: RunningRouter): void {
  const options = byHost.get(key) ?? new Map<string, RunningRouter[]>();
  byHost.set(key, options);
  options.set(running.options, [...(options.get(running.options) ?? []), running]);
}

function apart(running: RunningRouter, clashes: ReadonlyMap<string, ReadonlySet<RunningRouter>>): readonly RunningRouter[] {
  const clashing = running.entryPoints.filter(({ value }) => clashes.get(value)?.has(running) === true);
  if (clashing.length === 0) return [running];
  const copies = clashing.map((use) => ({ ...running, ref: { ...running.ref, name: `${use.value}-conflicted-${running.ref.name}` }, entryPoints: [use], options: 'default' }));
  const rest = running.entryPoints.filter((use) => !clashing.includes(use));
  return rest.length === 0 ? copies : [{ ...running, entryPoints: rest }, ...copies];
}
