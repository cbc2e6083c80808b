import type Docker from 'dockerode';
import type { ContainerFacts } from './facts.ts';
import { isJsonObject, listAt, objectAt, textAt, textRecord, textsAt } from './json.ts';

/** What is asked of the nodes, services and tasks of a Swarm. */
type Within = () => AbortSignal;

/**
 * The services of a Swarm as its provider sees them: one entry per running task, or the service's virtual address where a
 * label asks for it. Labels are those of the service.
 */
export async function readTasks(docker: Docker, within: Within): Promise<readonly ContainerFacts[]> {
  const [services, networks, tasks] = await Promise.all([
    docker.listServices({ abortSignal: within() }),
    docker.listNetworks({ abortSignal: within(), filters: { scope: ['swarm'] } }),
    askTasks(docker, within()),
  ]);
  const known = new Map(networks.map((network) => [textAt(network, 'Id') ?? '', textAt(network, 'Name') ?? '']));
  return services.flatMap((service) => {
    const all = tasks.filter((task) => textAt(task, 'ServiceID') === textAt(service, 'ID'));
    return serviceFacts(service, all, known);
  });
}

/** What must be the same for nothing to have changed: which tasks run, and where. */
export async function tasksSeen(docker: Docker, signal: AbortSignal): Promise<string> {
  const tasks = await askTasks(docker, signal);
  return JSON.stringify(tasks.map((task) => [textAt(task, 'ID'), textAt(task, 'Status', 'State'), listAt(task, 'NetworksAttachments').map((one) => textsAt(one, 'Addresses'))]).toSorted());
}

function askTasks(docker: Docker, signal: AbortSignal): Promise<readonly unknown[]> {
  return docker.listTasks({ abortSignal: signal, filters: { 'desired-state': ['running'] } });
}

/** Whether a daemon knows of the services of a Swarm, as it says of itself. */
export function isManager(info: unknown): boolean {
  return objectAt(info, 'Swarm')['ControlAvailable'] === true;
}

function serviceFacts(service: unknown, tasks: readonly unknown[], known: ReadonlyMap<string, string>): readonly ContainerFacts[] {
  const name = textAt(service, 'Spec', 'Name') ?? '';
  const labels = textRecord(objectAt(service, 'Spec')['Labels']);
  const base = baseOf(service, name, labels);
  if (asksForSwarmBalancer(labels)) {
    const networks = textAt(service, 'Spec', 'EndpointSpec', 'Mode') === 'vip' ? virtualAddresses(service, known) : {};
    return Object.keys(networks).length === 0 ? [] : [{ ...base, id: textAt(service, 'ID') ?? '', name, networks }];
  }
  const isGlobal = isJsonObject(objectAt(service, 'Spec', 'Mode')['Global']);
  return tasks.filter((task) => textAt(task, 'Status', 'State') === 'running').flatMap((task) => {
    const id = textAt(task, 'ID') ?? '';
    const slot = objectAt(task)['Slot'];
    const networks = addressesOf(task, known);
    return Object.keys(networks).length === 0 ? [] : [{ ...base, id, name: `${name}.${isGlobal ? id : String(typeof slot === 'number' ? slot : 0)}`, networks }];
  });
}

function baseOf(service: unknown, name: string, labels: Readonly<Record<string, string>>): Omit<ContainerFacts, 'id' | 'name' | 'networks'> {
  const stack = labels['com.docker.stack.namespace'] ?? '';
  const image = textAt(service, 'Spec', 'TaskTemplate', 'ContainerSpec', 'Image') ?? '';
  const isOfStack = stack !== '' && name.startsWith(`${stack}_`);
  return {
    image,
    labels,
    status: '',
    exposed: [],
    published: [],
    mounts: [],
    entrypoint: [],
    command: [],
    environment: [],
    ...(isOfStack ? { compose: { project: stack, service: name.slice(stack.length + 1), files: [] } } : {}),
    task: name,
  };
}

function asksForSwarmBalancer(labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).some(([key, value]) => /^traefik\.(?:docker|swarm)\.lbswarm$/i.test(key) && /^(?:1|t|true)$/i.test(value));
}

function virtualAddresses(service: unknown, known: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return named(listAt(service, 'Endpoint', 'VirtualIPs').map((one) => [textAt(one, 'NetworkID'), textAt(one, 'Addr')] as const), known);
}

function addressesOf(task: unknown, known: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return named(listAt(task, 'NetworksAttachments').flatMap((one) => textsAt(one, 'Addresses').map((address) => [textAt(one, 'Network', 'ID'), address] as const)), known);
}

/** Addresses come with the length of their network, which is cut off. */
function named(addresses: readonly (readonly [string | undefined, string | undefined])[], known: ReadonlyMap<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(addresses.flatMap(([id, address]) => {
    const name = id === undefined ? undefined : known.get(id);
    return name === undefined || address === undefined ? [] : [[name, address.replace(/\/\d+$/, '')]];
  }));
}
