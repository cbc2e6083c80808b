import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { launch, whyNotReady, type Started } from './child.ts';
import type { EngineBinary } from './find.ts';
import { waitFor } from './wait.ts';

/** An nginx on somebody's configuration folder. */
export interface NginxOptions {
  readonly engine: EngineBinary;
  /** The prefix (`-p`): relative paths of the configuration begin here. */
  readonly folder: string;
  readonly configFile?: string;
}

/** A running nginx. */
export interface Nginx {
  log(): string;
  exit(): string | null;
  stop(): Promise<void>;
}

/** What `nginx -t` said. */
export interface ConfigTest {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs `nginx -t`. */
export function configTest(options: NginxOptions): Promise<ConfigTest> {
  return new Promise((resolve) => {
    execFile(options.engine.path, ['-t', ...commandLine(options, [])], { cwd: options.folder }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: `${stdout}${stderr}`.trim() });
    });
  });
}

/** Starts nginx in the foreground and waits until the given ports accept connections. */
export async function startNginx({ ports, logFile, timeoutMs = 60_000, ...options }: NginxOptions & { readonly ports: readonly number[]; readonly logFile: string; readonly timeoutMs?: number }): Promise<Started<Nginx>> {
  // nginx tries a taken port again for seconds, while its owner would answer us in its place.
  const taken = (await Promise.all(ports.map(async (port) => ((await accepts(port)) ? [port] : [])))).flat();
  if (taken.length > 0) return { kind: 'failed', reason: `something else listens on ${taken.join(', ')}`, log: '' };
  const args = commandLine(options, ['daemon off;']);
  const child = launch({ path: options.engine.path, args, cwd: options.folder, logFile, stopSignal: 'SIGTERM' });
  const allOpen = async (): Promise<true | null> => ((await Promise.all(ports.map(accepts))).every(Boolean) ? true : null);
  const ready = await waitFor(allOpen, { timeoutMs, giveUp: () => child.exit() !== null });
  if (ready !== null && child.exit() === null) return { kind: 'started', engine: { log: child.log, exit: child.exit, stop: child.stop } };
  const reason = whyNotReady(child, timeoutMs);
  await child.stop();
  return { kind: 'failed', reason: `nginx ${reason}`, log: child.log() };
}

/**
 * The command line for a configuration that leaves open what depends on the machine. A directive that is given twice is fatal,
 * so each is added only when the file lacks it: Debian's default pid file belongs to root and to one nginx at a time.
 */
function commandLine({ engine, folder, configFile = 'nginx.conf' }: NginxOptions, directives: readonly string[]): readonly string[] {
  const text = readConfig(join(folder, configFile));
  const added = [...directives];
  if (!/^\s*pid\s/m.test(text)) added.push(`pid ${join(folder, 'nginx.pid')};`);
  if (engine.modules !== null && /^\s*stream\s*\{/m.test(text) && !/ngx_stream_module/.test(text)) added.push(`load_module ${join(engine.modules, 'ngx_stream_module.so')};`);
  return ['-p', folder, '-c', configFile, '-e', 'stderr', '-g', added.join(' ')];
}

/** A missing file is nginx's own error to report. */
function readConfig(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
