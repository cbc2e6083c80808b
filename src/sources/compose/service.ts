import type { Container } from '../../ir/index.ts';
import type { OriginId, Origins, Sourced } from '../../text/index.ts';
import { readCommand } from './command.ts';
import { readEnvironment } from './environment.ts';
import { readLabels } from './labels.ts';
import { readMounts } from './mounts.ts';
import { serviceNetworks } from './networks.ts';
import type { Network } from './networks.ts';
import { readExpose, readPorts } from './ports.ts';
import type { Reading } from './reading.ts';
import type { Lookup } from '../variables/index.ts';
import type { Entry, Value } from './value.ts';
import { entriesOf, get, hasHoles, isNull, itemsOf, layersOf, present, scalarOf, scalarsOf, sourced, truth } from './value.ts';

export interface ProjectFacts {
  readonly stack: string;
  readonly folder: string;
  readonly lookup: Lookup;
  readonly networks: ReadonlyMap<string, Network>;
}

/** One service as facts with places. */
export function readService(reading: Reading, entry: Entry, project: ProjectFacts): Container {
  const { key: name, value: service } = entry;
  const { origins, reporter } = reading;
  const image = scalarOf(get(service, 'image'));
  const containerName = scalarOf(get(service, 'container_name'));
  const { labels, shadowed } = readLabels(reading, service, name);
  const ports = readPorts(get(service, 'ports'), reporter, name);
  const expose = readExpose(get(service, 'expose'));
  const unknownPorts = [...ports.unknown, ...expose.unknown];
  const networks = serviceNetworks(service, name, entry.keyOrigin, project.networks, reporter);
  const container: Draft = {
    id: { stack: project.stack, service: name },
    origin: entry.keyOrigin,
    hasBuild: present(service, 'build') !== undefined,
    labels,
    ports: ports.mappings,
    expose: expose.ports,
    networks: networks.uses,
    mounts: readMounts(service, project.folder, reporter, name),
    environment: readEnvironment(reading, service, name, project.lookup),
    command: readCommand(get(service, 'command'), origins, reporter, `${name}/command`),
    entrypoint: readCommand(get(service, 'entrypoint'), origins, reporter, `${name}/entrypoint`),
    dependsOn: dependsOn(service, origins),
    replicas: replicas(service),
    hasHealthcheck: hasHealthcheck(present(service, 'healthcheck')),
    profiles: profilesOf(service),
  };
  if (image !== undefined) container.image = sourced(image);
  if (containerName !== undefined) container.containerName = sourced(containerName);
  if (shadowed.length > 0) container.shadowedLabels = shadowed;
  if (unknownPorts.length > 0) container.unknownPorts = unknownPorts;
  if (networks.mode !== undefined) container.networkMode = networks.mode;
  return container;
}

/** A container whose optional facts are added where there are any: an object put together from parts costs several times as much. */
type Draft = { -readonly [Key in keyof Container]: Container[Key] };

export function profilesOf(service: Value): readonly string[] {
  return scalarsOf(get(service, 'profiles')).map((scalar) => scalar.text);
}

/** `depends_on`, and what Compose adds for `links`, `volumes_from` and a shared network. */
function dependsOn(service: Value, origins: Origins): readonly Sourced<string>[] {
  const named = new Map<string, Sourced<string>>();
  const add = (name: string, origin: OriginId): void => void named.set(name, named.get(name) ?? { value: name, origin });
  for (const layer of layersOf(get(service, 'depends_on'))) {
    for (const entry of entriesOf(layer)) add(entry.key, entry.keyOrigin);
    if (layer.kind === 'sequence') for (const scalar of scalarsOf(layer)) add(scalar.text, scalar.origin);
  }
  for (const scalar of [...scalarsOf(get(service, 'links')), ...scalarsOf(get(service, 'volumes_from'))]) {
    const [name = ''] = scalar.text.split(':');
    if (name !== 'container') add(name, origins.slice(scalar.origin, 0, name.length));
  }
  const mode = scalarOf(get(service, 'network_mode'));
  if (mode?.text.startsWith('service:') === true) add(mode.text.slice(8), origins.slice(mode.origin, 8, mode.text.length));
  return [...named.values()];
}

/** `scale`, else `deploy.replicas`, else one; an unset variable counts as one. */
function replicas(service: Value): number {
  const scalar = scalarOf(get(service, 'scale')) ?? scalarOf(get(get(service, 'deploy'), 'replicas'));
  return scalar !== undefined && !hasHoles(scalar) && /^\d{1,6}$/.test(scalar.text) ? Number(scalar.text) : 1;
}

/** `disable: true` and a test of `NONE` switch off what the image brings. */
function hasHealthcheck(value: Value | undefined): boolean {
  if (value === undefined || truth(get(value, 'disable')) === true) return false;
  const test = get(value, 'test');
  if (test === undefined || isNull(test)) return true;
  const first = scalarOf(test) ?? scalarOf(itemsOf(test)[0]);
  return first?.text !== 'NONE';
}
