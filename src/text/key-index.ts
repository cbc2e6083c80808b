import { pushTo } from './grouped-by.ts';

/** Items by key, and those that need none; a lookup gives the items of some keys in their order. */
interface KeyIndex<T> {
  lookup(keys: Iterable<string>): readonly T[];
}

export function indexBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[] | undefined): KeyIndex<T> {
  const byKey = new Map<string, number[]>();
  const always: number[] = [];
  for (const [index, item] of items.entries()) {
    const keys = keysOf(item);
    if (keys === undefined) always.push(index);
    else for (const key of new Set(keys)) pushTo(byKey, key, index);
  }
  return {
    lookup: (keys) => {
      const found = new Set(always);
      for (const key of keys) for (const index of byKey.get(key) ?? []) found.add(index);
      return [...found].sort((a, b) => a - b).flatMap((index) => items[index] ?? []);
    },
  };
}
