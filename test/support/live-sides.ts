import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runServe } from '../../src/cli/serve-run.ts';
import type { Context } from '../../src/cli/context.ts';
import { load } from '../../src/compile/load.ts';
import type { GatewayInput, Loaded } from '../../src/compile/types.ts';
import type { EngineBinary } from '../../src/engines/find.ts';
import { freePort } from '../../src/engines/free-port.ts';
import { sendRaw } from '../../src/engines/raw-client.ts';
import { startTraefik, type Traefik } from '../../src/engines/traefik.ts';
import { waitFor } from '../../src/engines/wait.ts';
import { readLive } from '../../src/sources/docker/index.ts';
import { objectAt } from './json.ts';
import { started } from './started.ts';

/** Static configuration of both sides; the daemon is named where it is started. */
const STATIC = 'entryPoints: { web: { address: ":80" } }\nproviders: { docker: { exposedByDefault: false } }\n';

/** Real Traefik and the runtime on the containers of one daemon. */
export interface LiveSides {
  /** `200 name` of both, Traefik first. */
  ask(host: string, target?: string): Promise<readonly [string, string]>;
  /** Server addresses by service, of both. */
  servers(): Promise<readonly [ServersByService, ServersByService]>;
  /** What Traefik's API says, read as a source: its servers by service, and the findings. */
  rawdata(): Promise<{ readonly servers: ServersByService; readonly findings: readonly string[] }>;
  /** What `gateway serve` said. */
  said(): string;
  stop(): Promise<void>;
}

export type ServersByService = Readonly<Record<string, readonly string[]>>;

export interface LiveSidesOptions {
  readonly traefik: EngineBinary;
  readonly workDir: string;
  /** The daemon, for Traefik and for us. */
  readonly endpoint: string;
  readonly ours: string;
}

/** Starts both and waits until both listen. */
export async function startLiveSides({ traefik: engine, workDir, endpoint, ours }: LiveSidesOptions): Promise<LiveSides> {
  const traefik: Traefik = started(await startTraefik({ engine, workDir, entryPoints: [{ name: 'web' }], provider: { kind: 'docker', endpoint }, flags: ['--providers.docker.exposedbydefault=false'] }));
  await writeFile(join(workDir, 'traefik.yml'), STATIC);
  const port = await freePort({ address: '127.0.0.1' });
  const serving = startServe(workDir, ours, port);
  const ready = await waitFor(() => Promise.resolve(serving.said().includes('ready') ? true : null), { timeoutMs: 60_000, giveUp: () => serving.ended() });
  if (ready === null) throw new Error(`gateway serve is not ready: ${serving.said()}`);
  const one = async (to: number, host: string, target: string): Promise<string> => {
    const { status, body, failure } = await sendRaw({ port: to, method: 'GET', target, host, timeoutMs: 2000 });
    return failure === null ? `${String(status)} ${body.trim()}` : failure;
  };
  return {
    ask: (host, target = '/') => Promise.all([one(traefik.ports['web'] ?? 0, host, target), one(port, host, target)]),
    servers: async () => [serversOf(await traefik.rawData()), await ourServers(endpoint)],
    rawdata: async () => {
      const loaded = loadOne({ rawdata: { path: 'rawdata.json', text: JSON.stringify(await traefik.rawData(), null, 2) } });
      return { servers: serversIn(loaded), findings: loaded.diagnostics.map(({ rule, message }) => `${rule} ${message}`) };
    },
    said: serving.said,
    stop: async () => {
      await serving.stop();
      await traefik.stop();
    },
  };
}

interface Serving {
  readonly said: () => string;
  readonly ended: () => boolean;
  readonly stop: () => Promise<void>;
}

/** `gateway serve --live --watch`, in this process. */
function startServe(cwd: string, host: string, port: number): Serving {
  let said = '';
  let ended = false;
  let end: (code: 143) => void = () => undefined;
  const untilStopped = new Promise<143>((resolve) => {
    end = resolve;
  });
  const context: Context = {
    cwd, env: {}, stdinText: () => '', out: () => undefined, err: (text) => void (said += text), outTty: false, errTty: false, width: 80,
    uninterrupted: (work) => Promise.resolve(work()), untilStopped: () => untilStopped,
  };
  const run = runServe(context, [], { dockerHost: [host], static: 'traefik.yml', entrypoint: [`web=127.0.0.1:${String(port)}`], watch: true, accessLog: 'off', grace: '0', config: false })
    .catch((error: unknown) => void (said += String(error)))
    .finally(() => void (ended = true));
  return {
    said: () => said,
    ended: () => ended,
    stop: async () => {
      end(143);
      await run;
    },
  };
}

function serversOf(data: unknown): ServersByService {
  return sorted(Object.entries(objectAt(data, 'services')).filter(([name]) => name.endsWith('@docker')).map(([name, service]) => {
    const { servers } = objectAt(service, 'loadBalancer');
    const urls = (Array.isArray(servers) ? servers : []).map((server: unknown) => (typeof server === 'object' && server !== null && 'url' in server && typeof server.url === 'string' ? server.url : ''));
    return [name, urls];
  }));
}

async function ourServers(endpoint: string): Promise<ServersByService> {
  const { seen } = await readLive([{ name: 'live', endpoint }]);
  return serversIn(loadOne({ static: 'traefik.yml', seen }));
}

function loadOne(gateway: Omit<GatewayInput, 'name' | 'stacks' | 'dynamic' | 'versions'>): Loaded {
  const host = { readFile: (path: string) => (path === 'traefik.yml' ? STATIC : undefined), listFolder: () => undefined };
  return load({ gateways: [{ name: 'default', stacks: [], dynamic: [], versions: ['3.7'], ...gateway }], declared: false, host, overrides: { endpoints: [], entryPoints: new Map() } });
}

function serversIn(loaded: Loaded): ServersByService {
  const services = loaded.gateways[0]?.resolved[0]?.gateway.services ?? [];
  return sorted(services.filter(({ ref }) => ref.namespace === 'docker').map(({ ref, spec }) => [`${ref.name}@docker`, spec.kind === 'loadBalancer' ? spec.endpoints.map(({ scheme, host: name, port }) => `${scheme}://${name}:${String(port)}`) : []]));
}

function sorted(entries: readonly (readonly [string, readonly string[]])[]): ServersByService {
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, urls]) => [name, [...new Set(urls)].toSorted()]));
}
