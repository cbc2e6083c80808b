/**
 * The part of the library that reads running containers and says what the engine makes of them. What compiles for other
 * engines is more than half of all, and loading it would cost more than asking Docker: the rest is in `index.ts`.
 */
export { discoverCompose, discoverDocument, discoverSummary, discoverText } from './compile/discover.ts';
export { loadRunning } from './compile/load-running.ts';
export { chooseHosts, readInspectFile, readLive, watchHosts } from './sources/docker/index.ts';
