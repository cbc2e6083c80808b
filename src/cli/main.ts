import { readFileSync } from 'node:fs';
import type { Context } from './context.ts';
import { EXIT } from './exit-codes.ts';
import { uninterrupted, untilStopped } from './signals.ts';
import { VERSION } from '../version.ts';

function context(): Context {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdinText: () => readFileSync(0, 'utf8'),
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    outTty: process.stdout.isTTY,
    errTty: process.stderr.isTTY,
    width: columnsOf(process.stdout),
    errWidth: columnsOf(process.stderr),
    uninterrupted,
    untilStopped,
  };
}

/** Unknown where it is no terminal, and 0 on some that are. */
function columnsOf({ columns }: NodeJS.WriteStream): number {
  return columns > 0 ? columns : 80;
}

/** A reader that went away (`gateway lint | head`) is its own quiet success. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

async function main(): Promise<void> {
  process.stdout.on('error', ignoreClosedPipe);
  process.stderr.on('error', ignoreClosedPipe);
  const args = process.argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${VERSION}\n`);
    return;
  }
  const { run } = await import('./run.ts');
  process.exitCode = await run(args, context());
}

main().catch((error: unknown) => {
  process.stderr.write(`internal error: ${error instanceof Error ? error.message : String(error)}\nThis is a bug in gateway: please report it. --debug shows the stack.\n`);
  if (process.argv.includes('--debug') && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  process.exitCode = EXIT.internal;
});
