import { placeOf, unifiedDiff } from '../diagnostics/index.ts';
import { behaviourChange, compareBehaviour, compareEntities, compareQuiet, compareUnasked, unaskedChange } from '../diff/index.ts';
import type { BrokenSide, DiffDocument, DocumentChange, Side } from '../diff/index.ts';
import { hashOf } from '../diff/fingerprint.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Routing } from '../ir/index.ts';
import { VERSION } from '../version.ts';
import { build } from './build.ts';
import { lint } from './lint.ts';
import type { BuildOptions, Loaded, LoadedGateway } from './types.ts';

export interface DiffOptions {
  /** Whether the files that would be written are compared too. */
  readonly files?: BuildOptions;
}

type Part = Pick<DiffDocument, 'changes' | 'entities'> & { readonly requests: number };

const NOTHING: Routing = { listeners: [], certificates: [], tlsOptions: [], tlsStores: [] };

/** What changes for requests, for entities and in the files between two states, gateway by gateway. */
export function diff(before: Loaded, after: Loaded, { files }: DiffOptions = {}): DiffDocument {
  const broken = [...brokenSide('old', before), ...brokenSide('new', after)];
  const names = [...new Set([...before.gateways, ...after.gateways].map(({ name }) => name))];
  const oneSided = broken.length > 0;
  const parts = oneSided ? [] : names.map((name): Part => compareGateway(name, sideOf(name, before), sideOf(name, after)));
  const changes = parts.flatMap((part) => part.changes);
  const entities = parts.flatMap((part) => part.entities);
  const texts = files === undefined || oneSided ? [] : compareFiles(before, after, files);
  const count = (severity: DocumentChange['severity']): number => changes.filter((change) => change.severity === severity).length;
  return {
    schema: 'gateway.diff/1',
    tool: { version: VERSION },
    summary: { security: count('security'), breaking: count('breaking'), info: count('info'), entities: entities.length, files: texts.length, requests: parts.reduce((sum, { requests }) => sum + requests, 0) },
    broken,
    changes,
    unproven: changes.filter((change) => change.class === 'unproven'),
    entities,
    files: texts,
  };
}

function brokenSide(side: BrokenSide['side'], loaded: Loaded): readonly BrokenSide[] {
  const found = lint(loaded).diagnostics.filter(({ blocking }) => blocking);
  return found.length === 0 ? [] : [{ side, findings: found.map((diagnostic) => findingOf(diagnostic, loaded)) }];
}

function findingOf({ rule, message, at }: Diagnostic, loaded: Loaded): BrokenSide['findings'][number] {
  const { file, line, column } = placeOf(at.origin, loaded.origins, loaded.files);
  return { rule, message, at: `${file}:${String(line)}:${String(column)}` };
}

function sideOf(name: string, loaded: Loaded): Side {
  const gateway: LoadedGateway | undefined = loaded.gateways.find((one) => one.name === name) ?? (loaded.gateways.length === 1 ? loaded.gateways[0] : undefined);
  const resolved = gateway?.resolved[0];
  const at: Side['at'] = (origin) => {
    const { file, line } = placeOf(origin, loaded.origins, loaded.files);
    return `${file}:${String(line)}`;
  };
  return { routing: resolved?.routing ?? NOTHING, gateway: resolved?.gateway, at };
}

function compareGateway(name: string, before: Side, after: Side): Part {
  const { changes, requests } = compareBehaviour(before, after);
  const entities = compareEntities(before, after);
  const quiet = compareQuiet(before, after, entities, changes);
  const unasked = compareUnasked(before, after).map((change) => unaskedChange(name, change, hashOf([change.class, name, change.entity, change.what])));
  return { changes: [...changes.map((change) => behaviourChange(name, change)), ...unasked, ...quiet.map((change) => behaviourChange(name, change))], entities: entities.map((change) => ({ ...change, gateway: name })), requests };
}

/** Files that would be written, side by side. A target that one side cannot write has no text there. */
function compareFiles(before: Loaded, after: Loaded, options: BuildOptions): DiffDocument['files'] {
  const [old, now] = [textsOf(before, options), textsOf(after, options)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [gateway = '', path = ''] = key.split('\0');
    const text = unifiedDiff(path, old.get(key) ?? '', now.get(key) ?? '');
    return text === '' ? [] : [{ gateway, path, diff: text }];
  });
}

function textsOf(loaded: Loaded, options: BuildOptions): ReadonlyMap<string, string> {
  return new Map(build(loaded, options).built.flatMap(({ gateway, target, files }) => (files ?? []).map((file): readonly [string, string] => [`${gateway}\0${target}/${file.path}`, file.text])));
}
