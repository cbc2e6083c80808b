import type { Declared } from '../types.ts';
import { chainFailures } from './middlewares.ts';
import { serviceFailures } from './services.ts';
import type { World } from './world.ts';

/**
 * Middlewares and services that no router reaches are never built, so the engine does not say what is wrong with them.
 * They are reported all the same, as costing nothing; what a router met already is known and stays as it is.
 */
export function checkUnused(all: readonly Declared[], world: World): void {
  for (const declared of all) {
    const { ref, origin, symbol } = declared;
    if (ref.protocol !== 'http' || (ref.kind !== 'middleware' && ref.kind !== 'service')) continue;
    const use = { origin, symbol, container: undefined };
    const failures = ref.kind === 'middleware' ? chainFailures([{ value: ref, origin }], () => use, [], world, serviceFailures) : serviceFailures(ref, use, [], world);
    for (const failure of failures) world.problems.report(failure.key, { ...failure.problem, loss: 'nothing' });
  }
}
