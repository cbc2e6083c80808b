import type { OriginId, Origins, SourceFile, Text } from '../../text/index.ts';
import { resolveScalar } from '../../text/yaml/index.ts';
import type { YamlNode, YamlScalar } from '../../text/yaml/index.ts';
import { interpolate, textOf } from '../variables/index.ts';
import type { Lookup } from '../variables/index.ts';

/** What a scalar is: YAML decides by its spelling, quotes make it a text. `unknown` = a variable without a value. */
export type ScalarType = 'text' | 'flag' | 'integer' | 'number' | 'null' | 'unknown';

/** A gateway.yaml after variables were put in, with places. */
export type SpecNode = SpecScalar | SpecMapping | SpecSequence;
export interface SpecScalar {
  readonly kind: 'scalar';
  readonly type: ScalarType;
  readonly text: Text;
  readonly origin: OriginId;
}
export interface SpecEntry {
  readonly key: string;
  /** The key's place. */
  readonly origin: OriginId;
  readonly value: SpecNode;
}
export interface SpecMapping {
  readonly kind: 'mapping';
  readonly entries: ReadonlyMap<string, SpecEntry>;
  readonly origin: OriginId;
}
export interface SpecSequence {
  readonly kind: 'sequence';
  readonly items: readonly SpecNode[];
  readonly origin: OriginId;
}

export interface SpecReading {
  readonly origins: Origins;
  readonly lookup: Lookup;
  readonly file: SourceFile;
  readonly problem: (message: string, origin: OriginId) => void;
}

/** Puts variables in and resolves scalars by YAML's core schema. Keys are taken as written. */
export function specNode(node: YamlNode, reading: SpecReading): SpecNode {
  if (node.kind === 'scalar') return specScalar(node, reading);
  if (node.kind === 'sequence') return { kind: 'sequence', items: node.items.map((item) => specNode(item, reading)), origin: node.origin };
  const entries = new Map<string, SpecEntry>();
  for (const { key, value } of node.entries) entries.set(key.text, { key: key.text, origin: key.origin, value: specNode(value, reading) });
  return { kind: 'mapping', entries, origin: node.origin };
}

const NONE: readonly string[] = [];

function specScalar(node: YamlScalar, reading: SpecReading): SpecScalar {
  if (!node.text.includes('$')) {
    const text: Text = { text: node.text, holes: NONE };
    return { kind: 'scalar', type: typeOf(node, text), text, origin: node.origin };
  }
  const made = interpolate(node.text, reading.lookup);
  for (const problem of made.problems) reading.problem(problem.message, reading.origins.slice(node.origin, problem.start, problem.end));
  const origin = made.segments === undefined ? node.origin : reading.origins.rewrite(node.origin, made.segments);
  // A variable that cannot be read is said once: what it would have become is not judged.
  const text = made.problems.length === 0 ? textOf(made) : { ...textOf(made), holes: ['?'] };
  return { kind: 'scalar', type: made.problems.length === 0 ? typeOf({ ...node, text: made.text }, text) : 'unknown', text, origin };
}

function typeOf(node: YamlScalar, text: Text): ScalarType {
  if (node.style !== 'plain') return 'text';
  if (text.holes.length > 0 && /^\$\{[^}]*\}$/.test(text.text)) return 'unknown';
  const { kind } = resolveScalar(node);
  if (kind === 'bool') return 'flag';
  if (kind === 'int') return 'integer';
  if (kind === 'float') return 'number';
  return kind === 'null' ? 'null' : 'text';
}

/** The value of a key that is there and not null. */
export function valueAt(node: SpecNode | undefined, key: string): SpecNode | undefined {
  const found = node?.kind === 'mapping' ? node.entries.get(key)?.value : undefined;
  return found === undefined || isNull(found) ? undefined : found;
}

export function entriesOf(node: SpecNode | undefined): readonly SpecEntry[] {
  return node?.kind === 'mapping' ? [...node.entries.values()] : [];
}

/** A list's items; anything else is a list of one. */
export function itemsOf(node: SpecNode | undefined): readonly SpecNode[] {
  if (node === undefined) return [];
  return node.kind === 'sequence' ? node.items : [node];
}

export function isNull(node: SpecNode): boolean {
  return node.kind === 'scalar' && node.type === 'null';
}

/** The text of a scalar; empty for everything else. */
export function plainText(node: SpecNode | undefined): string {
  return node?.kind === 'scalar' ? node.text.text : '';
}

/** A node as plain data, for those who need no places. */
export function plainValue(node: SpecNode): unknown {
  if (node.kind === 'sequence') return node.items.map(plainValue);
  if (node.kind === 'mapping') return Object.fromEntries([...node.entries.values()].map((one) => [one.key, plainValue(one.value)]));
  if (node.type === 'flag') return node.text.text === 'true';
  if (node.type === 'null') return null;
  return node.type === 'integer' || node.type === 'number' ? Number(node.text.text) : node.text.text;
}

/** `x-` fields are the author's own. */
export function isOwn(key: string): boolean {
  return key.startsWith('x-');
}
