import { readFileSync, readdirSync } from 'node:fs';
import type { FakeContainer } from './docker-container.ts';
import { isJsonObject, objectAt, stringAt, stringsAt, type JsonObject } from './json.ts';
import type { RawData, RawEntity } from './rawdata.ts';

/** A recorded set of containers and what one version of Traefik made of it. */
export interface RecordedCase {
  readonly id: string;
  readonly flags: readonly string[];
  readonly containers: readonly FakeContainer[];
  /** `true`: the provider never delivered a configuration again. */
  readonly providerDown: boolean;
  readonly verdict: Verdict;
}

/** Per kind and full name: the state, the errors and every other member that the recording keeps. */
export type Verdict = Readonly<Record<keyof RawData, Readonly<Record<string, JsonObject>>>>;

export type RecordedVersion = 'v3.7' | 'v2.11';

/** All cases of a folder, one file each, by name. */
export function readRecordedCases(folder: string, version: RecordedVersion = 'v3.7'): readonly RecordedCase[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .toSorted()
    .map((name) => {
      const value: unknown = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8'));
      return readRecordedCase(value, version);
    });
}

/** Narrows one recorded case. */
export function readRecordedCase(value: unknown, version: RecordedVersion): RecordedCase {
  const recorded = objectAt(value, version);
  return {
    id: stringAt(value, 'id'),
    flags: stringsAt(value, 'flags'),
    containers: listAt(value, 'containers').map(readContainer),
    providerDown: recorded['providerDown'] === true,
    verdict: verdictOf((kind) => Object.fromEntries(Object.keys(objectAt(recorded, kind)).map((name) => [name, sortServers(objectAt(objectAt(recorded, kind), name))]))),
  };
}

/** What the API says, in the form of the recordings, so that the two can be compared as a whole. */
export function asVerdict(data: RawData): Verdict {
  return verdictOf((kind) => Object.fromEntries(Object.entries(data[kind]).map(([name, entity]) => [name, asRecorded(kind, entity)])));
}

function verdictOf(read: (kind: keyof RawData) => Readonly<Record<string, JsonObject>>): Verdict {
  return {
    routers: read('routers'),
    services: read('services'),
    middlewares: read('middlewares'),
    tcpRouters: read('tcpRouters'),
    tcpServices: read('tcpServices'),
    tcpMiddlewares: read('tcpMiddlewares'),
    udpRouters: read('udpRouters'),
    udpServices: read('udpServices'),
  };
}

/** The recordings leave out: the observability of a router that only has the defaults, and what health checks found. */
function asRecorded(kind: keyof RawData, { status, errors, fields }: RawEntity): JsonObject {
  const kept = { ...fields, status, ...(errors.length === 0 ? {} : { errors }) };
  if (kind === 'middlewares' || kind === 'tcpMiddlewares') {
    const { usedBy, ...options } = fields;
    return { options, status, ...(usedBy === undefined ? {} : { usedBy }), ...(errors.length === 0 ? {} : { errors }) };
  }
  if (kind === 'services' || kind === 'tcpServices' || kind === 'udpServices') return flattenService(kept);
  return Object.fromEntries(Object.entries(kept).filter(([key, value]) => key !== 'observability' || !isDefaultObservability(value)));
}

/** The recordings lift the servers out of the load balancer. */
function flattenService(service: JsonObject): JsonObject {
  const { serverStatus: _serverStatus, loadBalancer, ...rest } = service;
  if (!isJsonObject(loadBalancer)) return rest;
  const { servers, ...settings } = loadBalancer;
  return sortServers({ ...rest, ...(servers === undefined ? {} : { servers }), loadBalancer: settings });
}

/** Instances of one service come in the order of their container ids, which were random when the cases were recorded. */
function sortServers(service: JsonObject): JsonObject {
  const { servers } = service;
  return Array.isArray(servers) ? { ...service, servers: servers.toSorted((a: unknown, b: unknown) => serverKey(a).localeCompare(serverKey(b))) } : service;
}

function serverKey(server: unknown): string {
  return stringAt(server, 'url') + stringAt(server, 'address');
}

function isDefaultObservability(value: unknown): boolean {
  return isJsonObject(value) && value['accessLogs'] === true && value['metrics'] === true && value['tracing'] === true && value['traceVerbosity'] === 'minimal';
}

function readContainer(value: unknown): FakeContainer {
  const text = (key: string): string | undefined => (isJsonObject(value) && typeof value[key] === 'string' ? value[key] : undefined);
  const [state, health, networkMode] = [text('state'), text('health'), text('networkMode')];
  return {
    name: stringAt(value, 'name'),
    labels: stringRecordAt(value, 'labels'),
    ports: stringsAt(value, 'ports'),
    published: Object.fromEntries(Object.entries(objectAt(value, 'published')).map(([port, bindings]) => [port, readBindings(bindings)])),
    networks: stringRecordAt(value, 'networks'),
    ...(state === undefined ? {} : { state }),
    ...(health === undefined ? {} : { health }),
    ...(networkMode === undefined ? {} : { networkMode }),
  };
}

function readBindings(value: unknown): readonly { readonly hostIp: string; readonly hostPort: string }[] {
  return Array.isArray(value) ? value.map((binding: unknown) => ({ hostIp: stringAt(binding, 'hostIp'), hostPort: stringAt(binding, 'hostPort') })) : [];
}

function stringRecordAt(value: unknown, key: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(objectAt(value, key)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const member = isJsonObject(value) ? value[key] : undefined;
  return Array.isArray(member) ? member : [];
}
