import { isAlias, isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Alias, Document, Pair, ParsedNode, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { OriginId, Origins } from '../origin.ts';
import type { SourceFile } from '../source-file.ts';
import type { ScalarStyle, YamlEntry, YamlMapping, YamlNode, YamlScalar, YamlSequence } from './node.ts';
import { scalarRuns } from './runs.ts';

export interface ConvertState {
  readonly file: SourceFile;
  readonly origins: Origins;
  readonly report: (message: string, start: number, end: number, related?: OriginId) => void;
  /** From the parser's offsets to the file's (see reindent.ts). */
  readonly back: (offset: number) => number;
  /** Nodes that aliases may still add. */
  budget: number;
  overBudget: boolean;
}

type Node = ParsedNode | Alias | Scalar | YAMLMap | YAMLSeq;

/** What is the same for all nodes below one alias. */
interface Frame {
  readonly state: ConvertState;
  /** Which node each alias means, settled in document order: a name may be anchored again later. */
  readonly targets: ReadonlyMap<Alias, Node>;
  readonly via?: OriginId;
  /** Anchored nodes that are being read: an alias to one of them is a cycle. */
  readonly open: ReadonlySet<Node>;
}

export function convertDocument(document: Document.Parsed, state: ConvertState): YamlNode {
  const contents = document.contents;
  if (contents === null) return emptyScalar(state, state.back(document.range[0]));
  const targets = aliasTargets(contents);
  return convert(contents, { state, targets, open: new Set() });
}

function aliasTargets(root: Node): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const walk = (node: unknown): void => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target !== undefined) targets.set(node, target);
      return;
    }
    if (!isScalar(node) && !isMap(node) && !isSeq(node)) return;
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node) || isSeq(node)) for (const item of node.items) walkItem(item, walk);
  };
  walk(root);
  return targets;
}

function walkItem(item: unknown, walk: (node: unknown) => void): void {
  if (!isPair(item)) return walk(item);
  walk(item.key);
  walk(item.value);
}

function convert(node: Node, frame: Frame): YamlNode {
  if (isAlias(node)) return convertAlias(node, frame);
  if (frame.via !== undefined) frame.state.budget -= 1;
  if (isScalar(node)) return convertScalar(node, frame);
  const inner = node.anchor === undefined ? frame : { ...frame, open: new Set([...frame.open, node]) };
  return isMap(node) ? convertMapping(node, inner) : convertSequence(node, inner);
}

function convertAlias(alias: Alias, frame: Frame): YamlNode {
  const { state } = frame;
  const place = rangeOf(alias, frame.state);
  const origin = spanOf(frame, place.start, place.end);
  const target = frame.targets.get(alias);
  if (target === undefined) state.report(`alias "*${alias.source}" has no anchor before it`, place.start, place.end);
  else if (frame.open.has(target)) state.report(`the anchor "&${alias.source}" contains itself`, place.start, place.end, spanOf(frame, ...bounds(target, state)));
  else if (state.budget <= 0) overBudget(state, place);
  else return convert(target, { ...frame, via: origin });
  return { kind: 'scalar', text: '', style: 'plain', ...place, origin };
}

function overBudget(state: ConvertState, place: { readonly start: number; readonly end: number }): void {
  if (state.overBudget) return;
  state.overBudget = true;
  state.report('aliases blow the file up beyond what can be read', place.start, place.end);
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function convertScalar(node: Scalar, frame: Frame): YamlScalar {
  const { state } = frame;
  const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
  const range = rangeOf(node, state);
  const text = node.source ?? (typeof node.value === 'string' ? node.value : '');
  const end = style === 'literal' || style === 'folded' ? blockEnd(state.file.text, range.start, range.end) : range.end;
  if (style === 'double') checkEscapes(state, range);
  const runs = scalarRuns(state.file.text, range.start, range.end, style, text);
  const origin = state.origins.span(state.file.path, range.start, end, { ...viaOf(frame), ...(runs === undefined ? {} : { runs }) });
  return { kind: 'scalar', text, style, ...tagOf(node), start: range.start, end, origin, ...(runs === undefined ? {} : { runs }) };
}

/** Go knows no `\\/`, YAML 1.2 does. */
function checkEscapes(state: ConvertState, range: { readonly start: number; readonly end: number }): void {
  const source = state.file.text.slice(range.start, range.end);
  if (!source.includes('\\/')) return;
  for (const pair of source.matchAll(/\\[\s\S]/g)) {
    const at = range.start + pair.index;
    if (pair[0] === '\\/') state.report('"\\/" is no escape that Go knows: write "/"', at, at + 2);
  }
}

/** A block scalar's range runs on over blank lines: it ends with its last line that has content. */
function blockEnd(text: string, start: number, end: number): number {
  const body = text.slice(start, end).trimEnd();
  return start + body.length;
}

function convertSequence(node: YAMLSeq, frame: Frame): YamlSequence {
  const items: YamlNode[] = [];
  for (const item of node.items) {
    if (isNode(item)) items.push(convert(item, frame));
    else if (isPair(item)) items.push(pairAsMapping(item, frame));
  }
  return { kind: 'sequence', items, ...placed(node, frame, items.at(-1)) };
}

/** `[a: b]`: a mapping of one entry. */
function pairAsMapping(pair: Pair, frame: Frame): YamlNode {
  const entries = toEntries([pair], frame);
  const first = entries[0];
  const start = first?.key.start ?? 0;
  const end = first?.value.end ?? start;
  return { kind: 'mapping', entries, start, end, origin: spanOf(frame, start, end) };
}

function convertMapping(node: YAMLMap, frame: Frame): YamlMapping {
  const all = toEntries(node.items, frame);
  const own = all.filter((entry) => !isMerge(entry.key));
  const merges = all.filter((entry) => isMerge(entry.key));
  const entries = merges.length === 0 ? own : withMerged(own, merges, frame.state);
  return { kind: 'mapping', entries, ...placed(node, frame, all.at(-1)?.value) };
}

/** Entries without duplicates: Go refuses a file that has one key twice; the first one stays readable. */
function toEntries(items: readonly Pair[], frame: Frame): readonly YamlEntry[] {
  const seen = new Map<string, YamlScalar>();
  const out: YamlEntry[] = [];
  for (const item of items) {
    const key = keyOf(item, frame);
    if (key === undefined) continue;
    const value = isNode(item.value) ? convert(item.value, frame) : emptyScalar(frame.state, key.end, frame.via);
    const first = seen.get(key.text);
    if (first === undefined) {
      seen.set(key.text, key);
      out.push({ key, value });
    } else if (frame.via === undefined) {
      frame.state.report(`key "${key.text}" is already defined on line ${String(frame.state.file.position(first.start).line)}`, key.start, key.end, first.origin);
    }
  }
  return out;
}

function keyOf(item: Pair, frame: Frame): YamlScalar | undefined {
  if (!isNode(item.key)) return emptyScalar(frame.state, isNode(item.value) ? rangeOf(item.value, frame.state).start : 0, frame.via);
  const key = convert(item.key, frame);
  if (key.kind === 'scalar') return key;
  frame.state.report('a key must be a scalar, not a list or mapping', key.start, Math.max(key.end, key.start + 1));
  return undefined;
}

function isMerge(key: YamlScalar): boolean {
  return key.text === '<<' && (key.tag === undefined ? key.style === 'plain' : key.tag === '!!merge');
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
  if (mappings.length < candidates.length) state.report('a merge key takes a mapping or a list of mappings', value.start, Math.max(value.end, value.start + 1));
  return mappings;
}

function isNode(value: unknown): value is Node {
  return isAlias(value) || isScalar(value) || isMap(value) || isSeq(value);
}

function emptyScalar(state: ConvertState, at: number, via?: OriginId): YamlScalar {
  const origin = state.origins.span(state.file.path, at, at, via === undefined ? {} : { via });
  return { kind: 'scalar', text: '', style: 'plain', start: at, end: at, origin };
}

/** A block collection ends with its last child: the parser counts the line break behind it in. */
function placed(node: YAMLMap | YAMLSeq, frame: Frame, last: YamlNode | undefined): { readonly tag?: string; readonly start: number; readonly end: number; readonly origin: OriginId } {
  const [start, whole] = bounds(node, frame.state);
  const text = frame.state.file.text;
  const closed = text[whole - 1] === ']' || text[whole - 1] === '}';
  const end = last === undefined || closed ? whole : start + text.slice(start, whole).trimEnd().length;
  return { ...tagOf(node), start, end, origin: spanOf(frame, start, end) };
}

function bounds(node: Node, state: ConvertState): [number, number] {
  const { start, end } = rangeOf(node, state);
  return [start, end];
}

function rangeOf(node: Node, state: ConvertState): { readonly start: number; readonly end: number } {
  const range = node.range;
  return range === undefined || range === null ? { start: 0, end: 0 } : { start: state.back(range[0]), end: state.back(range[1]) };
}

function spanOf(frame: Frame, start: number, end: number): OriginId {
  return frame.state.origins.span(frame.state.file.path, start, end, viaOf(frame));
}

function viaOf(frame: Frame): { readonly via?: OriginId } {
  return frame.via === undefined ? {} : { via: frame.via };
}

const CORE = 'tag:yaml.org,2002:';

function tagOf(node: Scalar | YAMLMap | YAMLSeq): { readonly tag?: string } {
  const tag = node.tag;
  if (tag === undefined || tag === '!') return {};
  return { tag: tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag };
}
