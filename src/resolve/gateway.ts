import type { Container, Gateway, Ref, Workspace } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import { closedNames } from './build/closed-names.ts';
import { buildHttp, type BuiltRouter } from './build/http.ts';
import { checkHealth } from './build/health.ts';
import { entryOf } from './build/known.ts';
import { runningRouters, type RunningRouter } from './build/split.ts';
import { createStates, gathered, type States } from './build/state.ts';
import { buildTcp } from './build/tcp.ts';
import { buildUdp } from './build/udp.ts';
import { checkTls } from './build/tls-options.ts';
import { checkUnused } from './build/unused.ts';
import { unjudgedList, type World } from './build/world.ts';
import { toTlsOptions, toTransport } from './convert/tls.ts';
import { readContainers, type ProviderResult } from './docker/provider.ts';
import { dockerSettings, swarmSettings } from './docker/settings.ts';
import { entryPointsOf, type EntryPointSet } from './entry-points.ts';
import { readFiles, withoutTaken } from './files.ts';
import { judgedLabels, type ContainerEffects } from './labels.ts';
import { typedRouters, type Parts } from './parts.ts';
import type { RoutingInput } from './lookup.ts';
import { createProblems, type Problems } from './problems.ts';
import { makeRouting } from './routing.ts';
import type { Declared, ResolvedGateway, ResolveInput, Unjudged } from './types.ts';
import { makeWorld } from './make-world.ts';

/**
 * Resolves what was declared for one proxy the way its engine does: containers to entities, entities of one name merged,
 * references, defaults, what is refused and what it costs; and from that the routes in final order.
 */
export function resolveGateway(input: ResolveInput): ResolvedGateway {
  const problems = createProblems();
  const unjudged = unjudgedList();
  const effects: ContainerEffects = new Map();
  const containers = fromContainers(input, problems, unjudged.add, effects);
  const files = readFiles(input.dynamicFiles, problems);
  const all = [...containers.declared, ...withoutTaken(files.declared, containers.declared, problems)];
  const missed = new Map([...containers.missed, ...files.missed].map((item) => [refKey(item.declared.ref), item] as const));
  const entryPoints = entryPointsOf(input.proxy, all, input.staticOverrides?.entryPoints, input.origins);
  const world = makeWorld(input, all, missed, problems, unjudged);
  const states = createStates();
  const parts = typedRouters(all, input, world);
  for (const { ref } of all) if (STATEFUL.includes(ref.kind)) states.add(ref);
  for (const declared of containers.dropped) states.drop(declared.ref, 'defined multiple times with different configurations');
  const built = build(parts, all, entryPoints, states, world, input);
  const gateway: Gateway = {
    name: input.name,
    proxy: input.proxy,
    stacks: input.workspace.stacks.map(({ name }) => name),
    routers: parts.routers.map(({ router }) => router),
    tcpRouters: parts.tcpRouters.map(({ router }) => router),
    udpRouters: parts.udpRouters,
    middlewares: [...world.middlewares.values()],
    tcpMiddlewares: [...world.tcpMiddlewares.values()],
    services: [...world.services.values()],
    tcpServices: [...world.tcpServices.values()].filter(({ ref }) => ref.protocol === 'tcp'),
    udpServices: [...world.tcpServices.values()].filter(({ ref }) => ref.protocol === 'udp'),
    transports: all.filter(({ ref }) => ref.kind === 'transport').map(toTransport),
    tlsOptions: all.filter(({ ref }) => ref.kind === 'tlsOptions').map(toTlsOptions),
    certificates: files.certificates,
    tlsStores: all.filter(({ ref }) => ref.kind === 'tlsStore').map(toTlsOptions).toSorted((a, b) => Number(b.ref.name === 'default') - Number(a.ref.name === 'default')),
    ...(input.consumers === undefined || input.consumers.length === 0 ? {} : { consumers: input.consumers }),
    states: gathered(states, built.running),
    labels: judgedLabels(input.workspace, effects),
    fates: containers.fates,
  };
  const routing = makeRouting({ gateway, entities: world, entryPoints: entryPoints.list, closed: built.closed, http: built.http, tcp: built.tcp, udp: built.udp, version: input.version, origins: input.origins });
  return { gateway, routing, problems: problems.list(), version: input.version, unjudged: unjudged.list(), running: states.list() };
}

/** Routers get theirs as the engine runs them, which may be several of one. */
const STATEFUL: readonly Ref['kind'][] = ['middleware', 'service'];

function fromContainers(input: ResolveInput, problems: Problems, note: (item: Unjudged) => void, effects: ContainerEffects): ProviderResult {
  const settings = dockerSettings(input.proxy, input.version);
  const containers = input.workspace.stacks.flatMap((stack) => stack.containers);
  if (settings === undefined) return { declared: [], missed: [], dropped: [], fates: containers.map((container) => ({ container, fate: { kind: 'filtered', because: 'notExposed' } })) };
  const context = { settings, version: input.version, facts: input.facts ?? 'compose', containers, origins: input.origins, problems, note, effects };
  const first = readContainers(input.workspace, context);
  const beside = swarmSettings(input.proxy);
  const tasks = new Set(containers.filter(({ live }) => live?.task !== undefined));
  return beside === undefined || tasks.size === 0 ? first : together(first, readContainers(onlyThose(input.workspace, tasks), { ...context, settings: beside, containers: [...tasks] }), tasks);
}

/** What the Docker provider makes of containers, and the Swarm provider beside it of the tasks of services. */
function together(first: ProviderResult, second: ProviderResult, tasks: ReadonlySet<Container>): ProviderResult {
  return {
    declared: [...first.declared, ...second.declared],
    missed: [...first.missed, ...second.missed],
    dropped: [...first.dropped, ...second.dropped],
    fates: [...first.fates.filter(({ container }) => !tasks.has(container)), ...second.fates],
  };
}

function onlyThose(workspace: Workspace, wanted: ReadonlySet<Container>): Workspace {
  return { ...workspace, stacks: workspace.stacks.map((stack) => ({ ...stack, containers: stack.containers.filter((container) => wanted.has(container)) })) };
}

interface Built {
  readonly running: readonly RunningRouter[];
  readonly closed: RoutingInput['closed'];
  readonly http: readonly BuiltRouter[];
  readonly tcp: ReturnType<typeof buildTcp>;
  readonly udp: ReturnType<typeof buildUdp>;
}

function build(parts: Parts, all: readonly Declared[], entryPoints: EntryPointSet, states: States, world: World, input: ResolveInput): Built {
  const syntaxSet = input.proxy.static !== 'unknown' && entryOf(entryOf(input.proxy.static.raw, 'core'), 'defaultRuleSyntax') !== undefined;
  const running = runningRouters(parts.routers.map(({ router }) => router), entryPoints, syntaxSet);
  const hidden = new Set([...parts.routers, ...parts.tcpRouters].filter((part) => part.hidden).map(({ router }) => refKey(router.ref)));
  const common = { declared: world.declared, entryPoints, states, world, errors: parts.errors };
  const httpInput = { ...common, running };
  const http = buildHttp(httpInput);
  const tcp = buildTcp({ ...common, routers: parts.tcpRouters.map(({ router }) => router) });
  const udp = buildUdp({ ...common, routers: parts.udpRouters });
  checkUnused(all, world);
  checkHealth(all, world);
  checkTls(all, world);
  return { running, closed: closedNames(httpInput), http: http.filter((built) => isRoutable(built.running, hidden, world)), tcp: tcp.filter(({ router }) => !hidden.has(refKey(router.ref))), udp };
}

/** Multi-layer routers are not flattened: what their parents do to a request on the way is not known here. */
function isRoutable(running: RunningRouter, hidden: ReadonlySet<string>, world: World): boolean {
  const { router } = running;
  const isLayer = router.parents.length > 0 || router.service.value.name === '';
  if (isLayer) world.unjudged.add({ needs: 'engine', what: 'parentRefs', name: router.ref.name, origin: router.origin, symbol: router.symbol });
  return !isLayer && !hidden.has(refKey(router.ref));
}
