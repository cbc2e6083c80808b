import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { cleanEnv, project, write } from './gateway.ts';

/** Runs git with nothing of this machine's configuration; throws what it says when it fails. */
export function git(cwd: string, ...args: readonly string[]): void {
  const run = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false', ...args], { cwd, env: cleanEnv(), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
}

/** A repository with a commit for each state, in a folder of its own, gone after the test. */
export function repository(...states: readonly Readonly<Record<string, string>>[]): string {
  const folder = path.join(project(), 'repository');
  mkdirSync(folder);
  git(folder, 'init', '-q', '-b', 'main');
  for (const state of states) {
    for (const [name, text] of Object.entries(state)) write(folder, name, text);
    withCommit(folder);
  }
  return folder;
}

/** Commits everything that is there. */
export function withCommit(folder: string): void {
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'state');
}
