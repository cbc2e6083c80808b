import { suggest } from '../diagnostics/index.ts';
import type { OriginId } from '../text/index.ts';
import type { FileEntry, FileMapping, FileValue } from './file-value.ts';
import type { Mistake } from './mistake.ts';

/** A name that is right now may show that one below it is not; so deep no file goes wrong. */
const PASSES = 4;

/** A file's tree in which misspelt options have the names that were most likely meant. */
export interface HealedTree {
  readonly tree: FileMapping;
  /** Fatal mistakes that only show behind the first ones. */
  readonly behind: readonly Mistake[];
  /** Some have no likely meaning: what they say is missing. */
  readonly leftOut: boolean;
}

/**
 * Gives every unknown option its likely name, from the top down.
 * @param mistakesIn what the engine would stop at in a tree, all of it
 */
export function healTree(root: FileMapping, mistakesIn: (tree: FileMapping) => readonly Mistake[]): HealedTree {
  let tree = root;
  let mistakes = mistakesIn(tree);
  const first = new Set(mistakes.map(({ origin }) => origin));
  const behind = new Map<OriginId, Mistake>();
  for (let pass = 1; pass < PASSES; pass += 1) {
    const names = new Map(mistakes.flatMap((mistake): readonly (readonly [OriginId, string])[] => {
      const name = mistake.kind === 'label-part-unknown' ? suggest(mistake.subject, mistake.candidates ?? []) : undefined;
      return name === undefined || name.includes('.') ? [] : [[mistake.node.origin, name]];
    }));
    if (names.size === 0) break;
    tree = renamed(tree, names);
    mistakes = mistakesIn(tree);
    for (const mistake of mistakes) if (!first.has(mistake.origin)) behind.set(mistake.origin, mistake);
  }
  return { tree, behind: [...behind.values()], leftOut: mistakes.length > 0 };
}

function renamed<V extends FileValue>(value: V, names: ReadonlyMap<OriginId, string>): V {
  if (value.kind === 'sequence') return { ...value, items: value.items.map((item) => renamed(item, names)) };
  if (value.kind !== 'mapping') return value;
  const sound = new Set(value.entries.filter(({ origin }) => !names.has(origin)).map(({ key }) => key.toLowerCase()));
  return { ...value, entries: value.entries.flatMap((entry) => entryOf(entry, names, sound)) };
}

/** A healed option gives way to one that has its name already. */
function entryOf(entry: FileEntry, names: ReadonlyMap<OriginId, string>, sound: ReadonlySet<string>): readonly FileEntry[] {
  const key = names.get(entry.origin) ?? entry.key;
  if (names.has(entry.origin) && sound.has(key.toLowerCase())) return [];
  return [{ ...entry, key, value: renamed(entry.value, names) }];
}
