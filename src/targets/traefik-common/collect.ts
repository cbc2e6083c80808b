import { refKey } from '../../ir/index.ts';
import type { Gateway, Listener, Middleware, Ref, Router, Routing, TcpMiddleware, TcpRouter } from '../../ir/index.ts';
import { map } from '../../text/index.ts';
import type { OriginId, YamlMap, YamlValue } from '../../text/index.ts';
import { droppedKeys, routerTree, serviceTree, tcpRouterTree, tcpServiceTree, udpRouterTree } from './entities.ts';
import type { Names } from './names.ts';
import { middlewareTree, tree } from './options.ts';
import { writtenRule, writtenTcpRule } from './rules.ts';
import type { RuleForm } from './rules.ts';
import type { SecretForm } from './secrets.ts';

/** One entity on its way into a file, a label or a key: which section, under which name, with which options. */
export interface Placed {
  readonly ref?: Ref;
  readonly symbol: string;
  readonly origin: OriginId;
  readonly section: readonly [string, string];
  readonly name: string;
  readonly value: YamlValue;
}
/** A router whose rule the version cannot say. */
export interface Unsayable {
  readonly router: Router | TcpRouter;
}
export interface Collected {
  readonly placed: readonly Placed[];
  readonly unsayable: readonly Unsayable[];
}

/** How entities are written: for which version, under which names, with secrets in which form. */
export interface Form extends RuleForm {
  /** The version that the source was read as. */
  readonly sourceVersion: string | undefined;
  readonly names: Names;
  readonly secrets: SecretForm;
}

/** Everything that the gateway serves, as trees in the words of Traefik's dynamic configuration. */
export function collect(gateway: Gateway, routing: Routing, form: Form): Collected {
  const unsayable: Unsayable[] = [];
  const placed = [...routers(gateway, routing, form, unsayable), ...middlewares(gateway, form), ...services(gateway, form.names), ...extras(gateway, form.names)];
  return { placed, unsayable };
}

/** Entry points on which each router really serves, by key of its Ref. */
function usedEntryPoints(listeners: readonly Listener[]): ReadonlyMap<string, readonly string[]> {
  const used = new Map<string, string[]>();
  for (const listener of listeners) {
    const routes = [...listener.plain, ...listener.tls].filter((route) => !route.synthetic);
    for (const { router } of [...routes, ...listener.tcp]) add(used, refKey(router), listener.entryPoint.name);
    if (listener.udp !== undefined) add(used, refKey(listener.udp.router), listener.entryPoint.name);
  }
  return used;
}

function add(used: Map<string, string[]>, key: string, name: string): void {
  const points = used.get(key);
  if (points === undefined) used.set(key, [name]);
  else if (!points.includes(name)) points.push(name);
}

type Entity = Pick<Router | Middleware | TcpMiddleware, 'ref' | 'symbol' | 'origin'>;

function place(entity: Entity, section: readonly [string, string], names: Names, value: YamlValue): Placed {
  return { ref: entity.ref, symbol: entity.symbol, origin: entity.origin, section, name: names(entity.ref), value };
}

function routers(gateway: Gateway, routing: Routing, form: Form, unsayable: Unsayable[]): readonly Placed[] {
  const { names } = form;
  const used = usedEntryPoints(routing.listeners);
  const http = gateway.routers.flatMap((router): readonly Placed[] => {
    const points = used.get(refKey(router.ref)) ?? [];
    if (points.length === 0 && router.parents.length === 0) return [];
    const rule = writtenRule(router, form);
    if (rule === undefined) unsayable.push({ router });
    return rule === undefined ? [] : [place(router, ['http', 'routers'], names, routerTree(router, rule, points, names))];
  });
  const tcp = gateway.tcpRouters.flatMap((router): readonly Placed[] => {
    const points = used.get(refKey(router.ref));
    const rule = points === undefined ? undefined : writtenTcpRule(router, form);
    if (points !== undefined && rule === undefined) unsayable.push({ router });
    return points === undefined || rule === undefined ? [] : [place(router, ['tcp', 'routers'], names, tcpRouterTree(router, rule, points, names))];
  });
  const udp = gateway.udpRouters.filter((router) => used.has(refKey(router.ref))).map((router) => place(router, ['udp', 'routers'], names, udpRouterTree(router, names)));
  return [...http, ...tcp, ...udp];
}

function middlewares(gateway: Gateway, form: Form): readonly Placed[] {
  const { names } = form;
  const dropped = droppedKeys(gateway, refKey);
  const http = gateway.middlewares.filter((entity) => !dropped.has(refKey(entity.ref))).map((entity) => place(entity, ['http', 'middlewares'], names, middlewareTree(entity, form)));
  const tcp = gateway.tcpMiddlewares.filter((entity) => !dropped.has(refKey(entity.ref))).map((entity) => place(entity, ['tcp', 'middlewares'], names, tcpMiddlewareTree(entity)));
  return [...http, ...tcp];
}

function tcpMiddlewareTree({ spec }: TcpMiddleware): YamlMap {
  if (spec.kind === 'ipAllowList') return map([{ key: spec.writtenAs, value: map([{ key: 'sourceRange', value: spec.sourceRange }]) }]);
  return map([{ key: 'inFlightConn', value: map([{ key: 'amount', value: spec.amount }]) }]);
}

function services(gateway: Gateway, names: Names): readonly Placed[] {
  const dropped = droppedKeys(gateway, refKey);
  const kept = <T extends { readonly ref: Ref }>(list: readonly T[]): readonly T[] => list.filter((entity) => !dropped.has(refKey(entity.ref)));
  const http = kept(gateway.services).flatMap((service): readonly Placed[] => {
    const value = serviceTree(service, names);
    return value === undefined ? [] : [place(service, ['http', 'services'], names, value)];
  });
  const tcp = kept(gateway.tcpServices).map((service) => place(service, ['tcp', 'services'], names, tcpServiceTree(service, names)));
  const udp = kept(gateway.udpServices).map((service) => place(service, ['udp', 'services'], names, tcpServiceTree(service, names)));
  return [...http, ...tcp, ...udp];
}

function extras(gateway: Gateway, names: Names): readonly Placed[] {
  const transports = gateway.transports.map((entity) => place(entity, [entity.ref.protocol === 'tcp' ? 'tcp' : 'http', 'serversTransports'], names, tree(entity.raw)));
  const options = gateway.tlsOptions.map((entity) => place(entity, ['tls', 'options'], names, tree(entity.raw)));
  const stores = gateway.tlsStores.map((entity): Placed => ({ ...place(entity, ['tls', 'stores'], names, tree(entity.raw)), name: entity.ref.name }));
  const certificates = gateway.certificates.map((certificate): Placed => {
    const { certFile, keyFile, stores: inStores } = certificate;
    return { symbol: 'tls.certificates', origin: certificate.origin, section: ['tls', 'certificates'], name: certFile, value: tree(inStores.length === 0 ? { certFile, keyFile } : { certFile, keyFile, stores: inStores }) };
  });
  return [...transports, ...certificates, ...options, ...stores];
}
