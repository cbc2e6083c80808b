import { assertNever } from '../text/index.ts';
import type { OriginId, Origins, Text } from '../text/index.ts';
import { trimmed } from './go-text.ts';
import { parseBool, parseDuration, parseFloatGo, parseInteger } from './go-values.ts';
import type { GoResult } from './go-values.ts';
import type { Bound } from './bind.ts';
import type { KeyNode, KeyScalar, ScalarType } from './keys.ts';
import type { Report } from './mistake.ts';
import { rawEntries } from './raw-tree.ts';
import { engineValue } from './raw.ts';
import type { RawNode, RawValue } from './raw.ts';
import type { ConfigLeaf, ConfigList, ConfigNode, ConfigObject } from './tree.ts';

export interface FillOptions {
  readonly form: 'label' | 'file' | 'kv';
  readonly report: Report;
  readonly origins: Origins;
}

/** Turns bound nodes into typed values: paerser's fill pass (parser/element_fill.go), with Go's own error texts. */
export function fillObject(children: readonly Bound[], origin: OriginId, options: FillOptions): ConfigObject {
  const entries = new Map<string, ConfigNode>();
  for (const child of children) {
    const value = fill(child, options);
    if (value !== undefined) entries.set(child.key.name, merge(child.key, entries.get(child.key.name), value));
  }
  return { kind: 'object', entries, origin };
}

/** A file may name one option in two spellings (`HTTP`, `http`): objects join, maps take the later entry, values are replaced. */
function merge(key: KeyNode | undefined, before: ConfigNode | undefined, after: ConfigNode): ConfigNode {
  if (before?.kind !== 'object' || after.kind !== 'object') return after;
  const entries = new Map(before.entries);
  for (const [name, value] of after.entries) {
    entries.set(name, key?.kind === 'object' ? merge(key.children.get(name), entries.get(name), value) : value);
  }
  return { ...before, entries };
}

function fill(bound: Bound, options: FillOptions): ConfigNode | undefined {
  const { node, key } = bound;
  if (bound.disabled) return undefined;
  switch (key.kind) {
    case 'object':
      return fillObject(bound.children, node.origin, options);
    case 'map':
      return fillMap(bound, options);
    case 'texts':
      return { kind: 'object', entries: textEntries(node), origin: node.origin };
    case 'raw':
      return { kind: 'object', entries: rawEntries(node), origin: node.origin };
    case 'items':
      return fillItems(bound, options);
    case 'scalars':
      return fillScalars(node, key.type, options);
    case 'scalar':
      return fillScalar(node, key, options);
    default:
      return assertNever(key);
  }
}

function fillMap(bound: Bound, options: FillOptions): ConfigObject {
  const entries = new Map<string, ConfigNode>();
  for (const child of bound.children) {
    const value = fill(child, options);
    if (value !== undefined) entries.set(child.node.name, value);
  }
  return { kind: 'object', entries, origin: bound.node.origin };
}

/** `customrequestheaders.X-A.B=v` sets `X-A.B`; a value on a node with children is dropped. */
function textEntries(node: RawNode): ReadonlyMap<string, ConfigLeaf> {
  const out = new Map<string, ConfigLeaf>();
  const walk = (name: string, at: RawNode): void => {
    if (at.children.length === 0) out.set(name, textLeaf(at));
    for (const child of at.children) walk(`${name}.${child.name}`, child);
  };
  for (const child of node.children) walk(child.name, child);
  return out;
}

function textLeaf(node: RawNode): ConfigLeaf {
  const list = node.scalars !== undefined && node.scalars.length > 0;
  const text = list || node.value === undefined ? { text: engineValue(node), holes: [] } : node.value.text;
  return { kind: 'leaf', value: text.text, text, origin: node.value?.origin ?? node.origin };
}

function fillItems(bound: Bound, options: FillOptions): ConfigList | undefined {
  const { node, key } = bound;
  if (key.kind !== 'items') return undefined;
  if (options.form === 'label' && key.labelName !== undefined) {
    if (node.children.length === 0) return reportEmptySlice(node, key, options);
    return { kind: 'list', items: [fillObject(bound.children, node.origin, options)], origin: node.origin };
  }
  const items = bound.children.map((item) => fillObject(item.children, item.node.origin, options));
  return { kind: 'list', items, origin: node.origin };
}

/** `loadbalancer.server=x`: a single server needs its options below. */
function reportEmptySlice(node: RawNode, key: KeyNode, options: FillOptions): undefined {
  options.report({ kind: 'label-standalone', node, origin: node.origin, subject: node.name, fatal: true, engineSays: `invalid slice: node ${node.name}`, context: key.path });
  return undefined;
}

function fillScalars(node: RawNode, type: ScalarType, options: FillOptions): ConfigList | undefined {
  const items = node.scalars?.map(trimmedItem) ?? commaItems(node.value, options.origins);
  if (items.length === 0) return undefined;
  const leaves = items.flatMap((item) => leafOf(node, item, type, options) ?? []);
  return { kind: 'list', items: leaves, origin: node.value?.origin ?? node.origin };
}

/** Every comma splits, blanks around an item go, empty items stay (ran: `m , ,` asks for `@docker`). */
export function commaItems(value: RawValue | undefined, origins: Origins): readonly RawValue[] {
  if (value === undefined || value.text.text === '') return [];
  const { text } = value.text;
  if (!text.includes(',')) return [slicedItem(value, trimmed(text, 0, text.length), origins)];
  const out: RawValue[] = [];
  for (let at = 0; at <= text.length; ) {
    const comma = text.indexOf(',', at);
    const end = comma === -1 ? text.length : comma;
    out.push(slicedItem(value, trimmed(text, at, end), origins));
    at = end + 1;
  }
  return out;
}

function slicedItem(value: RawValue, { from, to }: ReturnType<typeof trimmed>, origins: Origins): RawValue {
  const whole = from === 0 && to === value.text.text.length;
  if (whole && value.text.holes.length === 0) return value;
  return { text: sliceText(value.text, from, to), origin: whole ? value.origin : origins.slice(value.origin, from, to) };
}

function trimmedItem(item: RawValue): RawValue {
  const { text } = item.text;
  const part = trimmed(text, 0, text.length);
  return part.from === 0 && part.to === text.length ? item : { text: sliceText(item.text, part.from, part.to), origin: item.origin };
}

function sliceText(text: Text, from: number, to: number): Text {
  const part = text.text.slice(from, to);
  const holes = text.holes.filter((name) => part.includes(name.startsWith('{{') ? name : `\${${name}`));
  return { text: part, holes, ...(text.from === undefined ? {} : { from: text.from }) };
}

function fillScalar(node: RawNode, key: KeyScalar, options: FillOptions): ConfigLeaf | undefined {
  const value = node.scalars === undefined || node.scalars.length === 0 ? node.value : undefined;
  const written: RawValue = value ?? { text: { text: engineValue(node), holes: [] }, origin: node.value?.origin ?? node.origin };
  if (node.scalars !== undefined && node.scalars.length > 0 && key.type === 'string') reportListForText(node, key, options);
  return leafOf(node, written, key.type, options, key);
}

/** The engine takes `rule: [a, b]` as the text `║24║a║b`. */
function reportListForText(node: RawNode, key: KeyScalar, options: FillOptions): void {
  options.report({ kind: 'value-invalid', node, origin: node.value?.origin ?? node.origin, subject: node.name, fatal: false, loss: 'requests', context: key.type });
}

function leafOf(node: RawNode, written: RawValue, type: ScalarType, options: FillOptions, key?: KeyScalar): ConfigLeaf | undefined {
  const leaf = typedLeaf(written, type, key, key?.default);
  if (leaf.ok) return leaf.value;
  options.report({ kind: 'value-invalid', node, origin: written.origin, subject: written.text.text, fatal: true, engineSays: leaf.error, context: type, ...(type === 'bool' ? { candidates: ['true', 'false'] } : {}) });
  return undefined;
}

type Width = Pick<KeyScalar, 'bits' | 'unsigned'>;
const WIDEST: Width = { bits: 64, unsigned: false };

/** A value of an option's type, or what Go says that it is not. */
export function typedLeaf({ text, origin }: RawValue, type: ScalarType, width: Width = WIDEST, fallback?: unknown): GoResult<ConfigLeaf> {
  if (text.holes.length > 0 && type !== 'string') return leafOfValue(unknownValue(type, fallback), text, origin);
  const parsed = parse(text.text, type, width);
  return parsed.ok ? leafOfValue(parsed.value, text, origin) : parsed;
}

function leafOfValue(value: ConfigLeaf['value'], text: Text, origin: OriginId): GoResult<ConfigLeaf> {
  const leaf: ConfigLeaf = { kind: 'leaf', value, text, origin };
  return { ok: true, value: leaf };
}

/** What stands for a value that a variable without a value decides: the option's default. */
function unknownValue(type: ScalarType, fallback: unknown): ConfigLeaf['value'] {
  if (type === 'bool') return fallback === true;
  if (type === 'duration' && typeof fallback === 'string') {
    const parsed = parseDuration(fallback);
    return parsed.ok ? parsed.value : 0;
  }
  return typeof fallback === 'number' ? fallback : 0;
}

function parse(text: string, type: ScalarType, width: Width): GoResult<ConfigLeaf['value']> {
  switch (type) {
    case 'string':
      return { ok: true, value: text };
    case 'bool':
      return parseBool(text);
    case 'int':
      return small(parseInteger(text, width.bits, width.unsigned));
    case 'float':
      return parseFloatGo(text);
    case 'duration':
      return parseDuration(text);
    default:
      return assertNever(type);
  }
}

function small(result: GoResult<bigint>): GoResult<number | bigint> {
  if (!result.ok) return result;
  const number = Number(result.value);
  return { ok: true, value: Number.isSafeInteger(number) ? number : result.value };
}
