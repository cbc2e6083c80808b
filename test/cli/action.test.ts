import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAction, runAction } from './action-run.ts';
import { gateway, write } from './gateway.ts';
import { BROKEN, git, GUARDED, OPEN, readIn, repository, shallowClone } from './scratch-repo.ts';

/** The very steps of action.yml, in repositories with real commits. About fifteen seconds. */
const baseOf = (folder: string): string => git(folder, 'rev-parse', 'HEAD~1').trim();

describe('action.yml', () => {
  it('passes what changes nothing, and says so in the summary and the report', () => {
    const folder = repository({ 'compose.yml': OPEN }, { 'compose.yml': `# a remark\n${OPEN}` });
    const { status, summary, outputs } = runAction(folder, {}, baseOf(folder));
    expect({ status, outputs }).toEqual({ status: 0, outputs: { report: 'gateway-report.md', lint: '0', 'build-check': '', diff: '0' } });
    expect(readIn(folder, 'gateway-report.md')).toMatch(/^<!-- gateway-diff:default -->\nGateway: no request is answered otherwise/);
    expect(summary).toContain('no request is answered otherwise');
  });

  it('fails for a change that opens what was guarded, with the request', () => {
    const folder = repository({ 'compose.yml': GUARDED }, { 'compose.yml': OPEN });
    const { status, log, summary, outputs } = runAction(folder, { 'comment-key': 'shop', report: 'changes.md' }, baseOf(folder));
    expect({ status, diff: outputs['diff'] }).toEqual({ status: 1, diff: '1' });
    expect(log).toContain('auth-removed (security)');
    expect(readIn(folder, 'changes.md')).toMatch(/^<!-- gateway-diff:shop -->[\s\S]*auth-removed[\s\S]*http:\/\/a\.example\.com\//);
    expect(summary).toContain('auth-removed');
    expect(runAction(folder, { 'fail-on': 'none' }, baseOf(folder)).status).toBe(0);
  });

  it('annotates findings and fails for them', () => {
    const folder = repository({ 'compose.yml': OPEN }, { 'compose.yml': BROKEN });
    const { status, log, outputs } = runAction(folder);
    expect({ status, lint: outputs['lint'], diff: outputs['diff'] }).toEqual({ status: 1, lint: '1', diff: '' });
    expect(log).toMatch(/^::error .*file=compose\.yml.*line=\d+/m);
  });

  it('looks at compiled files where they are in the repository', () => {
    const folder = repository({ 'compose.yml': OPEN });
    expect(gateway(['build', 'compose.yml'], { cwd: folder }).status).toBe(0);
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '-m', 'compiled');
    expect(runAction(folder).outputs['build-check']).toBe('0');
    write(folder, 'compose.yml', OPEN.replace('a.example.com', 'b.example.com'));
    const { status, summary, outputs } = runAction(folder);
    expect({ status, check: outputs['build-check'] }).toEqual({ status: 1, check: '1' });
    expect(summary).toMatch(/### Compiled files are stale\n\n {4}stale {2}dist\/traefik\/dynamic\/[^\n]+ lines? differ/);
  });

  it('is 3 in a clone without history, with the cure', () => {
    const origin = repository({ 'compose.yml': GUARDED }, { 'compose.yml': OPEN });
    const { status, log } = runAction(shallowClone(origin), {}, baseOf(origin));
    expect({ status, log }).toEqual({ status: 3, log: expect.stringMatching(/shallow[\s\S]*fetch-depth: 0/) });
  });

  it('runs nothing that an input holds', () => {
    const folder = repository({ 'compose.yml': OPEN }, { 'compose.yml': OPEN.replace('web:1', 'web:2') });
    const evil = 'x"; touch "$GITHUB_WORKSPACE/owned" owned; $(touch owned) `touch owned` #';
    runAction(folder, Object.fromEntries(['stacks', 'base', 'fail-on', 'build-check', 'comment-key', 'output', 'report'].map((name) => [name, name === 'build-check' ? 'true' : evil])));
    expect(existsSync(path.join(folder, 'owned'))).toBe(false);
    for (const { name, run } of readAction().runs.steps) expect([name, run.includes('${{')]).toEqual([name, false]);
  });

  it('takes stacks and a folder', () => {
    const folder = repository({ 'deploy/shop/compose.yml': GUARDED, 'deploy/my blog/compose.yml': OPEN.replace('a.example', 'b.example') }, { 'deploy/shop/compose.yml': OPEN });
    const { status, outputs } = runAction(folder, { 'working-directory': 'deploy', stacks: 'shop\nmy blog\n', 'fail-on': 'none' }, baseOf(folder));
    expect({ status, lint: outputs['lint'], diff: outputs['diff'] }).toEqual({ status: 0, lint: '0', diff: '0' });
    expect(readIn(path.join(folder, 'deploy'), 'gateway-report.md')).toContain('auth-removed');
  });
});
