import type { LabelEffect, Loss, Problem, RawLabel } from '../ir/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../text/index.ts';
import { bindObject } from './bind.ts';
import type { Bound } from './bind.ts';
import { fillObject } from './fill.ts';
import { keyAt, keyTable, switchTable } from './keys.ts';
import type { KeyNode, KeyObject, TraefikVersion } from './keys.ts';
import { hasPrefix, inOrder, labelTree, partOrigin } from './label-tree.ts';
import type { BadKey } from './label-tree.ts';
import { strayLabel } from './label-roots.ts';
import { plainLabels } from './plain-labels.ts';
import type { Mistake, Report } from './mistake.ts';
import type { LabelPart, RawNode } from './raw.ts';
import type { ConfigLeaf, ConfigObject, Decoded } from './tree.ts';

export interface LabelOptions {
  readonly version: TraefikVersion;
  /** `shop/web`: what the symbols of problems begin with. */
  readonly symbolPrefix: string;
  readonly origins: Origins;
  /** The provider that reads the labels; only Swarm's reads `traefik.swarm.*` (3.x). */
  readonly provider?: 'docker' | 'swarm';
  /** Labels that are Traefik's own by intent: what `providers.docker.constraints` names. */
  readonly knownLabels?: readonly string[];
}

/** The labels that the provider itself reads, not the dynamic configuration. */
export interface Switches {
  readonly enable: Sourced<boolean> | undefined;
  /** The value of `traefik.enable` when a variable without a value decides it. */
  readonly enableUnknown: Sourced<Text> | undefined;
  readonly network: Sourced<Text> | undefined;
  readonly allowNonRunning: Sourced<boolean> | undefined;
  readonly lbSwarm: Sourced<boolean> | undefined;
}

/** What the engine loses by the labels alone: nothing, the container, or (a panic) every container of the provider. */
export type LabelOutcome = 'kept' | 'container' | 'provider';

export interface DecodedLabels {
  readonly switches: Switches;
  readonly decoded: Decoded;
  /** What would have been decoded without the bad labels; empty objects are absent. Never undefined. */
  readonly recovered: ConfigObject;
  readonly effects: ReadonlyMap<RawLabel, LabelEffect>;
  /** The switch labels do not decode: `Skip container`, before anything else is looked at. */
  readonly ignoredContainer: boolean;
  readonly outcome: LabelOutcome;
  /** The mistake that the engine stops at. */
  readonly cause: Problem | undefined;
}

/** What `decodeLabels` collects on its way. */
interface Work {
  readonly options: LabelOptions;
  readonly problems: Problem[];
  readonly effects: Map<RawLabel, LabelEffect>;
}

/** The prefixes that the two decodes ask for: plain text without case, no respect for dots. */
const CONFIG = /^traefik\.(?:http|tcp|udp|tls\.stores\.default)/i;
const SWITCHES = /^traefik\.(?:enable|docker\.)/i;
const SWARM_SWITCHES = /^traefik\.(?:enable|docker\.|swarm\.)/i;
const ALWAYS_KNOWN = ['traefik.constraint-label'];

/**
 * Decodes the labels of one container exactly as Traefik's Docker provider does: switch labels first, then the dynamic
 * configuration. Traefik stops at the first mistake and loses the container; here all are reported, `decoded.root` is
 * undefined where it would be lost, and `recovered` holds what the other labels say.
 */
export function decodeLabels(labels: readonly RawLabel[], options: LabelOptions): DecodedLabels {
  const work: Work = { options, problems: [], effects: new Map() };
  for (const label of labels) work.effects.set(label, 'foreign');
  const sorted = withoutRepeats(inOrder(labels), work);
  const switches = options.provider === 'swarm' && options.version === '3.7' ? SWARM_SWITCHES : SWITCHES;
  const switchPart = decodePart(sorted.filter(({ key }) => switches.test(key.value.text)), switchTable(options.version), work, undefined);
  const configPart = decodePart(sorted.filter(({ key }) => CONFIG.test(key.value.text)), keyTable(options.version), work, switchPart.cause);
  reportStrays(sorted.length === labels.length ? labels : labels.filter((label) => sorted.includes(label)), work);
  const both = options.provider === 'swarm' ? bothKinds(switchPart.tree, work) : undefined;
  const switchCause = switchPart.cause ?? both;
  const cause = switchCause ?? configPart.cause;
  const lost = cause !== undefined;
  return {
    switches: switchesOf(switchPart.tree, options),
    decoded: { root: lost ? undefined : configPart.tree, problems: work.problems },
    recovered: configPart.tree,
    effects: work.effects,
    ignoredContainer: switchCause !== undefined,
    outcome: cause === undefined ? 'kept' : cause.loss === 'provider' ? 'provider' : 'container',
    cause,
  };
}

/** A key can be there once: the last one wins, as Compose merges a list of labels. Sorted, those of one key stand together, as written. */
function withoutRepeats(sorted: readonly RawLabel[], work: Work): readonly RawLabel[] {
  const isLast = (label: RawLabel, index: number): boolean => label.key.value.text !== sorted[index + 1]?.key.value.text;
  if (sorted.every(isLast)) return sorted;
  sorted.forEach((label, index) => {
    if (!isLast(label, index) && /^traefik\./i.test(label.key.value.text)) work.effects.set(label, 'ignored');
  });
  return sorted.filter(isLast);
}

interface Part {
  readonly tree: ConfigObject;
  readonly cause: Problem | undefined;
}

/** One of the two decodes, of labels in order. `before` = the engine never comes here because of it. */
function decodePart(sorted: readonly RawLabel[], table: KeyObject, work: Work, before: Problem | undefined): Part {
  const { origins, version } = work.options;
  for (const label of sorted) work.effects.set(label, 'used');
  if (sorted.length === 0) return { tree: { kind: 'object', entries: new Map(), origin: origins.default('labels') }, cause: undefined };
  const plain = plainLabels(sorted, table, origins);
  if (plain !== undefined) return { tree: plain, cause: undefined };
  const { root, bad, tooDeep } = labelTree(sorted, { rootName: 'traefik', origins });
  for (const label of tooDeep) reportTooDeep(label, work);
  let cause = before;
  for (const key of bad) cause = reportBadKey(key, cause, work);
  let own = cause === before ? undefined : cause;
  const report: Report = (mistake) => {
    const problem = reportMistake(mistake, work);
    if (mistake.fatal) own ??= problem;
  };
  const origin = root?.origin ?? sorted[0]?.origin ?? origins.default('labels');
  const bound = bindObject(table, root?.children ?? [], { form: 'label', report, other: (path) => otherKey(table, version, path) });
  reportSpellings(bound, report, work);
  return { tree: fillObject(bound, origin, { form: 'label', report, origins }), cause: own };
}

/** What the other version has at a path: only looked up for an option that this one has not. */
function otherKey(table: KeyObject, version: TraefikVersion, path: string): KeyNode | undefined {
  const other = version === '3.7' ? '2.11' : '3.7';
  return keyAt(table === keyTable(version) ? keyTable(other) : switchTable(other), path);
}

function reportBadKey(bad: BadKey, before: Problem | undefined, work: Work): Problem | undefined {
  const { key } = bad.label;
  // A variable without a value in the key: what it becomes is not known.
  if (key.value.holes.length > 0) return before;
  const panics = bad.panics && before === undefined;
  const problem: Problem = {
    kind: bad.kind,
    origin: work.options.origins.slice(key.origin, bad.from, bad.to),
    subject: key.value.text.slice(bad.from, bad.to),
    ...(bad.kind === 'label-root-case' ? { candidates: ['traefik'] } : {}),
    engineSays: bad.engineSays,
    loss: panics ? 'provider' : 'container',
    symbol: symbolOf(bad.label, work),
  };
  work.problems.push(problem);
  work.effects.set(bad.label, 'breaksContainer');
  return before ?? problem;
}

function reportTooDeep(label: RawLabel, work: Work): void {
  work.effects.set(label, 'ignored');
  work.problems.push({ kind: 'label-part-unknown', origin: label.key.origin, subject: `${label.key.value.text.slice(0, 60)}…`, context: 'depth', loss: 'nothing', symbol: `${work.options.symbolPrefix} ${label.key.value.text.slice(0, 60)}…` });
}

function reportMistake(mistake: Mistake, work: Work): Problem {
  const parts = mistake.node.parts;
  const label = endingLabel(mistake) ?? parts[0]?.label;
  const loss: Loss = mistake.fatal ? 'container' : (mistake.loss ?? 'nothing');
  const related = mistake.related ?? relatedOrigins(mistake, work.options.origins);
  const problem: Problem = {
    kind: mistake.kind === 'value-invalid' && mistake.node.name.toLowerCase() === 'enable' && label !== undefined && isSwitch(label) ? 'enable-unparsable' : mistake.kind,
    origin: mistake.origin,
    subject: mistake.subject,
    loss,
    symbol: label === undefined ? work.options.symbolPrefix : symbolOf(label, work),
    ...(mistake.candidates === undefined || mistake.candidates.length === 0 ? {} : { candidates: mistake.candidates }),
    ...(mistake.context === undefined ? {} : { context: mistake.context }),
    ...(mistake.engineSays === undefined ? {} : { engineSays: mistake.engineSays }),
    ...(mistake.hint === undefined ? {} : { hint: mistake.hint }),
    ...(related.length === 0 ? {} : { related }),
  };
  work.problems.push(problem);
  for (const part of affected(mistake)) mark(part, mistake.fatal, work);
  return problem;
}

function isSwitch(label: RawLabel): boolean {
  return hasPrefix(label.key.value.text, 'traefik.enable');
}

/** A mistake in a value belongs to the label that wrote the value. */
function endingLabel(mistake: Mistake): RawLabel | undefined {
  const inValue = mistake.node.value !== undefined && mistake.origin !== mistake.node.origin;
  return inValue ? mistake.node.ends.at(-1) : undefined;
}

/** The labels that the mistake makes useless: all below the node, or only those that end on it. */
function affected(mistake: Mistake): readonly RawLabel[] {
  const { node, kind } = mistake;
  if (mistake.hint === 'off') return [];
  if (kind === 'label-value-ignored' || kind === 'value-invalid') return node.ends;
  if (kind === 'label-name-case') return [];
  if (kind === 'label-list-index' && mistake.context?.endsWith(' order') === true) return [];
  return node.parts.map((part) => part.label);
}

function mark(label: RawLabel, fatal: boolean, work: Work): void {
  if (fatal) work.effects.set(label, 'breaksContainer');
  else if (work.effects.get(label) === 'used') work.effects.set(label, 'ignored');
}

/** The same wrong part in other labels. */
function relatedOrigins(mistake: Mistake, origins: Origins): readonly OriginId[] {
  if (mistake.kind !== 'label-part-unknown') return [];
  return mistake.node.parts.slice(1).map((part) => partOrigin(part, origins));
}

function symbolOf(label: RawLabel, work: Work): string {
  return `${work.options.symbolPrefix} ${label.key.value.text}`;
}

/** User-chosen names that differ only in case are one name, the first in byte order (ran). */
function reportSpellings(bound: readonly Bound[], report: Report, work: Work): void {
  for (const item of bound) {
    if (item.disabled) continue;
    if (item.key.kind === 'map' || item.key.kind === 'texts') item.node.children.forEach((child) => reportSpelling(child, item.key.path, report, work));
    else if (item.node.ends.length > 1) reportRepeat(item, report, work);
    reportSpellings(item.children, report, work);
  }
}

function reportSpelling(node: RawNode, context: string, report: Report, work: Work): void {
  const other = node.parts.find((part) => part.text !== node.name);
  if (other === undefined) return;
  const first: LabelPart | undefined = node.parts.find((part) => part.text === node.name);
  const { origins } = work.options;
  report({ kind: 'label-name-case', node, origin: partOrigin(other, origins), subject: other.text, candidates: [node.name], context, fatal: false, loss: 'requests', related: first === undefined ? [] : [partOrigin(first, origins)] });
}

/** One option written twice in different case: the last in byte order wins. */
function reportRepeat(bound: Bound, report: Report, work: Work): void {
  const { node } = bound;
  const [loser] = node.parts;
  if (loser === undefined) return;
  work.effects.set(loser.label, 'ignored');
  const winner = node.parts.at(-1);
  report({ kind: 'label-name-case', node, origin: node.origin, subject: node.name, context: bound.key.path, fatal: false, loss: 'requests', related: winner === undefined ? [] : [partOrigin(winner, work.options.origins)] });
}

function reportStrays(labels: readonly RawLabel[], work: Work): void {
  const { options } = work;
  for (const label of labels) {
    const key = label.key.value;
    if (work.effects.get(label) !== 'foreign' || key.holes.length > 0) continue;
    const stray = strayLabel(key.text, options.version, [...ALWAYS_KNOWN, ...(options.knownLabels ?? [])]);
    if (stray === undefined) continue;
    const { from, to, candidates, ...rest } = stray;
    work.effects.set(label, 'ignored');
    work.problems.push({ ...rest, origin: options.origins.slice(label.key.origin, from, to), subject: key.text.slice(from, to), symbol: symbolOf(label, work), ...(candidates.length === 0 ? {} : { candidates }) });
  }
}

/** Swarm 3.x: `both Docker and Swarm labels are defined`, the service is skipped. */
function bothKinds(tree: ConfigObject, work: Work): Problem | undefined {
  const swarm = tree.entries.get('swarm');
  const docker = tree.entries.get('docker');
  if (swarm === undefined || docker === undefined) return undefined;
  const problem: Problem = { kind: 'label-not-for-labels', origin: docker.origin, subject: 'docker', candidates: ['swarm'], engineSays: 'both Docker and Swarm labels are defined', loss: 'container', related: [swarm.origin], symbol: work.options.symbolPrefix };
  work.problems.push(problem);
  return problem;
}

function switchesOf(tree: ConfigObject, options: LabelOptions): Switches {
  const specific = (options.provider === 'swarm' ? tree.entries.get('swarm') : undefined) ?? tree.entries.get('docker');
  const below = specific?.kind === 'object' ? specific : undefined;
  const enable = leaf(tree, 'enable');
  const network = leaf(below, 'network');
  const allowNonRunning = options.provider === 'swarm' ? undefined : bool(leaf(below, 'allowNonRunning'));
  const lbSwarm = bool(leaf(below, 'lbSwarm'));
  const isUnknown = enable !== undefined && enable.text.holes.length > 0;
  return {
    enable: isUnknown ? undefined : bool(enable),
    enableUnknown: isUnknown ? written(enable) : undefined,
    network: network === undefined ? undefined : written(network),
    allowNonRunning,
    lbSwarm,
  };
}

function written({ text, origin }: ConfigLeaf): Sourced<Text> {
  return { value: text, origin };
}

function leaf(node: ConfigObject | undefined, name: string): ConfigLeaf | undefined {
  const found = node?.entries.get(name);
  return found?.kind === 'leaf' ? found : undefined;
}

function bool(node: ConfigLeaf | undefined): Sourced<boolean> | undefined {
  return typeof node?.value === 'boolean' ? { value: node.value, origin: node.origin } : undefined;
}
