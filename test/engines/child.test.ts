import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { launch } from '../../src/engines/child.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** An orphan that is dead may wait a while to be reaped; it runs no more. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self/stat') || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const isGone = (pid: number): Promise<true | null> => waitFor(async () => (isAlive(pid) ? null : true), { timeoutMs: 3000 });

describe('engine processes', () => {
  test('stop ends the process and a second stop does nothing', async () => {
    const folder = await tempFolder();
    const child = launch({ path: '/bin/sh', args: ['-c', 'echo begun; exec sleep 60'], cwd: folder.path, logFile: join(folder.path, 'log'), stopSignal: 'SIGTERM' });
    await waitFor(async () => (child.log() === '' ? null : true), { timeoutMs: 3000 });
    await child.stop();
    await child.stop();
    expect([child.log(), child.exit(), isAlive(child.pid)]).toEqual(['begun\n', 'killed by SIGTERM', false]);
    await folder.remove();
  });

  test('a binary that cannot be executed is an exit, not an exception', async () => {
    const folder = await tempFolder();
    const child = launch({ path: join(folder.path, 'absent'), args: [], cwd: folder.path, logFile: join(folder.path, 'log'), stopSignal: 'SIGKILL' });
    expect(await waitFor(async () => child.exit(), { timeoutMs: 3000 })).toMatch(/ENOENT/);
    await child.stop();
    await folder.remove();
  });

  // Each line ends the parent in its own way, after it has printed its child's id.
  test.for([
    ['returns from exit', 'process.exit(0)'],
    ['throws', 'setTimeout(() => { throw new Error("boom") }, 0)'],
    ['is terminated', 'process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'],
    ['is interrupted', 'process.kill(process.pid, "SIGINT"); setInterval(() => {}, 1000)'],
  ] as const)('a child does not outlive a parent that %s', async ([, end]) => {
    const folder = await tempFolder();
    const script = join(folder.path, 'parent.mjs');
    buildSync({
      stdin: {
        contents: `import { launch } from './src/engines/child.ts';
          const child = launch({ path: '/bin/sleep', args: ['60'], cwd: '/', logFile: ${JSON.stringify(join(folder.path, 'log'))}, stopSignal: 'SIGKILL' });
          console.log(child.pid); ${end};`,
        resolveDir: process.cwd(),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: script,
    });
    const stdout = await promisify(execFile)(process.execPath, [script]).then((result) => result.stdout, (error: { readonly stdout: string }) => error.stdout);
    expect(Number(stdout)).toBeGreaterThan(0);
    expect(await isGone(Number(stdout))).toBe(true);
    await folder.remove();
  });
});
