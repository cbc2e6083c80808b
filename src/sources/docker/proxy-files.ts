import type Docker from 'dockerode';
import { printable } from '../../diagnostics/index.ts';
import { Origins } from '../../text/index.ts';
import { findProxies, isTraefik, staticPlaces } from '../../traefik-config/find-proxy.ts';
import type { FoundProxy } from '../../traefik-config/find-proxy.ts';
import { readInside } from './archive.ts';
import type { ContainerFacts, SeenFile } from './facts.ts';
import { toStacks } from './stacks.ts';

/** The static file names the folder of the dynamic ones, and those may be links. */
const ROUNDS = 3;
/** Of more files than that, one by one, the rest is not read. */
const MOST_FILES = 100;

/** A container that runs Traefik, with its files; `unseen` = those that it reads and that could not be read. */
export interface WithFiles {
  readonly facts: ContainerFacts;
  readonly unseen: readonly string[];
}

/** Reads the static file of a Traefik container and what its file provider reads; other containers stay as they are. */
export async function withProxyFiles(docker: Docker, facts: ContainerFacts, timeoutMs: number): Promise<WithFiles> {
  const origins = new Origins();
  const [container] = toStacks({ host: '', containers: [facts], unseen: [], complete: false }, origins).stacks.flatMap((stack) => stack.containers);
  if (container === undefined || facts.task !== undefined || !isTraefik(container)) return { facts, unseen: [] };
  const files = new Map<string, SeenFile>();
  const ask = async (paths: readonly string[]): Promise<void> => {
    const seen = await Promise.all(paths.map((path) => readInside(docker, facts.id, path, timeoutMs)));
    for (const [path, file] of seen.flatMap((found) => [...found])) files.set(path, hiddenIn(facts, file));
  };
  await ask(staticPlaces(container));
  let left = MOST_FILES;
  for (let round = 0; round < ROUNDS; round += 1) {
    const paths = wanted({ ...facts, files }).filter((path) => !files.has(path)).slice(0, left);
    if (paths.length === 0) break;
    left -= paths.length;
    await ask(paths);
  }
  return { facts: { ...facts, files }, unseen: wanted({ ...facts, files }).map((path) => printable(`container ${facts.name}: ${path}: ${whyUnseen(files.get(path))}`)) };
}

/** Swarm mounts configurations where Docker shows no file. */
function hiddenIn({ labels }: ContainerFacts, file: SeenFile): SeenFile {
  return file.kind === 'missing' && labels['com.docker.swarm.task.id'] !== undefined ? { kind: 'unseen', why: 'a Swarm configuration would not be shown' } : file;
}

function whyUnseen(file: SeenFile | undefined): string {
  return file?.kind === 'unseen' ? file.why : 'too many files';
}

/** What the engine reads and is not known, by the paths inside. */
function wanted(facts: ContainerFacts): readonly string[] {
  const page = `/${facts.name}`;
  const origins = new Origins();
  const found: readonly FoundProxy[] = toStacks({ host: '', containers: [facts], unseen: [], complete: false }, origins).stacks.flatMap((stack) => findProxies(stack, NO_FILES, origins));
  return found.flatMap(({ unread }) => unread).map(({ path }) => (path.startsWith(`${page}/`) ? path.slice(page.length) : path));
}

const NO_FILES = { readFile: () => undefined, listFolder: () => undefined };
