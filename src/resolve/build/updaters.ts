import { refKey, refName } from '../../ir/index.ts';
import type { Ref, Service, ServiceSpec } from '../../ir/index.ts';
import type { Declared } from '../types.ts';
import type { Failure } from './failure.ts';
import { ownProblem, type World } from './world.ts';

/** What the engine calls a service that does not tell of its health. */
const CALLED: Readonly<Record<Exclude<ServiceSpec['kind'], 'internal'>, string>> = { loadBalancer: 'WRR', weighted: 'WRR', highestRandomWeight: 'HRW', mirroring: 'mirroring', failover: 'failover' };

/**
 * A service that follows the health of its members cannot be built over one that has no health check: its routers answer
 * 404 (3.7, ran). A failover always follows its main service, unless it switches by status.
 */
export function updaterFailures(service: Service, declared: Declared, world: World): readonly Failure[] {
  const [found] = followed(service.spec).flatMap(({ ref, path }) => {
    const says = deaf(ref, service, world);
    return says === undefined ? [] : [{ says, path }];
  });
  if (found === undefined) return [];
  const { says, path } = found;
  return [{ says, marks: [], key: `service-invalid|${refKey(service.ref)}|${path}`, problem: { ...ownProblem(declared, 'service-invalid', says, service.places.get(path) ?? service.origin, path), subject: path } }];
}

interface Followed {
  readonly ref: Ref;
  readonly path: string;
}

function followed(spec: ServiceSpec): readonly Followed[] {
  switch (spec.kind) {
    case 'weighted':
    case 'highestRandomWeight':
      return spec.healthCheck ? spec.services.map(({ service: ref }, index) => ({ ref, path: `${spec.kind}.services[${String(index)}].name` })) : [];
    case 'failover':
      return [...((spec.errors?.status.length ?? 0) > 0 ? [] : [{ ref: spec.service, path: 'failover.service' }]), ...(spec.healthCheck ? [{ ref: spec.fallback, path: 'failover.fallback' }] : [])];
    default:
      return [];
  }
}

/** Undefined = it tells of its health, or nobody knows it here. */
function deaf(ref: Ref, holder: Service, world: World): string | undefined {
  if (ref.namespace === 'internal') return `child service ${refName(ref)} of ${refName(holder.ref)} not a healthcheck.StatusUpdater (http.HandlerFunc)`;
  const spec = world.services.get(refKey(ref))?.spec;
  if (spec === undefined || spec.kind === 'internal') return undefined;
  const tells = spec.kind === 'loadBalancer' ? spec.healthCheck !== undefined : spec.healthCheck;
  const written = ref.namespace === holder.ref.namespace ? ref.name : refName(ref);
  return tells ? undefined : `cannot register ${written} as updater for ${refName(holder.ref)}: healthCheck not enabled in config for this ${CALLED[spec.kind]} service`;
}
