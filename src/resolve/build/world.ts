import type { Middleware, Proxy, Ref, Router, Service, TcpMiddleware, TcpRouter, TcpService, UdpRouter } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import type { OriginId } from '../../text/index.ts';
import type { CheckContext } from '../check/middleware.ts';
import type { Draft, Problems } from '../problems.ts';
import { textAt } from '../../traefik-config/tree.ts';
import type { Declared, EngineVersion, Unjudged } from '../types.ts';
import type { Failure } from './failure.ts';
import { isMadeMiddleware } from './internal.ts';
import { nameFacts, type NameContext } from './known.ts';

/** All entities of one running proxy, by reference key, and what is needed to judge them. */
export interface World {
  readonly version: EngineVersion;
  readonly proxy: Proxy;
  readonly names: NameContext;
  readonly check: CheckContext;
  readonly declared: ReadonlyMap<string, Declared>;
  readonly middlewares: ReadonlyMap<string, Middleware>;
  readonly tcpMiddlewares: ReadonlyMap<string, TcpMiddleware>;
  readonly services: ReadonlyMap<string, Service>;
  readonly tcpServices: ReadonlyMap<string, TcpService>;
  /** Declared, but not there: in a lost or filtered container, or dropped by a collision. */
  readonly missed: ReadonlyMap<string, { readonly declared: Declared; readonly cause?: number }>;
  /** The names of all entities of the same protocol and kind, qualified, sorted. */
  namesLike(ref: Ref): readonly string[];
  readonly problems: Problems;
  readonly unjudged: UnjudgedList;
  /**
   * Services, middlewares and TLS options in which nothing was found, nor in anything that they lead to. Looking again says nothing new,
   * whatever led to them: what stands above such a one cannot be below it too, or that circle would have been found.
   */
  readonly clean: Set<Declared>;
}

export interface UnjudgedList {
  add(item: Unjudged): void;
  list(): readonly Unjudged[];
}

/** One entry per missing fact and name, at the place that asked first. */
export function unjudgedList(): UnjudgedList {
  const items = new Map<string, Unjudged>();
  return {
    add(item) {
      const key = `${item.needs}|${item.what}|${item.name}`;
      if (!items.has(key)) items.set(key, item);
    },
    list: () => [...items.values()],
  };
}

/** Where a reference stands. */
export interface Use {
  readonly origin: OriginId;
  readonly symbol: string;
  readonly container: { readonly stack: string; readonly service: string } | undefined;
}

const UNKNOWN = { middleware: 'middleware-unknown', service: 'service-unknown', transport: 'transport-unknown', tlsOptions: 'tls-options-unknown', router: 'parent-invalid', tlsStore: 'tls-options-unknown' } as const;

/**
 * The failure of a reference to nothing. Undefined when the provider it names was not read: then nobody knows, and that
 * is noted.
 */
export function dangling(ref: Ref, use: Use, says: string, world: World): Failure | undefined {
  const facts = isMadeMiddleware(ref, world.proxy) ? NOT_READ : nameFacts(ref.namespace, world.names);
  if (!facts.judged) {
    world.unjudged.add({ needs: facts.needs, what: ref.kind, name: refName(ref), origin: use.origin, symbol: use.symbol });
    return undefined;
  }
  const missed = world.missed.get(refKey(ref));
  const problem: Draft = {
    kind: UNKNOWN[ref.kind],
    origin: use.origin,
    subject: refName(ref),
    candidates: world.namesLike(ref),
    context: ref.kind,
    engineSays: says,
    loss: 'router',
    ref,
    ...(use.container === undefined ? {} : { container: use.container }),
    ...(missed === undefined ? {} : { related: [missed.declared.origin] }),
    ...(missed?.cause === undefined ? {} : { causedBy: missed.cause }),
    symbol: use.symbol,
  };
  return { says, marks: [], key: `${UNKNOWN[ref.kind]}|${refKey(ref)}|${use.symbol}`, problem };
}

const NOT_READ = { judged: false, needs: 'static' } as const;

/** Whether a router names a service: `@docker` does, one without a name, and then it does not exist (ran). */
export function namesService(router: Router | TcpRouter | UdpRouter, world: World): boolean {
  return router.service.value.name !== '' || textAt(world.declared.get(refKey(router.ref))?.node, 'service') !== '';
}

/** A problem of a declared entity itself. */
export function ownProblem(declared: Declared, kind: Draft['kind'], says: string, origin: OriginId, path = ''): Draft {
  return {
    kind,
    origin,
    subject: declared.ref.name,
    engineSays: says,
    loss: 'router',
    ref: declared.ref,
    ...(declared.container === undefined ? {} : { container: declared.container.id }),
    symbol: path === '' ? declared.symbol : `${declared.symbol}.${path}`,
  };
}

/** The use of a reference that stands in a declared entity. */
export function useIn(declared: Declared, origin: OriginId, path: string): Use {
  return { origin, symbol: `${declared.symbol}.${path}`, container: declared.container?.id };
}
