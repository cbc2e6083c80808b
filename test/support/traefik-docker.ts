import { API_ENTRY_POINT, startTraefik, type Traefik, type TraefikEntryPoint } from '../../src/engines/traefik.ts';
import type { EngineBinary } from '../../src/engines/find.ts';
import { waitFor } from '../../src/engines/wait.ts';
import type { FakeContainer } from './docker-container.ts';
import { startFakeDocker, type FakeDocker } from './fake-docker.ts';
import { objectAt } from './json.ts';
import { normaliseRawData, type RawData } from './rawdata.ts';
import { started } from './started.ts';
import { tempFolder, type TempFolder } from './temp-folder.ts';

/** One static configuration. */
export interface TraefikDockerOptions {
  readonly engine: EngineBinary;
  readonly entryPoints: readonly TraefikEntryPoint[];
  readonly flags?: readonly string[];
  /** Folder of the file provider, if there is one. */
  readonly directory?: string;
  /** Writes what must lie in the working folder before the start. */
  readonly prepare?: (folder: string) => Promise<void>;
  /** Labels that the provider's constraints ask for: the test's own container must pass them too. */
  readonly admission?: Readonly<Record<string, string>>;
}

/** What became of a change: silent = the provider did not deliver it, so whatever ran before still runs. */
export type SwapOutcome = { readonly kind: 'applied'; readonly data: RawData; readonly log: readonly string[] } | { readonly kind: 'silent'; readonly log: readonly string[] };

/** A Traefik whose containers can be exchanged without a new start. */
export interface TraefikDocker {
  readonly ports: () => Readonly<Record<string, number>>;
  swap(containers: readonly FakeContainer[], options?: { readonly timeoutMs?: number }): Promise<SwapOutcome>;
  stop(): Promise<void>;
}

/** Starts Traefik on a fake Docker API without containers. */
export async function startTraefikDocker(options: TraefikDockerOptions): Promise<TraefikDocker> {
  const folder = await tempFolder();
  await options.prepare?.(folder.path);
  const docker = await startFakeDocker();
  const start = async (): Promise<Traefik> => started(await startTraefik({ ...options, workDir: folder.path, provider: providerOf(docker, options) }));
  let traefik = await start();
  let sequence = 0;
  let healthy = true;
  const swap: TraefikDocker['swap'] = async (containers, { timeoutMs = 5000 } = {}) => {
    sequence += 1;
    // Some labels end the provider for good: then only a new process reads containers again.
    if (!healthy) {
      docker.setContainers([]);
      await traefik.stop();
      traefik = await start();
    }
    const before = traefik.log().length;
    const all = [...containers, sentinel(sequence, options.admission)];
    let announced = 0;
    // An event that comes between the provider's first listing and its subscription is lost: say it again.
    const announce = (): void => {
      if (Date.now() - announced < 1000) return;
      announced = Date.now();
      docker.setContainers(all);
    };
    const data = await waitFor(() => {
      announce();
      return dataWithSentinel(traefik, sequence);
    }, { timeoutMs, giveUp: () => traefik.exit() !== null });
    healthy = data !== null;
    const log = traefik.log().slice(before).split('\n').filter((line) => line !== '' && !line.includes('harness-'));
    return data === null ? { kind: 'silent', log } : { kind: 'applied', data: normaliseRawData(data), log };
  };
  return { ports: () => traefik.ports, swap, stop: () => stopAll(traefik, docker, folder) };
}

async function stopAll(traefik: Traefik, docker: FakeDocker, folder: TempFolder): Promise<void> {
  await traefik.stop();
  await docker.stop();
  await folder.remove();
}

function providerOf(docker: FakeDocker, { directory }: TraefikDockerOptions): { readonly kind: 'docker'; readonly endpoint: string; readonly directory?: string } {
  return { kind: 'docker', endpoint: docker.endpoint, ...(directory === undefined ? {} : { directory }) };
}

/**
 * A container whose router carries a number: when the API shows it, the containers beside it have been read too.
 * It lives on the API's entry point, so that it takes no traffic, and names its network, so that it causes no warning.
 */
function sentinel(sequence: number, admission: Readonly<Record<string, string>> = {}): FakeContainer {
  const name = `harness-${sequence}`;
  const router = `traefik.http.routers.${name}`;
  return {
    name,
    labels: {
      ...admission,
      'traefik.enable': 'true',
      'traefik.docker.network': 'harness',
      [`${router}.rule`]: `Host(\`${name}.invalid\`)`,
      [`${router}.entrypoints`]: API_ENTRY_POINT,
    },
    ports: ['80/tcp'],
    networks: { harness: '127.0.0.1' },
  };
}

async function dataWithSentinel(traefik: Traefik, sequence: number): Promise<unknown> {
  const data = await traefik.rawData();
  return objectAt(data, 'routers')[`harness-${sequence}@docker`] === undefined ? null : data;
}
