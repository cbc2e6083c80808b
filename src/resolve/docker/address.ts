import type { Container, PortMapping } from '../../ir/index.ts';
import type { DockerSettings } from './settings.ts';

/** What the address rules read besides the container itself. */
export interface AddressContext {
  readonly settings: DockerSettings;
  readonly facts: 'complete' | 'compose';
  /** The wanted network: the container's label, else the provider's. */
  readonly network: string;
  /** Containers that `network_mode: service:x` or `container:x` may mean. */
  readonly others: readonly Container[];
}

export type Host =
  | { readonly kind: 'host'; readonly host: string; readonly note?: 'networkMissing' | 'networkRandom' }
  | { readonly kind: 'none' }
  /** Another container's address, which is not among those known. */
  | { readonly kind: 'elsewhere'; readonly mode: string };

/** The distinct exposed or published ports of a container, lowest first: protocol ignored, 53/udp beats 443/tcp (ran). */
export function exposedPorts(container: Container): readonly number[] {
  const all = container.live === undefined ? [...container.ports.map((port) => port.container), ...container.expose.map((port) => port.port)] : liveports(container);
  return [...new Set(all)].toSorted((a, b) => a - b);
}

function liveports(container: Container): readonly number[] {
  const exposed = (container.live?.exposedPorts ?? []).map((text) => Number.parseInt(text, 10)).filter((port) => !Number.isNaN(port));
  return [...exposed, ...container.ports.map((port) => port.container)];
}

/** The published binding that `useBindPortIP` uses: one with a host address of its own; else the inner address serves. */
export function binding(container: Container, port: string): PortMapping | undefined {
  const found = container.ports.find((mapping) => String(mapping.container) === port && (container.live === undefined || mapping.published !== undefined));
  const unspecified = found?.hostIp === undefined || /^(?:0\.0\.0\.0|::|)$/.test(found.hostIp);
  return unspecified ? undefined : found;
}

/**
 * The host part of a container's address, in the order of getIPAddress (pkg/provider/docker/config.go). A Compose
 * service is known by its service name, which Docker's DNS answers with all its replicas.
 */
export function hostOf(container: Container, context: AddressContext): Host {
  const attached = networkNames(container);
  const named = context.network !== '' && attached !== undefined && attached.includes(context.network);
  if (named) return addressOn(container, context.network);
  const mode = container.networkMode?.value.text ?? '';
  if (mode === 'host') return { kind: 'host', host: '127.0.0.1' };
  if (/^(?:container|service):/.test(mode)) return borrowed(container, mode, context);
  return anyNetwork(container, attached, context.network !== '');
}

/** Undefined = a name depends on a variable. */
function networkNames(container: Container): readonly string[] | undefined {
  if (container.live !== undefined) return Object.keys(container.live.addresses);
  if (container.networks.some((use) => use.dockerName.holes.length > 0)) return undefined;
  const mode = container.networkMode?.value.text;
  // Docker's own bridge has no names, but it gives the container an address.
  return container.networks.length === 0 && (mode === 'bridge' || mode === 'default') ? ['bridge'] : container.networks.map((use) => use.dockerName.text);
}

function addressOn(container: Container, network: string): Host {
  if (container.live === undefined) return { kind: 'host', host: container.id.service };
  const address = container.live.addresses[network] ?? '';
  return address === '' ? { kind: 'none' } : { kind: 'host', host: address };
}

function borrowed(container: Container, mode: string, context: AddressContext): Host {
  const name = mode.slice(mode.indexOf(':') + 1);
  const owner = context.others.find((other) => (mode.startsWith('service:') ? other.id.stack === container.id.stack && other.id.service === name : other.containerName?.value.text === name));
  if (owner === undefined || owner === container) return { kind: 'elsewhere', mode };
  return hostOf(owner, context);
}

function anyNetwork(container: Container, attached: readonly string[] | undefined, wanted: boolean): Host {
  if (container.live === undefined && attached === undefined) return { kind: 'host', host: container.id.service };
  const names = [...(attached ?? [])].toSorted();
  const [first] = names;
  if (first === undefined) return { kind: 'none' };
  const host = addressOn(container, first);
  if (host.kind !== 'host') return host;
  if (wanted) return { ...host, note: 'networkMissing' };
  return names.length > 1 ? { ...host, note: 'networkRandom' } : host;
}
