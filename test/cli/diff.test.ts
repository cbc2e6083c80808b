import { expect, test } from 'vitest';
import { gateway, project, write } from './gateway.ts';
import { git, repository as commits } from './repository.ts';

const COMPOSE = (labels: readonly string[]): string => `services:
  proxy:
    image: traefik:v3.7.15
    command: [--providers.docker, --entrypoints.web.address=:80]
    ports: ["80:80"]
    volumes: ["/var/run/docker.sock:/var/run/docker.sock:ro"]
  web:
    image: example/web:1
    expose: ["8000"]
    labels:
${labels.map((label) => `      - ${JSON.stringify(`traefik.http.${label}`)}\n`).join('')}`;
const RULE = 'routers.web.rule=Host(`a.example.com`)';
const GUARDED = COMPOSE([RULE, 'routers.web.middlewares=fa', 'middlewares.fa.forwardauth.address=http://auth:9000/']);
const OPEN = COMPOSE([RULE]);

const repository = (...states: readonly string[]): string => commits(...states.map((text) => ({ 'compose.yml': text })));

test('folders of other names are compared without a difference of names', () => {
  const folder = project({ 'old/compose.yml': OPEN, 'new/compose.yml': OPEN });
  const { status, stdout } = gateway(['diff', 'old', 'new'], { cwd: folder });
  expect(stdout).toMatch(/^no difference/);
  expect(status).toBe(0);
});

test('two files: exit 1 for a security change, 0 with --fail-on none', () => {
  const folder = project({ 'old.yml': GUARDED, 'new.yml': OPEN });
  const { status, stdout } = gateway(['diff', 'old.yml', 'new.yml', '--json'], { cwd: folder });
  const document = JSON.parse(stdout) as { changes: { class: string; witness: { request: string } }[] };
  expect(document.changes.map((change) => [change.class, change.witness.request])).toEqual([['auth-removed', 'GET http://a.example.com/']]);
  expect(status).toBe(1);
  expect(gateway(['diff', 'old.yml', 'new.yml', '--fail-on', 'none'], { cwd: folder }).status).toBe(0);
});

test('two commits are read from git, not from the working tree', () => {
  const folder = repository(GUARDED, OPEN);
  write(folder, 'compose.yml', 'services: {}\n');
  for (const args of [['diff', 'HEAD~1..HEAD'], ['diff', '--git', 'HEAD~1..HEAD', '.'], ['diff', 'HEAD~1...HEAD', 'compose.yml']]) {
    const { status, stdout } = gateway(args, { cwd: folder });
    expect(stdout).toContain('auth-removed');
    expect(status).toBe(1);
  }
});

test('a variable file that git does not keep counts for both commits', () => {
  const folder = repository(OPEN.replace('a.example.com', '$${NAME}').replace('$$', '$'), OPEN.replace('a.example.com', '$${NAME}').replace('$$', '$').replace('example/web:1', 'example/web:2'));
  write(folder, '.env', 'NAME=a.example.com\n');
  const { status, stdout } = gateway(['diff', 'HEAD~1..HEAD', '--level', 'behaviour'], { cwd: folder });
  expect(stdout).toMatch(/^no difference/);
  expect(status).toBe(0);
});

test('a shallow clone and an unknown commit are exit 3, with the cure', () => {
  const origin = repository(GUARDED, OPEN);
  const clone = project();
  git(clone, 'clone', '-q', '--depth', '1', `file://${origin}`, 'copy');
  const shallow = gateway(['diff', 'HEAD~1..HEAD'], { cwd: `${clone}/copy` });
  expect(shallow.stderr).toMatch(/shallow[\s\S]*fetch-depth: 0/);
  expect(shallow.status).toBe(3);
  expect(gateway(['diff', 'nowhere..HEAD'], { cwd: origin }).status).toBe(3);
});

test('a base that does not build makes a one-sided report and exit 1', () => {
  const folder = repository(COMPOSE(['rotuers.web.rule=Host(`a.example.com`)']), OPEN);
  const { status, stdout } = gateway(['diff', 'HEAD~1..HEAD', '--fail-on', 'none'], { cwd: folder });
  expect(stdout).toContain('the old side does not build');
  expect(stdout).toContain('label-unknown');
  expect(status).toBe(1);
});

test('the files of an earlier build are a side', () => {
  const folder = project({ 'compose.yml': OPEN, 'changed/compose.yml': COMPOSE([RULE, 'routers.web.middlewares=p', 'middlewares.p.addprefix.prefix=/p']) });
  expect(gateway(['build', 'compose.yml', '-o', 'dist'], { cwd: folder }).status).toBe(0);
  const { stdout } = gateway(['diff', 'dist', 'changed', '--level', 'behaviour'], { cwd: folder });
  expect(stdout).toContain('path-rewrite-changed');
});
