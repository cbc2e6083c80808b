import { Origins, SourceFile, once } from '../../text/index.ts';
import { parseYaml, yamlGet } from '../../text/yaml/index.ts';
import type { YamlNode } from '../../text/yaml/index.ts';
import type { SourceHost } from '../source.ts';
import { join } from './paths.ts';

/** A Compose file that lies near a stack and is not part of it. */
export interface Neighbour {
  readonly path: string;
  readonly text: string;
  /** Its first document, read when it is asked for. */
  readonly root: () => YamlNode | undefined;
}

/** Compose files near a stack: they are looked at only when something that the stack uses is declared nowhere in it. */
export interface Neighbours {
  /** In the stack's own folder. */
  beside(): readonly Neighbour[];
  /** There, in the folder above and in the folders beside it. */
  around(): readonly Neighbour[];
  /** Whether one repository holds them all: then somebody keeps them together. */
  isRepository(): boolean;
}

/** Bounds for folders that hold a whole collection of stacks. */
const MOST_FILES = 150;
const MOST_FOLDERS = 100;
const MOST_TEXT = 256 * 1024;

export function neighboursOf(host: SourceHost, files: readonly string[], folder: string): Neighbours {
  const own = new Set(files.map((path) => join('.', path)));
  const inFolder = (at: string): readonly string[] => (host.listFolder(at) ?? []).filter((name) => /\.ya?ml$/i.test(name)).map((name) => join(at, name));
  const read = (paths: readonly string[]): readonly Neighbour[] => paths.filter((path) => !own.has(path)).slice(0, MOST_FILES).flatMap((path) => neighbour(host, path));
  return { beside: once(() => read(inFolder(folder))), around: once(() => read([folder, ...foldersAround(host, folder)].flatMap(inFolder))), isRepository: once(() => isBelowRepository(host, folder)) };
}

/** Stacks of a repository lie a few folders below its root. */
const DEEPEST = 6;

function isBelowRepository(host: SourceHost, folder: string): boolean {
  let at = folder;
  for (let level = 0; level < DEEPEST; level += 1) {
    if ((host.listFolder(at) ?? []).includes('.git')) return true;
    at = join(at, '..');
  }
  return false;
}

/** The folder above and its children; a repository's root is the end. */
function foldersAround(host: SourceHost, folder: string): readonly string[] {
  if ((host.listFolder(folder) ?? []).includes('.git')) return [];
  const above = join(folder, '..');
  const names = (host.listFolder(above) ?? []).filter((name) => !name.startsWith('.') && !/\.[A-Za-z]{1,5}$/.test(name) && name !== 'node_modules');
  return [above, ...names.slice(0, MOST_FOLDERS).map((name) => join(above, name)).filter((path) => path !== join('.', folder))];
}

function neighbour(host: SourceHost, path: string): readonly Neighbour[] {
  const text = host.readFile(path);
  if (text === undefined || text.length > MOST_TEXT || !/^(?:services|networks|volumes) *:/m.test(text)) return [];
  return [{ path, text, root: once(() => parseYaml(new SourceFile(path, text), new Origins()).docs[0]) }];
}

/** Which of the keys a neighbour declares below one of its sections. */
export function declares({ root }: Neighbour, section: string, key: string): boolean {
  const entry = yamlGet(yamlGet(root(), section), key);
  return entry !== undefined && (section !== 'services' || ['image', 'build', 'extends'].some((field) => yamlGet(entry, field) !== undefined));
}

