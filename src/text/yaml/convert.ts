import type { OriginId, Origins } from '../origin.ts';
import type { SourceFile } from '../source-file.ts';
import type { YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence, YamlProblem } from './node.ts';
import { isMerge } from './merge-key.ts';
import type { RawDocument, RawEntry, RawMapping, RawNode, RawPair, RawScalar, RawSequence } from './raw.ts';

export interface ConvertState {
  readonly file: SourceFile;
  readonly origins: Origins;
  readonly report: (message: string, start: number, end: number, more?: Pick<YamlProblem, 'kind' | 'related'>) => void;
  /** Nodes that aliases may still add. */
  budget: number;
  overBudget: boolean;
  /** What stands for aliases that lead nowhere: said there, and not again by who needs their value. */
  readonly lost: Set<YamlNode>;
}

/** What is the same for all nodes below one alias. */
interface Frame {
  readonly state: ConvertState;
  readonly document: RawDocument;
  /** Which node each alias means, settled in document order: a name may be anchored again later. */
  readonly targets: ReadonlyMap<RawNode, RawNode>;
  readonly via?: OriginId;
  /** Anchored nodes that are being read: an alias to one of them is a cycle. */
  readonly open: ReadonlySet<RawNode>;
}

/** Follows aliases and merge keys, and gives every node its place; both readers end here. */
export function convertDocument(document: RawDocument, state: ConvertState): YamlNode {
  const { start, contents, placed: ready } = document;
  if (contents === undefined) return emptyScalar(state, start);
  if (ready !== undefined && state.origins.take(state.file.path, ready.spans)) return ready.root;
  return convert(contents, { state, document, targets: document.aliases.size === 0 ? NO_ALIASES : aliasTargets(contents, document), open: new Set() });
}

const NO_ALIASES: ReadonlyMap<RawNode, RawNode> = new Map();

function aliasTargets(root: RawNode, { anchors, aliases }: RawDocument): ReadonlyMap<RawNode, RawNode> {
  const named = new Map<string, RawNode>();
  const targets = new Map<RawNode, RawNode>();
  const walkEntry = ({ key, value }: RawEntry): void => {
    walk(key);
    walk(value);
  };
  const walk = (node: RawNode | RawPair | undefined): void => {
    if (node === undefined) return;
    if (node.kind === 'pair') return walkEntry(node);
    const alias = aliases.get(node);
    const target = alias === undefined ? undefined : named.get(alias);
    if (target !== undefined) targets.set(node, target);
    const anchor = anchors.get(node);
    if (anchor !== undefined) named.set(anchor, node);
    if (node.kind === 'mapping') node.entries.forEach(walkEntry);
    else if (node.kind === 'sequence') node.items.forEach(walk);
  };
  walk(root);
  return targets;
}

function convert(node: RawNode, frame: Frame): YamlNode {
  const alias = frame.document.aliases.get(node);
  if (alias !== undefined) return convertAlias(node, alias, frame);
  if (frame.via !== undefined) frame.state.budget -= 1;
  if (node.kind === 'scalar') return convertScalar(node, frame);
  const inner = frame.document.anchors.has(node) ? { ...frame, open: new Set([...frame.open, node]) } : frame;
  return node.kind === 'mapping' ? convertMapping(node, inner) : convertSequence(node, inner);
}

function convertAlias(alias: RawNode, name: string, frame: Frame): YamlNode {
  const { state } = frame;
  const place = { start: alias.start, end: alias.end };
  const origin = spanOf(frame, place.start, place.end);
  const target = frame.targets.get(alias);
  if (target === undefined) state.report(`alias "*${name}" has no anchor before it`, place.start, place.end);
  else if (frame.open.has(target)) state.report(`the anchor "&${name}" contains itself`, place.start, place.end, { related: spanOf(frame, target.start, target.end) });
  else if (state.budget <= 0) overBudget(state, place);
  else return convert(target, { ...frame, via: origin });
  const nothing: YamlScalar = { kind: 'scalar', text: '', style: 'plain', ...place, origin };
  state.lost.add(nothing);
  return nothing;
}

function overBudget(state: ConvertState, place: { readonly start: number; readonly end: number }): void {
  if (state.overBudget) return;
  state.overBudget = true;
  state.report('aliases blow the file up beyond what can be read', place.start, place.end);
}

function convertScalar(node: RawScalar, frame: Frame): YamlScalar {
  const { state } = frame;
  const { style, text, start, end, tag } = node;
  if (style === 'double') checkEscapes(state, node);
  const mapped = node.runs === undefined ? {} : { runs: node.runs };
  const origin = state.origins.span(state.file.path, start, end, { ...viaOf(frame), ...mapped });
  return { kind: 'scalar', text, style, ...(tag === undefined ? {} : { tag }), start, end, origin, ...mapped };
}

/** Go knows no `\\/`, YAML 1.2 does. */
function checkEscapes(state: ConvertState, range: { readonly start: number; readonly end: number }): void {
  const source = state.file.text.slice(range.start, range.end);
  if (!source.includes('\\/')) return;
  for (const pair of source.matchAll(/\\[\s\S]/g)) {
    const at = range.start + pair.index;
    if (pair[0] === '\\/') state.report('"\\/" is no escape that Go knows: write "/"', at, at + 2, { kind: 'escape' });
  }
}

function convertSequence(node: RawSequence, frame: Frame): YamlSequence {
  const items = node.items.map((item) => (item.kind === 'pair' ? pairAsMapping(item, frame) : convert(item, frame)));
  return { kind: 'sequence', items, ...placed(node, frame, items.at(-1)) };
}

/** `[a: b]`: a mapping of one entry. */
function pairAsMapping(pair: RawPair, frame: Frame): YamlNode {
  const entries = toEntries([pair], frame);
  const first = entries[0];
  const start = first?.key.start ?? 0;
  const end = first?.value.end ?? start;
  return { kind: 'mapping', entries, start, end, origin: spanOf(frame, start, end) };
}

function convertMapping(node: RawMapping, frame: Frame): YamlMapping {
  const all = toEntries(node.entries, frame);
  const merges = all.filter((entry) => isMerge(entry.key));
  const entries = merges.length === 0 ? all : withMerged(all.filter((entry) => !isMerge(entry.key)), merges, frame.state);
  return { kind: 'mapping', entries, ...placed(node, frame, all.at(-1)?.value) };
}

/** Entries without duplicates: Go refuses a file that has one key twice; the first one stays readable. */
function toEntries(items: readonly RawEntry[], frame: Frame): readonly YamlEntry[] {
  const seen = new Map<string, YamlScalar>();
  const out: YamlEntry[] = [];
  for (const item of items) {
    const key = keyOf(item, frame);
    if (key === undefined) continue;
    const value = item.value === undefined ? emptyScalar(frame.state, key.end, frame.via) : convert(item.value, frame);
    const first = seen.get(key.text);
    if (first === undefined) {
      seen.set(key.text, key);
      out.push({ key, value });
    } else if (frame.via === undefined) {
      frame.state.report(`key "${key.text}" is already defined on line ${String(frame.state.file.position(first.start).line)}`, key.start, key.end, { kind: 'key-twice', related: first.origin });
    }
  }
  return out;
}

function keyOf(item: RawEntry, frame: Frame): YamlScalar | undefined {
  if (item.key === undefined) return emptyScalar(frame.state, item.value?.start ?? 0, frame.via);
  const key = convert(item.key, frame);
  if (key.kind === 'scalar') return key;
  frame.state.report('a key must be a scalar, not a list or mapping', key.start, Math.max(key.end, key.start + 1));
  return undefined;
}

/** Own keys win, then the first mapping of a merge list wins (YAML 1.1 merge keys as Go applies them). */
function withMerged(own: readonly YamlEntry[], merges: readonly YamlEntry[], state: ConvertState): readonly YamlEntry[] {
  const out = [...own];
  const seen = new Set(own.map((entry) => entry.key.text));
  for (const merge of merges) {
    for (const mapping of mergedMappings(merge.value, state)) {
      for (const entry of mapping.entries) {
        if (seen.has(entry.key.text)) continue;
        seen.add(entry.key.text);
        out.push(entry);
      }
    }
  }
  return out;
}

function mergedMappings(value: YamlNode, state: ConvertState): readonly YamlMapping[] {
  const candidates = value.kind === 'sequence' ? value.items : [value];
  const mappings = candidates.filter((node) => node.kind === 'mapping');
  if (candidates.some((node) => node.kind !== 'mapping' && !state.lost.has(node))) state.report('a merge key takes a mapping or a list of mappings', value.start, Math.max(value.end, value.start + 1));
  return mappings;
}

function emptyScalar(state: ConvertState, at: number, via?: OriginId): YamlScalar {
  const origin = state.origins.span(state.file.path, at, at, via === undefined ? {} : { via });
  return { kind: 'scalar', text: '', style: 'plain', start: at, end: at, origin };
}

/** A block collection ends with its last child: the parser counts the line break behind it in. */
function placed(node: RawMapping | RawSequence, frame: Frame, last: YamlNode | undefined): { readonly tag?: string; readonly start: number; readonly end: number; readonly origin: OriginId } {
  const { start, end: whole, tag } = node;
  const text = frame.state.file.text;
  const closed = text[whole - 1] === ']' || text[whole - 1] === '}';
  const end = last === undefined || closed ? whole : start + text.slice(start, whole).trimEnd().length;
  return { ...(tag === undefined ? {} : { tag }), start, end, origin: spanOf(frame, start, end) };
}

function spanOf(frame: Frame, start: number, end: number): OriginId {
  return frame.state.origins.span(frame.state.file.path, start, end, viaOf(frame));
}

function viaOf(frame: Frame): { readonly via?: OriginId } {
  return frame.via === undefined ? {} : { via: frame.via };
}
