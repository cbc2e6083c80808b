import type { Endpoint, HealthCheck, LoadBalancer, Ref, ResolvedService, Service, ServiceSpec, StickyCookie, Transport } from '../../ir/index.ts';
import { refKey, serviceMembers } from '../../ir/index.ts';
import { HERE, refOf, UNWRITTEN } from './refs.ts';
import type { Node } from './tree.ts';

/** The typed service; undefined unless it has exactly one kind. */
export function readService(ref: Ref, node: Node): Service | undefined {
  const kinds = node.keys.filter((key) => key.toLowerCase() !== 'middlewares');
  const [kind, ...more] = kinds;
  const spec = kind === undefined || more.length > 0 ? undefined : readSpec(kind, node.child(kind));
  if (spec === undefined) return undefined;
  return { ref, spec, middlewares: node.list('middlewares').map((name) => ({ value: refOf('middleware', name), origin: HERE })), ...UNWRITTEN, symbol: ref.name };
}

function readSpec(kind: string, from: Node): ServiceSpec | undefined {
  const healthCheck = from.has('healthCheck');
  switch (kind.toLowerCase()) {
    case 'loadbalancer':
      return loadBalancer(from);
    case 'weighted':
      return { kind: 'weighted', services: weighted(from), ...sticky(from), healthCheck };
    case 'highestrandomweight':
      return { kind: 'highestRandomWeight', services: weighted(from), healthCheck };
    case 'mirroring':
      return {
        kind: 'mirroring', service: refOf('service', from.text('service')), mirrors: from.items('mirrors').map((one) => ({ service: refOf('service', one.text('name')), percent: one.number('percent') })),
        mirrorBody: from.flag('mirrorBody', true), maxBodySize: from.number('maxBodySize', -1), healthCheck,
      };
    case 'failover': {
      const errors = from.child('errors');
      const rest = errors.there ? { errors: { status: errors.list('status'), maxRequestBodyBytes: errors.number('maxRequestBodyBytes', -1) } } : {};
      return { kind: 'failover', service: refOf('service', from.text('service')), fallback: refOf('service', from.text('fallback')), healthCheck, ...rest };
    }
    default:
      return undefined;
  }
}

function weighted(from: Node): readonly { readonly service: Ref; readonly weight: number }[] {
  return from.items('services').map((one) => ({ service: refOf('service', one.text('name')), weight: one.number('weight', 1) }));
}

function loadBalancer(from: Node): LoadBalancer | undefined {
  const endpoints = from.items('servers').map(endpoint);
  const known = endpoints.filter((one) => one !== undefined);
  if (known.length < endpoints.length) return undefined;
  const passive = from.child('passiveHealthCheck');
  const transport = from.text('serversTransport');
  return {
    kind: 'loadBalancer', endpoints: known, strategy: from.text('strategy', 'wrr'), passHostHeader: from.flag('passHostHeader', true), ...sticky(from), ...healthCheck(from.child('healthCheck')),
    ...(passive.there ? { passiveHealthCheck: { failureWindow: passive.duration('failureWindow', 10_000), maxFailedAttempts: passive.number('maxFailedAttempts', 1) } } : {}),
    ...(transport === '' ? {} : { transport: { value: refOf('transport', transport), origin: HERE } }),
    flushInterval: from.child('responseForwarding').duration('flushInterval', 100),
  };
}

const URL_PARTS = /^([a-z0-9+.-]+):\/\/(\[[^\]]*\]|[^:/[\]]*)(?::(\d+))?(\/[^?#]*)?$/i;

function endpoint(server: Node): Endpoint | undefined {
  const match = URL_PARTS.exec(server.text('url'));
  if (match === null) return undefined;
  const [, scheme = '', host = '', port = scheme === 'https' ? '443' : '80', path = ''] = match;
  return { scheme: scheme.toLowerCase(), host: host.replace(/^\[(.*)\]$/, '$1'), port: Number(port), path, preservePath: server.flag('preservePath'), weight: server.number('weight', 1), origin: HERE };
}

function healthCheck(from: Node): { readonly healthCheck?: HealthCheck } {
  if (!from.there) return {};
  return {
    healthCheck: {
      mode: from.text('mode', 'http'), path: from.text('path'), method: from.text('method'), status: from.number('status'), scheme: from.text('scheme'), port: from.number('port'), interval: from.duration('interval', 30_000),
      ...(from.has('unhealthyInterval') ? { unhealthyInterval: from.duration('unhealthyInterval', 30_000) } : {}), timeout: from.duration('timeout', 5000), hostname: from.text('hostname'),
      followRedirects: from.flag('followRedirects', true), headers: from.map('headers'),
    },
  };
}

/** A cookie without a name gets one from a hash of the service; emitted files always name it. */
function sticky(from: Node): { readonly sticky?: StickyCookie } {
  const cookie = from.child('sticky').child('cookie');
  if (!cookie.there) return {};
  return {
    sticky: {
      name: cookie.text('name'), secure: cookie.flag('secure'), httpOnly: cookie.flag('httpOnly'), sameSite: cookie.text('sameSite'), maxAge: cookie.number('maxAge'), path: cookie.text('path', '/'), domain: cookie.text('domain'),
    },
  };
}

export function readTransport(name: string, from: Node): Transport {
  const timeouts = from.child('forwardingTimeouts');
  return {
    ref: refOf('transport', name), insecureSkipVerify: from.flag('insecureSkipVerify'), serverName: from.text('serverName'), rootCAs: from.list('rootCAs'),
    certificates: from.items('certificates').map((one) => ({ certFile: one.text('certFile'), keyFile: one.text('keyFile') })), dialTimeout: timeouts.duration('dialTimeout', 30_000),
    responseHeaderTimeout: timeouts.duration('responseHeaderTimeout'), raw: {}, origin: HERE, places: UNWRITTEN.places, symbol: name,
  };
}

/** Services and transports by key, to put together what a router leads to. */
export interface Pools {
  readonly services: ReadonlyMap<string, Service>;
  readonly transports: ReadonlyMap<string, Transport>;
  readonly chain: (refs: readonly Ref[]) => ResolvedService['chain'] | undefined;
}

const INTERNAL = new Set(['api', 'dashboard', 'ping', 'prometheus', 'rest', 'noop', 'acme-http']);

function isInternal(name: string): name is Extract<ServiceSpec, { kind: 'internal' }>['name'] {
  return INTERNAL.has(name);
}

/** Undefined where a name in it leads nowhere: Traefik disables the router then. */
export function resolve(ref: Ref, pools: Pools, inside: readonly string[] = []): ResolvedService | undefined {
  const key = refKey(ref);
  if (inside.includes(key)) return undefined;
  if (ref.namespace === 'internal' && isInternal(ref.name)) return { service: { ref, spec: { kind: 'internal', name: ref.name }, middlewares: [], ...UNWRITTEN, symbol: ref.name }, members: [], chain: [] };
  const service = pools.services.get(key);
  if (service === undefined) return undefined;
  const chain = pools.chain(service.middlewares.map(({ value }) => value));
  const members = serviceMembers(service.spec).map((member) => resolve(member, pools, [...inside, key]));
  const wanted = service.spec.kind === 'loadBalancer' ? service.spec.transport?.value : undefined;
  const transport = wanted === undefined ? undefined : pools.transports.get(refKey(wanted));
  const known = members.filter((member) => member !== undefined);
  if (chain === undefined || known.length < members.length || (wanted !== undefined && wanted.namespace !== 'internal' && transport === undefined)) return undefined;
  return { service, members: known, chain, ...(transport === undefined ? {} : { transport }) };
}
