import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';
import type { Entry, ScalarValue, SequenceValue, Value } from './value.ts';
import { isNull, layersOf, part, sourced } from './value.ts';

/** One `KEY=value` of a list, or one entry of a mapping: labels, environment. */
export interface Pair {
  readonly key: Sourced<Text>;
  /** Undefined for a key alone, or one with a null. */
  readonly value: Sourced<Text> | undefined;
  /** The whole item or entry. */
  readonly origin: OriginId;
}
export interface Pairs {
  readonly effective: readonly Pair[];
  /** Entries that a later one of the same list replaces without a word. */
  readonly shadowed: readonly { readonly pair: Pair; readonly by: OriginId }[];
}

export const NO_PAIRS: Pairs = { effective: [], shadowed: [] };
const NO_KEYS: ReadonlyMap<string, Pair> = new Map();

/**
 * All layers of a key-value setting: of one key the last entry takes effect, at the first one's position (compose-go
 * `uniqueEntries`). Entries of a wrong form are left to the schema check.
 */
export function readPairs(value: Value | undefined, origins: Origins): Pairs {
  if (value === undefined) return NO_PAIRS;
  const effective = new Map<string, Pair>();
  const shadowed: { pair: Pair; by: OriginId }[] = [];
  layersOf(value).forEach((layer, index) => {
    // What stands there before the first layer's own entries are only entries of its own.
    const earlier = index === 0 ? NO_KEYS : new Map(effective);
    layerPairs(layer, origins).forEach((pair) => {
      const key = pair.key.value.text;
      const before = effective.get(key);
      if (before !== undefined && before !== earlier.get(key)) shadowed.push({ pair: before, by: pair.origin });
      effective.set(key, pair);
    });
    for (const key of resetKeys(layer)) effective.delete(key);
  });
  return { effective: [...effective.values()], shadowed };
}

function layerPairs(layer: Value, origins: Origins): readonly Pair[] {
  if (layer.kind === 'sequence') return itemPairs(layer, origins);
  if (layer.kind !== 'mapping') return [];
  return [...layer.entries.values()].flatMap((entry) => entryPair(entry, origins));
}

function itemPairs({ items }: SequenceValue, origins: Origins): readonly Pair[] {
  const pairs: Pair[] = [];
  items.forEach((item) => {
    if (item.kind === 'scalar' && item.type !== 'null') pairs.push(itemPair(item, origins));
  });
  return pairs;
}

function itemPair(item: ScalarValue, origins: Origins): Pair {
  const at = item.text.indexOf('=');
  if (at === -1) return { key: sourced(item), value: undefined, origin: item.origin };
  return { key: part(item, 0, at, origins), value: part(item, at + 1, item.text.length, origins), origin: item.origin };
}

/** Keys of a mapping are not interpolated. */
function entryPair(entry: Entry, origins: Origins): readonly Pair[] {
  const { value } = entry;
  if (value.operation === 'reset' || value.kind !== 'scalar') return [];
  const key = { value: { text: entry.key, holes: [] }, origin: entry.keyOrigin };
  return [{ key, value: isNull(value) ? undefined : sourced(value), origin: entryOrigin(entry.keyOrigin, value.origin, origins) }];
}

/** From the key to the value's end; the key alone where the value stands elsewhere (an alias). */
export function entryOrigin(key: OriginId, value: OriginId, origins: Origins): OriginId {
  const a = origins.get(key);
  const b = origins.get(value);
  if (a.kind !== 'span' || b.kind !== 'span' || a.file !== b.file || b.start < a.end) return key;
  if (a.via !== b.via && b.via !== undefined && a.via === undefined) return key;
  return origins.span(a.file, a.start, b.end, a.via === undefined ? {} : { via: a.via });
}

function resetKeys(layer: Value): readonly string[] {
  if (layer.kind !== 'mapping') return [];
  return [...layer.entries.values()].filter((entry) => entry.value.operation === 'reset').map((entry) => entry.key);
}
