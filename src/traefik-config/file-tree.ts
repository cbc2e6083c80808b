import { compareBytes } from './go-text.ts';
import type { FileEntry, FileMapping, FileSequence, FileValue, GoKind } from './file-value.ts';
import type { KeyObject } from './keys.ts';
import { childKey } from './keys.ts';
import type { Report } from './mistake.ts';
import type { RawNode, RawValue } from './raw.ts';

/** Go's reflect.Kind numbers: the widest kind of a list is its kind. */
const KIND: Readonly<Record<GoKind, number>> = { invalid: 0, bool: 1, int: 2, int64: 6, uint64: 11, float64: 14, map: 21, slice: 23, string: 24, struct: 25 };

export interface FileTreeOptions {
  readonly report: Report;
  readonly table: KeyObject;
}

/**
 * A file as the engine's untyped tree (paerser/file/raw_node.go): keys sorted, nulls left out, lists of scalars as one
 * text. At the top only the known sections are looked at; others are dropped without a word.
 */
export function fileTree(root: FileMapping, options: FileTreeOptions): readonly RawNode[] {
  const known = root.entries.filter((entry) => childKey(options.table, entry.key, 'file') !== undefined);
  for (const entry of root.entries) if (!known.includes(entry)) reportTop(entry, options);
  return nodesOf(known, '', options);
}

function reportTop(entry: FileEntry, options: FileTreeOptions): void {
  const node = bare(entry, entry.key);
  const candidates = [...options.table.children.values()].filter((child) => child.settable.file).map((child) => child.name);
  options.report({ kind: 'label-part-unknown', node, origin: entry.origin, subject: entry.key, fatal: false, loss: 'nothing', candidates, context: '' });
}

function nodesOf(entries: readonly FileEntry[], path: string, options: FileTreeOptions): readonly RawNode[] {
  const sorted = entries.length < 2 ? entries : [...entries].sort((a, b) => compareBytes(a.key, b.key));
  const out: RawNode[] = [];
  for (const entry of sorted) {
    const node = nodeOf(entry, path === '' ? entry.key : `${path}.${entry.key}`, options);
    if (node !== undefined) out.push(node);
  }
  return out;
}

/** Shared by all nodes: a large file has very many. */
const NONE: readonly never[] = [];

function bare(entry: FileEntry, path: string, children: readonly RawNode[] = NONE): RawNode {
  return { name: entry.key, origin: entry.origin, unsure: entry.key.includes('{{'), children, parts: NONE, ends: NONE, path };
}

function nodeOf(entry: FileEntry, path: string, options: FileTreeOptions): RawNode | undefined {
  const { value } = entry;
  if (value.kind === 'mapping') return bare(entry, path, nodesOf(value.entries, path, options));
  const node = bare(entry, path);
  if (value.kind === 'sequence') return listNode(node, value, path, options);
  if (value.go === 'invalid') return undefined;
  if (value.go === 'struct') {
    options.report({ kind: 'value-invalid', node, origin: value.origin, subject: entry.key, fatal: true, engineSays: `field ${entry.key} uses unsupported type: struct` });
    return undefined;
  }
  return { ...node, value: { text: value.text, origin: value.origin } };
}

function listNode(node: RawNode, list: FileSequence, path: string, options: FileTreeOptions): RawNode {
  const children: RawNode[] = [];
  const scalars: RawValue[] = [];
  for (const [index, item] of list.items.entries()) {
    if (item.kind === 'mapping') children.push(itemNode(item, index, path, options));
    else if (isText(item)) scalars.push({ text: item.text, origin: item.origin });
    else options.report({ kind: 'value-invalid', node, origin: item.origin, subject: node.name, fatal: true, engineSays: `unsupported simple value type: ${goKind(item)}` });
  }
  const scalarKind = list.items.reduce((widest, item) => Math.max(widest, KIND[goKind(item)]), 0);
  return { ...node, children, scalars, scalarKind, value: { text: { text: '', holes: [] }, origin: list.origin } };
}

function isText(value: FileValue): value is Extract<FileValue, { kind: 'scalar' }> {
  return value.kind === 'scalar' && value.go !== 'invalid' && value.go !== 'struct';
}

function goKind(value: FileValue): GoKind {
  return value.kind === 'mapping' ? 'map' : value.kind === 'sequence' ? 'slice' : value.go;
}

function itemNode(item: FileMapping, index: number, path: string, options: FileTreeOptions): RawNode {
  const name = `[${String(index)}]`;
  return { name, origin: item.origin, unsure: false, children: nodesOf(item.entries, `${path}${name}`, options), parts: NONE, ends: NONE, path: `${path}${name}` };
}

/** Objects that stand empty because of a null: `tls:` where `tls: {}` was meant. */
export function nullObjects(root: FileMapping, table: KeyObject): readonly { readonly entry: FileEntry; readonly path: string }[] {
  const out: { readonly entry: FileEntry; readonly path: string }[] = [];
  const walk = (value: FileMapping, at: KeyObject, path: string): void => {
    for (const entry of value.entries) {
      const key = childKey(at, entry.key, 'file');
      const here = path === '' ? entry.key : `${path}.${entry.key}`;
      if (entry.value.kind === 'scalar' && entry.value.go === 'invalid' && key?.kind === 'object' && key.emptyOk.file) out.push({ entry, path: here });
      if (entry.value.kind !== 'mapping') continue;
      if (key?.kind === 'object') walk(entry.value, key, here);
      if (key?.kind === 'map' && key.entry.kind === 'object') for (const named of entry.value.entries) if (named.value.kind === 'mapping') walk(named.value, key.entry, `${here}.${named.key}`);
    }
  };
  walk(root, table, '');
  return out;
}

