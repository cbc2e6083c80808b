import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OutputFile } from '../targets/target.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { failureWords } from './failure-words.ts';

/**
 * Replaces a folder by the given files, all or nothing: they are written beside it and swapped in by two renames.
 * Throws CommandError (3) when the place cannot be written.
 * @param name as it is shown, relative to `cwd`
 */
export function replaceFolder(cwd: string, name: string, files: readonly OutputFile[]): void {
  const folder = path.resolve(cwd, name);
  const parent = path.dirname(folder);
  let staged: string | undefined;
  try {
    makeFolder(parent);
    staged = mkdtempSync(path.join(parent, '.gateway-'));
    chmodSync(staged, 0o755);
    for (const file of files) writeOne(staged, file);
    swap(folder, staged);
  } catch (error) {
    if (staged !== undefined) rmSync(staged, { recursive: true, force: true });
    throw new CommandError(EXIT.environment, `cannot write ${name}: ${failureWords(error)}`);
  }
}

/** Level by level: Node's own recursive way never ends where the system answers "no such file" for a new folder (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}

function writeOne(folder: string, file: OutputFile): void {
  const full = path.join(folder, file.path);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, file.text, { mode: file.secret === true ? 0o600 : 0o644 });
}

function swap(folder: string, staged: string): void {
  if (!existsSync(folder)) {
    renameSync(staged, folder);
    return;
  }
  const old = `${staged}.old`;
  renameSync(folder, old);
  try {
    renameSync(staged, folder);
  } catch (error) {
    renameSync(old, folder);
    throw error;
  }
  rmSync(old, { recursive: true, force: true });
}

/** One file, replaced by a rename. Throws CommandError (3) with the name as it is given. */
export function replaceFile(cwd: string, name: string, text: string): void {
  const full = path.resolve(cwd, name);
  const staged = `${full}.gateway-${String(process.pid)}`;
  try {
    makeFolder(path.dirname(full));
    writeFileSync(staged, text);
    renameSync(staged, full);
  } catch (error) {
    if (existsSync(staged)) rmSync(staged);
    throw new CommandError(EXIT.environment, `cannot write ${name}: ${failureWords(error)}`);
  }
}

/** One output of a command: printed, or as a file that an interruption leaves whole. Throws CommandError (3). */
export async function putOutput(context: Context, file: string | undefined, text: string): Promise<void> {
  if (file === undefined) context.out(text);
  else await context.uninterrupted(() => replaceFile(context.cwd, file, text));
}

export interface Stale {
  readonly path: string;
  readonly kind: 'missing' | 'differs' | 'extra';
  readonly lines: number;
}

/** What `build --check` finds: files that are not there, differ, or are left over. */
export function staleFiles(folder: string, files: readonly OutputFile[]): readonly Stale[] {
  const wanted = new Set(files.map((file) => file.path));
  const changed = files.flatMap((file): readonly Stale[] => {
    const full = path.join(folder, file.path);
    if (!existsSync(full)) return [{ path: file.path, kind: 'missing', lines: 0 }];
    const lines = differingLines(readFileSync(full, 'utf8'), file.text);
    return lines === 0 ? [] : [{ path: file.path, kind: 'differs', lines }];
  });
  const extra = filesIn(folder).filter((name) => !wanted.has(name)).map((name): Stale => ({ path: name, kind: 'extra', lines: 0 }));
  return [...changed, ...extra];
}

/** Every file below a folder, relative to it, sorted. */
export function filesIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}

function differingLines(a: string, b: string): number {
  if (a === b) return 0;
  const left = new Map<string, number>();
  for (const line of a.split('\n')) left.set(line, (left.get(line) ?? 0) + 1);
  let added = 0;
  for (const line of b.split('\n')) {
    const count = left.get(line) ?? 0;
    if (count === 0) added += 1;
    else left.set(line, count - 1);
  }
  return Math.max(1, added);
}
