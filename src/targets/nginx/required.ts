import type { Expr } from '../../ir/index.ts';

/**
 * Keys of which a rule needs at least one to hold; undefined when it may hold without. An index by these keys keeps ten
 * thousand hosts or paths from being compared with ten thousand rules.
 */
export function requiredKeys<M>(rule: Expr<M>, keyOf: (matcher: M) => string | undefined): readonly string[] | undefined {
  switch (rule.kind) {
    case 'constant': case 'not': return undefined;
    case 'match': {
      const key = keyOf(rule.matcher);
      return key === undefined ? undefined : [key];
    }
    case 'and': return rule.operands.map((operand) => requiredKeys(operand, keyOf)).find((keys) => keys !== undefined);
    case 'or': {
      const lists = rule.operands.map((operand) => requiredKeys(operand, keyOf));
      return lists.some((keys) => keys === undefined) ? undefined : lists.flatMap((keys) => keys ?? []);
    }
  }
}

/** Items by required key, and those without one; a lookup gives the items of some keys in their order. */
export interface KeyIndex<T> {
  lookup(keys: Iterable<string>): readonly T[];
}

export function indexBy<T>(items: readonly T[], keysOf: (item: T) => readonly string[] | undefined): KeyIndex<T> {
  const byKey = new Map<string, number[]>();
  const always: number[] = [];
  for (const [index, item] of items.entries()) {
    const keys = keysOf(item);
    if (keys === undefined) always.push(index);
    else for (const key of new Set(keys)) push(byKey, key, index);
  }
  return {
    lookup: (keys) => {
      const found = new Set(always);
      for (const key of keys) for (const index of byKey.get(key) ?? []) found.add(index);
      return [...found].sort((a, b) => a - b).flatMap((index) => items[index] ?? []);
    },
  };
}

function push(map: Map<string, number[]>, key: string, index: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [index]);
  else known.push(index);
}
