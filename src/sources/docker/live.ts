import type Docker from 'dockerode';
import { AT_ONCE, connect } from './connect.ts';
import type { Connection } from './connect.ts';
import type { ContainerFacts, FailedHost, LiveRead, SeenHost } from './facts.ts';
import { statusOf, whyFailed } from './failure.ts';
import type { DockerHost } from './hosts.ts';
import { isTraefikImage, readInspection } from './inspect.ts';
import { listAt, textAt, textsAt } from './json.ts';
import { readListed } from './listed.ts';
import { withProxyFiles } from './proxy-files.ts';
import { isManager, readTasks } from './swarm.ts';

export interface LiveOptions {
  /** How long a host may take for each answer, in milliseconds; 5,000 when absent. */
  readonly timeoutMs?: number;
}

/** A host may take so long. */
export const PATIENCE_MS = 5000;

/** Reads all containers of several Docker hosts at the same time. Only asks (GET); never throws for what a host does. */
export async function readLive(hosts: readonly DockerHost[], options: LiveOptions = {}): Promise<LiveRead> {
  const read = await Promise.all(hosts.map((host) => readHost(host, options)));
  return { seen: read.filter((one): one is SeenHost => 'containers' in one), failed: read.filter((one): one is FailedHost => 'why' in one) };
}

/** Reads one host; what went wrong is data. */
export async function readHost(host: DockerHost, { timeoutMs = PATIENCE_MS }: LiveOptions): Promise<SeenHost | FailedHost> {
  let connection: Connection | undefined;
  try {
    connection = await connect(host);
    return await readAll(connection.docker, host.name, timeoutMs);
  } catch (error) {
    return { host: host.name, why: whyFailed(error, timeoutMs, connection?.said() ?? '') };
  } finally {
    connection?.close();
  }
}

/** Asks over a connection that is there. Throws what dockerode throws where the host as a whole does not answer. */
export async function readAll(docker: Docker, host: string, timeoutMs: number): Promise<SeenHost> {
  const within = (): AbortSignal => AbortSignal.timeout(timeoutMs);
  const [list, version, info] = await Promise.all([
    docker.listContainers({ all: true, abortSignal: within() }), orRefused(inTime(docker.version(), within())), orRefused(inTime(docker.info(), within())),
  ]);
  const unseen: string[] = info instanceof Refused ? [`services of a Swarm: the answer was ${String(info.status)}`] : [];
  const unseenFiles: string[] = [];
  const isDocker = isDockersOwn(version);
  const listed = list.map((entry) => ({ entry, facts: isDocker ? readListed(entry) : undefined }));
  const asked = await eachOf(listed.filter(({ facts }) => facts === undefined), AT_ONCE, ({ entry }) => readOne(docker, entry, { within, timeoutMs, unseen, unseenFiles }));
  const answers = asked.values();
  const containers = listed.flatMap(({ facts }) => facts ?? answers.next().value ?? []);
  const tasks = isManager(info) ? await readTasks(docker, within) : [];
  return { host, containers: [...containers, ...tasks], unseen: [...unseen.toSorted(), ...unseenFiles.toSorted()], complete: unseen.length === 0 };
}

/** Podman and others speak the same language, with lists that mean something else. */
function isDockersOwn(version: unknown): boolean {
  return listAt(version, 'Components').some((component) => textAt(component, 'Name') === 'Engine');
}

interface Job {
  readonly within: () => AbortSignal;
  readonly timeoutMs: number;
  readonly unseen: string[];
  readonly unseenFiles: string[];
}

/** Asks for what the list does not say of a container. */
async function readOne(docker: Docker, entry: unknown, { within, timeoutMs, unseen, unseenFiles }: Job): Promise<readonly ContainerFacts[]> {
  const id = textAt(entry, 'Id') ?? '';
  const name = (textsAt(entry, 'Names')[0] ?? id).replace(/^\//, '');
  try {
    const facts = readInspection(await docker.getContainer(id).inspect({ abortSignal: within() }));
    if (facts !== undefined) return [await withFiles(docker, facts, timeoutMs, unseenFiles)];
    unseen.push(`container ${name}: the answer is no container`);
  } catch (error) {
    unseen.push(`container ${name}: ${statusOf(error) === 404 ? 'gone while it was read' : whyFailed(error, timeoutMs, '')}`);
  }
  return [];
}

/** An answer that says no: what stands between the socket and us may let only some questions through. */
class Refused {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}

async function orRefused<T>(answer: Promise<T>): Promise<T | Refused> {
  try {
    return await answer;
  } catch (error) {
    const status = statusOf(error);
    if (status === undefined) throw error;
    return new Refused(status);
  }
}

/** Reading files takes the whole reader of configurations, which only a host with Traefik needs. */
async function withFiles(docker: Docker, facts: ContainerFacts, timeoutMs: number, unseen: string[]): Promise<ContainerFacts> {
  if (!isTraefikImage(facts.image)) return facts;
  const read = await withProxyFiles(docker, facts, timeoutMs);
  unseen.push(...read.unseen);
  return read.facts;
}

/** For questions that cannot be called off. */
export function inTime<T>(answer: Promise<T>, signal: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
  return Promise.race([answer, late]);
}

/** Does work on all items, so many at a time; results in the order of the items. */
async function eachOf<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Map<number, R>();
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) results.set(index, await work(item));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
