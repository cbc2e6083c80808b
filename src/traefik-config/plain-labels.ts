import type { RawLabel } from '../ir/index.ts';
import { assertNever } from '../text/index.ts';
import type { Origins } from '../text/index.ts';
import { isLeftOut, isOff } from './bind.ts';
import { commaItems, typedLeaf } from './fill.ts';
import { fold } from './go-text.ts';
import type { GoResult } from './go-values.ts';
import { childKey } from './keys.ts';
import type { KeyMap, KeyNode, KeyObject, KeyScalar, KeyScalars } from './keys.ts';
import type { ConfigLeaf, ConfigList, ConfigNode, ConfigObject } from './tree.ts';

interface Reading {
  /** In byte order, so that those with the same beginning stand together. */
  readonly labels: readonly RawLabel[];
  readonly origins: Origins;
  /** The first that was not read yet. */
  next: number;
}

/** One part of the key of a label; labels after it may have it, too. */
interface Part {
  readonly label: RawLabel;
  readonly name: string;
  /** Where it begins in the key. */
  readonly at: number;
  /** The key ends with it. */
  readonly isLast: boolean;
}

type Entries = ReadonlyMap<string, ConfigNode>;

/** No empty part, no index of a list, and nothing whose order or letters are not those of ASCII. */
const PLAIN = /^traefik(?:\.[^.[\]\u0080-\uffff]+)+$/;
const UPPER = /[A-Z]/;

/**
 * The tree of labels of which nothing is to be said, as those of most containers are: what label-tree.ts, bind.ts and fill.ts
 * would make of them one after the other, without the trees in between. Undefined as soon as anything is, or might be,
 * wrong or unusual: it is for those three then.
 */
export function plainLabels(sorted: readonly RawLabel[], table: KeyObject, origins: Origins): ConfigObject | undefined {
  const [first] = sorted;
  if (first === undefined || !sorted.every(({ key }) => PLAIN.test(key.value.text))) return undefined;
  const root: Part = { label: first, name: 'traefik', at: 0, isLast: false };
  const reading: Reading = { labels: sorted, origins, next: 0 };
  return objectOf(root, optionsOf(table, below(root), reading), reading);
}

/** The part behind this beginning, of the label that is next; undefined once a label begins otherwise. */
function partAfter(beginning: string, { labels, next }: Reading): Part | undefined {
  const label = labels[next];
  if (label === undefined || !label.key.value.text.startsWith(beginning)) return undefined;
  const { text } = label.key.value;
  const at = beginning.length;
  const dot = text.indexOf('.', at);
  return dot === -1 ? { label, name: text.slice(at), at, isLast: true } : { label, name: text.slice(at, dot), at, isLast: false };
}

/** How the keys of all labels begin that have the part and go on. */
function below({ label, name, at, isLast }: Part): string {
  const { text } = label.key.value;
  return isLast ? `${text}.` : text.slice(0, at + name.length + 1);
}

function objectOf({ label, name, at }: Part, entries: Entries | undefined, { origins }: Reading): ConfigObject | undefined {
  return entries === undefined ? undefined : { kind: 'object', entries, origin: origins.slice(label.key.origin, at, at + name.length) };
}

function optionsOf(parent: KeyObject, beginning: string, reading: Reading): Entries | undefined {
  const entries = new Map<string, ConfigNode>();
  for (let part = partAfter(beginning, reading); part !== undefined; part = partAfter(beginning, reading)) {
    const key = childKey(parent, part.name, 'label');
    // There already: the same option in other letters, or something below a value.
    if (key === undefined || entries.has(key.name)) return undefined;
    const node = optionOf(key, part, reading);
    if (node === undefined) return undefined;
    entries.set(key.name, node);
  }
  return entries;
}

function optionOf(key: KeyNode, part: Part, reading: Reading): ConfigNode | undefined {
  if (isLeftOut(key, 'label')) return undefined;
  if (key.kind === 'scalar' || key.kind === 'scalars') return part.isLast ? valueOf(key, read(part, reading), reading.origins) : undefined;
  if (part.isLast) return key.kind === 'object' ? switchedOn(key, part, reading) : undefined;
  switch (key.kind) {
    case 'object':
      return objectOf(part, optionsOf(key, below(part), reading), reading);
    case 'map':
      return objectOf(part, namedIn(key, below(part), reading), reading);
    case 'texts':
      return objectOf(part, textsOf(below(part), reading), reading);
    case 'items':
      return key.labelName === undefined ? undefined : listOf(objectOf(part, optionsOf(key.item, below(part), reading), reading));
    case 'raw':
      return undefined;
    default:
      return assertNever(key);
  }
}

/** The label that ends with a part; the next one is another. */
function read({ label }: Part, reading: Reading): RawLabel {
  reading.next += 1;
  return label;
}

/** `tls=true`, with or without what stands below. */
function switchedOn(key: KeyObject, part: Part, reading: Reading): ConfigObject | undefined {
  if (!key.emptyOk.label || isOff(read(part, reading).value.value)) return undefined;
  return objectOf(part, optionsOf(key, below(part), reading), reading);
}

function namedIn({ entry }: KeyMap, beginning: string, reading: Reading): Entries | undefined {
  if (entry.kind !== 'object') return undefined;
  const entries = new Map<string, ConfigNode>();
  for (let part = partAfter(beginning, reading); part !== undefined; part = partAfter(beginning, reading)) {
    // In other letters it would be the same name.
    if (UPPER.test(part.name) || part.isLast) return undefined;
    const node = objectOf(part, optionsOf(entry, below(part), reading), reading);
    if (node === undefined) return undefined;
    entries.set(part.name, node);
  }
  return entries;
}

/** Headers, say. What stands below a name would hide the name's own value. */
function textsOf(beginning: string, reading: Reading): Entries | undefined {
  const entries = new Map<string, ConfigNode>();
  const names = new Set<string>();
  for (let part = partAfter(beginning, reading); part !== undefined; part = partAfter(beginning, reading)) {
    const name = fold(part.name);
    if (!part.isLast || names.has(name)) return undefined;
    names.add(name);
    const { value, origin } = read(part, reading).value;
    entries.set(part.name, { kind: 'leaf', value: value.text, text: value, origin });
  }
  return entries;
}

function listOf(item: ConfigObject | undefined): ConfigList | undefined {
  if (item === undefined) return undefined;
  const items = [item];
  return { kind: 'list', items, origin: item.origin };
}

function valueOf(key: KeyScalar | KeyScalars, { value }: RawLabel, origins: Origins): ConfigLeaf | ConfigList | undefined {
  const written = { text: value.value, origin: value.origin };
  if (key.kind === 'scalar') return leafOf(typedLeaf(written, key.type, key, key.default));
  const items = commaItems(written, origins).map((item) => leafOf(typedLeaf(item, key.type)));
  return items.length === 0 || !items.every(isThere) ? undefined : { kind: 'list', items, origin: value.origin };
}

function isThere(leaf: ConfigLeaf | undefined): leaf is ConfigLeaf {
  return leaf !== undefined;
}

function leafOf(result: GoResult<ConfigLeaf>): ConfigLeaf | undefined {
  return result.ok ? result.value : undefined;
}
