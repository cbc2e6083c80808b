import type { Ref } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import { leafAt, objectAt } from '../tree.ts';
import type { Declared } from '../types.ts';
import type { Failure } from './failure.ts';
import { judgeResolver } from './static-names.ts';
import { ignoredVersions, optionsFaults, transportFaults, type TlsFault } from './tls-faults.ts';
import { ownProblem, type World } from './world.ts';

/** Why routers with these TLS options are not built; undefined = the default ones, which may be declared too. */
export function tlsOptionsFailures(ref: Ref | undefined, world: World, before = ''): readonly Failure[] {
  const declared = ref === undefined ? declaredDefault(world) : world.declared.get(refKey(ref));
  return declared === undefined ? [] : optionsFaults(declared.node, world.version).map((fault) => failure('tls-options-invalid', fault, declared, `${before}building TLS config: ${fault.says}`));
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
  const leaf = leafAt(objectAt(declared.node, 'defaultGeneratedCert'), 'resolver');
  if (leaf === undefined || leaf.value === '' || leaf.text.holes.length > 0) return;
  judgeResolver({ value: String(leaf.value), origin: leaf.origin }, declared, world, 'defaultGeneratedCert.resolver');
}

function withoutRouters(declared: Declared, world: World): readonly Failure[] {
  return [
    ...optionsFaults(declared.node, world.version).map((fault) => failure('tls-options-invalid', fault, declared, `building TLS config: ${fault.says}`)),
    ...ignoredVersions(declared.node).map((fault) => failure('tls-version-ignored', fault, declared, '')),
  ];
}

function transportFailures(declared: Declared, world: World): readonly Failure[] {
  return transportFaults(declared.node, world.version).map((fault) => failure('transport-invalid', fault, declared, fault.says));
}

const defaults = new WeakMap<World['declared'], readonly Declared[]>();

/** The options of routers that name none: of one provider, or of nobody. */
function declaredDefault(world: World): Declared | undefined {
  const known = defaults.get(world.declared);
  if (known !== undefined) return known[0];
  const named = [...world.declared.values()].filter(({ ref }) => ref.kind === 'tlsOptions' && ref.name === 'default');
  const found = named.length === 1 ? named : [];
  defaults.set(world.declared, found);
  return found[0];
}

function failure(kind: 'tls-options-invalid' | 'tls-version-ignored' | 'transport-invalid', { path, leaf, candidates }: TlsFault, declared: Declared, says: string): Failure {
  const problem = { ...ownProblem(declared, kind, says, leaf?.origin ?? declared.origin, path), subject: String(leaf?.value ?? ''), context: path, ...(candidates === undefined ? {} : { candidates }) };
  return { says, marks: [], key: `${kind}|${refKey(declared.ref)}|${path}`, problem };
}
