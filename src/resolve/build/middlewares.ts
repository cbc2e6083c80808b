import type { Middleware, Ref } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import type { Sourced } from '../../text/index.ts';
import { checkMiddleware } from '../check/middleware.ts';
import type { Fault } from '../check/middleware.ts';
import { kindsOf } from '../convert/middleware.ts';
import { quotedRef } from '../names.ts';
import { leavesAt } from '../tree.ts';
import { objectAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import { through, type Failure } from './failure.ts';
import { dangling, ownProblem, useIn, type Use, type World } from './world.ts';

/** Looks into a service; handed in, since services hold middlewares and `errors` holds a service. */
export type ServiceFailures = (ref: Ref, use: Use, stack: readonly string[], world: World) => readonly Failure[];

const SEVERAL = 'cannot create middleware: multi-types middleware not supported, consider declaring two different pieces of middleware instead';

/**
 * What is wrong with a list of middlewares, in the order in which the engine finds it: the chain is built from its end
 * (containous/alice), and the first failure stops it.
 */
export function chainFailures(refs: readonly Sourced<Ref>[], useOf: (index: number, ref: Sourced<Ref>) => Use, stack: readonly string[], world: World, services: ServiceFailures): readonly Failure[] {
  const out: Failure[] = [];
  for (let index = refs.length - 1; index >= 0; index -= 1) {
    const ref = refs[index];
    if (ref !== undefined) out.push(...middlewareFailures(ref.value, useOf(index, ref), stack, world, services));
  }
  return out;
}

function middlewareFailures(ref: Ref, use: Use, stack: readonly string[], world: World, services: ServiceFailures): readonly Failure[] {
  const declared = world.declared.get(refKey(ref));
  if (declared === undefined) {
    const failure = dangling(ref, use, `middleware ${quotedRef(ref)} does not exist`, world);
    return failure === undefined ? [] : [failure];
  }
  if (world.clean.has(declared)) return [];
  const name = `middleware:${refName(ref)}`;
  if (stack.includes(name)) return [recursion(declared, 'middleware', [...stack, name])];
  if (sizeOf(ref, world, 0) > MOST_LINKS) return [tooLarge(declared)];
  const failures = built(declared, [...stack, name], world, services);
  if (failures.length === 0) world.clean.add(declared);
  return failures.map((failure) => through(failure, ref));
}

/** Chains within chains double with every level: the engine builds each of their links anew, and so does whoever follows it. */
const MOST_LINKS = 10_000;
const DEEPEST_CHAIN = 300;
const sizes = new WeakMap<World['middlewares'], Map<string, number>>();

/** How many middlewares a reference leads to. A cycle has its own finding, and ends here. */
function sizeOf(ref: Ref, world: World, depth: number): number {
  const known = sizes.get(world.middlewares) ?? new Map<string, number>();
  sizes.set(world.middlewares, known);
  const key = refKey(ref);
  const spec = world.middlewares.get(key)?.spec;
  if (spec?.kind !== 'chain') return 1;
  const before = known.get(key);
  if (before !== undefined) return before;
  if (depth > DEEPEST_CHAIN) return Infinity;
  known.set(key, 1);
  const size = spec.middlewares.reduce((sum, one) => sum + sizeOf(one, world, depth + 1), 1);
  known.set(key, size);
  return size;
}

function tooLarge(declared: Declared): Failure {
  const says = `the chain ${refName(declared.ref)} leads to more than ${String(MOST_LINKS)} middlewares, or deeper than ${String(DEEPEST_CHAIN)} chains`;
  return { says, marks: [declared.ref], key: `chain-size|${refKey(declared.ref)}`, problem: ownProblem(declared, 'middleware-invalid', says, declared.origin, 'chain') };
}

/** The failure of an entity that contains itself; `stack` ends with its second appearance. */
export function recursion(declared: Declared, kind: 'middleware' | 'service', stack: readonly string[]): Failure {
  const says = `could not instantiate ${kind} ${refName(declared.ref)}: recursion detected in ${stack.join('->')}`;
  const cycle = stack.slice(stack.indexOf(stack.at(-1) ?? '')).slice(0, -1).toSorted();
  return { says, marks: [declared.ref], key: `${kind}-recursion|${cycle.join('|')}`, problem: ownProblem(declared, kind === 'middleware' ? 'middleware-recursion' : 'service-recursion', says, declared.origin) };
}

function built(declared: Declared, stack: readonly string[], world: World, services: ServiceFailures): readonly Failure[] {
  const kinds = kindsOf(declared);
  const own = (kind: 'middleware-several-kinds' | 'middleware-no-kind', says: string): readonly Failure[] => [{ says, marks: [], key: `${kind}|${refKey(declared.ref)}`, problem: { ...ownProblem(declared, kind, says, declared.origin), candidates: kinds } }];
  if (kinds.length > 1) return own('middleware-several-kinds', SEVERAL);
  const middleware = world.middlewares.get(refKey(declared.ref));
  if (middleware === undefined) return own('middleware-no-kind', `invalid middleware ${quotedRef(declared.ref)} configuration: invalid middleware type or middleware does not exist`);
  const plugins = objectAt(declared.node, 'plugin')?.entries.size ?? 1;
  if (plugins !== 1) return own('middleware-several-kinds', 'plugin: invalid configuration: no configuration or too many plugin definition');
  const verdict = checkMiddleware(middleware, world.check);
  if (verdict.kind === 'unjudged') {
    const origin = middleware.places.get(verdict.path) ?? middleware.origin;
    world.unjudged.add({ needs: verdict.needs, what: verdict.what, name: refName(declared.ref), origin, symbol: `${declared.symbol}.${verdict.path}` });
  }
  if (verdict.kind !== 'fault') return inner(declared, stack, world, services);
  // The service of error pages is built before their rewrites are read.
  const before = verdict.faults.every(({ path }) => path.startsWith('errors.statusRewrites')) ? inner(declared, stack, world, services) : [];
  return [...before, ...verdict.faults.map((fault, index) => faultFailure(fault, index, declared, middleware))];
}

function faultFailure({ says, path }: Fault, index: number, declared: Declared, { places, spec, origin }: Middleware): Failure {
  const kind = spec.kind === 'plugin' ? 'plugin-unknown' : 'middleware-invalid';
  const problem = { ...ownProblem(declared, kind, says, places.get(path) ?? nearest(places, path) ?? origin, path), subject: kind === 'plugin-unknown' ? path.slice('plugin.'.length) : path };
  return { says, marks: [], key: `${kind}|${refKey(declared.ref)}${index === 0 ? '' : `|${path}`}`, problem };
}

/** The place of the closest written option above a path. */
function nearest(places: ReadonlyMap<string, Use['origin']>, path: string): Use['origin'] | undefined {
  for (let at = path; at.includes('.'); ) {
    at = at.slice(0, at.lastIndexOf('.'));
    const place = places.get(at);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Chains contain middlewares, `errors` a service. */
function inner(declared: Declared, stack: readonly string[], world: World, services: ServiceFailures): readonly Failure[] {
  const middleware = world.middlewares.get(refKey(declared.ref));
  if (middleware?.spec.kind === 'chain') {
    const leaves = leavesAt(objectAt(declared.node, 'chain'), 'middlewares');
    const refs = middleware.spec.middlewares.map((value, index) => ({ value, origin: leaves[index]?.origin ?? middleware.origin }));
    return chainFailures(refs, (index, ref) => useIn(declared, ref.origin, `chain.middlewares[${String(index)}]`), stack, world, services);
  }
  if (middleware?.spec.kind !== 'errors') return [];
  const use = useIn(declared, middleware.places.get('errors.service') ?? middleware.origin, 'errors.service');
  return services(middleware.spec.service, use, stack, world);
}
