import type { EntityState, Ref } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';

/** Collects what the engine says of each entity, once per text (AddError of pkg/config/runtime). */
export interface States {
  add(ref: Ref): void;
  say(ref: Ref, text: string, critical: boolean): void;
  /** Entry points that serve the router. */
  use(ref: Ref, entryPoints: readonly string[]): void;
  drop(ref: Ref, text: string): void;
  get(ref: Ref): EntityState | undefined;
  list(): readonly EntityState[];
}

interface Entry {
  readonly ref: Ref;
  status: EntityState['status'];
  readonly reasons: string[];
  using: readonly string[] | undefined;
}

export function createStates(): States {
  const entries = new Map<string, Entry>();
  const entryOf = (ref: Ref): Entry => {
    const known = entries.get(refKey(ref));
    if (known !== undefined) return known;
    const made: Entry = { ref, status: 'enabled', reasons: [], using: undefined };
    entries.set(refKey(ref), made);
    return made;
  };
  return {
    add: (ref) => void entryOf(ref),
    say(ref, text, critical) {
      const entry = entryOf(ref);
      if (entry.reasons.includes(text)) return;
      entry.reasons.push(text);
      if (critical) entry.status = 'disabled';
      else if (entry.status === 'enabled') entry.status = 'warning';
    },
    use(ref, entryPoints) {
      entryOf(ref).using = [...new Set(entryPoints)].sort();
    },
    drop(ref, text) {
      const entry = entryOf(ref);
      entry.status = 'dropped';
      if (!entry.reasons.includes(text)) entry.reasons.push(text);
    },
    get: (ref) => {
      const entry = entries.get(refKey(ref));
      return entry === undefined ? undefined : finish(entry);
    },
    list: () => [...entries.values()].map(finish),
  };
}

function finish({ ref, status, reasons, using }: Entry): EntityState {
  return { ref, status, reasons, ...(using === undefined ? {} : { using }) };
}
