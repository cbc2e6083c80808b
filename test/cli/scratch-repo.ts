import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { BIN, cleanEnv, project, write, type Outcome } from './gateway.ts';

/** A stack with its proxy; the labels are those of one container. */
export function stackOf(labels: readonly string[]): string {
  return `services:
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
}

export const RULE = 'routers.web.rule=Host(`a.example.com`)';
export const OPEN = stackOf([RULE]);
export const GUARDED = stackOf([RULE, 'routers.web.middlewares=fa', 'middlewares.fa.forwardauth.address=http://auth:9000/']);
export const BROKEN = stackOf(['rotuers.web.rule=Host(`a.example.com`)']);

const AS_SOMEBODY = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];

/** Throws where git says no. */
export function git(cwd: string, ...args: readonly string[]): string {
  const run = tryGit(cwd, args);
  if (run.status !== 0) throw new Error(run.stderr);
  return run.stdout;
}

export function tryGit(cwd: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Outcome {
  const { status, stdout, stderr } = spawnSync('git', [...AS_SOMEBODY, ...args], { cwd, env: { ...cleanEnv(), PATH: withGateway(), ...env }, encoding: 'utf8' });
  return { status, stdout, stderr };
}

/** A repository with a commit for each of these states. */
export function repository(...states: readonly Readonly<Record<string, string>>[]): string {
  const folder = project();
  git(folder, 'init', '-q', '-b', 'main');
  for (const state of states) {
    for (const [name, text] of Object.entries(state)) write(folder, name, text);
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '--no-verify', '-m', 'state');
  }
  return folder;
}

/** A clone without history, as runners make one. */
export function shallowClone(origin: string): string {
  const folder = project();
  git(folder, 'clone', '-q', '--depth', '1', `file://${origin}`, 'copy');
  return path.join(folder, 'copy');
}

/** A PATH on which `gateway` is this project's. */
export function withGateway(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-path-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(folder, { recursive: true });
  symlinkSync(BIN, path.join(folder, 'gateway'));
  return `${folder}${path.delimiter}${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH'] ?? ''}`;
}

/** What a runner starts for `shell: bash`. */
export function bash(script: string, cwd: string, env: Readonly<Record<string, string>>): Outcome {
  const { status, stdout, stderr } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', script], { cwd, env: { ...cleanEnv(), ...env }, encoding: 'utf8' });
  return { status, stdout, stderr };
}

export function readIn(folder: string, name: string): string {
  return readFileSync(path.join(folder, name), 'utf8');
}
