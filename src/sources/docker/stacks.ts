import type { Container, LiveFile, Stack } from '../../ir/index.ts';
import { known } from '../../text/index.ts';
import type { OriginId, Origins, SourceFile, Sourced, Text } from '../../text/index.ts';
import { Card } from './card.ts';
import type { ContainerFacts, SeenFile, SeenHost } from './facts.ts';

/** Running containers in the form of Compose projects. */
export interface LiveStacks {
  /** One per Compose project, by name; containers that Compose did not make are in the one without a name. */
  readonly stacks: readonly Stack[];
  /** A page of text per container, which findings point at. */
  readonly files: readonly SourceFile[];
  /** The facts behind a container of the stacks. */
  readonly facts: ReadonlyMap<Container, { readonly host: string; readonly facts: ContainerFacts; readonly complete: boolean }>;
}

/** Makes stacks of what was seen on a host. Containers come in the order of their names. */
export function toStacks(seen: SeenHost, origins: Origins): LiveStacks {
  const projects = new Map<string, Container[]>();
  const files: SourceFile[] = [];
  const facts = new Map<Container, { readonly host: string; readonly facts: ContainerFacts; readonly complete: boolean }>();
  const names = new Map(seen.containers.map(({ id, name }) => [id, name]));
  for (const one of seen.containers.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.id < b.id ? -1 : 1))) {
    const { container, file } = toContainer(one, { host: seen.host, names, origins });
    const project = one.compose?.project ?? '';
    projects.set(project, [...(projects.get(project) ?? []), container]);
    files.push(file);
    facts.set(container, { host: seen.host, facts: one, complete: seen.complete });
  }
  const stacks = [...projects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, containers]) => toStack(name, containers, seen));
  return { stacks, files, facts };
}

function toStack(name: string, containers: readonly Container[], seen: SeenHost): Stack {
  const compose = seen.containers.find((one) => (one.compose?.project ?? '') === name)?.compose;
  return { name, files: [], envFiles: [], directory: compose?.directory ?? '/', containers, networks: [], configs: [], unset: [] };
}

/** The page of a container. */
export function fileOf(host: string, facts: ContainerFacts): string {
  return `${host}/${facts.name}`;
}

interface Job {
  readonly host: string;
  readonly names: ReadonlyMap<string, string>;
  readonly origins: Origins;
}

function toContainer(facts: ContainerFacts, job: Job): { readonly container: Container; readonly file: SourceFile } {
  const card = new Card(fileOf(job.host, facts), job.origins);
  const origin = card.fact(facts.task === undefined ? 'container' : 'task', facts.name);
  const image = card.fact('image', facts.image);
  if (facts.status !== '') card.fact('state', facts.health === undefined ? facts.status : `${facts.status} (${facts.health})`);
  const container: Container = {
    id: { stack: facts.compose?.project ?? '', service: facts.compose?.service ?? facts.name },
    origin,
    image: { value: known(facts.image), origin: image },
    hasBuild: false,
    containerName: { value: known(facts.name), origin },
    ...networking(facts, job, card),
    ...started(facts, card),
    mounts: facts.mounts.map((mount) => ({ kind: mountKind(mount.kind), source: known(mount.source), target: mount.target, readOnly: mount.readOnly, origin: card.fact('mount', `${mount.source}:${mount.target}`) })),
    labels: labelsOf(facts, card),
    expose: [],
    dependsOn: [],
    replicas: 1,
    hasHealthcheck: facts.health !== undefined,
    profiles: [],
    live: { status: facts.status, ...(facts.health === undefined ? {} : { health: facts.health }), addresses: facts.networks, exposedPorts: facts.exposed, ...(facts.task === undefined ? {} : { task: facts.task }), ...(facts.files === undefined ? {} : { files: filesOf(fileOf(job.host, facts), facts.files) }) },
  };
  return { container, file: card.file() };
}

function networking(facts: ContainerFacts, { names }: Job, card: Card): Pick<Container, 'ports' | 'networks' | 'networkMode'> {
  const networks = Object.entries(facts.networks).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const mode = facts.networkMode === undefined ? undefined : namedMode(facts.networkMode, names);
  return {
    ...(mode === undefined ? {} : { networkMode: { value: known(mode), origin: card.fact('network mode', mode) } }),
    networks: networks.map(([name, address]) => ({ key: name, dockerName: known(name), external: true, declared: true, origin: card.fact('network', address === '' ? name : `${name} ${address}`) })),
    ports: portsOf(facts, card),
  };
}

/** Docker keeps `container:NAME` by the other's id. */
function namedMode(mode: string, names: ReadonlyMap<string, string>): string {
  const [, id] = /^container:(.*)$/.exec(mode) ?? [];
  return id === undefined ? mode : `container:${names.get(id) ?? id}`;
}

function portsOf(facts: ContainerFacts, card: Card): Container['ports'] {
  if (facts.exposed.length > 0) card.fact('ports', facts.exposed.join(', '));
  return facts.published.flatMap(({ port, hostIp, hostPort }) => {
    const number = Number.parseInt(port, 10);
    const origin = card.fact('published', `${hostIp === '' ? '' : `${hostIp}:`}${hostPort}->${port}`);
    const published = /^\d+$/.test(hostPort) ? { published: Number(hostPort) } : {};
    return Number.isNaN(number) ? [] : [{ container: number, protocol: port.endsWith('/udp') ? 'udp' : 'tcp', ...published, ...(hostIp === '' ? {} : { hostIp }), origin } as const];
  });
}

function started(facts: ContainerFacts, card: Card): Pick<Container, 'entrypoint' | 'command' | 'environment'> {
  const said = (key: string, texts: readonly string[]): readonly Sourced<Text>[] => texts.map((text) => ({ value: known(text), origin: card.fact(key, text) }));
  return {
    entrypoint: said('entrypoint', facts.entrypoint),
    command: said('command', facts.command),
    environment: facts.environment.map(({ name, value }) => ({ name, value: value === undefined ? undefined : known(value), origin: card.fact('environment', name) })),
  };
}

/** Findings call a file inside a container by the container's page and the path. */
function filesOf(page: string, files: ReadonlyMap<string, SeenFile>): ReadonlyMap<string, LiveFile> {
  return new Map([...files].map(([path, file]): [string, LiveFile] => {
    if (file.kind === 'missing') return [path, file];
    return [path, file.kind === 'unseen' ? { kind: 'unreadable', path: `${page}${path}` } : { ...file, path: `${page}${path}` }];
  }));
}

function mountKind(kind: string): Container['mounts'][number]['kind'] {
  return kind === 'bind' || kind === 'volume' || kind === 'tmpfs' ? kind : 'other';
}

/** Labels of other programs may hold secrets: their values are kept for constraints, and never written on the page. */
function labelsOf(facts: ContainerFacts, card: Card): Container['labels'] {
  const entries = Object.entries(facts.labels).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length > 0) card.heading('labels:');
  return entries.map(([key, value]) => {
    const shown = /^traefik/i.test(key) || key.startsWith('com.docker.compose.') || key.startsWith('com.docker.stack.');
    const places = card.pair(key, shown ? value : '…');
    return { key: sourced(key, places.key), value: sourced(value, places.value), origin: places.whole, place: 'service' };
  });
}

function sourced(text: string, origin: OriginId): Sourced<Text> {
  return { value: known(text), origin };
}
