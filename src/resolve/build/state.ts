import type { EntityState, Ref } from '../../ir/index.ts';
import { refKey } from '../../ir/index.ts';
import type { RunningRouter } from './split.ts';

/** Collects what the engine says of each entity, once per text (AddError of pkg/config/runtime). */
export interface States {
  add(ref: Ref): void;
  say(ref: Ref, text: string, critical: boolean): void;
  /** Entry points that serve the router. */
  use(ref: Ref, entryPoints: readonly string[]): void;
  drop(ref: Ref, text: string): void;
  /** As it is by then. */
  get(ref: Ref): EntityState | undefined;
  list(): readonly EntityState[];
}

interface Entry {
  readonly ref: Ref;
  status: EntityState['status'];
  readonly reasons: string[];
  using?: readonly string[];
}

export function createStates(): States {
  const entries = new Map<string, Entry>();
  const entryOf = (ref: Ref): Entry => {
    const known = entries.get(refKey(ref));
    if (known !== undefined) return known;
    const made: Entry = { ref, status: 'enabled', reasons: [] };
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
      entryOf(ref).using = entryPoints.length < 2 ? entryPoints : [...new Set(entryPoints)].toSorted();
    },
    drop(ref, text) {
      const entry = entryOf(ref);
      entry.status = 'dropped';
      if (!entry.reasons.includes(text)) entry.reasons.push(text);
    },
    get: (ref) => entries.get(refKey(ref)),
    list: () => [...entries.values()],
  };
}

/** One state per router as declared, whatever the engine makes of it. */
export function gathered(states: States, http: readonly Pick<RunningRouter, 'ref' | 'router'>[]): readonly EntityState[] {
  const copies = new Map<string, { readonly ref: Ref; readonly of: EntityState[] }>();
  const engineNames = new Set(http.map(({ ref }) => refKey(ref)));
  for (const { ref, router } of http) {
    const entry = copies.get(refKey(router.ref));
    const state = states.get(ref);
    if (entry === undefined) copies.set(refKey(router.ref), { ref: router.ref, of: state === undefined ? [] : [state] });
    else if (state !== undefined) entry.of.push(state);
  }
  const others = states.list().filter(({ ref }) => !engineNames.has(refKey(ref)));
  return [...[...copies.values()].map(({ ref, of }) => joined(ref, of)), ...others];
}

function joined(ref: Ref, states: readonly EntityState[]): EntityState {
  const [only] = states;
  if (only !== undefined && states.length === 1 && only.status !== 'dropped') return only.ref === ref ? only : stateOf(ref, only.status, only.reasons, only.using ?? []);
  const disabled = states.filter(({ status }) => status === 'disabled').length;
  const status = disabled === states.length ? 'disabled' : states.some((state) => state.status !== 'enabled') ? 'warning' : 'enabled';
  const using = [...new Set(states.flatMap((state) => state.using ?? []))].toSorted();
  return stateOf(ref, status, [...new Set(states.flatMap(({ reasons }) => reasons))], using);
}

function stateOf(ref: Ref, status: EntityState['status'], reasons: readonly string[], using: readonly string[]): EntityState {
  return using.length === 0 ? { ref, status, reasons } : { ref, status, reasons, using };
}
