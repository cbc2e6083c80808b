import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** The published entry point. */
export const BIN = path.resolve('bin/gateway.js');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  /** Another user, to be denied what root may do. */
  readonly uid?: number;
}

/** What a child may see: nothing of the runner's own colours, names and flags. */
export function cleanEnv(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), LANG: 'C.UTF-8', NODE_EXTRA_CA_CERTS: '', ...more };
}

/** Runs the command as a child and waits for it. */
export function gateway(args: readonly string[], { cwd, env, input, uid }: RunOptions = {}): Outcome {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...args], {
    cwd: cwd ?? process.cwd(), env: cleanEnv(env), input: input ?? '', encoding: 'utf8', maxBuffer: 1 << 28, ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  return { status, stdout, stderr };
}

/** Runs a line of shell in which `gateway` is the command. */
export function shell(line: string, { cwd, env }: RunOptions = {}): Outcome {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `gateway() { "${process.execPath}" "${BIN}" "$@"; }\n${line}`], { cwd: cwd ?? process.cwd(), env: cleanEnv(env), encoding: 'utf8', maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}

/** A folder with these files, gone after the test. */
export function project(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'gateway-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) write(folder, name, text);
  return folder;
}

export function write(folder: string, name: string, text: string): void {
  const full = path.join(folder, name);
  mkdirSync(path.dirname(full), { recursive: true });
  writeFileSync(full, text);
}

/** A copy of a folder of the project, gone after the test. */
export function copyOf(source: string): string {
  const folder = project();
  cpSync(source, folder, { recursive: true });
  return folder;
}
