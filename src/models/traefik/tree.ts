import { Origins, SourceFile } from '../../text/index.ts';
import { parseYaml as readYaml, resolveScalar } from '../../text/yaml/index.ts';
import type { YamlNode, YamlScalar } from '../../text/yaml/index.ts';
import { readPlainYaml } from '../../text/yaml/plain.ts';

export type Tree = Readonly<Record<string, unknown>>;

/** A YAML text as plain values; whole numbers are bigint. Undefined where it is no YAML, or more than one document. */
export function parseYaml(text: string): unknown {
  return readPlainYaml(text, BigInt) ?? parseAnyYaml(text);
}

/** The same by the reader of everything that is YAML. */
export function parseAnyYaml(text: string): unknown {
  const { docs, problems, root } = readYaml(new SourceFile('', text), new Origins());
  return root === undefined || docs.length > 1 || problems.length > 0 ? undefined : toPlain(root);
}

function toPlain(node: YamlNode): unknown {
  if (node.kind === 'scalar') return scalarValue(node);
  if (node.kind === 'sequence') return node.items.map(toPlain);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key.text, toPlain(value)]));
}

function scalarValue(node: YamlScalar): unknown {
  const value = resolveScalar(node);
  if (value.kind === 'null') return null;
  return value.kind === 'bool' || value.kind === 'int' || value.kind === 'float' ? value.value : node.text;
}

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Typed access below a node, absent = the engine's default. Keys are found whatever their case, as Traefik finds them. */
export interface Node {
  readonly there: boolean;
  readonly keys: readonly string[];
  has(key: string): boolean;
  raw(key: string): unknown;
  child(key: string): Node;
  items(key: string): readonly Node[];
  text(key: string, absent?: string): string;
  number(key: string, absent?: number): number;
  whole(key: string): bigint | undefined;
  flag(key: string, absent?: boolean): boolean;
  list(key: string, absent?: readonly string[]): readonly string[];
  map(key: string): Readonly<Record<string, string>>;
  /** Milliseconds. */
  duration(key: string, absent?: number): number;
}

export function nodeOf(value: unknown): Node {
  return new TreeNode(value);
}

/** A class, since a thousand routers have ten thousand nodes: an object of functions would make each of these anew. */
class TreeNode implements Node {
  readonly there: boolean;
  readonly #tree: Tree;

  constructor(value: unknown) {
    const tree = isTree(value) ? value : undefined;
    this.there = tree !== undefined;
    this.#tree = tree ?? EMPTY;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#tree);
  }

  raw(key: string): unknown {
    const tree = this.#tree;
    if (Object.hasOwn(tree, key)) return tree[key];
    const found = spelledAs(tree, key);
    return found === undefined ? undefined : tree[found];
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  child(key: string): Node {
    return nodeOf(this.raw(key));
  }

  items(key: string): readonly Node[] {
    return listOf(this.raw(key)).map(nodeOf);
  }

  text(key: string, absent = ''): string {
    return this.#scalar(key) ?? absent;
  }

  number(key: string, absent = 0): number {
    return numberOr(this.#scalar(key), absent);
  }

  whole(key: string): bigint | undefined {
    return wholeOf(this.#scalar(key));
  }

  flag(key: string, absent = false): boolean {
    return flagOr(this.#scalar(key), absent);
  }

  list(key: string, absent: readonly string[] = []): readonly string[] {
    const value = this.raw(key);
    return value === undefined ? absent : textsOf(value);
  }

  map(key: string): Readonly<Record<string, string>> {
    return mapOf(this.raw(key));
  }

  duration(key: string, absent = 0): number {
    return milliseconds(this.#scalar(key)) ?? absent;
  }

  #scalar(key: string): string | undefined {
    return scalarText(this.raw(key));
  }
}

const EMPTY: Tree = {};

/** A key that is the same but for its case; the first of two counts. Most options are absent from most nodes, so lengths are looked at first: what is folded to a key of ASCII letters is as long as it. */
function spelledAs(tree: Tree, key: string): string | undefined {
  for (const name in tree) if (name.length === key.length && name.toLowerCase() === key.toLowerCase()) return name;
  return undefined;
}

function scalarText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' ? String(value) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(value: unknown): readonly string[] {
  const single = scalarText(value);
  if (single !== undefined) return single === '' ? [] : single.split(',').map((item) => item.trim());
  return listOf(value).map((item) => scalarText(item) ?? '');
}

function mapOf(value: unknown): Readonly<Record<string, string>> {
  return isTree(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, scalarText(item) ?? ''])) : {};
}

function numberOr(text: string | undefined, absent: number): number {
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? absent : value;
}

function wholeOf(text: string | undefined): bigint | undefined {
  return text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : undefined;
}

function flagOr(text: string | undefined, absent: boolean): boolean {
  return text === undefined ? absent : text === 'true';
}

const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 0.001, 'µs': 0.001, ns: 0.000001 };

/** Go's durations; a number alone counts seconds. */
function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  if (/^-?\d+$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|us|µs|ns|s)/g)];
  if (parts.length === 0) return undefined;
  const sum = parts.reduce((total, [, count = '0', unit = '']) => total + Number(count) * (UNITS[unit] ?? 0), 0);
  return text.startsWith('-') ? -sum : sum;
}
