import type { EntityState, Ref, Router, Service, TcpRouter, TcpService } from '../../src/ir/index.ts';
import { refKey, refName } from '../../src/ir/index.ts';
import type { ResolvedGateway } from '../../src/resolve/index.ts';
import type { RecordedEntity, Section, Verdict } from './recording.ts';

/** What the engine's API says, in one spelling: names qualified, lists sorted where their order is chance. */
export type Plain = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
export interface ApiView {
  readonly [section: string]: Plain;
}

const SECTIONS = ['routers', 'services', 'middlewares', 'tcpRouters', 'tcpServices', 'tcpMiddlewares', 'udpRouters', 'udpServices'] as const;

export function recordedView(verdict: Verdict, version: '3.7' | '2.11'): ApiView {
  return Object.fromEntries(SECTIONS.map((section) => [section, mapValues(verdict[section] ?? {}, (entity) => recordedEntity(entity, version))]));
}

function recordedEntity(entity: RecordedEntity, version: '3.7' | '2.11'): Readonly<Record<string, unknown>> {
  const { service, middlewares, errors, usedBy, servers, loadBalancer, options, observability: _observability, ruleSyntax, tls, ...rest } = entity;
  return compact({
    ...rest,
    // An unknown syntax means v3.
    ruleSyntax: ruleSyntax === undefined ? undefined : ruleSyntax === 'v2' ? 'v2' : 'v3',
    tls: tls === undefined ? undefined : recordedTls(tls),
    service: service === undefined ? undefined : qualified(service),
    middlewares: middlewares?.map(qualified),
    errors: errors === undefined ? undefined : [...errors].map(masked).toSorted(),
    usedBy: usedBy === undefined ? undefined : [...new Set(usedBy)].toSorted(),
    servers: servers === undefined ? undefined : isUnreadable(errors) ? UNREADABLE : sortedByText(servers.map(withPort)),
    loadBalancer: loadBalancer === undefined ? undefined : recordedBalancer(loadBalancer, version),
    options: options === undefined ? undefined : recordedOptions(options),
  });
}

/** The model always has a port. */
function withPort(server: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { url } = server;
  if (typeof url !== 'string') return server;
  const bare = /^(https?|h2c):\/\/([^/:\]]+|\[[^\]]*\])(\/.*)?$/.exec(url);
  return bare === null ? server : { ...server, url: `${bare[1] ?? ''}://${bare[2] ?? ''}:${bare[1] === 'https' ? '443' : '80'}${bare[3] ?? ''}` };
}

/** `default` means what no options mean; the others are compared with their provider. */
function recordedTls(tls: unknown): unknown {
  if (typeof tls !== 'object' || tls === null) return tls;
  const entries: [string, unknown][] = Object.entries(tls).filter(([key, value]) => !(key === 'options' && value === 'default') && !(key === 'passthrough' && value === false));
  return withQualified(Object.fromEntries(entries), ['options']);
}

/** 2.11 prints health checks that it does not make, and their durations as text, readable or not; the model has what they come to. */
function recordedBalancer(balancer: unknown, version: '3.7' | '2.11'): unknown {
  const known = withQualified(balancer, ['serversTransport']);
  if (typeof known !== 'object' || known === null || !('healthCheck' in known)) return known;
  const { healthCheck, ...rest } = known;
  if (typeof healthCheck !== 'object' || healthCheck === null) return known;
  // The API prints what was written; an interval of zero means the default.
  if (version === '3.7') return { ...known, healthCheck: { interval: '30s', ...healthCheck } };
  const path = 'path' in healthCheck ? String(healthCheck.path) : '';
  if (path === '' || path.includes('://')) return rest;
  return { ...known, healthCheck: Object.fromEntries(Object.entries(healthCheck).filter(([key]) => key !== 'interval' && key !== 'timeout')) };
}

/** A server address that is no URL has no form in the model; the error text is compared. */
const UNREADABLE = '(no URL)';
function isUnreadable(errors: readonly string[] | undefined): boolean {
  return errors?.some((text) => text.includes('error parsing server URL')) === true;
}

/** A middleware of no kind or of several has no typed form; its state is compared. */
const NO_SINGLE_KIND = '(no single kind)';
function recordedOptions(options: unknown): unknown {
  const single = typeof options === 'object' && options !== null && Object.keys(options).length === 1;
  return single ? withQualified(options, ['middlewares', 'service']) : NO_SINGLE_KIND;
}

function masked(text: string): string {
  return text.replace(/^(error parsing (?:Basic|Digest)User: [^:]*):.*$/, '$1:***');
}

export function ourView(resolved: ResolvedGateway, version: '3.7' | '2.11'): ApiView {
  const { gateway, running } = resolved;
  const states = running.filter(({ ref, status }) => ref.namespace === 'docker' && status !== 'dropped');
  const of = (protocol: string, kind: string): readonly EntityState[] => states.filter(({ ref }) => ref.protocol === protocol && ref.kind === kind);
  const http = (state: EntityState): Router | undefined => find(gateway.routers, state.ref) ?? gateway.routers.find(({ ref }) => state.ref.name.endsWith(`-${ref.name}`));
  const users = (ref: Ref, protocol: 'http' | 'tcp' | 'udp'): readonly string[] | undefined => usersOf(resolved, of(protocol, 'router'), ref);
  const services = (protocol: 'http' | 'tcp' | 'udp', items: readonly (Service | TcpService)[]): Plain => toSection(of(protocol, 'service'), (state) => ({ ...base(state), usedBy: users(state.ref, protocol), ...serviceView(find(items, state.ref), state, version) }));
  return {
    routers: toSection(of('http', 'router'), (state) => ({ ...base(state), ...routerView(http(state), state, version) })),
    services: services('http', gateway.services),
    middlewares: toSection(of('http', 'middleware'), (state) => ({ ...base(state), usedBy: users(state.ref, 'http'), options: optionsView(resolved, state.ref, version) })),
    tcpRouters: toSection(of('tcp', 'router'), (state) => ({ ...base(state), ...routerView(find(gateway.tcpRouters, state.ref), state, version) })),
    tcpServices: services('tcp', gateway.tcpServices),
    tcpMiddlewares: toSection(gateway.tcpMiddlewares.filter(({ ref }) => ref.namespace === 'docker').map(({ ref }) => states.find((state) => refKey(state.ref) === refKey(ref)) ?? { ref, status: 'enabled', reasons: [] }), (state) => ({ ...base(state), options: tcpOptions(resolved, state.ref) })),
    udpRouters: toSection(of('udp', 'router'), (state) => {
      const router = find(gateway.udpRouters, state.ref);
      return { ...base(state), entryPoints: router === undefined || router.entryPoints.length === 0 ? undefined : router.entryPoints.map(({ value }) => value), service: router === undefined ? undefined : refName(router.service.value) };
    }),
    udpServices: services('udp', gateway.udpServices),
  };
}

function find<T extends { readonly ref: Ref }>(items: readonly T[], ref: Ref): T | undefined {
  return items.find((item) => refKey(item.ref) === refKey(ref));
}

/** Routers that name the service or middleware, under the engine's own names. */
function usersOf({ gateway }: ResolvedGateway, states: readonly EntityState[], ref: Ref): readonly string[] | undefined {
  const all = [...gateway.routers, ...gateway.tcpRouters, ...gateway.udpRouters];
  const names = states.flatMap((state) => {
    const router = all.find((item) => refKey(item.ref) === refKey(state.ref)) ?? all.find((item) => item.ref.protocol === state.ref.protocol && state.ref.name.endsWith(`-${item.ref.name}`));
    const named = router === undefined ? [] : [router.service.value, ...('middlewares' in router ? router.middlewares.map(({ value }) => value) : [])];
    return named.some((item) => refKey(item) === refKey(ref)) ? [refName(state.ref)] : [];
  });
  return names.length === 0 ? undefined : [...new Set(names)].toSorted();
}

function toSection(states: readonly EntityState[], view: (state: EntityState) => Readonly<Record<string, unknown>>): Plain {
  return Object.fromEntries(states.map((state) => [refName(state.ref), compact(view(state))]));
}

function base(state: EntityState): Readonly<Record<string, unknown>> {
  return { status: state.status, errors: state.reasons.length === 0 ? undefined : state.reasons.toSorted(), using: state.using };
}

const DEFAULTS = ['db', 'web', 'websecure'];

function routerView(router: Router | TcpRouter | undefined, state: EntityState, version: '3.7' | '2.11'): Readonly<Record<string, unknown>> {
  if (router === undefined) return {};
  const conflicted = router.ref.name !== state.ref.name;
  // 3.7 fills the default priority in while it builds the router; 2.11 leaves it out.
  const priority = router.prioritySet || (version === '3.7' && state.using !== undefined) ? Number(router.priority.value) : undefined;
  return {
    rule: router.ruleText.value.text,
    ruleSyntax: version === '3.7' && router.places.has('ruleSyntax') ? router.syntax : undefined,
    priority,
    entryPoints: conflicted ? state.using : router.entryPoints === 'default' ? DEFAULTS : router.entryPoints.map(({ value }) => value),
    service: refName(router.service.value),
    middlewares: router.middlewares.length === 0 ? undefined : router.middlewares.map(({ value }) => refName(value)),
    tls: tlsView(router),
  };
}

function tlsView({ tls }: Router | TcpRouter): unknown {
  if (tls === undefined) return undefined;
  return compact({
    passthrough: tls.passthrough || undefined,
    options: tls.options === undefined ? undefined : refName(tls.options.value),
    certResolver: tls.resolver?.value,
    domains: tls.domains.length === 0 ? undefined : tls.domains.map(({ main, sans }) => compact({ main: main === '' ? undefined : main, sans: sans.length === 0 ? undefined : sans })),
  });
}

function serviceView(service: Service | TcpService | undefined, state: EntityState, version: '3.7' | '2.11'): Readonly<Record<string, unknown>> {
  if (service?.spec.kind !== 'loadBalancer') return {};
  return { servers: isUnreadable(state.reasons) ? UNREADABLE : serversOf(service), loadBalancer: isHttp(service) ? balancerView(service, version) : tcpBalancer(service, version) };
}

function isHttp(service: Service | TcpService): service is Service {
  return service.ref.protocol === 'http';
}

function serversOf(service: Service | TcpService): unknown {
  if (service.spec.kind !== 'loadBalancer' || service.spec.endpoints.length === 0) return undefined;
  if (!isHttp(service)) return sortedByText(service.spec.kind === 'loadBalancer' ? service.spec.endpoints.map((endpoint) => compact({ address: `${endpoint.host}:${String(endpoint.port)}`, tls: endpoint.tls || undefined })) : []);
  if (service.spec.kind !== 'loadBalancer') return undefined;
  return sortedByText(service.spec.endpoints.map((endpoint, index) => compact({
    url: `${endpoint.scheme}://${endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host}:${String(endpoint.port)}${endpoint.path}`,
    weight: service.places.has(`loadBalancer.servers[${String(index)}].weight`) ? endpoint.weight : undefined,
    preservePath: endpoint.preservePath || undefined,
  })));
}

function balancerView(service: Service, version: '3.7' | '2.11'): unknown {
  const { spec, places } = service;
  if (spec.kind !== 'loadBalancer') return undefined;
  const v3 = version === '3.7';
  const health = spec.healthCheck;
  return compact({
    strategy: v3 ? spec.strategy : undefined,
    passHostHeader: spec.passHostHeader,
    sticky: spec.sticky === undefined ? (places.has('loadBalancer.sticky') ? {} : undefined) : { cookie: zeroless({ ...spec.sticky, name: v3 || places.has('loadBalancer.sticky.cookie.name') ? spec.sticky.name : undefined }) },
    healthCheck: health === undefined ? undefined : zeroless({
      ...health,
      mode: v3 ? health.mode : undefined,
      interval: v3 ? duration(health.interval) : undefined,
      timeout: v3 ? duration(health.timeout) : undefined,
      unhealthyInterval: health.unhealthyInterval === undefined ? undefined : duration(health.unhealthyInterval),
      headers: Object.keys(health.headers).length === 0 ? undefined : health.headers,
    }, ['followRedirects']),
    passiveHealthCheck: spec.passiveHealthCheck === undefined ? undefined : { failureWindow: duration(spec.passiveHealthCheck.failureWindow), maxFailedAttempts: spec.passiveHealthCheck.maxFailedAttempts },
    responseForwarding: v3 || places.has('loadBalancer.responseForwarding.flushInterval') ? { flushInterval: duration(spec.flushInterval) } : undefined,
    serversTransport: spec.transport === undefined ? undefined : refName(spec.transport.value),
  });
}

function tcpBalancer(service: TcpService, version: '3.7' | '2.11'): unknown {
  const { spec } = service;
  if (spec.kind !== 'loadBalancer') return undefined;
  return compact({
    proxyProtocol: spec.proxyProtocol === undefined ? undefined : { version: spec.proxyProtocol },
    terminationDelay: version === '2.11' && service.ref.protocol === 'tcp' ? (spec.terminationDelay ?? 100) : spec.terminationDelay,
    serversTransport: spec.transport === undefined ? undefined : refName(spec.transport.value),
    healthCheck: typeof spec.healthCheck === 'object' && spec.healthCheck !== null ? { interval: '30s', timeout: '5s', ...withDurations(spec.healthCheck) } : undefined,
  });
}

function withDurations(value: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, typeof item === 'number' && DURATIONS.has(key) ? duration(item) : item]));
}

const DURATIONS = new Set(['checkPeriod', 'fallbackDuration', 'recoveryDuration', 'period', 'initialInterval', 'timeout', 'interval', 'unhealthyInterval', 'readTimeout', 'writeTimeout', 'dialTimeout']);
const MAPS = new Set(['customRequestHeaders', 'customResponseHeaders', 'sslProxyHeaders', 'statusRewrites']);

/** The middleware as the API prints it: Go's omitempty, durations as text. */
function optionsView(resolved: ResolvedGateway, ref: Ref, version: '3.7' | '2.11'): unknown {
  const middleware = resolved.gateway.middlewares.find((item) => refKey(item.ref) === refKey(ref));
  if (middleware === undefined) return NO_SINGLE_KIND;
  const { kind, ...spec } = middleware.spec;
  const key = middleware.spec.kind === 'ipAllowList' ? middleware.spec.writtenAs : kind;
  if (middleware.spec.kind === 'plugin') return { plugin: { [middleware.spec.name]: middleware.spec.options } };
  const has = (path: string): boolean => middleware.places.has(`${key}.${path}`);
  return { [key]: goJson(spec, '', has, version) };
}

/** Defaults that stand in Traefik's struct only when written, and pointers that are printed although zero. */
function goJson(value: object, path: string, has: (path: string) => boolean, version: '3.7' | '2.11'): Readonly<Record<string, unknown>> {
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const at = path === '' ? key : `${path}.${key}`;
    const printed = goValue(key, item, at, has, version);
    if (printed !== undefined) out[key] = printed;
  }
  return out;
}

const ONLY_WHEN_WRITTEN = new Set(['rejectStatusCode', 'writtenAs', 'maxResponseBodySize']);
const V3_DEFAULTS = new Set(['responseCode', 'encodings', 'maxBodySize', 'maxRequestBodyBytes']);

function goValue(key: string, item: unknown, at: string, has: (path: string) => boolean, version: '3.7' | '2.11'): unknown {
  if (key === 'writtenAs') return undefined;
  if (ONLY_WHEN_WRITTEN.has(key) && !has(at)) return undefined;
  if (version === '2.11' && V3_DEFAULTS.has(key) && !has(at)) return undefined;
  if (Array.isArray(item)) return item.length === 0 ? undefined : item.map((entry: unknown) => (isRef(entry) ? refName(entry) : entry));
  if (isRef(item)) return item.name === '' ? undefined : has('service') ? refName(item) : undefined;
  if (typeof item === 'object' && item !== null) return MAPS.has(key) ? (Object.keys(item).length === 0 ? undefined : item) : goJson(item, at, has, version);
  if (typeof item === 'number' && DURATIONS.has(key)) return item === 0 ? undefined : duration(item);
  const pointer = version === '3.7' && has(at) && ['stsSeconds', 'accessControlMaxAge', 'forceSlash', 'autoDetect', 'trustForwardHeader', 'maxBodySize', 'ipv6Subnet', 'featurePolicy', 'sslRedirect', 'sslTemporaryRedirect', 'sslHost', 'sslForceHost', 'maxRequestBodyBytes', 'maxResponseBodySize'].includes(key);
  return pointer || !isZero(item) ? item : undefined;
}

function isRef(value: unknown): value is Ref {
  return typeof value === 'object' && value !== null && 'namespace' in value;
}

function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false || value === undefined;
}

function tcpOptions(resolved: ResolvedGateway, ref: Ref): unknown {
  const spec = resolved.gateway.tcpMiddlewares.find((item) => refKey(item.ref) === refKey(ref))?.spec;
  if (spec === undefined) return undefined;
  return spec.kind === 'inFlightConn' ? { inFlightConn: compact({ amount: spec.amount === 0 ? undefined : spec.amount }) } : { [spec.writtenAs]: compact({ sourceRange: spec.sourceRange.length === 0 ? undefined : spec.sourceRange }) };
}

function duration(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.abs(milliseconds);
  if (total === 0) return '0s';
  if (total < 1000) return `${sign}${String(total)}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor((total % 3_600_000) / 60_000);
  const seconds = (total % 60_000) / 1000;
  return `${sign}${hours > 0 ? `${String(hours)}h` : ''}${hours > 0 || minutes > 0 ? `${String(minutes)}m` : ''}${String(seconds)}s`;
}

function zeroless(value: Readonly<Record<string, unknown>>, pointers: readonly string[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([key, item]) => pointers.includes(key) || (!isZero(item) && item !== '0s')));
}

function compact(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

function qualified(name: string): string {
  return name.includes('@') ? name : `${name}@docker`;
}

function withQualified(value: unknown, keys: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => withQualified(item, keys));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]: [string, unknown]) => [key, keys.includes(key) ? qualifiedAll(item) : withQualified(item, keys)]));
}

function qualifiedAll(value: unknown): unknown {
  return Array.isArray(value) ? value.map((item: unknown) => (typeof item === 'string' ? qualified(item) : item)) : typeof value === 'string' ? qualified(value) : value;
}

function sortedByText(items: readonly unknown[]): readonly unknown[] {
  return items.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function mapValues(record: Section, change: (entity: RecordedEntity) => Readonly<Record<string, unknown>>): Plain {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
