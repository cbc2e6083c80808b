import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { gateway, project, write } from './gateway.ts';
import { BROKEN, CLEAN, LIMITED, withHost } from './stacks.ts';

/** Every file below a folder with its text. */
function snapshot(folder: string): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(path.join(folder, name)).isFile());
  return Object.fromEntries(files.sort().map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]));
}

const ALL = ['build', '--to', 'traefik,nginx,kong'];

describe('gateway build writes', () => {
  it('what starts each engine, the same bytes twice', () => {
    const cwd = project({ 'compose.yml': CLEAN });
    expect(gateway(ALL, { cwd }).status).toBe(0);
    const first = snapshot(path.join(cwd, 'dist'));
    expect(Object.keys(first)).toEqual(expect.arrayContaining(['manifest.json', 'traefik/traefik.yml', 'nginx/nginx.conf', 'kong/kong.yml', 'kong/kong.conf']));
    expect(gateway(ALL, { cwd }).status).toBe(0);
    expect(snapshot(path.join(cwd, 'dist'))).toEqual(first);
  });

  it('a target that is refused keeps its earlier files, the others are new', () => {
    const cwd = project({ 'compose.yml': withHost('old.example.com') });
    gateway(ALL, { cwd });
    const before = snapshot(path.join(cwd, 'dist/nginx'));
    write(cwd, 'compose.yml', LIMITED);
    const { status, stderr } = gateway(ALL, { cwd });
    expect(status).toBe(1);
    expect(stderr).toContain('dist/nginx was not written');
    expect(snapshot(path.join(cwd, 'dist/nginx'))).toEqual(before);
    expect(JSON.stringify(snapshot(path.join(cwd, 'dist/traefik')))).not.toContain('old.example.com');
  });

  it('nothing on a blocking error', () => {
    const cwd = project({ 'compose.yml': BROKEN });
    expect(gateway(ALL, { cwd }).status).toBe(1);
    expect(existsSync(path.join(cwd, 'dist'))).toBe(false);
  });

  it('nothing where only the assumed version of Traefik loses a router, and says how to name the version', () => {
    const cwd = project({ 'compose.yml': "services:\n  web:\n    image: example/web\n    expose: ['80']\n    labels:\n      - traefik.http.routers.web.rule=Host(`a.example.com`,`b.example.com`)\n" });
    const args = ['build', '--to', 'traefik', '--entrypoint', 'web=127.0.0.1:8080'];
    const { status, stderr } = gateway(args, { cwd });
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('the version is not known and taken for 3.7: if it is another one, say --source-version traefik=2.11') });
    expect(existsSync(path.join(cwd, 'dist'))).toBe(false);
    expect(gateway([...args, '--source-version', 'traefik=2.11'], { cwd }).status).toBe(0);
  });

  it('removes files of an earlier build that are no longer made, and touches nothing beside its folders', () => {
    const cwd = project({ 'compose.yml': CLEAN, 'dist/traefik/dynamic/gone.yml': 'http: {}\n', 'dist/mine.txt': 'mine\n' });
    gateway(['build'], { cwd });
    expect(existsSync(path.join(cwd, 'dist/traefik/dynamic/gone.yml'))).toBe(false);
    expect(readFileSync(path.join(cwd, 'dist/mine.txt'), 'utf8')).toBe('mine\n');
  });

  it('a folder without write permission is 3, and nothing is left in it', () => {
    const cwd = project({ 'compose.yml': CLEAN });
    mkdirSync(path.join(cwd, 'out'));
    chmodSync(cwd, 0o755);
    chmodSync(path.join(cwd, 'out'), 0o555);
    // Root may write everywhere, so another user tries.
    const uid = process.getuid?.() === 0 ? { uid: 65_534 } : {};
    const { status, stderr } = gateway(['build', '-o', 'out'], { cwd, ...uid });
    expect({ status, stderr }).toEqual({ status: 3, stderr: expect.stringContaining('permission denied') });
    expect(readdirSync(path.join(cwd, 'out'))).toEqual([]);
  });

  it('a place in which no folder can be made is 3', () => {
    expect(gateway(['build', '-o', '/proc/none/deeper'], { cwd: project({ 'compose.yml': CLEAN }) }).status).toBe(3);
  });

  it('-o - prints the files and writes none', () => {
    const cwd = project({ 'compose.yml': CLEAN });
    const { status, stdout } = gateway([...ALL, '-o', '-'], { cwd });
    expect(status).toBe(0);
    expect(stdout.match(/^# ---- .*$/gm)).toEqual(expect.arrayContaining(['# ---- traefik/traefik.yml', '# ---- nginx/nginx.conf', '# ---- kong/kong.yml']));
    expect(readdirSync(cwd)).toEqual(['compose.yml']);
  });
});

describe('gateway build --check', () => {
  const STALE = [
    { name: 'a changed label', change: (cwd: string) => write(cwd, 'compose.yml', withHost('b.example.com')), says: 'dist/traefik/dynamic/shop.yml  1 line differs' },
    { name: 'a file that is gone', change: (cwd: string) => write(cwd, 'dist/traefik/dynamic/extra.yml', ''), says: 'dist/traefik/dynamic/extra.yml  is left over' },
  ];
  for (const { name, change, says } of STALE) {
    it(`finds ${name}, and writes nothing`, () => {
      const cwd = project({ 'compose.yml': CLEAN, '.env': 'COMPOSE_PROJECT_NAME=shop\n' });
      gateway(['build'], { cwd });
      expect(gateway(['build', '--check'], { cwd })).toMatchObject({ status: 0, stdout: '' });
      change(cwd);
      const before = snapshot(path.join(cwd, 'dist'));
      expect(gateway(['build', '--check'], { cwd })).toMatchObject({ status: 1, stdout: expect.stringContaining(says) });
      expect(snapshot(path.join(cwd, 'dist'))).toEqual(before);
    });
  }

  it('does not look at the manifest', () => {
    const cwd = project({ 'compose.yml': CLEAN });
    gateway(['build'], { cwd });
    write(cwd, 'dist/manifest.json', '{}');
    expect(gateway(['build', '--check'], { cwd }).status).toBe(0);
  });
});

describe('gateway build --report', () => {
  it('md: a table of the features with their verdicts', () => {
    const { stdout } = gateway(['build', '--to', 'nginx', '--report', 'md'], { cwd: project({ 'compose.yml': LIMITED }) });
    expect(stdout).toMatch(/^\| target \| feature \| verdict \|/);
    expect(stdout).toMatch(/^\| nginx \| middleware\.rateLimit \| approximate \|/m);
  });
});
