import type { RawLabel } from '../ir/index.ts';
import { assertNever } from '../text/index.ts';
import type { OriginId, Origins } from '../text/index.ts';
import { isLeftOut, isOff } from './bind.ts';
import { commaItems, typedLeaf } from './fill.ts';
import { fold } from './go-text.ts';
import type { GoResult } from './go-values.ts';
import { childKey } from './keys.ts';
import type { KeyMap, KeyNode, KeyObject, KeyScalar, KeyScalars } from './keys.ts';
import type { ConfigLeaf, ConfigList, ConfigNode, ConfigObject } from './tree.ts';

/** The labels that have one part in common, and all parts before it. */
interface Group {
  readonly name: string;
  /** Where the part begins in their keys. */
  readonly at: number;
  /** The first of them in byte order. */
  readonly first: RawLabel;
  /** It and the others, by their place in the order. */
  readonly from: number;
  readonly to: number;
}

interface Reading {
  /** In byte order, so that those of a group stand together. */
  readonly labels: readonly RawLabel[];
  readonly origins: Origins;
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
  const root: Group = { name: 'traefik', at: 0, first, from: 0, to: sorted.length };
  return objectOf(root, optionsOf(table, root, { labels: sorted, origins }), origins);
}

/** Labels fall into groups by the part behind the one that they have in common: the group of the label at `from`. */
function groupAt(from: number, whole: Group, { labels }: Reading): Group | undefined {
  const first = from < whole.to ? labels[from] : undefined;
  if (first === undefined) return undefined;
  const { text } = first.key.value;
  const at = whole.at + whole.name.length + 1;
  const dot = text.indexOf('.', at);
  const name = text.slice(at, dot === -1 ? text.length : dot);
  let to = from + 1;
  while (to < whole.to && goesOn(labels[to], name, at)) to += 1;
  return { name, at, first, from, to };
}

function goesOn(label: RawLabel | undefined, name: string, at: number): boolean {
  return label !== undefined && label.key.value.text[at + name.length] === '.' && label.key.value.text.startsWith(name, at);
}

/** The label whose key ends with the part. */
function ending({ first, at, name }: Group): RawLabel | undefined {
  return first.key.value.text.length === at + name.length ? first : undefined;
}

function objectOf(group: Group, entries: Entries | undefined, origins: Origins): ConfigObject | undefined {
  return entries === undefined ? undefined : { kind: 'object', entries, origin: originOf(group, origins) };
}

function originOf({ first, at, name }: Group, origins: Origins): OriginId {
  return origins.slice(first.key.origin, at, at + name.length);
}

function optionsOf(parent: KeyObject, whole: Group, reading: Reading): Entries | undefined {
  const entries = new Map<string, ConfigNode>();
  for (let group = groupAt(whole.from, whole, reading); group !== undefined; group = groupAt(group.to, whole, reading)) {
    const key = childKey(parent, group.name, 'label');
    // There already: the same option in other letters.
    if (key === undefined || entries.has(key.name)) return undefined;
    const node = optionOf(key, group, reading);
    if (node === undefined) return undefined;
    entries.set(key.name, node);
  }
  return entries;
}

function optionOf(key: KeyNode, group: Group, reading: Reading): ConfigNode | undefined {
  if (isLeftOut(key, 'label')) return undefined;
  const label = ending(group);
  if (key.kind === 'scalar' || key.kind === 'scalars') return label === undefined || group.to > group.from + 1 ? undefined : valueOf(key, label, reading.origins);
  if (label !== undefined) return key.kind === 'object' ? switchedOn(key, label, group, reading) : undefined;
  switch (key.kind) {
    case 'object':
      return objectOf(group, optionsOf(key, group, reading), reading.origins);
    case 'map':
      return objectOf(group, namedIn(key, group, reading), reading.origins);
    case 'texts':
      return objectOf(group, textsOf(group, reading), reading.origins);
    case 'items':
      return key.labelName === undefined ? undefined : listOf(objectOf(group, optionsOf(key.item, group, reading), reading.origins));
    case 'raw':
      return undefined;
    default:
      return assertNever(key);
  }
}

/** `tls=true`, with or without what stands below. */
function switchedOn(key: KeyObject, label: RawLabel, group: Group, reading: Reading): ConfigObject | undefined {
  if (!key.emptyOk.label || isOff(label.value.value)) return undefined;
  return objectOf(group, optionsOf(key, { ...group, from: group.from + 1 }, reading), reading.origins);
}

function namedIn({ entry }: KeyMap, whole: Group, reading: Reading): Entries | undefined {
  if (entry.kind !== 'object') return undefined;
  const entries = new Map<string, ConfigNode>();
  for (let group = groupAt(whole.from, whole, reading); group !== undefined; group = groupAt(group.to, whole, reading)) {
    // In other letters it would be the same name.
    if (UPPER.test(group.name) || ending(group) !== undefined) return undefined;
    const node = objectOf(group, optionsOf(entry, group, reading), reading.origins);
    if (node === undefined) return undefined;
    entries.set(group.name, node);
  }
  return entries;
}

/** Headers, say. What stands below a name would hide the name's own value. */
function textsOf(whole: Group, reading: Reading): Entries | undefined {
  const entries = new Map<string, ConfigNode>();
  const names = new Set<string>();
  for (let group = groupAt(whole.from, whole, reading); group !== undefined; group = groupAt(group.to, whole, reading)) {
    const label = ending(group);
    const name = fold(group.name);
    if (label === undefined || group.to > group.from + 1 || names.has(name)) return undefined;
    names.add(name);
    const { value, origin } = label.value;
    entries.set(group.name, { kind: 'leaf', value: value.text, text: value, origin });
  }
  return entries;
}

function listOf(item: ConfigObject | undefined): ConfigList | undefined {
  return item === undefined ? undefined : { kind: 'list', items: [item], origin: item.origin };
}

function valueOf(key: KeyScalar | KeyScalars, { value }: RawLabel, origins: Origins): ConfigLeaf | ConfigList | undefined {
  const written = { text: value.value, origin: value.origin };
  if (key.kind === 'scalar') return leafOf(typedLeaf(written, key.type, key, key.default));
  const items: ConfigLeaf[] = [];
  for (const item of commaItems(written, origins)) {
    const leaf = leafOf(typedLeaf(item, key.type));
    if (leaf === undefined) return undefined;
    items.push(leaf);
  }
  return items.length === 0 ? undefined : { kind: 'list', items, origin: value.origin };
}

function leafOf(result: GoResult<ConfigLeaf>): ConfigLeaf | undefined {
  return result.ok ? result.value : undefined;
}
