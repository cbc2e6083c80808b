/** Hands out names of `[a-z0-9_]`, each once. */
export interface Names {
  readonly pick: (wish: string) => string;
}

export function createNames(taken: Iterable<string> = []): Names {
  const used = new Set(taken);
  const counts = new Map<string, number>();
  return {
    pick(wish) {
      const base = slug(wish);
      let name = base;
      let count = counts.get(base) ?? 1;
      while (used.has(name)) {
        count += 1;
        name = `${base}_${String(count)}`;
      }
      counts.set(base, count);
      used.add(name);
      return name;
    },
  };
}

/** Names of locations, variables and files come from router names, which are free text. */
export function slug(text: string): string {
  const clean = text.toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 48);
  return clean === '' ? 'x' : clean;
}
