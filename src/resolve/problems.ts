import type { Problem, Ref } from '../ir/index.ts';
import { refKey } from '../ir/index.ts';
import type { OriginId } from '../text/index.ts';

export type Draft = Omit<Problem, 'loses' | 'related' | 'causedBy'> & { readonly related?: readonly OriginId[]; readonly causedBy?: number };

/** Collects problems: one per cause, however many routers meet it. */
export interface Problems {
  /** Reports a cause once; a second report with the same key adds its place and what it loses. Returns its index. */
  report(key: string, draft: Draft, loses?: readonly Ref[]): number;
  /** Problems that another stage found, in order; returns the index of the first. */
  adopt(found: readonly Problem[]): number;
  list(): readonly Problem[];
}

interface Entry {
  readonly draft: Draft;
  readonly loses: Map<string, Ref>;
  readonly related: OriginId[];
}

export function createProblems(): Problems {
  const entries: Entry[] = [];
  const byKey = new Map<string, number>();
  const add = (draft: Draft, loses: readonly Ref[]): number =>
    entries.push({ draft, loses: new Map(loses.map((ref) => [refKey(ref), ref])), related: [...(draft.related ?? [])] }) - 1;
  return {
    report(key, draft, loses = []) {
      const known = byKey.get(key);
      const entry = known === undefined ? undefined : entries[known];
      if (known === undefined || entry === undefined) {
        const index = add(draft, loses);
        byKey.set(key, index);
        return index;
      }
      for (const ref of loses) entry.loses.set(refKey(ref), ref);
      if (draft.origin !== entry.draft.origin && !entry.related.includes(draft.origin)) entry.related.push(draft.origin);
      return known;
    },
    adopt(found) {
      const base = entries.length;
      for (const problem of found) {
        const { loses, causedBy, ...rest } = problem;
        add(causedBy === undefined ? rest : { ...rest, causedBy: base + causedBy }, loses ?? []);
      }
      return base;
    },
    list: () => entries.map(finish),
  };
}

function finish(entry: Entry): Problem {
  const { related: _, ...draft } = entry.draft;
  return {
    ...draft,
    ...(entry.loses.size === 0 ? {} : { loses: [...entry.loses.values()] }),
    ...(entry.related.length === 0 ? {} : { related: entry.related }),
  };
}
