import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateway, project, write } from './gateway.ts';
import { OPEN, readIn, RULE, stackOf } from './scratch-repo.ts';

/** A build of these labels whose manifest says that an earlier gateway wrote it. About ten seconds. */
function builtEarlier(compose: string, targets = 'traefik,nginx'): string {
  const cwd = project({ 'compose.yml': compose });
  expect(gateway(['build', '--to', targets], { cwd }).status).toBe(0);
  write(cwd, 'dist/manifest.json', readIn(cwd, 'dist/manifest.json').replace(/("tool": \{\s*"version": ")[^"]*"/, '$10.0.9"'));
  return cwd;
}

function edited(cwd: string, name: string, change: (text: string) => string): void {
  const text = readIn(cwd, name);
  const next = change(text);
  expect(next).not.toBe(text);
  write(cwd, name, next);
}

/** The one dynamic file; it has the stack's name. */
function dynamicIn(cwd: string): string {
  const [name = ''] = readdirSync(path.join(cwd, 'dist/traefik/dynamic'));
  return `dist/traefik/dynamic/${name}`;
}

const LIMITED = (average: number): string => stackOf([RULE, 'routers.web.middlewares=rl', `middlewares.rl.ratelimit.average=${String(average)}`]);
const BECAUSE = /^only gateway's version changed \(0\.0\.9 wrote these files, this is [^)]+\): the source means the same, and all [1-9]\d* witness requests are answered alike$/m;
const check = (cwd: string, ...more: readonly string[]): ReturnType<typeof gateway> => gateway(['build', '--check', '--to', 'traefik,nginx', ...more], { cwd });

describe('gateway build --check', () => {
  it('shows what differs', () => {
    const cwd = project({ 'compose.yml': OPEN });
    gateway(['build'], { cwd });
    write(cwd, 'compose.yml', OPEN.replace('a.example.com', 'b.example.com'));
    const { status, stdout } = gateway(['build', '--check'], { cwd });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^stale {2}dist\/traefik\/dynamic\/\S+ {2}\d+ lines? differs?\n {2}\| @@[\s\S]*\n {2}\| -.*a\.example\.com[\s\S]*\n {2}\| \+.*b\.example\.com/);
    expect(stdout).not.toMatch(BECAUSE);
  });

  it('says in one line that only the version changed, and is still 1', () => {
    const cwd = builtEarlier(OPEN);
    edited(cwd, dynamicIn(cwd), (text) => `# an earlier heading\n${text}`);
    edited(cwd, 'dist/nginx/nginx.conf', (text) => `# an earlier heading\n${text}`);
    const { status, stdout } = check(cwd);
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.stringMatching(BECAUSE) });
    const document = JSON.parse(check(cwd, '--json').stdout) as { readonly because?: string };
    expect(document.because).toMatch(BECAUSE);
  });

  it.each([
    ['the same version wrote them', (cwd: string) => edited(cwd, 'dist/manifest.json', (text) => text.replace('0.0.9', currentVersion()))],
    ['the files answer a request otherwise', (cwd: string) => edited(cwd, dynamicIn(cwd), (text) => text.replace('a.example.com', 'c.example.com'))],
    ['the source says something else', (cwd: string) => edited(cwd, 'compose.yml', (text) => text.replace('average=10', 'average=500'))],
    ['the manifest does not say', (cwd: string) => write(cwd, 'dist/manifest.json', '{}')],
  ])('does not say so where %s', (_, change) => {
    const cwd = builtEarlier(LIMITED(10), 'traefik');
    edited(cwd, dynamicIn(cwd), (text) => `# an earlier heading\n${text}`);
    expect(gateway(['build', '--check'], { cwd }).stdout).toMatch(BECAUSE);
    change(cwd);
    const { status, stdout } = gateway(['build', '--check'], { cwd });
    expect({ status, stdout }).toEqual({ status: 1, stdout: expect.not.stringMatching(BECAUSE) });
  });
});

function currentVersion(): string {
  return gateway(['--version']).stdout.trim();
}
