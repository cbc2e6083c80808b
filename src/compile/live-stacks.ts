import { plural } from '../diagnostics/summary.ts';
import type { Diagnostic } from '../diagnostics/index.ts';
import type { Container, Stack } from '../ir/index.ts';
import type { DynamicFile } from '../resolve/index.ts';
import { readRawdata } from '../sources/docker/rawdata.ts';
import { fileOf, toStacks } from '../sources/docker/stacks.ts';
import type { ContainerFacts, RawdataRead, SeenHost } from '../sources/docker/index.ts';
import type { SourceHost } from '../sources/source.ts';
import type { Origins, SourceFile } from '../text/index.ts';
import type { FoundProxy } from '../traefik-config/find-proxy.ts';
import type { GatewayInput } from './types.ts';

/** What stands behind a container that was seen on a host. */
export type LiveFacts = ReadonlyMap<Container, { readonly host: string; readonly facts: ContainerFacts; readonly complete: boolean }>;

interface Sinks {
  readonly origins: Origins;
  readonly files: Map<string, SourceFile>;
  readonly taken: string[];
  readonly live: Map<Container, { readonly host: string; readonly facts: ContainerFacts; readonly complete: boolean }>;
}

/** The stacks of running containers. */
export function liveStacks(gateway: GatewayInput, sinks: Sinks): readonly Stack[] {
  return (gateway.seen ?? []).flatMap((one) => {
    const { stacks, files, facts } = toStacks(one, sinks.origins);
    for (const file of files) sinks.files.set(file.path, file);
    for (const [container, behind] of facts) sinks.live.set(container, behind);
    sinks.taken.push(takenLine(one, stacks));
    return stacks;
  });
}

function takenLine(seen: SeenHost, stacks: readonly Stack[]): string {
  const projects = stacks.filter(({ name }) => name !== '').length;
  return `${seen.host} (${plural(seen.containers.length, 'container')} in ${plural(projects, 'project')})`;
}

/** What an engine says that it runs. */
export function loadRawdata(given: NonNullable<GatewayInput['rawdata']>, { versions }: GatewayInput, sinks: Omit<Sinks, 'live'> & { readonly diagnostics: Diagnostic[] }): RawdataRead {
  const read = readRawdata(given.path, given.text, versions?.[0] ?? '3.7', sinks.origins);
  sinks.files.set(read.file.path, read.file);
  sinks.diagnostics.push(...read.diagnostics);
  sinks.taken.push(`${given.path} (${plural(read.routers, 'router')} of a running Traefik)`);
  return read;
}

/** The same in the form of dynamic files, one per provider. */
export function rawdataFiles(read: RawdataRead | undefined): readonly DynamicFile[] {
  return (read?.providers ?? []).map(({ namespace, root }) => ({ file: { path: read?.file.path ?? '' }, root, namespace }));
}

/** A host without files: what lies on the disk of a machine that runs containers is not to be read from here. */
export const NO_FILES: SourceHost = { readFile: () => undefined, listFolder: () => undefined };

/** Of several Traefik containers on a host the one that runs. */
export function runningFirst(proxies: readonly FoundProxy[]): readonly FoundProxy[] {
  const rank = ({ container: { live } }: FoundProxy): number => (live === undefined || live.status === 'running' ? 0 : 1);
  return proxies.toSorted((a, b) => rank(a) - rank(b));
}

/** The files that are containers or lie in one: findings point there, and nothing can be mended there. */
export function containerFiles(live: LiveFacts): ReadonlySet<string> {
  return new Set([...live.values()].flatMap(({ host, facts }) => {
    const page = fileOf(host, facts);
    return [page, ...[...(facts.files ?? new Map<string, unknown>()).keys()].map((path) => `${page}${path}`)];
  }));
}
