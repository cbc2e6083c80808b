import type { Endpoint, LoadBalancer, Ref, Service } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import { placeText, type OriginId } from '../../text/index.ts';
import { unknownAt } from '../convert/places.ts';
import { serviceKindsOf } from '../convert/service.ts';
import { parseGoUrl } from '../go-url.ts';
import { quoted, quotedRef } from '../names.ts';
import { itemsAt } from '../tree.ts';
import { objectAt, textAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import { through, type Failure } from './failure.ts';
import { internalFailure } from './internal.ts';
import { chainFailures, recursion } from './middlewares.ts';
import { updaterFailures } from './updaters.ts';
import { dangling, ownProblem, useIn, type Use, type World } from './world.ts';

const SEVERAL = 'cannot create service: multi-types service not supported, consider declaring two different pieces of service instead';

/** What is wrong with a service and all that it leads to, in the engine's order (pkg/server/service/service.go). */
export function serviceFailures(ref: Ref, use: Use, stack: readonly string[], world: World): readonly Failure[] {
  if (ref.namespace === 'internal') {
    const failure = internalFailure(ref, use, world);
    return failure === undefined ? [] : [failure];
  }
  const declared = world.declared.get(refKey(ref));
  if (declared === undefined) {
    const failure = dangling(ref, use, `the service ${quotedRef(ref)} does not exist`, world);
    return failure === undefined ? [] : [failure];
  }
  if (world.clean.has(declared)) return [];
  const name = `service:${refName(ref)}`;
  if (serviceKindsOf(declared).length <= 1 && stack.includes(name)) return [recursion(declared, 'service', [...stack, name])];
  const failures = built(declared, [...stack, name], world);
  if (failures.length === 0) world.clean.add(declared);
  return failures.map((failure) => through(failure, ref));
}

function built(declared: Declared, stack: readonly string[], world: World): readonly Failure[] {
  const kinds = serviceKindsOf(declared);
  const own = (kind: 'service-several-kinds' | 'service-no-kind', says: string): readonly Failure[] => [{ says, marks: [], key: `${kind}|${refKey(declared.ref)}`, problem: { ...ownProblem(declared, kind, says, declared.origin), candidates: kinds } }];
  if (kinds.length > 1) return own('service-several-kinds', SEVERAL);
  const service = world.services.get(refKey(declared.ref));
  if (service === undefined) return own('service-no-kind', `the service ${quotedRef(declared.ref)} does not have any type defined`);
  const inside = ofKind(service, declared, stack, world);
  const around = world.version === '2.11' ? [] : chainFailures(service.middlewares, (index, ref) => useIn(declared, ref.origin, `middlewares[${String(index)}]`), stack, world, serviceFailures);
  // Health is only asked for where all members could be built.
  const health = inside.length > 0 ? [] : updaterFailures(service, declared, world);
  return [...inside, ...health, ...around];
}

function ofKind(service: Service, declared: Declared, stack: readonly string[], world: World): readonly Failure[] {
  const { spec } = service;
  const child = (ref: Ref, path: string): readonly Failure[] => serviceFailures(ref, useIn(declared, service.places.get(path) ?? service.origin, path), stack, world);
  switch (spec.kind) {
    case 'loadBalancer':
      return balancerFailures(spec, service, declared, world);
    case 'weighted':
      return spec.services.flatMap(({ service: member }, index) => {
        const written = textAt(itemsAt(objectAt(declared.node, 'weighted'), 'services')[index], 'name');
        const failures = child(member, `weighted.services[${String(index)}].name`);
        return world.version === '2.11' ? failures : failures.map((failure) => ({ ...failure, says: `building HTTP service ${quoted(written)}: ${failure.says}` }));
      });
    case 'highestRandomWeight':
      return spec.services.flatMap(({ service: member }, index) => child(member, `highestRandomWeight.services[${String(index)}].name`));
    case 'mirroring':
      return [...child(spec.service, 'mirroring.service'), ...spec.mirrors.flatMap(({ service: mirror }, index) => child(mirror, `mirroring.mirrors[${String(index)}].name`))];
    case 'failover':
      return [...child(spec.service, 'failover.service'), ...child(spec.fallback, 'failover.fallback')];
    case 'internal':
      return [];
  }
}

const STRATEGIES: readonly string[] = ['wrr', 'p2c', 'hrw', 'leasttime', ''];

function balancerFailures(spec: LoadBalancer, service: Service, declared: Declared, world: World): readonly Failure[] {
  const out: Failure[] = [];
  const at = (path: string): OriginId => service.places.get(path) ?? service.origin;
  const invalid = (says: string, path: string, origin: OriginId, kind: 'service-invalid' | 'port-invalid' = 'service-invalid'): number =>
    out.push({ says, marks: [], key: `${kind}|${refKey(service.ref)}|${path}`, problem: { ...ownProblem(declared, kind, says, origin, path), subject: kind === 'port-invalid' ? portText(says) : path } });
  const v2 = world.version === '2.11';
  if (!v2 && !STRATEGIES.includes(spec.strategy) && !unknownAt(service.variables, 'loadBalancer.strategy')) invalid(`unsupported load-balancer strategy ${quoted(spec.strategy)}`, 'loadBalancer.strategy', at('loadBalancer.strategy'));
  if (v2) out.push(...transportFailures(spec, '', service, declared, world));
  const servers = itemsAt(objectAt(declared.node, 'loadBalancer'), 'servers');
  const seen = new Set<string>();
  servers.forEach((server, index) => {
    const url = textAt(server, 'url');
    const parsed = parseGoUrl(url);
    const path = `loadBalancer.servers[${String(index)}]`;
    if (!parsed.ok && !unknownAt(service.variables, path)) {
      const origin = spec.endpoints[index]?.origin ?? service.origin;
      const prefix = v2 ? `error configuring load balancer for service ${refName(service.ref)}: ` : '';
      invalid(`${prefix}error parsing server URL ${url}: ${parsed.error}`, path, origin, parsed.error.includes('invalid port') ? 'port-invalid' : 'service-invalid');
    }
    if (!v2 && parsed.ok && !seen.has('transport')) {
      seen.add('transport');
      out.push(...transportFailures(spec, `error building proxy for server URL ${url}: getting RoundTripper: `, service, declared, world));
    }
  });
  if (!v2 && servers.length === 0 && spec.healthCheck !== undefined) out.push(...transportFailures(spec, 'getting RoundTripper: ', service, declared, world));
  return out;
}

function portText(says: string): string {
  return /invalid port ":(.*)" after host/.exec(says)?.[1] ?? '';
}

function transportFailures(spec: LoadBalancer, prefix: string, service: Service, declared: Declared, world: World): readonly Failure[] {
  const { transport } = spec;
  if (transport === undefined || world.declared.has(refKey(transport.value)) || unknownAt(service.variables, 'loadBalancer.serversTransport')) return [];
  const path = 'loadBalancer.serversTransport';
  if (transport.value.namespace === 'internal' && transport.value.name === 'default') return [];
  const failure = dangling(transport.value, useIn(declared, transport.origin, path), `${prefix}servers transport not found ${refName(transport.value)}`, world);
  return failure === undefined ? [] : [failure];
}

/** The address as the engine is given it. */
export function endpointUrl(endpoint: Endpoint): string {
  return `${endpoint.scheme}://${placeText(endpoint)}${endpoint.path}`;
}
