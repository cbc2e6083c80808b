import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, cleanEnv, project, write } from './gateway.ts';

const COMPOSE = 'services:\n  web:\n    image: example/web:1\n    labels:\n      - traefik.http.routers.web.rule=Host(`a.example.com`)\n      - traefik.http.services.web.loadbalancer.server.port=80\n';
const TELL = "process.on('exit', () => require('fs').writeSync(3, JSON.stringify(process.moduleLoadList)));\n";

/** Node's own modules that a command loads. Four starts of Node: 2 s. */
function loadedBy(args: readonly string[]): readonly string[] {
  const folder = project();
  write(folder, 'compose.yml', COMPOSE);
  write(folder, 'tell.cjs', TELL);
  const { status, stderr, output } = spawnSync(process.execPath, ['-r', path.join(folder, 'tell.cjs'), BIN, ...args], { cwd: folder, env: cleanEnv(), stdio: ['ignore', 'ignore', 'pipe', 'pipe'], encoding: 'utf8' });
  expect({ status, stderr: stderr.includes('rror') }).toEqual({ status: 0, stderr: false });
  return (JSON.parse(output[3] ?? '[]') as string[]).map((name) => name.replace(/^NativeModule /, ''));
}

describe('a command loads only what it needs', () => {
  it('lint speaks to nobody and starts nothing, so that it loads neither HTTP nor TLS nor child processes', () => {
    const loaded = loadedBy(['lint', 'compose.yml']);
    for (const name of ['module', 'crypto']) expect(loaded).toContain(name);
    for (const name of ['http', 'https', '_http_client', 'child_process']) expect(loaded).not.toContain(name);
  });

  it('with --since it asks git, and only then', () => {
    const folder = project();
    write(folder, 'compose.yml', COMPOSE);
    const { status, stderr } = spawnSync(process.execPath, [BIN, 'lint', 'compose.yml', '--since', 'HEAD'], { cwd: folder, env: cleanEnv(), encoding: 'utf8' });
    expect(status).toBe(3);
    expect(stderr).toContain('git');
  });

  it('--version and --help load no part of the library', () => {
    for (const option of ['--version', '--help']) expect(loadedBy([option])).not.toContain('module');
  });
});
