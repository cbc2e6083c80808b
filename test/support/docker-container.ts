import { createHash } from 'node:crypto';

/** A container as a test describes it; the recorded label cases use the same members. */
export interface FakeContainer {
  readonly id?: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Exposed ports, `80/tcp`. */
  readonly ports: readonly string[];
  /** Host bindings of container ports. */
  readonly published?: Readonly<Record<string, readonly { readonly hostIp: string; readonly hostPort: string }[]>>;
  /** Network name to address, IPv4 or IPv6. */
  readonly networks: Readonly<Record<string, string>>;
  /** `bridge`, `host`, `none`, `container:NAME`; the first network when absent. */
  readonly networkMode?: string;
  readonly state?: string;
  /** `healthy`, `unhealthy`, `starting`, `none`; absent = no health check. */
  readonly health?: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly composeProject?: string;
  readonly composeService?: string;
  /** What is inside of it, by absolute path: a text, or where a link leads. */
  readonly files?: Readonly<Record<string, string | { readonly link: string }>>;
}

/** The id that Docker would give it; stable for a name, so that a run can be repeated. */
export function containerId(container: FakeContainer): string {
  const hex = Buffer.from(container.name).toString('hex');
  // Two long names may begin alike.
  return container.id ?? (hex.length > 64 ? createHash('sha256').update(container.name).digest('hex') : hex.padEnd(64, '0'));
}

/** One element of `GET /containers/json`. */
export function listEntry(container: FakeContainer): object {
  const { NetworkSettings: { Ports, Networks }, HostConfig } = inspection(container);
  const ports = Object.entries(Ports).flatMap(([port, bindings]) => {
    const [number, Type] = port.split('/');
    const inside = { PrivatePort: Number(number), Type };
    return bindings === null ? [inside] : bindings.map(({ HostIp, HostPort }) => ({ ...inside, IP: HostIp, PublicPort: Number(HostPort) }));
  });
  return { Id: containerId(container), Names: [`/${container.name}`], Image: imageOf(container), Labels: allLabels(container), State: stateOf(container), Status: statusOf(container), HostConfig, NetworkSettings: { Networks }, Ports: ports, Mounts: [] };
}

/** In the words of `docker ps`. */
function statusOf(container: FakeContainer): string {
  const state = stateOf(container);
  if (state === 'created') return 'Created';
  if (state !== 'running') return state === 'paused' ? 'Up 2 minutes (Paused)' : 'Exited (0) 2 minutes ago';
  return `Up 2 minutes${container.health === undefined ? '' : ` (${container.health === 'starting' ? 'health: starting' : container.health})`}`;
}

function imageOf({ image }: FakeContainer): string {
  return image ?? 'test';
}

interface Inspection {
  readonly [member: string]: unknown;
  readonly HostConfig: { readonly NetworkMode: string };
  readonly NetworkSettings: { readonly Ports: Readonly<Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>>; readonly Networks: object };
}

/** The answer of `GET /containers/ID/json`. */
export function inspection(container: FakeContainer): Inspection {
  const state = stateOf(container);
  return {
    Id: containerId(container),
    Name: `/${container.name}`,
    Created: '2024-01-01T00:00:00Z',
    State: { Status: state, Running: state === 'running', ...(container.health === undefined ? {} : { Health: { Status: container.health } }) },
    Config: { Hostname: container.name, Image: imageOf(container), ...(container.command === undefined ? {} : { Cmd: container.command }), Labels: allLabels(container), ExposedPorts: Object.fromEntries(container.ports.map((port) => [port, {}])) },
    HostConfig: { NetworkMode: container.networkMode ?? Object.keys(container.networks)[0] ?? 'default' },
    NetworkSettings: { Ports: portBindings(container), Networks: Object.fromEntries(Object.entries(container.networks).map(([name, address]) => [name, endpoint(name, address)])) },
  };
}

function stateOf(container: FakeContainer): string {
  return container.state ?? 'running';
}

function allLabels({ labels, composeProject, composeService }: FakeContainer): Readonly<Record<string, string>> {
  return {
    ...(composeProject === undefined ? {} : { 'com.docker.compose.project': composeProject }),
    ...(composeService === undefined ? {} : { 'com.docker.compose.service': composeService }),
    ...labels,
  };
}

/** An exposed port that is not published has `null` for its bindings; Docker has them in order. */
function portBindings({ ports, published = {} }: FakeContainer): Inspection['NetworkSettings']['Ports'] {
  const bound = Object.entries(published).map(([port, bindings]) => [port, bindings.map(({ hostIp, hostPort }) => ({ HostIp: hostIp, HostPort: hostPort }))] as const);
  const all = [...ports.map((port) => [port, null] as const), ...bound];
  return Object.fromEntries(Object.entries(Object.fromEntries(all)).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function endpoint(name: string, address: string): object {
  const v6 = address.includes(':');
  return { NetworkID: name, IPAddress: v6 ? '' : address, GlobalIPv6Address: v6 ? address : '', Gateway: '' };
}
