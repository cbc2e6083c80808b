import { createRequire } from 'node:module';
import path from 'node:path';
import type { ChangedLines, Changes, SourceHost } from '../index.ts';
import type { Context } from './context.ts';
import { CommandError, EXIT } from './exit-codes.ts';
import { kindOf } from './host.ts';

/** What changed since a commit, and the files as they were there. */
export interface Since {
  /** By path from the working folder. */
  readonly changes: Changes;
  /** The name that a file has in `changes`. */
  nameOf(name: string): string;
  readonly before: SourceHost;
}

/** Loaded with the first question: most runs ask git nothing. */
const load: (name: 'node:child_process') => typeof import('node:child_process') = createRequire(import.meta.url);

/** Nothing that a repository configures may run: no external diff, no text conversion, no file system monitor. */
const SAFE = ['-c', 'core.fsmonitor=false', '-c', 'core.quotePath=true', '--no-optional-locks'];
const MAX_OUTPUT = 256 * 1024 * 1024;

class Git {
  readonly #context: Context;

  constructor(context: Context) {
    this.#context = context;
  }

  /** The output; undefined when git says no. Throws CommandError (3) without git. */
  ask(...args: readonly string[]): string | undefined {
    const { spawnSync } = load('node:child_process');
    const run = spawnSync('git', [...SAFE, ...args], { cwd: this.#context.cwd, encoding: 'utf8', maxBuffer: MAX_OUTPUT, env: { ...this.#context.env, LC_ALL: 'C' } });
    if (run.error !== undefined) throw new CommandError(EXIT.environment, `git cannot be run: ${run.error.message}`);
    return run.status === 0 ? run.stdout : undefined;
  }

  must(message: string, help: string | undefined, ...args: readonly string[]): string {
    const text = this.ask(...args);
    if (text === undefined) throw new CommandError(EXIT.environment, message, help);
    return text;
  }
}

/** Compares the working tree with where it left `ref`. Throws CommandError (3) without the history that takes. */
export function changedSince(context: Context, ref: string, host: SourceHost, readDiff: (text: string) => Changes): Since {
  const git = new Git(context);
  const prefix = git.must('--changed needs a git repository', undefined, 'rev-parse', '--show-prefix').replace(/\n$/, '');
  if (git.ask('rev-parse', '--is-shallow-repository')?.trim() === 'true') throw new CommandError(EXIT.environment, 'the clone is shallow: what changed cannot be told', 'fetch the history, e.g. git fetch --unshallow, or fetch-depth: 0');
  const commit = git.must(`git knows no commit "${ref}"`, undefined, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).trim();
  const base = git.must(`"${ref}" and HEAD have no common history`, undefined, 'merge-base', commit, 'HEAD').trim();
  const nameOf = (name: string): string => (path.isAbsolute(name) ? path.relative(context.cwd, name) : path.posix.normalize(name));
  return { changes: changesOf(git, base, prefix, readDiff), nameOf, before: hostAt(git, base, prefix, { context, host, nameOf }) };
}

/** The files of both ends of a range (`A..B`, `A...B`). Throws CommandError (3) for a commit that is not there. */
export function hostsOfRange(context: Context, range: readonly [string, '..' | '...', string], host: SourceHost): readonly [SourceHost, SourceHost] {
  const git = new Git(context);
  const prefix = git.must('comparing revisions needs a git repository', undefined, 'rev-parse', '--show-prefix').replace(/\n$/, '');
  const [from, dots, to] = range;
  const [first, last] = [commitOf(git, from), commitOf(git, to)];
  const base = dots === '..' ? first : git.must(`"${from}" and "${to}" have no common history`, DEEPEN, 'merge-base', first, last).trim();
  const nameOf = (name: string): string => (path.isAbsolute(name) ? path.relative(context.cwd, name) || '.' : path.posix.normalize(name).replace(/(?<=.)\/$/, ''));
  const at = (commit: string): SourceHost => hostAt(git, commit, prefix, { context, host, nameOf });
  return [at(base), at(last)];
}

const DEEPEN = 'a shallow clone lacks history: git fetch --unshallow, or fetch-depth: 0';

function commitOf(git: Git, ref: string): string {
  const isShallow = git.ask('rev-parse', '--is-shallow-repository')?.trim() === 'true';
  return git.must(isShallow ? `the clone is shallow and has no commit "${ref}"` : `git knows no commit "${ref}"`, isShallow ? DEEPEN : undefined, 'rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`).trim();
}

function changesOf(git: Git, base: string, prefix: string, readDiff: (text: string) => Changes): Changes {
  const diff = git.must('git diff failed', undefined, 'diff', '--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--unified=0', '--src-prefix=a/', '--dst-prefix=b/', base, '--');
  const untracked = listed(git.ask('ls-files', '-z', '--others', '--exclude-standard', '--full-name', ':/') ?? '');
  const changes = new Map<string, ChangedLines>();
  for (const [name, lines] of readDiff(diff)) changes.set(fromHere(prefix, name), lines);
  for (const name of untracked) changes.set(fromHere(prefix, name), 'all');
  return changes;
}

function listed(text: string): readonly string[] {
  return text.split('\0').filter((name) => name !== '');
}

/** A path from the repository's root as one from the working folder. */
function fromHere(prefix: string, name: string): string {
  return path.posix.relative(`/${prefix}`, `/${name}`);
}

interface Here {
  readonly context: Context;
  readonly host: SourceHost;
  nameOf(name: string): string;
}

/** Files as they were; what git does not keep (outside of the repository, ignored) is as it is. */
function hostAt(git: Git, base: string, prefix: string, { context, host, nameOf }: Here): SourceHost {
  const then = new Set(listed(git.ask('ls-tree', '-r', '-z', '--name-only', '--full-tree', base) ?? '').map((name) => fromHere(prefix, name)));
  const now = new Set(listed(git.ask('ls-files', '-z', '--cached', '--others', '--exclude-standard', '--full-name', ':/') ?? '').map((name) => fromHere(prefix, name)));
  return {
    readFile(name) {
      const here = nameOf(name);
      if (then.has(here)) return git.ask('show', `${base}:${path.posix.join('/', prefix, here).slice(1)}`);
      return now.has(here) ? undefined : host.readFile(name);
    },
    listFolder(name) {
      const folder = nameOf(name);
      const inside = (full: string): readonly string[] => (folder === '.' ? (full.startsWith('../') ? [] : [full]) : full.startsWith(`${folder}/`) ? [full.slice(folder.length + 1)] : []);
      const kept = [...then].flatMap(inside).map((rest) => rest.split('/')[0] ?? '');
      const loose = (host.listFolder(name) ?? []).filter((one) => !now.has(path.posix.join(folder, one)) && kindOf(context.cwd, path.posix.join(folder, one)) === 'file');
      // Where the repository ends, so does the search for a configuration.
      const root = path.posix.join('/', prefix, folder) === '/' ? ['.git'] : [];
      const names = [...new Set([...root, ...kept, ...loose])].sort();
      return names.length === 0 ? undefined : names;
    },
  };
}
