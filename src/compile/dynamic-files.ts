import type { ConfigFile } from '../ir/index.ts';
import type { SourceHost } from '../sources/source.ts';
import { SourceFile } from '../text/index.ts';
import { FOLDER_DEPTH, formatOf, joinPath } from '../traefik-config/paths.ts';

/** What the proxy mounts, then what was named. A file that is both is one file: told twice it would collide with itself. */
export function dynamicFiles(mounted: readonly ConfigFile[], named: readonly string[], host: SourceHost): readonly ConfigFile[] {
  const byPath = new Map(mounted.map((file) => [joinPath('', file.path), file]));
  for (const file of named.flatMap((path) => fileAt(path, host) ?? folderFiles(path, host, 0))) {
    const path = joinPath('', file.path);
    if (!byPath.has(path)) byPath.set(path, file);
  }
  return [...byPath.values()];
}

/** A folder is read as Traefik's file provider reads it: with the folders in it. */
function folderFiles(folder: string, host: SourceHost, depth: number): readonly ConfigFile[] {
  return (host.listFolder(folder) ?? []).flatMap((name) => {
    const path = `${folder.replace(/\/+$/, '')}/${name}`;
    const file = /\.(?:toml|ya?ml)$/i.test(name) ? fileAt(path, host) : undefined;
    return file ?? (depth < FOLDER_DEPTH ? folderFiles(path, host, depth + 1) : []);
  });
}

function fileAt(path: string, host: SourceHost): readonly ConfigFile[] | undefined {
  const text = host.readFile(path);
  return text === undefined ? undefined : [{ path, role: 'dynamic', format: formatOf(path) ?? 'yaml', source: new SourceFile(path, text) }];
}
