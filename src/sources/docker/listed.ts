import type { ContainerFacts } from './facts.ts';
import { bindingsInOrder, composeOf, isTraefikImage, mountsOf, networksOf } from './inspect.ts';
import { isJsonObject, objectAt, textAt, textRecord, textsAt } from './json.ts';

/**
 * Narrows one object of Docker's list of containers. Undefined where only a question about the container itself tells
 * everything: one that runs Traefik, one whose tag has moved on, one whose health the list does not say. A list of another
 * program that speaks Docker's language is not to be read so.
 */
export function readListed(value: unknown): ContainerFacts | undefined {
  const id = textAt(value, 'Id');
  const name = nameOf(textsAt(value, 'Names'));
  const image = textAt(value, 'Image');
  const networkMode = textAt(value, 'HostConfig', 'NetworkMode');
  const status = textAt(value, 'State');
  const health = healthOf(status, textAt(value, 'Status'));
  const ports = portsOf(value);
  if (id === undefined || name === undefined || image === undefined || !saysAll(value) || networkMode === undefined || status === undefined || health === undefined || ports === undefined) return undefined;
  if (image.startsWith('sha256:') || isTraefikImage(image)) return undefined;
  const labels = textRecord(objectAt(value)['Labels']);
  const compose = composeOf(labels);
  return {
    id,
    name,
    image,
    labels,
    status,
    ...(health === '' ? {} : { health }),
    networkMode,
    networks: networksOf(objectAt(value, 'NetworkSettings', 'Networks')),
    ...ports,
    mounts: mountsOf(value),
    entrypoint: [],
    command: [],
    environment: [],
    ...(compose === undefined ? {} : { compose }),
  };
}

/** A list of an old daemon lacks what came later. */
function saysAll(value: unknown): boolean {
  const { Mounts, NetworkSettings } = objectAt(value);
  return Array.isArray(Mounts) && isJsonObject(NetworkSettings) && isJsonObject(NetworkSettings['Networks']);
}

/** Old links add names of the form `/other/alias`. */
function nameOf(names: readonly string[]): string | undefined {
  const own = names.filter((name) => /^\/[^/]+$/.test(name));
  return own.length === 1 ? own[0]?.slice(1) : undefined;
}

/** The words that Docker has for a container which runs or never ran; empty text = no health check. */
function healthOf(state: string | undefined, words: string | undefined): string | undefined {
  if (state === 'created') return words === 'Created' ? '' : undefined;
  if (state !== 'running') return undefined;
  const said = /^Up [A-Za-z0-9 ]+?(?: \((?:health: )?(healthy|unhealthy|starting)\))?$/.exec(words ?? '');
  return said === null ? undefined : (said[1] ?? '');
}

/** The list has a line for each binding, and one for a port without any. */
function portsOf(value: unknown): Pick<ContainerFacts, 'exposed' | 'published'> | undefined {
  const lines = objectAt(value)['Ports'];
  if (!Array.isArray(lines)) return undefined;
  const exposed = new Set<string>();
  const published: ContainerFacts['published'][number][] = [];
  for (const line of lines) {
    const { PrivatePort: inside, PublicPort: outside } = objectAt(line);
    const type = textAt(line, 'Type');
    if (typeof inside !== 'number' || type === undefined) return undefined;
    const port = `${String(inside)}/${type}`;
    exposed.add(port);
    if (typeof outside === 'number') published.push({ port, hostIp: textAt(line, 'IP') ?? '', hostPort: String(outside) });
  }
  return { exposed: [...exposed].toSorted(), published: bindingsInOrder(published) };
}
