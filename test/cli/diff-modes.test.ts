import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gateway, project, write } from './gateway.ts';
import { repository, withCommit } from './repository.ts';
import { CLEAN, LIMITED } from './stacks.ts';

/** What `gateway diff` compares beside two states, and what it is judged by. About fifteen seconds. */
const OPEN = LIMITED.replace('      - traefik.http.routers.web.middlewares=limit\n', '');

interface Changes {
  readonly summary: Readonly<Record<string, number>>;
  readonly changes: readonly { readonly class: string; readonly fingerprint: string }[];
  readonly findings: readonly { readonly rule: string; readonly blocking: boolean }[];
}
const parsed = (text: string): Changes => JSON.parse(text) as Changes;

test('--ack writes what then passes, is shown as new, and is refused by --no-new-acks', () => {
  const folder = repository({ 'compose.yml': LIMITED }, { 'compose.yml': OPEN });
  const [change] = parsed(gateway(['diff', 'HEAD~1..HEAD', '--json'], { cwd: folder }).stdout).changes;
  const id = change?.fingerprint ?? '';
  const written = gateway(['diff', 'HEAD~1..HEAD', '--ack', id, '--reason', 'a load test', '--until', '2999-01-01'], { cwd: folder });
  expect(written).toMatchObject({ status: 0, stderr: expect.stringMatching(/^old: 1 stack: .*\nnew: 1 stack: .*\nwrote \.gateway\/acks\.yaml {2}1 acknowledgement\n$/) });
  withCommit(folder);
  const passing = gateway(['diff', 'HEAD~2..HEAD'], { cwd: folder });
  expect(passing).toMatchObject({ status: 0, stdout: expect.stringMatching(/until 2999-01-01, new: needs a review: a load test[\s\S]*1 acknowledged/) });
  expect(gateway(['diff', 'HEAD~2..HEAD', '--no-new-acks'], { cwd: folder })).toMatchObject({ status: 1, stdout: expect.stringContaining('is not allowed in the change that it is of') });
  write(folder, '.gateway/acks.yaml', readFileSync(`${folder}/.gateway/acks.yaml`, 'utf8').replace('2999-01-01', '2020-01-01'));
  withCommit(folder);
  expect(gateway(['diff', 'HEAD~1..HEAD'], { cwd: folder })).toMatchObject({ status: 1, stdout: expect.stringContaining('ran out') });
});

test.each([
  [['--ack', 'x'], /--ack needs --reason/],
  [['--ack', 'x', '--reason', 'y', '--until', 'tomorrow'], /a day as in/],
  [['--ack', 'x', '--reason', 'y', '--until', '2027-01-01'], /no change here has the id x/],
  [['--traffic', 'x'], /--traffic-format takes/],
  [['--targets', 'traefik'], /--targets takes two of/],
  [['--source-version', 'traefik=3.6..3.7'], /nothing to compare/],
  [['--source-version', 'traefik=2.11..3.7', '--traffic', 'x', '--traffic-format', 'kong-json'], /--traffic has no place/],
])('%j is a mistake of the command line', (flags, message) => {
  const cwd = project({ 'old.yml': LIMITED, 'new.yml': OPEN });
  const sides = flags.includes('--source-version') || flags.includes('--targets') ? ['new.yml'] : ['old.yml', 'new.yml'];
  expect(gateway(['diff', ...sides, ...flags], { cwd })).toMatchObject({ status: 2, stderr: expect.stringMatching(message) });
});

test('acknowledging is not for pipelines, and a broken file lets nothing pass', () => {
  const cwd = project({ 'old/compose.yml': LIMITED, 'new/compose.yml': OPEN, 'new/.gateway/acks.yaml': 'acks: [{ fingerprint: x }]' });
  expect(gateway(['diff', 'old', 'new', '--ack', 'x', '--reason', 'y', '--until', '2027-01-01'], { cwd, env: { CI: 'true' } })).toMatchObject({ status: 2, stderr: expect.stringContaining('refused with CI set') });
  expect(gateway(['diff', 'old', 'new'], { cwd })).toMatchObject({ status: 2, stderr: expect.stringContaining('.gateway/acks.yaml:1: an acknowledgement needs') });
});

test('a change that loosens what it is judged by fails, and is judged by what was there before', () => {
  const folder = repository({ 'compose.yml': CLEAN, 'gateway.config.yaml': 'fail-on: breaking\n' }, { 'compose.yml': CLEAN.replace('a.example.com', 'b.example.com'), 'gateway.config.yaml': 'fail-on: none\n' });
  const { status, stdout } = gateway(['diff', 'HEAD~1..HEAD', '.', '--json'], { cwd: folder });
  expect(parsed(stdout).changes.map((change) => change.class)).toEqual(expect.arrayContaining(['policy-weakened', 'route-removed']));
  expect(status).toBe(1);
});

test('fail-on of the old side counts where no flag is given', () => {
  const folder = repository({ 'compose.yml': CLEAN, 'gateway.config.yaml': 'fail-on: breaking\n' }, { 'compose.yml': CLEAN.replace('a.example.com', 'b.example.com') });
  expect(gateway(['diff', 'HEAD~1..HEAD', '.'], { cwd: folder }).status).toBe(1);
  expect(gateway(['diff', 'HEAD~1..HEAD', '.', '--fail-on', 'security'], { cwd: folder }).status).toBe(0);
});

test('a configuration outside of the repository is no part of a commit', () => {
  const folder = repository({ 'compose.yml': CLEAN }, { 'compose.yml': OPEN });
  write(folder, '../gateway.config.yaml', 'not: a configuration\n');
  expect(gateway(['diff', 'HEAD~1..HEAD'], { cwd: folder }).stderr).not.toContain('gateway.config.yaml');
});

test('two versions: what only the newer one refuses, and what it answers otherwise', () => {
  const old = CLEAN.replace('traefik:v3.7', 'traefik:v2.11').replace('Host(`a.example.com`)', 'Host(`a.example.com`, `b.example.com`)');
  const { status, stdout } = gateway(['diff', '--source-version', 'traefik=2.11..3.7', 'compose.yml', '--json'], { cwd: project({ 'compose.yml': old }) });
  const { changes, findings } = parsed(stdout);
  expect(findings).toEqual(expect.arrayContaining([expect.objectContaining({ rule: 'rule-v2-syntax', blocking: true })]));
  expect(changes.map((change) => change.class)).toContain('route-removed');
  expect(status).toBe(1);
});

test('two targets: what one of them cannot write, and what it may differ in', () => {
  const cwd = project({ 'compose.yml': LIMITED, 'gateway.config.yaml': "approximate: { 'nginx/middleware.rateLimit': 'bursts agree' }\n" });
  const refused = gateway(['diff', '--targets', 'traefik,nginx', 'compose.yml', '--no-config'], { cwd });
  expect(refused).toMatchObject({ status: 1, stdout: expect.stringMatching(/the new side does not build:[\s\S]*target-approximate/) });
  const allowed = gateway(['diff', '--targets', 'traefik,nginx', 'compose.yml'], { cwd });
  expect(allowed).toMatchObject({ status: 0, stdout: expect.stringMatching(/before: traefik, after: nginx[\s\S]*middleware\.rateLimit is only approximated, allowed because: bursts agree/) });
});

test.each([
  ['--source-version', 'traefik=2.11..3.7', CLEAN.replace('traefik:v3.7', 'traefik:v2.11').replace('Host(`a.example.com`)', 'Host(`a.example.com`) && Path(`/u/{id}`)')],
  ['--targets', 'traefik,nginx', LIMITED],
])('%s %s takes acknowledgements, and --ack writes them', (flag, value, compose) => {
  const cwd = project({ 'compose.yml': compose, 'gateway.config.yaml': "approximate: { 'nginx/middleware.rateLimit': 'bursts agree' }\n" });
  const run = (...more: readonly string[]): ReturnType<typeof gateway> => gateway(['diff', flag, value, 'compose.yml', '--fail-on', 'any', ...more], { cwd });
  const before = run('--json');
  const ids = parsed(before.stdout).changes.map(({ fingerprint }) => fingerprint);
  expect([before.status, ids.length > 0]).toEqual([1, true]);
  expect(run(...ids.flatMap((id) => ['--ack', id]), '--reason', 'seen', '--until', '2999-01-01')).toMatchObject({ status: 0, stderr: expect.stringContaining('wrote .gateway/acks.yaml') });
  expect(parsed(run('--json').stdout)).toMatchObject({ summary: { acknowledged: ids.length }, acks: ids.map(() => ({ state: 'reviewed', used: true })) });
  expect(run('--no-new-acks')).toMatchObject({ status: 2, stderr: expect.stringContaining('--no-new-acks has no place') });
});

test('a log is asked plain and gzipped, and a damaged one is exit 3', () => {
  const line = (path: string): string => `${JSON.stringify({ RequestMethod: 'GET', RequestPath: path, RequestHost: 'a.example.com', RequestScheme: 'http', entryPointName: 'web', ClientHost: '198.51.100.7' })}\n`;
  const text = `${line('/x?token=hunter2').repeat(3)}${'x'.repeat(600_000)}\n${line('/y')}`;
  const cwd = project({ 'old.yml': CLEAN, 'new.yml': CLEAN.replace('Host(`a.example.com`)', 'Host(`a.example.com`) && Path(`/y`)'), 'access.log': text });
  const zipped = gzipSync(text);
  const ask = (file: string): ReturnType<typeof gateway> => gateway(['diff', 'old.yml', 'new.yml', '--traffic', file, '--traffic-format', 'traefik-json', '--json'], { cwd });
  writeFileSync(`${cwd}/access.log.gz`, zipped);
  writeFileSync(`${cwd}/cut.log.gz`, zipped.subarray(0, zipped.length - 20));
  const [plain, packed] = [ask('access.log'), ask('access.log.gz')];
  expect(packed.stdout).toBe(plain.stdout);
  expect(JSON.parse(plain.stdout)).toMatchObject({ traffic: { lines: 5, unread: 1, requests: 4, shapes: 2, changedRequests: 3, top: [{ class: 'route-removed', requests: 3, request: 'GET http://a.example.com/x?token=' }] } });
  expect(plain.stdout).not.toMatch(/hunter2|198\.51\.100\.7/);
  expect(ask('cut.log.gz')).toMatchObject({ status: 3, stderr: expect.stringContaining('cannot read the log cut.log.gz') });
  expect(ask('nowhere.log').status).toBe(3);
});

test('several formats at once: text on stdout, the others in files', () => {
  const cwd = project({ 'old.yml': LIMITED, 'new.yml': OPEN });
  const { status, stdout } = gateway(['diff', 'old.yml', 'new.yml', '--format', 'text', '--format', 'sarif=out.sarif', '--format', 'markdown=note.md', '--format', 'junit=out.xml'], { cwd });
  expect(status).toBe(1);
  expect(stdout).toContain('limit-removed (security)');
  expect(readFileSync(`${cwd}/out.sarif`, 'utf8')).toContain('"ruleId": "limit-removed"');
  expect(readFileSync(`${cwd}/note.md`, 'utf8')).toContain('<!-- gateway-diff:default -->');
  expect(readFileSync(`${cwd}/out.xml`, 'utf8')).toContain('<failure');
});

test('the replay command of a witness shows the same again', () => {
  const cwd = project({ 'old.yml': OPEN, 'new.yml': OPEN.replace('a.example.com', 'b.example.com') });
  const document = JSON.parse(gateway(['diff', 'old.yml', 'new.yml', '--json'], { cwd }).stdout) as { changes: { class: string; witness: { replay: string } }[] };
  const added = document.changes.find((change) => change.class === 'route-added')?.witness.replay ?? '';
  expect(added).toBe('gateway explain http://b.example.com/ --on web --stack new.yml');
  expect(gateway(added.split(' ').slice(1), { cwd })).toMatchObject({ status: 0, stdout: expect.stringContaining('web') });
});

test('says what was taken of each side, unless it is to be quiet, and a file gets no colour', () => {
  const cwd = project({ 'old/compose.yml': CLEAN, 'new/compose.yml': CLEAN.replace('a.example.com', 'b.example.com') });
  expect(gateway(['diff', 'old', 'new', '--format', 'text=out.txt', '--format', 'json=out.json', '--color', 'always'], { cwd })).toEqual({ status: 0, stdout: '', stderr: expect.stringMatching(/^old: 1 stack: \S+ \(compose\.yml, no \.env\)\nnew: 1 stack: \S+ \(compose\.yml, no \.env\)\n$/) });
  expect(readFileSync(path.join(cwd, 'out.txt'), 'utf8')).not.toContain('\u001b');
  expect(JSON.parse(readFileSync(path.join(cwd, 'out.json'), 'utf8'))).toMatchObject({ schema: 'gateway.diff/1' });
  expect(gateway(['diff', 'old', 'old', '--quiet'], { cwd })).toMatchObject({ status: 0, stderr: '' });
});
