import { maskMessage, maskSecrets } from '../diagnostics/mask.ts';
import { placeOf, unifiedDiff } from '../diagnostics/index.ts';
import { applyAcks, behaviourChange, compareBehaviour, compareCallers, compareEntities, compareQuiet, compareTraffic, compareUnasked, countChanges, describeTraffic, hiddenChange, hiddenFields, hiding, shellWord, unaskedChange } from '../diff/index.ts';
import type { AckOptions, BehaviourChange, BrokenSide, Compares, DiffDocument, DocumentChange, Side, SideFinding, SidePlace, TrafficCompared, TrafficLog } from '../diff/index.ts';
import { hashOf } from '../diff/fingerprint.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Routing } from '../ir/index.ts';
import { VERSION } from '../version.ts';
import { build } from './build.ts';
import { blockingFindings, lint } from './lint.ts';
import { comparePolicy, type PolicySide } from './policy.ts';
import type { BuildOptions, Loaded, LoadedGateway } from './types.ts';
import { versionChanges } from './version-changes.ts';

export interface DiffOptions {
  /** Whether the files that would be written are compared too. */
  readonly files?: BuildOptions;
  /** What both sides are judged by, where that is compared too. */
  readonly policy?: { readonly before: PolicySide; readonly after: PolicySide };
  readonly acks?: AckOptions;
  /** Real requests, asked of both sides beside those that are made up. */
  readonly traffic?: TrafficLog;
  /** One configuration read by two versions of its engine: what only the new one complains of is shown, and it is compared all the same. */
  readonly versions?: { readonly old: string; readonly new: string };
  /** Words that a replay command needs beside the request, such as `--stack shop`. */
  readonly replay?: readonly string[];
}

interface Part extends Pick<DiffDocument, 'changes' | 'entities'> {
  readonly requests: number;
  readonly traffic: TrafficCompared | undefined;
}

const NOTHING: Routing = { listeners: [], certificates: [], tlsOptions: [], tlsStores: [] };

/** What changes for requests, for entities and in the files between two states, gateway by gateway. */
export function diff(before: Loaded, after: Loaded, options: DiffOptions = {}): DiffDocument {
  const { files, policy, acks, versions } = options;
  const broken = versions === undefined ? [...brokenSide('old', before), ...brokenSide('new', after)] : [];
  const oneSided = broken.length > 0;
  const names = [...new Set([...before.gateways, ...after.gateways].map(({ name }) => name))];
  const parts = oneSided ? [] : names.map((name): Part => compareGateway(name, sideOf(name, before, 'old'), sideOf(name, after, 'new'), options));
  const loosened = policy === undefined ? [] : comparePolicy(policy.before, policy.after).map((change) => unaskedChange('', change));
  const found = [...parts.flatMap((part) => part.changes), ...loosened].map((change) => ofItsKind(change, options));
  const applied = acks === undefined ? { changes: found, acks: [] } : applyAcks(found, acks);
  const changes = applied.changes.map((change) => withReplay(change, options.replay ?? []));
  const entities = parts.flatMap((part) => part.entities);
  const texts = files === undefined || oneSided ? [] : compareFiles(before, after, files);
  const [traffic] = parts.flatMap((part) => part.traffic ?? []);
  return {
    schema: 'gateway.diff/1',
    tool: { version: VERSION },
    compares: comparesOf(options),
    summary: { ...countChanges(changes), entities: entities.length, files: texts.length, requests: parts.reduce((sum, { requests }) => sum + requests, 0) },
    broken,
    changes,
    unproven: changes.filter((change) => change.class === 'unproven'),
    findings: versions === undefined ? [] : newFindings(before, after),
    acks: applied.acks,
    entities,
    files: texts,
    traffic: options.traffic === undefined || traffic === undefined ? null : describeTraffic(options.traffic, traffic),
  };
}

function comparesOf({ versions }: DiffOptions): Compares {
  return versions === undefined ? { kind: 'states', old: 'old', new: 'new' } : { kind: 'versions', ...versions };
}

/** What an upgrade changes is another thing than the same change of a state: who let one pass did not mean the other. */
function ofItsKind(change: DocumentChange, { versions }: DiffOptions): DocumentChange {
  return versions === undefined ? change : { ...change, fingerprint: hashOf(['versions', change.fingerprint]) };
}

/** The replay command with the words that say where to look. */
export function withReplay(change: DocumentChange, words: readonly string[]): DocumentChange {
  if (change.witness === null || words.length === 0) return change;
  return { ...change, witness: { ...change.witness, replay: [change.witness.replay, ...words.map(shellWord)].join(' ') } };
}

function brokenSide(side: BrokenSide['side'], loaded: Loaded): readonly BrokenSide[] {
  const found = blockingFindings(loaded);
  return found.length === 0 ? [] : [{ side, findings: found.map((diagnostic) => findingOf(diagnostic, loaded)) }];
}

export function findingOf({ rule, severity, blocking, message, at }: Diagnostic, loaded: Loaded): SideFinding {
  const { file, line, column } = placeOf(at.origin, loaded.origins, loaded.files);
  return { rule, severity, blocking, message: maskMessage(message), at: `${file}:${String(line)}:${String(column)}` };
}

/** What the engine of the new side does not take as the one of the old side did. */
function newFindings(before: Loaded, after: Loaded): readonly SideFinding[] {
  const keyOf = ({ rule, symbol, at }: Diagnostic, { origins, files }: Loaded): string => JSON.stringify([rule, symbol, placeOf(at.origin, origins, files)]);
  const known = new Set(lint(before).diagnostics.map((one) => keyOf(one, before)));
  const fresh = lint(after).diagnostics.filter((one) => !known.has(keyOf(one, after)));
  return fresh.map((one) => findingOf(one, after)).toSorted((a, b) => Number(b.blocking) - Number(a.blocking));
}

function sideOf(name: string, loaded: Loaded, side: SidePlace['side']): Side {
  const gateway: LoadedGateway | undefined = loaded.gateways.find((one) => one.name === name) ?? (loaded.gateways.length === 1 ? loaded.gateways[0] : undefined);
  const resolved = gateway?.resolved[0];
  const at: Side['at'] = (origin) => ({ side, ...placeOf(origin, loaded.origins, loaded.files) });
  return { routing: resolved?.routing ?? NOTHING, gateway: resolved?.gateway, at };
}

function compareGateway(name: string, before: Side, after: Side, { traffic: log, versions }: DiffOptions): Part {
  const traffic = log === undefined ? undefined : compareTraffic(before, after, log);
  const { changes: open, blind, requests } = compareBehaviour(before, after, traffic?.probes ?? []);
  const changes = [...open, ...compareCallers(before, after, open)];
  const entities = compareEntities(before, after);
  const quiet = compareQuiet(before, after, entities, changes);
  const unasked = [...compareUnasked(before, after), ...blind, ...(versions === undefined ? [] : versionChanges(after))].map((change) => unaskedChange(name, change));
  const hide = hiding([before, after]);
  const shown = (change: BehaviourChange): DocumentChange => hiddenChange(behaviourChange(name, change), hide);
  return { changes: [...changes.map(shown), ...unasked, ...quiet.map(shown)], entities: entities.map((change) => ({ ...hiddenFields(change, hide), gateway: name })), requests, traffic };
}

/** Files that would be written, side by side. A target that one side cannot write has no text there. */
function compareFiles(before: Loaded, after: Loaded, options: BuildOptions): DiffDocument['files'] {
  const [old, now] = [textsOf(before, options), textsOf(after, options)];
  const keys = [...new Set([...old.keys(), ...now.keys()])].toSorted();
  return keys.flatMap((key) => {
    const [gateway = '', path = ''] = key.split('\0');
    const text = unifiedDiff(path, old.get(key) ?? '', now.get(key) ?? '').split('\n').map(maskSecrets).join('\n');
    return text === '' ? [] : [{ gateway, path, diff: text }];
  });
}

function textsOf(loaded: Loaded, options: BuildOptions): ReadonlyMap<string, string> {
  return new Map(build(loaded, options).built.flatMap(({ gateway, target, files }) => (files ?? []).map((file): readonly [string, string] => [`${gateway}\0${target}/${file.path}`, file.text])));
}
