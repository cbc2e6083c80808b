import type { Alias, Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { ScalarStyle } from './node.ts';
import { yamlPackage } from './package.ts';
import type { RawDocument, RawEntry, RawNode, RawPair, RawScalar } from './raw.ts';
import { blockEnd, scalarRuns } from './runs.ts';

type Node = Alias | Scalar | YAMLMap | YAMLSeq;
/** From the parser's offsets to the file's. */
type Back = (offset: number) => number;

/** What the nodes are made from, and what is noted beside them. */
interface Source {
  readonly text: string;
  readonly back: Back;
  readonly anchors: Map<RawNode, string>;
  readonly aliases: Map<RawNode, string>;
}

/** What the `yaml` package read of `text`, in our own nodes. */
export function fromPackage(document: Document.Parsed, text: string, back: Back): RawDocument {
  const source: Source = { text, back, anchors: new Map(), aliases: new Map() };
  const { anchors, aliases } = source;
  const start = back(document.range[0]);
  return document.contents === null ? { start, anchors, aliases } : { start, contents: toNode(document.contents, source), anchors, aliases };
}

function toNode(node: Node, source: Source): RawNode {
  if (yamlPackage().isAlias(node)) return toAlias(node, source);
  const made = withoutAnchor(node, source);
  if (node.anchor !== undefined) source.anchors.set(made, node.anchor);
  return made;
}

function toAlias(node: Alias, source: Source): RawNode {
  const made: RawScalar = { kind: 'scalar', text: '', style: 'plain', ...placeOf(node, source.back) };
  source.aliases.set(made, node.source);
  return made;
}

function withoutAnchor(node: Exclude<Node, Alias>, source: Source): RawNode {
  const own = { ...tagOf(node), ...placeOf(node, source.back) };
  if (yamlPackage().isScalar(node)) return toScalar(node, own, source.text);
  if (yamlPackage().isMap(node)) return { kind: 'mapping', entries: node.items.map((pair) => toEntry(pair, source)), ...own };
  return { kind: 'sequence', items: node.items.flatMap((item) => toItem(item, source)), ...own };
}

function toScalar(node: Scalar, own: Pick<RawScalar, 'tag' | 'start' | 'end'>, source: string): RawScalar {
  const text = node.source ?? (typeof node.value === 'string' ? node.value : '');
  const style = STYLES[node.type ?? 'PLAIN'] ?? 'plain';
  const runs = scalarRuns(source, own.start, own.end, style, text);
  const end = style === 'literal' || style === 'folded' ? blockEnd(source, own.start, own.end) : own.end;
  return { kind: 'scalar', text, style, ...own, end, ...(runs === undefined ? {} : { runs }) };
}

function toItem(item: unknown, source: Source): readonly (RawNode | RawPair)[] {
  if (isNode(item)) return [toNode(item, source)];
  return yamlPackage().isPair(item) ? [{ kind: 'pair', ...toEntry(item, source) }] : [];
}

function toEntry(pair: Pair, source: Source): RawEntry {
  const key = isNode(pair.key) ? { key: toNode(pair.key, source) } : {};
  return { ...key, ...(isNode(pair.value) ? { value: toNode(pair.value, source) } : {}) };
}

const STYLES: Readonly<Record<string, ScalarStyle>> = {
  PLAIN: 'plain',
  QUOTE_SINGLE: 'single',
  QUOTE_DOUBLE: 'double',
  BLOCK_LITERAL: 'literal',
  BLOCK_FOLDED: 'folded',
};

function isNode(value: unknown): value is Node {
  return yamlPackage().isAlias(value) || yamlPackage().isScalar(value) || yamlPackage().isMap(value) || yamlPackage().isSeq(value);
}

function placeOf({ range }: Node, back: Back): { readonly start: number; readonly end: number } {
  return range === undefined || range === null ? { start: 0, end: 0 } : { start: back(range[0]), end: back(range[1]) };
}

const CORE = 'tag:yaml.org,2002:';

function tagOf({ tag }: Scalar | YAMLMap | YAMLSeq): { readonly tag?: string } {
  return tag === undefined || tag === '!' ? {} : { tag: tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag };
}
