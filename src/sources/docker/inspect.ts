import type { ComposeFacts, ContainerFacts } from './facts.ts';
import { isJsonObject, listAt, objectAt, textAt, textRecord, textsAt } from './json.ts';

/** Narrows one object of `docker inspect`; undefined for what is no container (an image, a network, a volume). */
export function readInspection(value: unknown): ContainerFacts | undefined {
  const id = textAt(value, 'Id');
  const name = textAt(value, 'Name');
  const config = isJsonObject(value) && isJsonObject(value['Config']) ? value['Config'] : undefined;
  if (id === undefined || name === undefined || config === undefined || !isJsonObject(objectAt(value)['State'])) return undefined;
  const labels = textRecord(config['Labels']);
  const health = textAt(value, 'State', 'Health', 'Status');
  const networkMode = textAt(value, 'HostConfig', 'NetworkMode');
  const compose = composeOf(labels);
  const image = textAt(config, 'Image') ?? textAt(value, 'Image') ?? '';
  return {
    id,
    name: name.replace(/^\//, ''),
    image,
    labels,
    status: textAt(value, 'State', 'Status') ?? '',
    ...(health === undefined ? {} : { health }),
    ...(networkMode === undefined ? {} : { networkMode }),
    networks: networksOf(objectAt(value, 'NetworkSettings', 'Networks')),
    ...portsOf(objectAt(value, 'NetworkSettings', 'Ports')),
    mounts: mountsOf(value),
    ...startOf(config, image),
    ...(compose === undefined ? {} : { compose }),
  };
}

/** The address that Traefik would take on each network. */
export function networksOf(networks: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(isJsonObject(networks) ? networks : {}).map(([name, endpoint]) => [name, textAt(endpoint, 'IPAddress') ?? textAt(endpoint, 'GlobalIPv6Address') ?? '']));
}

function portsOf(ports: unknown): Pick<ContainerFacts, 'exposed' | 'published'> {
  const entries = Object.entries(isJsonObject(ports) ? ports : {});
  const published = entries.flatMap(([port, bindings]) => (Array.isArray(bindings) ? bindings : []).map((binding: unknown) => ({ port, hostIp: textAt(binding, 'HostIp') ?? '', hostPort: textAt(binding, 'HostPort') ?? '' })));
  return { exposed: entries.map(([port]) => port), published: bindingsInOrder(published) };
}

/** Docker tells the bindings of a port in one order of a container, and in another in its list of containers. */
export function bindingsInOrder(published: ContainerFacts['published']): ContainerFacts['published'] {
  return inOrder(published, ({ port, hostIp, hostPort }) => `${port} ${hostIp} ${hostPort}`);
}

/** Docker tells them in another order each time. */
export function mountsOf(value: unknown): ContainerFacts['mounts'] {
  return inOrder(listAt(value, 'Mounts').map(mountOf), ({ target }) => target);
}

function inOrder<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return items.length < 2 ? items : items.toSorted((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

/** A volume is known by its name, as Compose has it; where its data lie is Docker's own business. */
function mountOf(mount: unknown): ContainerFacts['mounts'][number] {
  const kind = textAt(mount, 'Type') ?? '';
  const source = kind === 'volume' ? textAt(mount, 'Name') : undefined;
  return { kind, source: source ?? textAt(mount, 'Source') ?? '', target: textAt(mount, 'Destination') ?? '', readOnly: isJsonObject(mount) && mount['RW'] === false };
}

/** How Traefik was started. Of any other container nothing is taken: commands and variables hold secrets. */
function startOf(config: unknown, image: string): Pick<ContainerFacts, 'entrypoint' | 'command' | 'environment'> {
  if (!isTraefikImage(image)) return { entrypoint: [], command: [], environment: [] };
  const environment = textsAt(config, 'Env').flatMap(traefikVariable);
  return { entrypoint: textsAt(config, 'Entrypoint'), command: commandOf(textsAt(config, 'Cmd')), environment };
}

/** The image's own command is the program's name alone, which says nothing. */
function commandOf(command: readonly string[]): readonly string[] {
  return command[0] === 'traefik' ? command.slice(1) : command;
}

/** What may hold a secret is known by its name only: it is taken as set, to a value that nobody sees. */
const SECRET = /PASSWORD|SECRET|TOKEN|KEY|HMAC|CREDENTIAL|USERS|HEADERS/;

function traefikVariable(text: string): ContainerFacts['environment'] {
  const at = text.indexOf('=');
  const name = at === -1 ? text : text.slice(0, at);
  if (!name.startsWith('TRAEFIK_')) return [];
  return [{ name, value: at === -1 || SECRET.test(name) ? undefined : text.slice(at + 1) }];
}

/** `traefik`, `library/traefik`, `ghcr.io/me/traefik:v3`; not `traefik/whoami`. */
export function isTraefikImage(image: string): boolean {
  const [named = ''] = image.split('@');
  return /^traefik(?::.*)?$/.test(named.slice(named.lastIndexOf('/') + 1));
}

/** Compose's own labels. */
export function composeOf(labels: Readonly<Record<string, string>>): ComposeFacts | undefined {
  const project = labels['com.docker.compose.project'] ?? '';
  const service = labels['com.docker.compose.service'] ?? '';
  if (project === '' || service === '') return undefined;
  const directory = labels['com.docker.compose.project.working_dir'] ?? '';
  const files = (labels['com.docker.compose.project.config_files'] ?? '').split(',').filter((file) => file !== '');
  return { project, service, ...(directory === '' ? {} : { directory }), files };
}
