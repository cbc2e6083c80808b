import type { Alias, Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import type { ScalarStyle } from './node.ts';
import { yamlPackage } from './package.ts';
import type { RawDocument, RawNode, RawPair } from './raw.ts';

type Node = Alias | Scalar | YAMLMap | YAMLSeq;
/** From the parser's offsets to the file's. */
type Back = (offset: number) => number;

/** What the `yaml` package read, in our own nodes. */
export function fromPackage(document: Document.Parsed, back: Back): RawDocument {
  const start = back(document.range[0]);
  return document.contents === null ? { start } : { start, contents: toNode(document.contents, back) };
}

function toNode(node: Node, back: Back): RawNode {
  const place = placeOf(node, back);
  if (yamlPackage().isAlias(node)) return { kind: 'alias', name: node.source, ...place };
  const own = { ...propsOf(node), ...place };
  if (yamlPackage().isScalar(node)) return { kind: 'scalar', text: node.source ?? (typeof node.value === 'string' ? node.value : ''), style: STYLES[node.type ?? 'PLAIN'] ?? 'plain', ...own };
  if (yamlPackage().isMap(node)) return { kind: 'mapping', pairs: node.items.map((pair) => toPair(pair, back)), ...own };
  return { kind: 'sequence', items: node.items.flatMap((item) => toItem(item, back)), ...own };
}

function toItem(item: unknown, back: Back): readonly (RawNode | RawPair)[] {
  if (isNode(item)) return [toNode(item, back)];
  return yamlPackage().isPair(item) ? [toPair(item, back)] : [];
}

function toPair(pair: Pair, back: Back): RawPair {
  const key = isNode(pair.key) ? { key: toNode(pair.key, back) } : {};
  return { kind: 'pair', ...key, ...(isNode(pair.value) ? { value: toNode(pair.value, back) } : {}) };
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

function propsOf({ tag, anchor }: Scalar | YAMLMap | YAMLSeq): { readonly tag?: string; readonly anchor?: string } {
  const named = tag === undefined || tag === '!' ? {} : { tag: tag.startsWith(CORE) ? `!!${tag.slice(CORE.length)}` : tag };
  return anchor === undefined ? named : { ...named, anchor };
}
