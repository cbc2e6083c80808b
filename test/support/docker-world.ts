import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'vitest';
import { startDockerd, type Dockerd } from '../../src/engines/dockerd.ts';
import { findEngine, type EngineBinary } from '../../src/engines/find.ts';
import { describeEngine } from './describe-engine.ts';
import { started } from './started.ts';

/** The image of all containers: one static program and nothing else. */
export const IMAGE = 'box';

const PROGRAMS = ['sh', 'httpd', 'mkdir', 'rm', 'touch', 'test', 'sleep'];

/** A daemon with an image, in a folder of its own. */
export interface DockerWorld extends Dockerd {
  /** Runs a container that serves its own name on a port; further arguments go to `docker run`. */
  serve(name: string, args: readonly string[], port?: number): Promise<void>;
}

/** A suite that needs a real daemon: skipped with a reason where there is none or we are not root, failed where CI runs it. */
export function describeDocker(title: string, body: (engine: EngineBinary) => void): void {
  const isRoot = process.getuid?.() === 0;
  if (isRoot || findEngine('docker') === null) {
    describeEngine('docker', title, body);
    return;
  }
  const reason = 'dockerd needs root';
  if (process.env['CI'] === undefined || process.env['CI'] === '') describe.skip(`${title} (skipped: ${reason})`, () => test(reason, () => undefined));
  else {
    describe(title, () => {
      test('dockerd can be started', () => {
        throw new Error(reason);
      });
    });
  }
}

/** Starts a daemon; `addresses` is what its networks get, so that two of them do not meet. */
export async function startDockerWorld(engine: EngineBinary, addresses: string): Promise<DockerWorld> {
  // A socket's path is short, and so is this.
  const workDir = await mkdtemp('/tmp/gw-docker-');
  const result = await startDockerd({ engine, workDir, addresses });
  if (result.kind === 'failed') await remove(workDir);
  const daemon = started(result);
  await daemon.cli(['import', '-', IMAGE], rootfs(engine, workDir)).catch(async (error: unknown) => {
    await daemon.stop();
    await remove(workDir);
    throw error;
  });
  return {
    ...daemon,
    serve: async (name, args, port = 8080) => {
      await daemon.cli(['run', '--detach', '--stop-signal', 'SIGKILL', '--name', name, ...args, IMAGE, 'sh', '-c', `mkdir -p /www/api; echo ${name} >/www/index.html; echo ${name} api >/www/api/index.html; touch /well; httpd -f -p ${String(port)} -h /www`]);
    },
    stop: async () => {
      await daemon.stop();
      await remove(workDir);
    },
  };
}

/** A daemon that was killed leaves its mounts behind. */
async function remove(workDir: string): Promise<void> {
  const mounts = readFileSync('/proc/mounts', 'utf8').split('\n').flatMap((line) => line.split(' ')[1] ?? []).filter((place) => place.startsWith(`${workDir}/`));
  for (const place of mounts.toReversed()) execFileSync('umount', ['--lazy', place]);
  await rm(workDir, { recursive: true, force: true });
}

function rootfs(engine: EngineBinary, workDir: string): Buffer {
  const root = join(workDir, 'root');
  mkdirSync(join(root, 'bin'), { recursive: true });
  copyFileSync(join(dirname(dirname(dirname(engine.path))), 'bin', 'busybox'), join(root, 'bin', 'busybox'));
  for (const program of PROGRAMS) symlinkSync('busybox', join(root, 'bin', program));
  return execFileSync('tar', ['-C', root, '-c', '.'], { maxBuffer: 1 << 26 });
}
