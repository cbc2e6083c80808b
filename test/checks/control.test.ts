import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { desk } from '../support/command.ts';
import type { Desk } from '../support/command.ts';

const HEAD = `services:
  traefik:
    image: traefik:v3.7
    command:
      - --entrypoints.web.address=:80
      - --providers.docker.exposedbydefault=false
    volumes:
      - /var/run/docker.sock:/var/run/docker.sock:ro
`;
const service = (name: string, ...labels: readonly string[]): string => `  ${name}:\n    image: example/${name}:1\n    expose: ["80"]\n    labels:\n      - traefik.enable=true\n${labels.map((label) => `      - ${label}\n`).join('')}`;
const GOOD = service('web', 'traefik.http.routers.web.rule=Host(`a.example.com`)', 'traefik.http.routers.web.entrypoints=web');
/** A finding that does not block: two routers of the same rule. */
const TIE = service('tie', 'traefik.http.routers.tie.rule=Host(`a.example.com`)', 'traefik.http.routers.tie.entrypoints=web');
const BROKEN = service('api', 'traefik.http.rotuers.api.rule=Host(`b.example.com`)');

const desks: Desk[] = [];
async function at(files: Readonly<Record<string, string>>): Promise<Desk> {
  const one = await desk(files);
  desks.push(one);
  return one;
}
// Commands load the library when they run: the first one must not pay for it.
beforeAll(async () => {
  await import('../../src/index.ts');
}, 120_000);
afterEach(async () => {
  await Promise.all(desks.splice(0).map((one) => one.remove()));
});

const rulesIn = (json: string): readonly string[] => {
  const { findings } = JSON.parse(json) as { readonly findings: readonly { readonly rule: string; readonly severity: string }[] };
  return findings.filter(({ severity }) => severity !== 'note').map(({ rule }) => rule);
};

describe('fixes on files', () => {
  it('--fix writes, keeps mode and link, and a second run does nothing', async () => {
    const one = await at({ 'real/compose.yml': `\ufeff${HEAD}${BROKEN}`.replaceAll('\n', '\r\n') });
    chmodSync(path.join(one.path, 'real/compose.yml'), 0o640);
    symlinkSync('real/compose.yml', path.join(one.path, 'compose.yml'));
    const { code, err } = await one.gateway('lint', '--fix');
    expect(err).toContain('fixed 1 finding in 1 file');
    expect(code).toBe(0);
    expect(one.read('real/compose.yml')).toBe(`\ufeff${HEAD}${BROKEN}`.replaceAll('\n', '\r\n').replace('rotuers', 'routers'));
    expect(lstatSync(path.join(one.path, 'compose.yml')).isSymbolicLink()).toBe(true);
    expect(statSync(path.join(one.path, 'real/compose.yml')).mode & 0o777).toBe(0o640);
    expect((await one.gateway('lint', '--fix')).err).toContain('nothing to fix');
  });

  it('--fix-dry-run prints a diff that patch can apply, and writes nothing', async () => {
    const one = await at({ 'compose.yml': HEAD + BROKEN + GOOD });
    const { code, out } = await one.gateway('lint', '--fix-dry-run');
    expect(code).toBe(1);
    expect(one.read('compose.yml')).toBe(HEAD + BROKEN + GOOD);
    expect(out).toContain('-      - traefik.http.rotuers.api.rule');
    const patched = spawnSync('git', ['apply', '--verbose', '-'], { cwd: one.path, input: out, encoding: 'utf8' });
    expect(patched.status, patched.stderr).toBe(0);
    expect(one.read('compose.yml')).toBe((HEAD + BROKEN + GOOD).replace('rotuers', 'routers'));
  });

  it('the diff shows no secret', async () => {
    const one = await at({ 'compose.yml': `${HEAD}${BROKEN}    environment:\n      DB_PASSWORD: hunter2\n` });
    const { out } = await one.gateway('lint', '--fix-dry-run');
    expect(out).toContain('DB_PASSWORD: *******');
    expect(out).not.toContain('hunter2');
  });

  it('a file that is no UTF-8 is left alone, and that is said', async () => {
    const one = await at({});
    writeFileSync(path.join(one.path, 'compose.yml'), Buffer.concat([Buffer.from(HEAD + BROKEN), Buffer.from([0x23, 0x20, 0xe9, 0x0a])]));
    const { code, err } = await one.gateway('lint', '--fix');
    expect(code).toBe(1);
    expect(err).toContain('cannot be written back byte by byte');
    expect(one.read('compose.yml')).toContain('rotuers');
  });

  it('JSON on stdout stays one document beside --fix-dry-run', async () => {
    const one = await at({ 'compose.yml': HEAD + BROKEN });
    const { out, err } = await one.gateway('lint', '--fix-dry-run', '--json');
    expect(rulesIn(out)).toContain('label-unknown');
    expect(err).toContain('+++ b/compose.yml');
  });
});

describe('ignores', () => {
  const tie = (comment: string): string => HEAD + GOOD + TIE.replace('      - traefik.http.routers.tie.rule', `${comment}\n      - traefik.http.routers.tie.rule`);

  it('silence a finding that does not block; an ignore without use is a finding', async () => {
    const loud = await at({ 'compose.yml': HEAD + GOOD + TIE });
    const rule = rulesIn((await loud.gateway('lint', '--json')).out)[0] ?? '';
    expect(rule).toBe('route-tie');
    const { findings } = JSON.parse((await loud.gateway('lint', '--json')).out) as { readonly findings: readonly { readonly rule: string; readonly line: number }[] };
    const line = findings.find((one) => one.rule === 'route-tie')?.line ?? 0;
    const lines = (HEAD + GOOD + TIE).split('\n');
    lines.splice(line - 1, 0, '    # gateway-ignore route-tie -- wanted');
    loud.write('compose.yml', lines.join('\n'));
    expect((await loud.gateway('lint')).code).toBe(0);
    loud.write('compose.yml', `# gateway-ignore-file route-tie -- wanted\n${HEAD}${GOOD}${TIE}`);
    expect((await loud.gateway('lint')).code).toBe(0);
    loud.write('compose.yml', `# gateway-ignore-file route-tie -- wanted\n${HEAD}${GOOD}`);
    expect(rulesIn((await loud.gateway('lint', '--json')).out)).toEqual(['ignore-unused']);
  });

  it('cannot silence what blocks', async () => {
    const one = await at({ 'compose.yml': `# gateway-ignore-file label-unknown -- no\n${HEAD}${BROKEN}` });
    const { code, out } = await one.gateway('lint', '--json');
    expect(code).toBe(1);
    expect([...rulesIn(out)].sort()).toEqual(['ignore-unused', 'label-unknown']);
  });

  it('must give a reason where the configuration asks for one', async () => {
    const one = await at({ 'compose.yml': `# gateway-ignore-file route-tie\n${tie('')}`, 'gateway.config.yaml': 'requireReason: true\n' });
    expect(rulesIn((await one.gateway('lint', '--json')).out)).toEqual(['ignore-unused']);
    one.write('compose.yml', `# gateway-ignore-file route-tie -- both serve the same\n${HEAD}${GOOD}${TIE}`);
    expect(rulesIn((await one.gateway('lint', '--json')).out)).toEqual([]);
  });

  it('hold for what reading finds, too', async () => {
    const one = await at({ 'compose.yml': `${HEAD}    imgae: x # gateway-ignore compose-schema -- a test\n` });
    expect(rulesIn((await one.gateway('lint', '--json')).out)).toEqual([]);
  });
});

describe('the baseline', () => {
  it('knows what was there, shows what is new, and tells what is stale', async () => {
    const one = await at({ 'compose.yml': HEAD + GOOD + TIE });
    expect((await one.gateway('lint')).code).toBe(1);
    const written = await one.gateway('lint', '--baseline-write');
    expect(written.code).toBe(0);
    expect(written.err).toContain('wrote gateway-baseline.json  1 finding');
    const known = await one.gateway('lint');
    expect(known.code).toBe(0);
    expect(known.out).toContain('1 known from the baseline');
    // Moved lines do not matter.
    one.write('compose.yml', `# moved\n\n${HEAD}${GOOD}${TIE}`);
    expect((await one.gateway('lint')).code).toBe(0);
    one.write('compose.yml', `${HEAD}${GOOD}${TIE}    imgae: x\n`);
    expect(rulesIn((await one.gateway('lint', '--json')).out)).toEqual(['compose-schema']);
    one.write('compose.yml', HEAD + GOOD);
    const stale = await one.gateway('lint', '--json');
    expect(rulesIn(stale.out)).toEqual(['baseline-stale']);
    expect(JSON.parse(stale.out)).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ rule: 'baseline-stale', file: 'gateway-baseline.json', line: 5 })]) });
  });

  it('takes no blocking finding, not even one written by hand', async () => {
    const one = await at({ 'compose.yml': HEAD + BROKEN });
    const written = await one.gateway('lint', '--baseline-write');
    expect(written.code).toBe(1);
    expect(written.err).toContain('1 blocking finding cannot be in a baseline');
    const { findings: [first] } = JSON.parse((await one.gateway('lint', '--json')).out) as { readonly findings: readonly { readonly fingerprint: string }[] };
    one.write('gateway-baseline.json', JSON.stringify({ schema: 'gateway.baseline/1', findings: [{ fingerprint: first?.fingerprint, rule: 'label-unknown', file: 'compose.yml', symbol: 'by hand' }] }));
    const after = await one.gateway('lint', '--json');
    expect(after.code).toBe(1);
    expect([...rulesIn(after.out)].sort()).toEqual(['baseline-stale', 'label-unknown']);
  });

  it('is one file a stack', async () => {
    const tie = `services:\n${GOOD}${TIE}`;
    const one = await at({ 'shop/compose.yml': tie, 'blog/compose.yml': tie, 'clean/compose.yml': `services:\n${GOOD}`, 'traefik.yml': 'entryPoints: {web: {address: ":80"}}\nproviders: {docker: {exposedByDefault: false}}\n' });
    await one.gateway('lint', 'shop', '--static', 'traefik.yml', '--baseline-write');
    expect(existsSync(path.join(one.path, 'shop/gateway-baseline.json'))).toBe(true);
    expect((await one.gateway('lint', 'shop', '--static', 'traefik.yml')).code).toBe(0);
    expect((await one.gateway('lint', 'blog', '--static', 'traefik.yml')).code).toBe(1);
    await one.gateway('lint', 'blog', '--static', 'traefik.yml', '--baseline', 'known/', '--baseline-write');
    expect(existsSync(path.join(one.path, 'known/blog.json'))).toBe(true);
    expect((await one.gateway('lint', 'blog', '--static', 'traefik.yml', '--baseline', 'known/')).code).toBe(0);
    await one.gateway('lint', 'clean', '--static', 'traefik.yml', '--baseline-write');
    expect(existsSync(path.join(one.path, 'clean/gateway-baseline.json'))).toBe(false);
  });

  it('may serve several stacks, of which one is asked for; a severity that is not shown is not gone', async () => {
    const one = await at({ 'shop/compose.yml': 'services:\n  shop: {image: example/shop:1, imgae: x}\n', 'blog/compose.yml': 'services:\n  blog: {image: example/blog:1, imgae: x}\n' });
    await one.gateway('lint', 'shop', 'blog', '--baseline', 'known.json', '--baseline-write');
    expect((JSON.parse(one.read('known.json')) as { readonly findings: readonly unknown[] }).findings).toHaveLength(2);
    for (const args of [['shop'], ['blog'], ['shop', 'blog'], ['blog', '--min-severity', 'error']]) expect(rulesIn((await one.gateway('lint', ...args, '--baseline', 'known.json', '--json')).out).filter((rule) => rule === 'baseline-stale')).toEqual([]);
  });

  it('is not written in a pipeline, and must be there when it is named', async () => {
    const one = await at({ 'compose.yml': HEAD + GOOD + TIE });
    expect((await one.gatewayWith({ CI: 'true' }, 'lint', '--baseline-write')).code).toBe(2);
    expect(existsSync(path.join(one.path, 'gateway-baseline.json'))).toBe(false);
    expect((await one.gateway('lint', '--baseline', 'known.json')).code).toBe(3);
    one.write('known.json', '{}');
    expect((await one.gateway('lint', '--baseline', 'known.json')).code).toBe(2);
  });
});

describe('only what changed', () => {
  const git = (one: Desk, ...args: readonly string[]): string => {
    const done = spawnSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: one.path, encoding: 'utf8' });
    expect(done.status, done.stderr).toBe(0);
    return done.stdout;
  };
  const repository = async (files: Readonly<Record<string, string>>): Promise<Desk> => {
    const one = await at(files);
    git(one, 'init', '-q', '-b', 'main');
    git(one, 'add', '.');
    git(one, 'commit', '-q', '-m', 'first');
    return one;
  };

  it('findings of unchanged lines are counted, not shown; new ones are shown', async () => {
    const one = await repository({ 'compose.yml': HEAD + BROKEN + GOOD });
    const before = await one.gateway('lint', '--changed', '--since', 'main');
    expect(before.code).toBe(0);
    expect(before.out).toContain('1 not touched by the change');
    one.write('compose.yml', HEAD + BROKEN + GOOD + service('new', 'traefik.http.routers.new.rle=Host(`c.example.com`)'));
    const { code, out } = await one.gateway('lint', '--changed', '--since', 'main', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ rule: 'label-unknown', symbol: expect.stringContaining('/new ') })]) });
    expect(out).not.toContain('rotuers');
  });

  it('a finding counts when a related place is touched', async () => {
    const one = await repository({ 'compose.yml': HEAD + GOOD + TIE });
    one.write('compose.yml', HEAD + GOOD.replace('routers.web.rule', 'Routers.web.rule') + TIE);
    expect(rulesIn((await one.gateway('lint', '--changed', '--json')).out)).toEqual(['route-tie']);
  });

  it('a label that breaks because the static configuration changed is shown', async () => {
    const one = await repository({ 'compose.yml': `services:\n${GOOD}`, 'traefik.yml': 'entryPoints:\n  web: {address: ":80"}\nproviders: {docker: {exposedByDefault: false}}\n' });
    expect((await one.gateway('lint', '--static', 'traefik.yml', '--changed')).code).toBe(0);
    one.write('traefik.yml', 'entryPoints:\n  other: {address: ":80"}\nproviders: {docker: {exposedByDefault: false}}\n');
    const { code, out } = await one.gateway('lint', '--static', 'traefik.yml', '--changed', '--json');
    expect(code).toBe(1);
    expect(rulesIn(out)).toEqual(['entrypoint-unknown']);
  });

  it('a new file is all change, below the repository, too', async () => {
    const one = await repository({ 'readme.txt': 'x' });
    one.write('stacks/shop/compose.yml', HEAD + BROKEN);
    expect(rulesIn((await one.gateway('lint', 'stacks/shop', '--changed', '--json')).out)).toEqual(['label-unknown']);
    expect(rulesIn((await one.gateway('lint', '--cwd', 'stacks/shop', '--changed', '--json')).out)).toEqual(['label-unknown']);
  });

  it('no repository, an unknown commit and a shallow clone are exit 3', async () => {
    const loose = await at({ 'compose.yml': HEAD + GOOD });
    expect((await loose.gatewayWith({ GIT_CEILING_DIRECTORIES: path.dirname(loose.path) }, 'lint', '--changed')).code).toBe(3);
    const one = await repository({ 'compose.yml': HEAD + GOOD });
    const unknown = await one.gateway('lint', '--changed', '--since', 'nowhere', '--json');
    expect(unknown.code).toBe(3);
    expect(JSON.parse(unknown.out)).toMatchObject({ error: { kind: 'environment' } });
    expect((await one.gateway('lint', '--changed', '--since', '--output=forged')).code).toBe(3);
    expect(existsSync(path.join(one.path, 'forged'))).toBe(false);
    git(one, 'commit', '-q', '--allow-empty', '-m', 'second');
    const shallow = await at({});
    git(shallow, 'clone', '-q', '--depth', '1', `file://${one.path}`, 'clone');
    const refused = await shallow.gateway('lint', '--cwd', 'clone', '--changed');
    expect(refused.code).toBe(3);
    expect(refused.err).toContain('shallow');
  });
});

describe('rules and severities', () => {
  it('a misspelt rule is a mistake in the call', async () => {
    const one = await at({ 'compose.yml': HEAD + GOOD, 'gateway.config.yaml': 'rules: {route-tei: off}\n' });
    const { code, err } = await one.gateway('lint');
    expect(code).toBe(2);
    expect(err).toContain('Did you mean "route-tie"?');
    expect((await one.gateway('lint', '--no-config', '--rule', 'route-tei=off')).code).toBe(2);
  });

  it('rules.as-of is a release; one that is not out yet is said', async () => {
    const one = await at({ 'compose.yml': HEAD + GOOD + TIE, 'gateway.config.yaml': 'rules:\n  as-of: "9.0"\n' });
    expect((await one.gateway('lint')).err).toContain('rules.as-of 9.0 is newer');
    one.write('gateway.config.yaml', 'rules:\n  as-of: next\n');
    expect((await one.gateway('lint')).code).toBe(2);
    one.write('gateway.config.yaml', 'rules:\n  as-of: "0.0"\n');
    const { out } = await one.gateway('lint', '--json');
    expect(JSON.parse(out)).toMatchObject({ findings: expect.arrayContaining([expect.objectContaining({ rule: 'route-tie', severity: 'info' })]) });
  });

  it('blocking rules have no switch', async () => {
    const one = await at({ 'compose.yml': HEAD + BROKEN, 'gateway.config.yaml': 'rules:\n  as-of: "0.0"\n  label-unknown: off\n' });
    const { code, out } = await one.gateway('lint', '--json', '--rule', 'label-unknown=off');
    expect(code).toBe(1);
    expect(rulesIn(out)).toEqual(['label-unknown']);
  });
});

describe('several outputs', () => {
  it('one run writes several formats, and two documents cannot share stdout', async () => {
    const one = await at({ 'compose.yml': HEAD + BROKEN });
    const { out } = await one.gateway('lint', '--format', 'text', '--format', 'sarif=out/lint.sarif', '--format', 'junit=lint.xml', '--color', 'always');
    expect(out).toContain('label-unknown');
    expect(JSON.parse(one.read('out/lint.sarif'))).toMatchObject({ version: '2.1.0' });
    expect(one.read('lint.xml')).toContain('<testsuites');
    expect((await one.gateway('lint', '--format', 'json', '--format', 'sarif')).code).toBe(2);
    expect((await one.gateway('lint', '--format', 'sarfi')).code).toBe(2);
  });

  it('annotations and a job summary where GitHub Actions runs', async () => {
    const one = await at({ 'compose.yml': HEAD + BROKEN });
    const summary = path.join(one.path, 'summary.md');
    const { out, err } = await one.gatewayWith({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }, 'lint', '--annotations', 'auto', '--json');
    expect(rulesIn(out)).toEqual(['label-unknown']);
    expect(err).toContain('::error file=compose.yml,');
    expect(one.read('summary.md')).toContain('### gateway lint');
    const elsewhere = await one.gatewayWith({ GITHUB_STEP_SUMMARY: summary }, 'lint', '--annotations', 'auto');
    expect(elsewhere.err).not.toContain('::error');
  });

  it('plain ASCII where it is asked for, or the locale has nothing else', async () => {
    const one = await at({ 'compose.yml': `${HEAD}${service('web', `traefik.http.rotuers.日本.rule=Host(\`${'a'.repeat(200)}\`)`)}` });
    expect((await one.gateway('lint')).out).toMatch(/日本[^\n]*…/);
    for (const { out } of [await one.gateway('lint', '--ascii'), await one.gatewayWith({ LANG: 'C' }, 'lint')]) expect(out).toMatch(/^[\u0000-\u007f]*$/);
    expect((await one.gatewayWith({ LANG: 'de_DE.UTF-8' }, 'lint')).out).toContain('…');
  });
});
