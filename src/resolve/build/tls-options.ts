import type { Ref } from '../../ir/index.ts';
import { refKey, refName } from '../../ir/index.ts';
import { oncePer } from '../../text/index.ts';
import type { Sourced } from '../../text/index.ts';
import { knownLeaf, leafAt, objectAt } from '../../traefik-config/tree.ts';
import type { Declared } from '../types.ts';
import type { Failure } from './failure.ts';
import { judgeResolver } from './static-names.ts';
import { ignoredVersions, optionsFaults, transportFaults, type TlsFault } from './tls-faults.ts';
import { dangling, ownProblem, useIn, type World } from './world.ts';

/**
 * Why a router with these TLS options is not built.
 * @param options undefined = the default ones, which may be declared too
 * @param before what the engine says in front of it
 */
export function tlsOptionsFailures(options: Sourced<Ref> | undefined, router: Declared, world: World, before = ''): readonly Failure[] {
  const declared = options === undefined ? declaredDefault(world) : world.declared.get(refKey(options.value));
  if (declared !== undefined) return unusable(declared, world, before);
  const missing = options === undefined ? undefined : dangling(options.value, useIn(router, options.origin, 'tls.options'), `${before}unknown TLS options: ${refName(options.value)}`, world);
  return missing === undefined ? [] : [missing];
}

/** No TLS can be made of the options of routers that name none. */
export function defaultsUnusable(world: World): boolean {
  const declared = declaredDefault(world);
  return declared !== undefined && unusable(declared, world, '').length > 0;
}

function unusable(declared: Declared, world: World, before: string): readonly Failure[] {
  if (world.clean.has(declared)) return [];
  const failures = optionsFaults(declared.node, world.version).map((fault) => failure('tls-options-invalid', fault, declared, `${before}building TLS config: ${fault.says}`));
  if (failures.length === 0) world.clean.add(declared);
  return failures;
}

/** Options that no router asks for, versions that are passed over, resolvers of stores, and transports that fall back on default settings: nothing is disabled. */
export function checkTls(all: readonly Declared[], world: World): void {
  for (const declared of all) {
    if (declared.ref.kind === 'tlsStore') resolverOfStore(declared, world);
    const failures = declared.ref.kind === 'tlsOptions' ? withoutRouters(declared, world) : declared.ref.kind === 'transport' && declared.ref.protocol === 'http' ? transportFailures(declared, world) : [];
    for (const { key, problem } of failures) world.problems.report(key, { ...problem, loss: 'nothing' });
  }
}

/** The certificate for names that no other fits. */
function resolverOfStore(declared: Declared, world: World): void {
  const leaf = knownLeaf(leafAt(objectAt(declared.node, 'defaultGeneratedCert'), 'resolver'));
  if (leaf !== undefined && leaf.value !== '') judgeResolver({ value: String(leaf.value), origin: leaf.origin }, declared, world, 'defaultGeneratedCert.resolver');
}

function withoutRouters(declared: Declared, world: World): readonly Failure[] {
  return [
    ...unusable(declared, world, ''),
    ...ignoredVersions(declared.node).map((fault) => failure('tls-version-ignored', fault, declared, '')),
  ];
}

function transportFailures(declared: Declared, world: World): readonly Failure[] {
  return transportFaults(declared.node, world.version).map((fault) => failure('transport-invalid', fault, declared, fault.says));
}

const defaultsIn = oncePer((declared: World['declared']): readonly Declared[] => [...declared.values()].filter(({ ref }) => ref.kind === 'tlsOptions' && ref.name === 'default'));

/** The options of routers that name none: of one provider, or of nobody. */
function declaredDefault({ declared }: World): Declared | undefined {
  const [first, second] = defaultsIn(declared);
  return second === undefined ? first : undefined;
}

function failure(kind: 'tls-options-invalid' | 'tls-version-ignored' | 'transport-invalid', { path, leaf, candidates }: TlsFault, declared: Declared, says: string): Failure {
  const problem = { ...ownProblem(declared, kind, says, leaf?.origin ?? declared.origin, path), subject: String(leaf?.value ?? ''), context: path, ...(candidates === undefined ? {} : { candidates }) };
  return { says, marks: [], key: `${kind}|${refKey(declared.ref)}|${path}`, problem };
}
