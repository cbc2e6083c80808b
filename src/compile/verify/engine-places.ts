import { findEngine, type EngineBinary, type EngineName } from '../../engines/find.ts';

/** Where engines are looked for: folders that hold `.engines/`, then a search path. */
export interface EnginePlaces {
  readonly roots: readonly string[];
  readonly searchPath: string;
}

/** The first of the names that is found; null = none. */
export function findOneOf(names: readonly EngineName[], { roots, searchPath }: EnginePlaces): EngineBinary | null {
  for (const name of names) {
    for (const root of roots) {
      const found = findEngine(name, { root, searchPath: '' });
      if (found !== null) return found;
    }
    const onPath = findEngine(name, { root: '/nonexistent', searchPath });
    if (onPath !== null) return onPath;
  }
  return null;
}
