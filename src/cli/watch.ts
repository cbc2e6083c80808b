import { statSync } from 'node:fs';
import path from 'node:path';
import type { SourceHost } from '../index.ts';

/** A host that remembers what it was asked for, also in vain: those are the places whose change may matter. */
export function remembering(host: SourceHost): { readonly host: SourceHost; readonly asked: ReadonlySet<string> } {
  const asked = new Set<string>();
  return {
    asked,
    host: {
      readFile: (name) => {
        asked.add(name);
        return host.readFile(name);
      },
      listFolder: (name) => {
        asked.add(name);
        return host.listFolder(name);
      },
    },
  };
}

/** Files change in steps (an editor writes, then renames): only what stays the same for one look counts. */
const LOOK_EVERY = 200;

/** Calls back after a change of any of the places has settled, and waits for it. Returns what stops the watch. */
export function watchPlaces(cwd: string, places: () => ReadonlySet<string>, changed: () => Promise<void>): () => void {
  let known = stateOf(cwd, places());
  let last = known;
  let busy = false;
  const look = async (): Promise<void> => {
    const now = stateOf(cwd, places());
    if (now === known || now !== last) {
      last = now;
      return;
    }
    busy = true;
    await changed();
    // What was read this time may be other places.
    known = stateOf(cwd, places());
    last = known;
    busy = false;
  };
  const timer = setInterval(() => void (busy ? undefined : look()), LOOK_EVERY);
  return () => clearInterval(timer);
}

function stateOf(cwd: string, places: ReadonlySet<string>): string {
  return [...places].toSorted().map((name) => `${name} ${stamp(path.resolve(cwd, name))}`).join('\n');
}

function stamp(full: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(full);
    return `${String(mtimeMs)} ${String(size)} ${String(ino)}`;
  } catch {
    return 'none';
  }
}
