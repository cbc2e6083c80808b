import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SourceHost } from '../sources/source.ts';

/** Larger files are no configuration; reading them would only take memory. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Files of this size describe thousands of services. */
const LARGE_BYTES = 2 * 1024 * 1024;

let expectMuch = (): void => undefined;

/** What to do before a large file is read: reading and what comes after it need memory then. */
export function beforeLargeFiles(act: () => void): void {
  expectMuch = act;
}

/** The file system below a working directory, paths with forward slashes. */
export function fileHost(cwd: string): SourceHost {
  return {
    readFile(name) {
      const full = path.resolve(cwd, name);
      try {
        const stats = statSync(full);
        if (!stats.isFile() || stats.size > MAX_BYTES) return undefined;
        if (stats.size > LARGE_BYTES) expectMuch();
        return readFileSync(full, 'utf8');
      } catch {
        return undefined;
      }
    },
    listFolder(name) {
      try {
        return readdirSync(path.resolve(cwd, name)).sort();
      } catch {
        return undefined;
      }
    },
  };
}

/** How standard input is called in messages. */
export const STDIN = '<stdin>';

/** The same files, and standard input under {@link STDIN}. */
export function withStdin(host: SourceHost, text: string): SourceHost {
  return { ...host, readFile: (name) => (name === STDIN ? text : host.readFile(name)) };
}

/** What stands at a path: decides whether an argument is a stack folder or a stack file. */
export function kindOf(cwd: string, name: string): 'file' | 'folder' | 'missing' {
  try {
    const stats = statSync(path.resolve(cwd, name));
    return stats.isDirectory() ? 'folder' : 'file';
  } catch {
    return 'missing';
  }
}
