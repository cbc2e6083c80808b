import type { Endpoint, HealthCheck, LoadBalancer, Ref, Service, ServiceSpec, StickyCookie, WeightedRef } from '../../ir/index.ts';
import { refName } from '../../ir/index.ts';
import { parseGoUrl } from '../go-url.ts';
import { resolveName } from '../names.ts';
import { sha1 } from '../sha1.ts';
import { leavesAt } from '../tree.ts';
import { leafAt } from '../../traefik-config/tree.ts';
import type { Declared, EngineVersion, ServerSource } from '../types.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import type { Unfinished } from '../unfinished.ts';
import { read, type Reader } from './read.ts';

const KINDS = ['loadBalancer', 'weighted', 'highestRandomWeight', 'mirroring', 'failover'] as const;
export type ServiceKind = (typeof KINDS)[number];

/** The kinds that a service node declares; the engine wants exactly one (`middlewares` beside it does not count). */
export function serviceKindsOf(declared: Declared): readonly ServiceKind[] {
  return KINDS.filter((kind) => declared.node.entries.has(kind));
}

/** The typed service, defaults filled in; undefined unless it has exactly one kind. */
export function toService(declared: Declared, version: EngineVersion): Service | undefined {
  const [kind, ...others] = serviceKindsOf(declared);
  if (kind === undefined || others.length > 0) return undefined;
  const from = read(declared.node).child(kind) ?? read(undefined);
  const { places, variables } = provenance(declared.node);
  return {
    ref: declared.ref,
    spec: toSpec(kind, from, declared, version),
    middlewares: leavesAt(declared.node, 'middlewares').map((leaf) => ({ value: resolveName(String(leaf.value), declared.ref.namespace, { protocol: 'http', kind: 'middleware' }), origin: leaf.origin })),
    origin: declared.origin,
    places,
    variables,
    symbol: declared.symbol,
  };
}

function toSpec(kind: ServiceKind, from: Reader, declared: Declared, version: EngineVersion): ServiceSpec {
  const service = (name: string): Ref => resolveName(name, declared.ref.namespace, { protocol: 'http', kind: 'service' });
  const healthCheck = from.has('healthCheck');
  switch (kind) {
    case 'loadBalancer':
      return loadBalancer(from, declared, version);
    case 'weighted': {
      const cookie = sticky(from, declared.ref, version);
      return { kind, services: weighted(from, service), ...(cookie === undefined ? {} : { sticky: cookie }), healthCheck };
    }
    case 'highestRandomWeight':
      return { kind, services: weighted(from, service), healthCheck };
    case 'mirroring':
      return {
        kind,
        service: service(from.text('service')),
        mirrors: from.items('mirrors').map((mirror) => ({ service: service(mirror.text('name')), percent: mirror.number('percent') })),
        mirrorBody: from.flag('mirrorBody', true),
        maxBodySize: from.number('maxBodySize', -1),
        healthCheck,
      };
    case 'failover': {
      const errors = from.child('errors');
      return {
        kind,
        service: service(from.text('service')),
        fallback: service(from.text('fallback')),
        healthCheck,
        ...(errors === undefined ? {} : { errors: { status: errors.list('status'), maxRequestBodyBytes: errors.number('maxRequestBodyBytes', -1) } }),
      };
    }
  }
}

function weighted(from: Reader, service: (name: string) => Ref): readonly WeightedRef[] {
  return from.items('services').map((item) => ({ service: service(item.text('name')), weight: item.number('weight', 1) }));
}

function loadBalancer(from: Reader, declared: Declared, version: EngineVersion): LoadBalancer {
  const kind = 'loadBalancer';
  const endpoints = from.items('servers').map((server, index) => endpoint(server, declared.servers[index], declared));
  const strategy = from.text('strategy', 'wrr');
  const passHostHeader = from.flag('passHostHeader', true);
  const flushInterval = from.child('responseForwarding')?.duration('flushInterval', 100) ?? 100;
  const cookie = sticky(from, declared.ref, version);
  const health = activeCheck(from.child('healthCheck'), version);
  const passive = from.child('passiveHealthCheck');
  const transport = leafAt(from.node, 'serversTransport');
  if (cookie === undefined && health === undefined && passive === undefined && transport === undefined) return { kind, endpoints, strategy, passHostHeader, flushInterval };
  const balancer: Unfinished<Omit<LoadBalancer, 'flushInterval'>> = { kind, endpoints, strategy, passHostHeader };
  if (cookie !== undefined) balancer.sticky = cookie;
  if (health !== undefined) balancer.healthCheck = toHealthCheck(health);
  if (passive !== undefined) balancer.passiveHealthCheck = { failureWindow: passive.duration('failureWindow', 10_000), maxFailedAttempts: passive.number('maxFailedAttempts', 1) };
  if (transport !== undefined && transport.value !== '') balancer.transport = { value: resolveName(String(transport.value), declared.ref.namespace, TRANSPORT), origin: transport.origin };
  return { ...balancer, flushInterval };
}

const TRANSPORT = { protocol: 'http', kind: 'transport' } as const;

/** A server as the engine sees it. Port 0 = not known, or not a number: then the service is disabled. */
function endpoint(server: Reader, source: ServerSource | undefined, declared: Declared): Endpoint {
  const parsed = parseGoUrl(server.text('url'));
  const url = parsed.ok ? parsed.url : readable(server.text('url'));
  const { scheme, path } = url;
  const host = url.host.replace(/^\[(.*)\]$/, '$1');
  const port = parsed.ok && url.port === '' ? standardPort(scheme) : Number(url.port);
  const preservePath = server.flag('preservePath');
  const weight = server.number('weight', 1);
  const origin = source?.origin ?? leafAt(server.node, 'url')?.origin ?? declared.origin;
  if (source?.container === undefined) return { scheme, host, port, path, preservePath, weight, origin };
  const { stack, service } = source.container.id;
  return { scheme, host, port, path, preservePath, weight, container: { stack, service, replica: 1 }, origin };
}

/** Scheme and host of an address whose port is no number, or not known yet; the port is 0 then. */
function readable(url: string): { readonly scheme: string; readonly host: string; readonly port: string; readonly path: string } {
  const match = /^([a-z0-9]+):\/\/(.*):[^:]*$/i.exec(url);
  return { scheme: match?.[1] ?? '', host: match?.[2] ?? '', port: '0', path: '' };
}

function standardPort(scheme: string): number {
  return scheme === 'https' ? 443 : scheme === 'http' || scheme === 'h2c' ? 80 : 0;
}

/** 2.11 makes no check at all where the path is missing or absolute (pkg/server/service buildHealthCheckOptions; ran). */
function activeCheck(from: Reader | undefined, version: EngineVersion): Reader | undefined {
  if (from === undefined || version !== '2.11') return from;
  const path = from.text('path');
  return path === '' || isAbsolute(path) ? undefined : from;
}

/** Whether a health-check path is a URL of its own. */
export function isAbsolute(path: string): boolean {
  const parsed = parseGoUrl(path);
  return !parsed.ok || parsed.url.scheme !== '' || parsed.url.host !== '';
}

/** Times that are not above zero fall back to the default (ran). */
function positive(value: number, standard: number): number {
  return value > 0 ? value : standard;
}

function toHealthCheck(from: Reader): HealthCheck {
  return {
    mode: from.text('mode', 'http'),
    path: from.text('path'),
    method: from.text('method'),
    status: from.number('status'),
    scheme: from.text('scheme'),
    port: from.number('port'),
    interval: positive(from.duration('interval', 30_000), 30_000),
    ...(from.has('unhealthyInterval') ? { unhealthyInterval: positive(from.duration('unhealthyInterval'), 30_000) } : {}),
    timeout: positive(from.duration('timeout', 5000), 5000),
    hostname: from.text('hostname'),
    followRedirects: from.flag('followRedirects', true),
    headers: from.map('headers'),
  };
}

function sticky(from: Reader, service: Ref, version: EngineVersion): StickyCookie | undefined {
  const cookie = from.child('sticky')?.child('cookie');
  if (cookie === undefined) return undefined;
  return {
    name: cookieName(cookie.text('name'), service),
    secure: cookie.flag('secure'),
    httpOnly: cookie.flag('httpOnly'),
    sameSite: cookie.text('sameSite'),
    maxAge: cookie.number('maxAge'),
    path: cookie.text('path', version === '2.11' ? '' : '/'),
    domain: cookie.text('domain'),
  };
}

/** `_` and five hex digits of the service's name when unset; characters that a cookie name cannot hold become `_` (pkg/server/cookie). */
export function cookieName(written: string, service: Ref): string {
  if (written !== '') return written.replace(/[^A-Za-z0-9!#$%&'*+\-.^`|~]/gu, '_');
  return `_${sha1(`_TRAEFIK_BACKEND_${refName(service)}`)}`.slice(0, 6);
}
