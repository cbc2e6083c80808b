import type { NetworkUse } from '../../ir/index.ts';
import type { OriginId, Origins, Sourced, Text } from '../../text/index.ts';
import type { Reporter } from './report.ts';
import type { Entry, MappingValue, Value } from './value.ts';
import { entriesOf, get, layersOf, present, scalarOf, scalarsOf, sourced, truth } from './value.ts';
import { textOf } from '../variables/index.ts';

export interface Network {
  readonly key: string;
  readonly dockerName: Text;
  readonly external: boolean;
  readonly origin: OriginId;
}

/** Networks of the top level: `name:`, else an external one's own name, else `<project>_<key>`. */
export function readNetworks(model: MappingValue, project: string): readonly Network[] {
  return entriesOf(get(model, 'networks')).map((entry) => network(entry, project));
}

function network(entry: Entry, project: string): Network {
  const external = present(entry.value, 'external');
  const isExternal = external !== undefined && (external.kind === 'mapping' || truth(external) === true);
  const name = scalarOf(get(entry.value, 'name')) ?? scalarOf(get(external, 'name'));
  const own = isExternal ? entry.key : `${project}_${entry.key}`;
  return { key: entry.key, dockerName: name === undefined ? { text: own, holes: [] } : textOf(name), external: isExternal, origin: entry.keyOrigin };
}

/** The network that Compose adds when a service names none. */
export function implicitDefault(project: string, origins: Origins): Network {
  return { key: 'default', dockerName: { text: `${project}_default`, holes: [] }, external: false, origin: origins.default('compose') };
}

export interface ServiceNetworks {
  readonly uses: readonly NetworkUse[];
  readonly mode?: Sourced<Text>;
}

/** `networks:` as a list or a mapping over all files; `default` where there is neither that nor `network_mode`. */
export function serviceNetworks(service: Value, name: string, nameOrigin: OriginId, networks: ReadonlyMap<string, Network>, reporter: Reporter): ServiceNetworks {
  const mode = scalarOf(get(service, 'network_mode'));
  const keys = networkKeys(get(service, 'networks'));
  if (mode !== undefined && keys.size > 0) reportMode(reporter, name, mode.origin);
  if (mode !== undefined) return { uses: usesOf(keys, networks), mode: sourced(mode) };
  return { uses: keys.size === 0 ? [use('default', nameOrigin, networks)] : usesOf(keys, networks) };
}

function usesOf(keys: ReadonlyMap<string, OriginId>, networks: ReadonlyMap<string, Network>): readonly NetworkUse[] {
  const uses: NetworkUse[] = [];
  keys.forEach((origin, key) => uses.push(use(key, origin, networks)));
  return uses;
}

const NO_KEYS: ReadonlyMap<string, OriginId> = new Map();

function networkKeys(value: Value | undefined): ReadonlyMap<string, OriginId> {
  if (value === undefined) return NO_KEYS;
  const keys = new Map<string, OriginId>();
  for (const layer of layersOf(value)) {
    entriesOf(layer).forEach((entry) => keys.set(entry.key, keys.get(entry.key) ?? entry.keyOrigin));
    if (layer.kind === 'sequence') scalarsOf(layer).forEach((scalar) => keys.set(scalar.text, keys.get(scalar.text) ?? scalar.origin));
  }
  return keys;
}

function reportMode(reporter: Reporter, service: string, origin: OriginId): void {
  reporter.report({ rule: 'compose-schema', message: `service "${service}" has both "network_mode" and "networks"`, origin, symbol: `${service}/network_mode`, why: 'Compose refuses the file', help: 'remove one of them' });
}

function use(key: string, origin: OriginId, networks: ReadonlyMap<string, Network>): NetworkUse {
  const network = networks.get(key);
  if (network !== undefined) return { key, dockerName: network.dockerName, external: network.external, declared: true, origin };
  return { key, dockerName: { text: key, holes: [] }, external: false, declared: false, origin };
}
