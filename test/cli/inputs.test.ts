import { describe, expect, it } from 'vitest';
import { gateway, project } from './gateway.ts';
import { CLEAN, VARIABLE, withHost } from './stacks.ts';

const OVERRIDE = 'services:\n  web:\n    labels:\n      - traefik.http.routers.web.rule=Host(`over.example.com`)\n';

/** The generated text of one build to stdout. */
function built(cwd: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = gateway(['build', '-o', '-', ...args], { cwd });
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

describe('what is read', () => {
  it('-f -f: the second overrides the first, -p names the project', () => {
    const cwd = project({ 'base.yml': CLEAN, 'over.yml': OVERRIDE });
    const text = built(cwd, '-f', 'base.yml', '-f', 'over.yml', '-p', 'named');
    expect(text).toContain('over.example.com');
    expect(text).not.toContain('a.example.com');
    expect(text).toContain('dynamic/named.yml');
  });

  it('a folder: its override file and its .env', () => {
    const cwd = project({ 'shop/compose.yml': VARIABLE, 'shop/compose.override.yml': 'services:\n  web:\n    image: example/web:2\n', 'shop/.env': 'HOST_NAME=from-env.example.com\n' });
    const { stderr, stdout } = gateway(['build', 'shop', '-o', '-'], { cwd });
    expect(stdout).toContain('from-env.example.com');
    expect(stderr).toContain('1 stack: shop (shop/compose.yml + shop/compose.override.yml, shop/.env)');
  });

  it('--var wins over --env-file, which is read instead of .env', () => {
    const cwd = project({ 'compose.yml': VARIABLE, '.env': 'HOST_NAME=dot.example.com\n', 'more.env': 'HOST_NAME=more.example.com\n' });
    expect(built(cwd)).toContain('dot.example.com');
    expect(built(cwd, '--env-file', 'more.env')).toContain('more.example.com');
    expect(built(cwd, '--env-file', 'more.env', '--var', 'HOST_NAME=var.example.com')).toContain('var.example.com');
  });

  it('the process environment counts only with --env-from process', () => {
    const cwd = project({ 'compose.yml': VARIABLE });
    const env = { HOST_NAME: 'process.example.com' };
    expect(gateway(['build', '-o', '-'], { cwd, env }).status).toBe(1);
    expect(gateway(['build', '-o', '-', '--env-from', 'process'], { cwd, env }).stdout).toContain('process.example.com');
  });

  it('--cwd: as if called there', () => {
    const cwd = project({ 'deep/compose.yml': CLEAN });
    expect(built(cwd, '--cwd', 'deep')).toContain('a.example.com');
    expect(built(cwd, '--cwd=deep')).toContain('a.example.com');
  });

  it('--endpoint: one for each replica', () => {
    const text = built(project({ 'compose.yml': CLEAN }), '--endpoint', 'web=127.0.0.1:9001', '--endpoint', 'web:80=127.0.0.1:9002');
    expect(text.match(/http:\/\/[^"'\s]+/g)).toEqual(['http://127.0.0.1:9001', 'http://127.0.0.1:9002']);
  });

  it('--endpoint with a port is for that port only', () => {
    expect(built(project({ 'compose.yml': CLEAN }), '--endpoint', 'web:81=127.0.0.1:9001')).not.toContain('127.0.0.1:9001');
  });

  it('--entrypoint: another address in every target', () => {
    const text = built(project({ 'compose.yml': CLEAN }), '--to', 'traefik,nginx,kong', '--entrypoint', 'web=127.0.0.1:7001');
    expect(text.match(/127\.0\.0\.1:7001/g)?.length).toBeGreaterThanOrEqual(3);
    expect(text).not.toContain(':8000');
  });

  it('--to: only those, each once', () => {
    const heads = built(project({ 'compose.yml': CLEAN }), '--to', 'kong, kong').match(/^# ---- \w+/gm);
    expect(new Set(heads)).toEqual(new Set(['# ---- kong']));
    expect(heads?.filter((head) => head === '# ---- kong')).toHaveLength(new Set(gateway(['build', '--to', 'kong', '-o', '-'], { cwd: project({ 'compose.yml': CLEAN }) }).stdout.match(/^# ---- .*$/gm)).size);
  });
});

describe('the configuration', () => {
  const FILES = {
    'gateway.config.yaml': 'gateways:\n  east: { stacks: [stacks/east] }\n  west: { stacks: ["stacks/w*"] }\nbuild: { to: [nginx], out: generated }\nrules: { bypass-port: error }\n',
    'stacks/east/compose.yml': withHost('east.example.com'),
    'stacks/west/compose.yml': withHost('west.example.com').replace('    labels:', '    ports: ["8081:80"]\n    labels:'),
  };

  it('names the gateways, the targets and the folder', () => {
    const cwd = project(FILES);
    const { status, stderr } = gateway(['build'], { cwd });
    expect(status).toBe(0);
    expect(stderr).toMatch(/wrote generated\/east\/nginx .*\n(?:.*\n)*wrote generated\/west\/nginx /);
  });

  it('is found from a folder below, and its paths are from its own folder', () => {
    const cwd = project(FILES);
    expect(gateway(['build'], { cwd: `${cwd}/stacks` }).stderr).toContain('wrote ../generated/east/nginx');
    expect(gateway(['build', '--check'], { cwd }).status).toBe(0);
  });

  it('-g picks one', () => {
    const cwd = project(FILES);
    expect(gateway(['build', '-g', 'west', '-o', '-'], { cwd }).stdout).not.toContain('east.example.com');
    expect(gateway(['lint', '-g', 'east'], { cwd }).status).toBe(0);
    expect(gateway(['lint', '-g', 'west'], { cwd }).status).toBe(1);
  });

  it('--config names another, --no-config none', () => {
    const cwd = project({ ...FILES, 'other.yaml': 'gateways:\n  only: { stacks: [stacks/east] }\n' });
    expect(gateway(['lint', '--config', 'other.yaml'], { cwd }).stderr).toContain('1 stack: east');
    expect(gateway(['lint', '--no-config', 'stacks/west'], { cwd }).status).toBe(0);
    expect(gateway(['lint', '--no-config'], { cwd }).status).toBe(3);
  });

  it('flags win over it', () => {
    const cwd = project(FILES);
    expect(gateway(['lint', '-g', 'west', '--rule', 'bypass-port=off'], { cwd }).status).toBe(0);
    expect(gateway(['build', '--to', 'kong', '-o', 'mine'], { cwd }).stderr).toContain('wrote mine/east/kong');
  });
});
