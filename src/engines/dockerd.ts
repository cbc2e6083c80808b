import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { launch, whyNotReady, type Child, type Started } from './child.ts';
import type { EngineBinary } from './find.ts';
import { waitFor } from './wait.ts';

/** A daemon of our own: its socket, images and containers lie in a folder, and it leaves the machine's firewall alone. */
export interface DockerdOptions {
  readonly engine: EngineBinary;
  /** A folder of our own with a short path: a socket's name has some hundred letters at most. */
  readonly workDir: string;
  /** First two parts of the addresses that networks get, `10.201`. */
  readonly addresses: string;
  readonly timeoutMs?: number;
}

/** A running Docker daemon. */
export interface Dockerd {
  /** `unix:///…/docker.sock` */
  readonly endpoint: string;
  readonly socket: string;
  /** Runs `docker` with these arguments and gives what it printed; throws with the words of a refusal. */
  cli(args: readonly string[], input?: string | Buffer): Promise<string>;
  /** Ends the daemon and starts it again over the same data. */
  restart(pauseMs?: number): Promise<void>;
  /** Removes all containers and networks, then ends the daemon. */
  stop(): Promise<void>;
}

/** Starts dockerd, which brings its own containerd; needs root. */
export async function startDockerd(options: DockerdOptions): Promise<Started<Dockerd>> {
  const { engine, workDir, timeoutMs = 20_000 } = options;
  const socket = join(workDir, 'docker.sock');
  const run = runner(engine, socket);
  let child = await launchDaemon(options, socket);
  const isReady = (): Promise<true | null> => run(['version', '--format', '{{.Server.Version}}']).then(() => true as const, () => null);
  const ready = (): Promise<true | null> => waitFor(isReady, { timeoutMs, intervalMs: 50, giveUp: () => child.exit() !== null });
  if ((await ready()) === null) {
    const reason = `dockerd ${whyNotReady(child, timeoutMs)}`;
    await endDaemon(child, workDir);
    return { kind: 'failed', reason, log: child.log() };
  }
  const daemon: Dockerd = {
    endpoint: `unix://${socket}`,
    socket,
    cli: run,
    restart: async (pauseMs = 0) => {
      await endDaemon(child, workDir);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      child = await launchDaemon(options, socket);
      if ((await ready()) === null) throw new Error(`dockerd ${whyNotReady(child, timeoutMs)}\n${child.log()}`);
    },
    stop: async () => {
      if (child.exit() === null) await removeAll(run);
      await endDaemon(child, workDir);
    },
  };
  return { kind: 'started', engine: daemon };
}

/**
 * Ends the daemon and waits for the containerd that it started, which the next one must not meet. Ending takes as long as
 * its containers take, which on a busy machine is seconds.
 */
async function endDaemon(child: Child, workDir: string): Promise<void> {
  const gone = (ended: () => boolean, timeoutMs: number): Promise<true | null> => waitFor(() => Promise.resolve(ended() ? true : null), { timeoutMs, intervalMs: 25 });
  const containerd = await readFile(join(workDir, 'exec', 'containerd', 'containerd.pid'), 'utf8').then(Number, () => 0);
  if (child.exit() === null) {
    process.kill(child.pid, 'SIGTERM');
    await gone(() => child.exit() !== null, 30_000);
  }
  await child.stop();
  if (containerd <= 0 || (await gone(() => !signal(containerd, 0), 5000)) !== null) return;
  signal(containerd, 'SIGKILL');
  await gone(() => !signal(containerd, 0), 5000);
}

/** False when there is no such process any more. */
function signal(pid: number, name: 'SIGKILL' | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

/** The folders of a set of unpacked packages; its programs call each other by name. */
function programFolders(engine: EngineBinary): string {
  const unpacked = dirname(dirname(dirname(engine.path)));
  return [join(unpacked, 'usr', 'sbin'), join(unpacked, 'usr', 'bin'), process.env['PATH'] ?? ''].join(':');
}

async function launchDaemon({ engine, workDir, addresses }: DockerdOptions, socket: string): Promise<Child> {
  await mkdir(join(workDir, 'data'), { recursive: true });
  const args = [
    `PATH=${programFolders(engine)}`, engine.path, '--host', `unix://${socket}`, '--data-root', join(workDir, 'data'), '--exec-root', join(workDir, 'exec'), '--pidfile', join(workDir, 'docker.pid'),
    '--iptables=false', '--ip-forward=false', '--ip-masq=false', '--userland-proxy=false', '--bridge=none', `--default-address-pool=base=${addresses}.0.0/16,size=24`, '--shutdown-timeout=1', '--log-level=warn',
  ];
  return launch({ path: '/usr/bin/env', args, cwd: workDir, logFile: join(workDir, 'dockerd.log'), stopSignal: 'SIGTERM' });
}

type Run = Dockerd['cli'];

function runner(engine: EngineBinary, socket: string): Run {
  const docker = join(dirname(dirname(engine.path)), 'bin', 'docker');
  return (args, input) =>
    new Promise((resolve, reject) => {
      const child = execFile(docker, ['--host', `unix://${socket}`, ...args], { encoding: 'utf8', maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
        if (error === null) resolve(stdout.trim());
        else reject(new Error(`docker ${args[0] ?? ''}: ${stderr.trim()}`));
      });
      // A command that refuses does not read on; its own words are the error.
      child.stdin?.on('error', () => undefined).end(input);
    });
}

async function removeAll(run: Run): Promise<void> {
  const containers = (await run(['ps', '--all', '--quiet'])).split('\n').filter((id) => id !== '');
  if (containers.length > 0) await run(['rm', '--force', '--volumes', ...containers]);
  // Those of a Swarm that was left go by themselves, a little later, and cannot be taken away before.
  await waitFor(async () => {
    const networks = (await run(['network', 'ls', '--quiet', '--filter', 'type=custom'])).split('\n').filter((id) => id !== '');
    if (networks.length === 0) return true;
    await run(['network', 'rm', ...networks]).catch(() => undefined);
    return null;
  }, { timeoutMs: 3000, intervalMs: 100 });
}
