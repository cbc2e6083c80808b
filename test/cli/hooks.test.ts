import { chmodSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gateway, write } from './gateway.ts';
import { BROKEN, git, GUARDED, OPEN, repository, tryGit, withGateway } from './scratch-repo.ts';

/** What pre-commit and git start, started by git. About ten seconds. */
interface Hook {
  readonly id: string;
  readonly entry: string;
  readonly files: string;
  readonly pass_filenames: boolean;
}
const hooks = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as readonly Hook[];

function installed(folder: string, id: string): void {
  const hook = hooks.find((one) => one.id === id);
  write(folder, '.git/hooks/pre-commit', `#!/bin/sh\nexec ${hook?.entry ?? 'false'}\n`);
  chmodSync(path.join(folder, '.git/hooks/pre-commit'), 0o755);
}

function commit(folder: string): ReturnType<typeof tryGit> {
  git(folder, 'add', '-A');
  return tryGit(folder, ['commit', '-q', '-m', 'change']);
}

describe('.pre-commit-hooks.yaml', () => {
  it('gateway-lint stops the commit of a label that Traefik would not take', () => {
    const folder = repository({ 'compose.yml': OPEN });
    installed(folder, 'gateway-lint');
    write(folder, 'compose.yml', BROKEN);
    const refused = commit(folder);
    expect(refused.status).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('label-unknown');
    write(folder, 'compose.yml', OPEN.replace('web:1', 'web:2'));
    expect(commit(folder).status).toBe(0);
  });

  it('gateway-build-check stops the commit of labels without what is compiled from them', () => {
    const folder = repository({ 'compose.yml': OPEN });
    gateway(['build'], { cwd: folder });
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '-m', 'compiled');
    installed(folder, 'gateway-build-check');
    write(folder, 'compose.yml', OPEN.replace('a.example.com', 'b.example.com'));
    const refused = commit(folder);
    expect(refused.status).toBe(1);
    expect(refused.stdout + refused.stderr).toMatch(/stale {2}dist\/traefik/);
    gateway(['build'], { cwd: folder });
    expect(commit(folder).status).toBe(0);
  });

  it.each([
    ['compose.yml', true], ['stacks/shop/docker-compose.prod.yaml', true], ['gateway.config.yaml', true], ['traefik.toml', true], ['.env', true], ['README.md', false], ['src/composer.ts', false],
  ])('%s wakes gateway-lint: %s', (name, wakes) => {
    const pattern = hooks.find(({ id }) => id === 'gateway-lint')?.files ?? '';
    expect(new RegExp(pattern).test(name)).toBe(wakes);
  });
});

describe('examples/ci/git-diff-driver.sh', () => {
  it('adds the requests that change to git diff, as docs/ci.md sets it up', () => {
    const folder = repository({ 'compose.yml': GUARDED, 'notes.txt': 'a\n' }, { 'compose.yml': OPEN, 'notes.txt': 'b\n' });
    const [, setUp = ''] = /<!-- git diff driver -->\n```sh\n([\s\S]*?)```/.exec(readFileSync('docs/ci.md', 'utf8')) ?? [];
    for (const line of setUp.trim().split('\n')) runLine(folder, line.replace('/path/to/', `${path.resolve('examples/ci')}/`));
    const { status, stdout } = tryGit(folder, ['diff', 'HEAD~1', 'HEAD'], { PATH: withGateway() });
    expect(status).toBe(0);
    expect(stdout).toMatch(/--- a\/compose\.yml[\s\S]*forwardauth[\s\S]*auth-removed \(security\) {2}GET http:\/\/a\.example\.com\//);
    expect(stdout).toContain('+b');
    write(folder, 'compose.yml', GUARDED);
    expect(tryGit(folder, ['diff'], { PATH: withGateway() }).stdout).toContain('status-changed');
  });
});

/** `git config …` and `echo … >> .gitattributes`, by the shell. */
function runLine(folder: string, line: string): void {
  const run = tryGit(folder, ['-c', `alias.do=!${line}`, 'do']);
  if (run.status !== 0) throw new Error(`${line}: ${run.stderr}`);
}
