import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import type { EngineBinary } from '../../src/engines/find.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { startTraefikFolder, type TraefikEntryPoint } from '../../src/engines/traefik.ts';
import type { FakeContainer } from './docker-container.ts';
import type { BackendPool } from './echo-backend.ts';
import { askThrough, type RunningEngine } from './engine-ask.ts';
import { objectAt, stringAt } from './json.ts';
import { started } from './started.ts';
import { tempFolder } from './temp-folder.ts';
import { startTraefikDocker, type SwapOutcome, type TraefikDocker } from './traefik-docker.ts';

/** Containers and the static configuration that reads them. */
export interface TraefikFromLabels {
  readonly engine: EngineBinary;
  readonly backends: BackendPool;
  readonly containers: readonly FakeContainer[];
  readonly entryPoints: readonly TraefikEntryPoint[];
  readonly staticFlags?: readonly string[];
  /** Folder of the file provider. */
  readonly directory?: string;
  readonly prepare?: (folder: string) => Promise<void>;
}

/** A running Traefik whose containers can be exchanged. */
export interface LabelledTraefik extends RunningEngine {
  readonly first: SwapOutcome;
  readonly swap: TraefikDocker['swap'];
}

/** Real Traefik on containers of a fake Docker API. */
export async function traefikFromLabels({ engine, backends, containers, entryPoints, staticFlags = [], directory, prepare }: TraefikFromLabels): Promise<LabelledTraefik> {
  const traefik = await startTraefikDocker({ engine, entryPoints, flags: staticFlags, ...(directory === undefined ? {} : { directory }), ...(prepare === undefined ? {} : { prepare }) });
  const first = await traefik.swap(containers);
  return {
    name: 'traefik',
    get ports() {
      return traefik.ports();
    },
    first,
    swap: traefik.swap,
    ask: askThrough(traefik.ports, backends),
    stop: traefik.stop,
  };
}

/** A folder with `traefik.yml` and the dynamic files that it names. */
export interface TraefikFromFiles {
  readonly engine: EngineBinary;
  readonly backends: BackendPool;
  readonly dir: string;
}

/**
 * Real Traefik on a generated folder: the static file runs unmodified, in a copy of the folder as its working directory.
 * When the file provider reads a directory, one file of ours is laid beside the generated ones. Traefik takes all files
 * of a directory or none, so our router answers exactly when the generated configuration is in force.
 */
export async function traefikFromFiles({ engine, backends, dir }: TraefikFromFiles): Promise<RunningEngine> {
  const folder = await tempFolder({ copyOf: dir });
  const config: unknown = parse(await readFile(join(folder.path, STATIC_FILE), 'utf8'));
  const ports = entryPointPorts(config);
  const directory = stringAt(objectAt(objectAt(config, 'providers'), 'file'), 'directory');
  const sentinel = directory === '' ? null : await writeSentinel(resolve(folder.path, directory), Object.keys(tcpPorts(config)));
  const isReady = sentinel === null ? answersAnything : answersSentinel;
  const traefik = started(await startTraefikFolder({ engine, folder: folder.path, configFile: STATIC_FILE, logFile: join(folder.path, 'traefik.log'), ready: () => isReady(Object.values(tcpPorts(config))) }));
  return {
    name: 'traefik',
    ports,
    ask: askThrough(() => ports, backends),
    stop: async () => {
      await traefik.stop();
      // An absolute directory lies outside our copy.
      if (sentinel !== null) await rm(sentinel, { force: true });
      await folder.remove();
    },
  };
}

const STATIC_FILE = 'traefik.yml';
const SENTINEL_HOST = 'harness.invalid';

function entryPointPorts(config: unknown): Readonly<Record<string, number>> {
  const entryPoints = objectAt(config, 'entryPoints');
  return Object.fromEntries(Object.keys(entryPoints).map((name) => [name, Number(/:(\d+)(?:\/(?:tcp|udp))?$/.exec(stringAt(entryPoints[name], 'address'))?.[1] ?? 0)]));
}

function tcpPorts(config: unknown): Readonly<Record<string, number>> {
  const entryPoints = objectAt(config, 'entryPoints');
  return Object.fromEntries(Object.entries(entryPointPorts(config)).filter(([name]) => !stringAt(entryPoints[name], 'address').endsWith('/udp')));
}

async function writeSentinel(directory: string, entryPoints: readonly string[]): Promise<string> {
  await mkdir(directory, { recursive: true });
  const router = { rule: `Host(\`${SENTINEL_HOST}\`)`, entryPoints, service: 'noop@internal' };
  const path = join(directory, 'zz-harness.yml');
  await writeFile(path, JSON.stringify({ http: { routers: { 'harness-plain': router, 'harness-tls': { ...router, tls: {} } } } }));
  return path;
}

/**
 * Before the files are in force an entry point says 404, or redirects when its static configuration says so. Afterwards at least
 * one says something else: 418 from our router, or what a middleware of the entry point makes of it.
 */
async function answersSentinel(ports: readonly number[]): Promise<boolean> {
  const answers = await askSentinels(ports);
  return answers.some((status) => status !== 0 && status !== 404 && !(status >= 300 && status < 400));
}

/** A single dynamic file leaves no room for a sign of ours, so it gets time to be read. */
async function answersAnything(ports: readonly number[]): Promise<boolean> {
  const answers = await askSentinels(ports);
  if (answers.every((status) => status === 0)) return false;
  await sleep(500);
  return true;
}

function askSentinels(ports: readonly number[]): Promise<readonly number[]> {
  return Promise.all(ports.flatMap((port) => [askSentinel(port, false), askSentinel(port, true)]));
}

async function askSentinel(port: number, overTls: boolean): Promise<number> {
  const tls = overTls ? { sni: SENTINEL_HOST } : false;
  return (await sendRaw({ port, method: 'GET', target: '/', host: SENTINEL_HOST, tls, timeoutMs: 1000 })).status;
}
