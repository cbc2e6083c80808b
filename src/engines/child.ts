import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** How to start an engine process. */
export interface LaunchOptions {
  readonly path: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** Receives stdout and stderr. */
  readonly logFile: string;
  /** The signal that ends the engine at once and with all its workers. */
  readonly stopSignal: 'SIGKILL' | 'SIGTERM';
}

/** An engine process that dies with us. */
export interface Child {
  readonly pid: number;
  /** Null while it runs. */
  exit(): string | null;
  log(): string;
  stop(): Promise<void>;
}

/** What came of starting something: an engine that does not start is data, with its own words. */
export type Started<T> = { readonly kind: 'started'; readonly engine: T } | { readonly kind: 'failed'; readonly reason: string; readonly log: string };

const PATIENCE_MS = 3000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const living = new Map<number, 'SIGKILL' | 'SIGTERM'>();
let watching = false;

/** Starts a process; a binary that cannot be executed shows as an exit. */
export function launch({ path, args, cwd, logFile, stopSignal }: LaunchOptions): Child {
  const log = openSync(logFile, 'a');
  const child = spawn(path, [...args], { cwd, stdio: ['ignore', log, log] });
  closeSync(log);
  const pid = child.pid ?? 0;
  let exit: string | null = null;
  const gone = new Promise<void>((resolve) => {
    const end = (how: string): void => {
      exit ??= how;
      forget(pid);
      resolve();
    };
    child.once('error', (error) => end(error.message));
    child.once('exit', (code, signal) => end(code === null ? `killed by ${signal ?? 'a signal'}` : `exit status ${code}`));
  });
  if (pid !== 0) remember(pid, stopSignal);
  const stop = async (): Promise<void> => {
    if (exit !== null) return;
    child.kill(stopSignal);
    await Promise.race([gone, sleep(PATIENCE_MS, undefined, { ref: false })]);
    if (exit === null) child.kill('SIGKILL');
    await gone;
  };
  return { pid, exit: () => exit, log: () => readFileSync(logFile, 'utf8'), stop };
}

/** Why a start did not succeed, in one line. */
export function whyNotReady(child: Child, timeoutMs: number): string {
  const exit = child.exit();
  return exit === null ? `not ready after ${timeoutMs} ms` : `ended before it was ready (${exit})`;
}

function remember(pid: number, signal: 'SIGKILL' | 'SIGTERM'): void {
  living.set(pid, signal);
  if (watching) return;
  watching = true;
  process.once('exit', killAll);
  for (const name of SIGNALS) process.once(name, passOn);
}

function forget(pid: number): void {
  living.delete(pid);
  if (living.size > 0 || !watching) return;
  watching = false;
  process.removeListener('exit', killAll);
  for (const name of SIGNALS) process.removeListener(name, passOn);
}

function killAll(): void {
  for (const [pid, signal] of living) {
    try {
      process.kill(pid, signal);
    } catch {
      // Already gone.
    }
  }
}

/** A signal ends Node without an `exit` event, so the children go first; then it does what it would have done without us. */
function passOn(signal: NodeJS.Signals): void {
  killAll();
  process.removeListener(signal, passOn);
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
