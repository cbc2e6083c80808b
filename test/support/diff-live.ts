import { applyOverrides } from '../../src/index.ts';
import type { Loaded } from '../../src/index.ts';
import type { FakeContainer } from './docker-container.ts';
import type { BackendSpec } from './echo-backend.ts';
import { liveContainers, liveName } from './live-stack.ts';
import { memoryRuntime, type MemoryRuntime } from './memory-run.ts';

/** Where the containers of a pair stand: both sides share them, so that both can be asked of one running Traefik. */
const ADDRESSES: Readonly<Record<string, string>> = { web: '127.9.0.1', api: '127.9.0.2', auth: '127.9.0.9' };
const PORTS = [8000, 9000];

/** Replicas that a service of a pair has at most; the others have names of their own. */
const REPLICAS = 3;

export const PAIR_BACKENDS: readonly BackendSpec[] = Object.entries(ADDRESSES).flatMap(([name]) => PORTS.flatMap((port) => Array.from({ length: REPLICAS }, (_, replica) => ({ name: `${name}${replica === 0 ? '' : `#${String(replica + 1)}`}:${String(port)}`, address: addressOf(name, replica), port }))));

/** The containers of a side as Docker would list them. */
export function containersOfSide(loaded: Loaded): readonly FakeContainer[] {
  const stopped = new Set(loaded.workspace.stacks.flatMap(({ containers }) => containers.filter(({ replicas }) => replicas === 0).map(liveName)));
  const fakes = liveContainers({ findings: [], skipped: [], loaded }).filter(({ name }) => !stopped.has(name));
  const counts = new Map(loaded.workspace.stacks.flatMap(({ containers }) => containers.map((container) => [liveName(container), container.replicas] as const)));
  return fakes.flatMap((fake) => Array.from({ length: counts.get(fake.name) ?? 1 }, (_, replica) => ({
    ...fake,
    name: fake.name.replace(/-1$/, `-${String(replica + 1)}`),
    networks: { app_default: addressOf(fake.composeService ?? '', replica) },
  })));
}

/** The runtime on a side, its servers at the same addresses. */
export function memoryOfSide(loaded: Loaded): MemoryRuntime {
  const resolved = loaded.gateways[0]?.resolved[0];
  if (resolved === undefined) throw new Error('nothing was resolved');
  const endpoints = Object.entries(ADDRESSES).flatMap(([service, host]) => PORTS.map((port) => ({ service, port, host, toPort: port })));
  const { routing } = applyOverrides(resolved.gateway, resolved.routing, { endpoints, entryPoints: new Map() });
  return memoryRuntime(routing, new Map(PAIR_BACKENDS.map(({ name, address = '', port = 0 }) => [`${address}:${String(port)}`, name])));
}

function addressOf(service: string, replica: number): string {
  const found = ADDRESSES[service];
  if (found === undefined || replica >= REPLICAS) throw new Error(`the container ${service} has no address for its replica ${String(replica + 1)}`);
  return found.replace('.0.', `.${String(replica)}.`);
}
