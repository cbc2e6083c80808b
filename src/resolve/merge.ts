import { refKey, type Ref } from '../ir/index.ts';
import { groupedBy } from '../text/index.ts';
import { canonical, type Defaults } from './equal.ts';
import type { Problems } from './problems.ts';
import { itemsAt, withEntry, withoutEntries } from './tree.ts';
import { objectAt, textAt } from '../traefik-config/tree.ts';
import type { Declared, EngineVersion } from './types.ts';

/** One container's copy of an entity, and the default name of that container. */
export interface Copy {
  readonly declared: Declared;
  readonly from: string;
}
export interface Merged {
  readonly declared: readonly Declared[];
  /** Entities that differ between containers: the engine deletes all copies. */
  readonly dropped: readonly { readonly declared: Declared; readonly cause: number }[];
}

/**
 * Merges the containers of one provider: services of one name join their servers when all else is equal, everything
 * else must be equal, or all copies are deleted (pkg/provider/merge.go, 2.11 pkg/provider/configuration.go; ran).
 */
export function merge(copies: readonly Copy[], problems: Problems, version: EngineVersion): Merged {
  const groups = groupedBy(copies, ({ declared: { ref } }) => refKey(ref));
  const declared: Declared[] = [];
  const dropped: { declared: Declared; cause: number }[] = [];
  for (const group of groups.values()) {
    const joined = join(group, problems);
    if (joined !== undefined) declared.push(joined);
    else dropped.push(...refuse(group, problems, version));
  }
  return { declared, dropped };
}

function join(group: readonly Copy[], problems: Problems): Declared | undefined {
  const [first, ...others] = group;
  if (first === undefined) return undefined;
  if (others.length === 0) return first.declared;
  const isService = first.declared.ref.kind === 'service';
  const meaning = (copy: Copy): string => (isService ? serviceMeaning(copy.declared) : entityMeaning(copy.declared));
  if (others.some((other) => meaning(other) !== meaning(first))) return undefined;
  return isService ? joinServers(first.declared, group, problems) : first.declared;
}

function entityMeaning(declared: Declared): string {
  return `${String(declared.defaultRule)} ${canonical(declared.node, defaultsOf(declared.ref))}`;
}

/** Only the load balancer counts, its servers left out: middlewares on the service are the first container's (ServersLoadBalancer.Merge). */
function serviceMeaning(declared: Declared): string {
  const balancer = objectAt(declared.node, 'loadBalancer');
  if (balancer === undefined) return `other ${canonical(declared.node, {})}`;
  return canonical(withoutEntries(balancer, 'servers'), declared.ref.protocol === 'http' ? BALANCER : TCP_BALANCER);
}

function joinServers(first: Declared, group: readonly Copy[], problems: Problems): Declared {
  const balancer = objectAt(first.node, 'loadBalancer');
  if (balancer === undefined) return first;
  const address = first.ref.protocol === 'http' ? 'url' : 'address';
  const seen = new Set<string>();
  const servers = group.flatMap(({ declared }) =>
    itemsAt(objectAt(declared.node, 'loadBalancer'), 'servers').flatMap((server, index) => {
      const at = textAt(server, address);
      if (seen.has(at)) return [];
      seen.add(at);
      const source = declared.servers[index];
      return source === undefined ? [] : [{ server, source }];
    }),
  );
  tellJoined(first, group, problems);
  const list = { kind: 'list', items: servers.map(({ server }) => server), origin: balancer.origin } as const;
  return { ...first, node: withEntry(first.node, 'loadBalancer', withEntry(balancer, 'servers', list)), servers: servers.map(({ source }) => source) };
}

/** Replicas of one service are meant to join; servers of different services join just as silently. */
function tellJoined(first: Declared, group: readonly Copy[], problems: Problems): void {
  if (new Set(group.map(({ from }) => from)).size < 2) return;
  problems.report(`services-merged|${refKey(first.ref)}`, {
    kind: 'services-merged',
    origin: first.origin,
    subject: first.ref.name,
    candidates: group.map(({ from }) => from),
    loss: 'nothing',
    ref: first.ref,
    ...(first.container === undefined ? {} : { container: first.container.id }),
    related: group.slice(1).map(({ declared }) => declared.origin),
    symbol: first.symbol,
  });
}

function refuse(group: readonly Copy[], problems: Problems, version: EngineVersion): Merged['dropped'] {
  const [first] = group;
  if (first === undefined) return [];
  const { ref, origin, container, symbol } = first.declared;
  const cause = problems.report(`defined-twice|${refKey(ref)}`, {
    kind: 'defined-twice',
    origin,
    subject: ref.name,
    candidates: group.map(({ from }) => from),
    engineSays: `${words(ref, version)} defined multiple times with different configurations`,
    loss: ref.kind === 'router' ? 'router' : ref.kind === 'middleware' ? 'middleware' : 'service',
    ref,
    ...(container === undefined ? {} : { container: container.id }),
    related: group.slice(1).map(({ declared }) => declared.origin),
    symbol,
  }, [ref]);
  return group.map(({ declared }) => ({ declared, cause }));
}

function words(ref: Ref, version: EngineVersion): string {
  if (ref.kind === 'tlsStore') return version === '2.11' ? 'TLS store' : 'store';
  const kind = ref.kind === 'transport' ? (version === '2.11' ? 'ServersTransport' : 'servers transport') : ref.kind;
  const protocol = ref.protocol.toUpperCase();
  if (version !== '2.11') return `${protocol} ${kind}`;
  const name = `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}`;
  if (ref.protocol === 'http') return name;
  if (ref.protocol === 'udp') return `UDP ${kind}`;
  return ref.kind === 'middleware' ? 'TCP Middleware' : `${name} TCP`;
}

const BALANCER: Defaults = {
  passHostHeader: true,
  strategy: 'wrr',
  'responseForwarding.flushInterval': 100,
  'healthCheck.followRedirects': true,
  'healthCheck.mode': 'http',
  'healthCheck.interval': 30_000,
  'healthCheck.timeout': 5000,
  'passiveHealthCheck.failureWindow': 10_000,
  'passiveHealthCheck.maxFailedAttempts': 1,
  'sticky.cookie.path': '/',
};
const TCP_BALANCER: Defaults = { 'proxyProtocol.version': 2, 'healthCheck.interval': 30_000, 'healthCheck.timeout': 5000 };
const MIDDLEWARE: Defaults = {
  'circuitBreaker.checkPeriod': 100,
  'circuitBreaker.fallbackDuration': 10_000,
  'circuitBreaker.recoveryDuration': 10_000,
  'circuitBreaker.responseCode': 503,
  'forwardAuth.maxBodySize': -1,
  'rateLimit.burst': 1,
  'rateLimit.period': 1000,
  'retry.maxRequestBodyBytes': 2_097_152,
};
const ROUTER: Defaults = { 'observability.traceVerbosity': 'minimal' };

function defaultsOf(ref: Ref): Defaults {
  return ref.kind === 'middleware' ? MIDDLEWARE : ref.kind === 'router' ? ROUTER : {};
}
