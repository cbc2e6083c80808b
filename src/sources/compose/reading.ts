import { SourceFile } from '../../text/index.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import type { YamlFile } from '../../text/yaml/index.ts';
import type { SourceHost } from '../source.ts';
import type { Merging } from './merge.ts';
import { join } from './paths.ts';
import type { Reporter } from './report.ts';
import type { Hole, Lookup } from '../variables/index.ts';
import type { MappingValue, ScalarValue } from './value.ts';

/** What reading one stack shares: files by path, places, findings. */
export interface Reading {
  readonly host: SourceHost;
  readonly origins: Origins;
  readonly reporter: Reporter;
  readonly files: Map<string, SourceFile>;
  readonly yaml: Map<string, YamlFile>;
  /** Loaded files by their variables, path and folder: many services may extend one file. */
  readonly loaded: WeakMap<Lookup, Map<string, readonly MappingValue[]>>;
  /** The project's folder, once it is known. */
  folder: string;
  readonly holes: Hole[];
  /** Where the dollars of a password hash are taken for variables: the first of each value. */
  readonly hashes: OriginId[];
  /** A file whose YAML is broken: what follows from its missing parts is not reported. */
  broken: boolean;
  /** Some file has a `!reset`. */
  resets: boolean;
  /** Files that hold parts of the project and were not read. */
  readonly unread: { readonly name: string; readonly origin: OriginId }[];
  /** How many files were included so far. */
  included: number;
  /** A chain of `extends` was too long: no other one is followed. */
  extendsEnded: boolean;
}

/** The file that a scalar names: relative to the folder of its own file. */
export function namedFile(reading: Reading, { text, folder }: ScalarValue): string {
  return join(folder ?? reading.folder, text);
}

export function readText(reading: Reading, path: string): SourceFile | undefined {
  const known = reading.files.get(path);
  if (known !== undefined) return known;
  const text = reading.host.readFile(path);
  if (text === undefined) return undefined;
  const file = new SourceFile(path, text);
  reading.files.set(path, file);
  return file;
}

/** A part of the project that is not here: what follows from that is not reported. */
export function leaveUnread(reading: Reading, name: string, origin: OriginId): undefined {
  reading.broken = true;
  reading.unread.push({ name, origin });
  return undefined;
}

export function mergingIn(reading: Reading): Merging {
  return {
    resets: reading.resets,
    conflict: (path, over) =>
      reading.reporter.report({
        rule: 'compose-schema',
        message: `"${path.join('.')}" has another form in an earlier file`,
        origin: over.origin,
        symbol: path.slice(1).join('/'),
        why: 'Compose refuses to merge the files: cannot override',
      }),
  };
}
