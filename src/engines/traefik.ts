import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { launch, whyNotReady, type Child, type Started } from './child.ts';
import type { EngineBinary } from './find.ts';
import { freePort } from './free-port.ts';
import { sendRaw } from './raw-client.ts';
import { waitFor } from './wait.ts';

/** Where Traefik reads its dynamic configuration. */
export type TraefikProvider =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'docker'; readonly endpoint: string; readonly directory?: string };

/** One entry point; without a port it gets a free one on loopback. */
export interface TraefikEntryPoint {
  readonly name: string;
  readonly port?: number;
  readonly protocol?: 'tcp' | 'udp';
}

/** A Traefik whose static configuration we write, as flags. */
export interface TraefikOptions {
  readonly engine: EngineBinary;
  /** A folder of our own: the log goes there and relative paths begin there. */
  readonly workDir: string;
  readonly entryPoints: readonly TraefikEntryPoint[];
  readonly provider: TraefikProvider;
  /** Further static flags, `--a.b=c`. */
  readonly flags?: readonly string[];
  readonly timeoutMs?: number;
}

/** A running Traefik with its API on loopback, on the entry point `traefik`. */
export interface Traefik {
  readonly ports: Readonly<Record<string, number>>;
  readonly apiPort: number;
  /** `/api/rawdata` as it is, or null when there is no answer. */
  rawData(): Promise<unknown>;
  log(): string;
  exit(): string | null;
  stop(): Promise<void>;
}

/** Entry point of the API; also Traefik's own default for it. */
export const API_ENTRY_POINT = 'traefik';

const QUIET_FLAGS = [
  '--global.checknewversion=false',
  '--global.sendanonymoususage=false',
  '--api.insecure=true',
  '--providers.providersthrottleduration=50ms',
  '--log.level=WARN',
  '--log.nocolor=true',
];

/** Starts Traefik and waits until its API answers; what the providers say may arrive later. */
export async function startTraefik(options: TraefikOptions): Promise<Started<Traefik>> {
  const { engine, workDir, provider, flags = [], timeoutMs = 15_000 } = options;
  const ports = await assignPorts(options.entryPoints);
  const args = [...QUIET_FLAGS, ...options.entryPoints.map((entryPoint) => addressFlag(entryPoint, ports)), ...providerFlags(provider), ...flags];
  const apiPort = ports[API_ENTRY_POINT] ?? (await freePort());
  if (ports[API_ENTRY_POINT] === undefined) args.push(`--entrypoints.${API_ENTRY_POINT}.address=127.0.0.1:${apiPort}`);
  const child = launch({ path: engine.path, args, cwd: workDir, logFile: join(workDir, 'traefik.log'), stopSignal: 'SIGKILL' });
  const ready = await waitFor(() => fetchRawData(apiPort), { timeoutMs, giveUp: () => child.exit() !== null });
  if (ready === null) return failed(child, timeoutMs);
  return { kind: 'started', engine: { ports, apiPort, rawData: () => fetchRawData(apiPort), log: child.log, exit: child.exit, stop: child.stop } };
}

/** A Traefik that runs somebody's `traefik.yml` from its folder, without any change. */
export interface TraefikFolderOptions {
  readonly engine: EngineBinary;
  /** The working directory; holds the static configuration. */
  readonly folder: string;
  readonly configFile?: string;
  readonly logFile: string;
  /** Asked again and again until it says that the configuration is in force. */
  readonly ready: () => Promise<boolean>;
  readonly timeoutMs?: number;
}

/** Starts Traefik on a static configuration file; only the caller knows a request that shows that it is ready. */
export async function startTraefikFolder({ engine, folder, configFile = 'traefik.yml', logFile, ready, timeoutMs = 15_000 }: TraefikFolderOptions): Promise<Started<Child>> {
  const child = launch({ path: engine.path, args: [`--configFile=${configFile}`], cwd: folder, logFile, stopSignal: 'SIGKILL' });
  const isReady = await waitFor(async () => ((await ready()) ? true : null), { timeoutMs, giveUp: () => child.exit() !== null });
  return isReady === null ? failed(child, timeoutMs) : { kind: 'started', engine: child };
}

/** Asks `/api/rawdata` once. */
export async function fetchRawData(apiPort: number): Promise<unknown> {
  const { status, body, failure } = await sendRaw({ port: apiPort, method: 'GET', target: '/api/rawdata', host: 'localhost', timeoutMs: 3000 });
  if (status !== 200 || failure !== null) return null;
  const value: unknown = JSON.parse(Buffer.from(body, 'latin1').toString('utf8'));
  return value;
}

async function failed<T>(child: Child, timeoutMs: number): Promise<Started<T>> {
  const reason = whyNotReady(child, timeoutMs);
  await child.stop();
  // The last lines of a process that just ended may still be on their way to the file.
  await sleep(20);
  return { kind: 'failed', reason: `traefik ${reason}`, log: child.log() };
}

async function assignPorts(entryPoints: readonly TraefikEntryPoint[]): Promise<Readonly<Record<string, number>>> {
  const ports: [string, number][] = [];
  for (const { name, port, protocol = 'tcp' } of entryPoints) ports.push([name, port ?? (await freePort({ protocol }))]);
  return Object.fromEntries(ports);
}

function addressFlag({ name, protocol = 'tcp' }: TraefikEntryPoint, ports: Readonly<Record<string, number>>): string {
  return `--entrypoints.${name}.address=127.0.0.1:${ports[name] ?? 0}${protocol === 'udp' ? '/udp' : ''}`;
}

function providerFlags(provider: TraefikProvider): readonly string[] {
  const directory = provider.kind === 'directory' ? provider.path : provider.directory;
  const file = directory === undefined ? [] : [`--providers.file.directory=${directory}`, '--providers.file.watch=true'];
  return provider.kind === 'directory' ? file : [...file, `--providers.docker.endpoint=${provider.endpoint}`, '--providers.docker.watch=true'];
}
