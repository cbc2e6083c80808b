/**
 * Running containers as a source: the same {@link SeenHost} from a Docker host and from a file of `docker inspect`.
 *
 * - {@link readLive} asks Docker hosts (GET only) and says which ones could not be read, and why.
 * - {@link readInspectFile} reads what `docker inspect` printed.
 * - {@link toStacks} makes of either the stacks that the compiler reads, with places that name host, container and label.
 * - {@link watchHosts} follows their events.
 *
 * What is not in a {@link SeenHost} is not visible, never absent: see its `unseen` and `complete`.
 */
export type { ComposeFacts, ContainerFacts, FailedHost, LiveRead, SeenFile, SeenHost } from './facts.ts';
export { chooseHosts } from './hosts.ts';
export type { DockerHost, HostChoice } from './hosts.ts';
export { readInspectFile } from './inspect-file.ts';
export { readLive } from './live.ts';
export type { LiveOptions } from './live.ts';
export { readRawdata } from './rawdata.ts';
export type { RawdataRead } from './rawdata.ts';
export { fileOf, toStacks } from './stacks.ts';
export type { LiveStacks } from './stacks.ts';
export { watchHosts } from './watch.ts';
export type { WatchOptions } from './watch.ts';
