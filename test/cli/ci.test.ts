import { chmodSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { gateway, project, write } from './gateway.ts';
import { bash, BROKEN, git, GUARDED, OPEN, readIn, repository, shallowClone, withGateway } from './scratch-repo.ts';

/** The very commands of the templates, in repositories with real commits. About fifteen seconds. */
interface GitlabJob {
  readonly script: readonly string[];
  readonly artifacts: { readonly paths: readonly string[]; readonly reports: { readonly codequality: string; readonly junit: readonly string[] } };
}
const { gateway: job } = parse(readFileSync('examples/ci/gitlab-ci.yml', 'utf8')) as { readonly gateway: GitlabJob };

/** GitLab joins the lines of a script to one. */
function runJob(folder: string, base?: string): ReturnType<typeof bash> {
  return bash(job.script.join('\n'), folder, { PATH: withGateway(), ...(base === undefined ? {} : { CI_MERGE_REQUEST_DIFF_BASE_SHA: base }) });
}

function compiled(folder: string): string {
  gateway(['build'], { cwd: folder });
  git(folder, 'add', '-A');
  git(folder, 'commit', '-q', '-m', 'compiled');
  return folder;
}

describe('examples/ci/gitlab-ci.yml', () => {
  it('writes every report that it names', () => {
    const folder = repository({ 'compose.yml': GUARDED });
    const base = git(folder, 'rev-parse', 'HEAD').trim();
    write(folder, 'compose.yml', OPEN);
    const { status, stdout } = runJob(compiled(folder), base);
    expect(status).toBe(1);
    expect(stdout).toContain('auth-removed (security)');
    const { paths, reports } = job.artifacts;
    for (const name of [...paths, ...reports.junit, reports.codequality]) expect([name, existsSync(path.join(folder, name))]).toEqual([name, true]);
    expect(problems(readIn(folder, reports.codequality))).toEqual([]);
    expect(readIn(folder, 'gateway-diff.xml')).toMatch(/<testsuite[\s\S]*<failure[\s\S]*auth-removed/);
  });

  it('passes what changes nothing', () => {
    const folder = compiled(repository({ 'compose.yml': OPEN }));
    expect(runJob(folder, 'HEAD').status).toBe(0);
  });

  it('fails for findings, also on the default branch, and the widget gets them', () => {
    const folder = repository({ 'compose.yml': BROKEN });
    expect(runJob(folder).status).toBe(1);
    expect(problems(readIn(folder, job.artifacts.reports.codequality))).toMatchObject([{ check_name: 'label-unknown', location: { path: 'compose.yml' } }]);
  });

  it('is 3 in a clone without history', () => {
    const origin = compiled(repository({ 'compose.yml': OPEN }));
    const { status, stderr } = runJob(shallowClone(origin), git(origin, 'rev-parse', 'HEAD~1').trim());
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('git fetch --unshallow') });
  });
});

/** Findings of the code quality report that are more than remarks. */
function problems(report: string): readonly unknown[] {
  return (JSON.parse(report) as readonly { readonly severity: string }[]).filter(({ severity }) => severity === 'blocker' || severity === 'critical');
}

interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly { readonly name?: string; readonly run?: string; readonly uses?: string }[] }>>;
}
const readWorkflow = (name: string): Workflow => parse(readFileSync(`examples/ci/github/${name}.yml`, 'utf8')) as Workflow;

describe('examples/ci/github', () => {
  it('runs the code of a pull request without the right to write, and comments without its code', () => {
    const [checks, comments] = [readWorkflow('gateway'), readWorkflow('gateway-comment')];
    expect(checks.permissions).toEqual({ contents: 'read' });
    expect(Object.values(comments.jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? [])).some((uses) => uses.startsWith('actions/checkout'))).toBe(false);
    for (const { run = '' } of Object.values(comments.jobs).flatMap(({ steps }) => steps)) expect(run).not.toContain('${{');
  });

  const script = readWorkflow('gateway-comment').jobs['comment']?.steps.find(({ run }) => run !== undefined)?.run ?? '';
  /** GitHub's own command, which writes down what it was asked; \`pulls\` and \`comments\` are what it finds. */
  const asked = (report: string, { pulls = '7', comments = '' } = {}): { readonly status: number | null; readonly calls: string } => {
    const folder = project({ 'report/gateway-report.md': report, 'bin/gh': `#!/bin/sh\necho "$*" >> "${'$'}CALLS"\ncase "$*" in *"/pulls -f"*) printf '%s' '${pulls}' ;; *--paginate*) printf '%s' '${comments}' ;; esac\n`, calls: '' });
    chmodSync(path.join(folder, 'bin/gh'), 0o755);
    const { status } = bash(script, folder, { PATH: `${folder}/bin:${process.env['PATH'] ?? ''}`, CALLS: path.join(folder, 'calls'), REPO: 'o/r', SHA: 'abc', HEAD: 'fork:branch', KEY: 'default' });
    return { status, calls: readIn(folder, 'calls') };
  };
  const REPORT = '<!-- gateway-diff:default -->\nGateway: no request is answered otherwise\n';

  it('writes a first comment, and changes it afterwards', () => {
    expect(asked(REPORT)).toEqual({ status: 0, calls: expect.stringContaining('--method POST repos/o/r/issues/7/comments -F body=@report/gateway-report.md') });
    expect(asked(REPORT, { comments: '99' })).toEqual({ status: 0, calls: expect.stringContaining('--method PATCH repos/o/r/issues/comments/99 -F body=@report/gateway-report.md') });
  });

  it('does not hand on what is no report, and leaves a pull request alone that has moved on', () => {
    expect(asked('anything that somebody would like to say')).toEqual({ status: 1, calls: '' });
    expect(asked(REPORT, { pulls: '' }).calls).not.toMatch(/POST|PATCH/);
  });
});
