import type { Container, Stack } from '../../ir/index.ts';
import type { FileEntry, FileValue } from '../../traefik-config/file-value.ts';
import type { OriginId, Origins } from '../../text/index.ts';
import { suggest } from '../../diagnostics/index.ts';
import { entry, list, mapping, same, text } from './build.ts';
import { mistake } from './check.ts';
import type { Checking } from './check.ts';
import { entriesOf, itemsOf, valueAt } from './node.ts';
import type { SpecEntry, SpecMapping, SpecNode, SpecScalar } from './node.ts';
import type { FreeName } from './names.ts';

export type Protocol = 'http' | 'tcp' | 'udp';

export interface ServiceReading {
  readonly protocol: Protocol;
  readonly checking: Checking;
  readonly origins: Origins;
  readonly stacks: readonly Stack[];
  /** Which container stands behind the address at a place. */
  readonly containers: Map<OriginId, Container>;
  /** Names of the services that the file declares. */
  readonly known: ReadonlySet<string>;
  readonly serviceName: FreeName;
  readonly middlewareName: FreeName;
}

/** Where a route leads: the service's name, and the services that had to be made for it. */
export interface Target {
  readonly name: FileValue;
  readonly made: readonly FileEntry[];
}

const URL = /^[a-z][a-z0-9+.-]*:\/\//i;
const HOST_PORT = /^(?:\[[^\]]+\]|[^:]+):(?:\d+|\$\{[^}]+\})$/;

/** Reads `to:`. An address makes a service of the route's name, or of one like it where a service has that name. */
export function targetOf(node: SpecNode, owner: string, path: string, reading: ServiceReading): Target {
  if (node.kind === 'mapping') return weightedTarget(node, owner, path, reading);
  if (node.kind === 'scalar' && !isAddress(node)) return { name: reference(node, path, reading), made: [] };
  const pool = serversEntry(itemsOf(node), path, node.origin, reading);
  const name = reading.serviceName(owner);
  return { name: text(name, node.origin), made: [entry(name, node.origin, mapping([entry('loadBalancer', node.origin, mapping([pool], node.origin))], node.origin))] };
}

function isAddress(node: SpecScalar): boolean {
  return URL.test(node.text.text) || HOST_PORT.test(node.text.text);
}

/** The name of a service: it must be declared, or belong to another namespace. Beside stacks their labels may declare it too. */
function reference(node: SpecScalar, path: string, reading: ServiceReading): FileValue {
  const name = node.text.text;
  if (!name.includes('@') && !reading.known.has(name) && node.text.holes.length === 0 && reading.stacks.length === 0) {
    const meant = suggest(name, reading.known);
    mistake(reading.checking, node.origin, path, `there is no service "${name}"`, { help: `write an address as ${name}:PORT, or declare it under services`, ...(meant === undefined ? {} : { label: `did you mean "${meant}"?` }) });
  }
  return same(node);
}

function weightedTarget(node: SpecMapping, owner: string, path: string, reading: ServiceReading): Target {
  const made: FileEntry[] = [];
  const name = reading.serviceName(owner);
  const services = entriesOf(node).map((one, index) => weightedItem(one, `${owner}-${String(index + 1)}`, path, made, reading));
  const body = mapping([entry('weighted', node.origin, mapping([entry('services', node.origin, list(services, node.origin))], node.origin))], node.origin);
  return { name: text(name, node.origin), made: [...made, entry(name, node.origin, body)] };
}

/** An address among the weights gets a service of its own. */
function weightedItem(one: SpecEntry, madeName: string, path: string, made: FileEntry[], reading: ServiceReading): FileValue {
  const scalar: SpecScalar = { kind: 'scalar', type: 'text', text: { text: one.key, holes: [] }, origin: one.origin };
  const weight = entry('weight', one.value.origin, same(one.value));
  if (!isAddress(scalar)) return mapping([entry('name', one.origin, reference(scalar, path, reading)), weight], one.origin);
  const target = targetOf(scalar, madeName, path, reading);
  made.push(...target.made);
  return mapping([entry('name', one.origin, target.name), weight], one.origin);
}

function serversEntry(items: readonly SpecNode[], path: string, origin: OriginId, reading: ServiceReading): FileEntry {
  return entry('servers', origin, list(items.map((item) => server(item, path, reading)), origin));
}

function server(item: SpecNode, path: string, reading: ServiceReading): FileValue {
  const given = item.kind === 'mapping' ? (valueAt(item, 'url') ?? valueAt(item, 'address')) : item;
  const key = reading.protocol === 'http' ? 'url' : 'address';
  const address = given?.kind === 'scalar' ? addressOf(given, item.origin, path, reading) : text('', item.origin);
  const rest = item.kind === 'mapping' ? entriesOf(item).filter((one) => !['url', 'address'].includes(one.key) ) : [];
  return mapping([entry(key, given?.origin ?? item.origin, address), ...rest.map((one) => entry(one.key, one.origin, same(one.value)))], item.origin);
}

/** `web:8080`, `http://web:8080`, `shop/web:8080`: what the engine is given. */
function addressOf(node: SpecScalar, place: OriginId, path: string, reading: ServiceReading): FileValue {
  const { text: written } = node.text;
  const scheme = URL.exec(written)?.[0] ?? '';
  const rest = written.slice(scheme.length);
  const inStack = /^([^/:\s]+)\/([^/:\s]+):(\d+)$/.exec(rest);
  if (inStack !== null) return stackAddress(node, place, { scheme, stack: inStack[1] ?? '', service: inStack[2] ?? '', port: inStack[3] ?? '' }, path, reading);
  const own = containerNamed(rest, reading.stacks);
  if (own !== undefined) reading.containers.set(place, own);
  if (reading.protocol !== 'http') return text({ ...node.text, text: rest }, node.origin);
  if (scheme === '' && !HOST_PORT.test(written) && node.text.holes.length === 0) mistake(reading.checking, node.origin, path, `"${written}" is no address`, { help: 'write HOST:PORT or a URL' });
  return text(scheme === '' ? { ...node.text, text: `http://${written}` } : node.text, node.origin);
}

/** A host that is a service of exactly one stack stands for it: `--endpoint` finds it by that name. */
function containerNamed(hostPort: string, stacks: readonly Stack[]): Container | undefined {
  const host = /^([^:/]+)(?::|$)/.exec(hostPort)?.[1];
  const found = stacks.flatMap((stack) => stack.containers).filter((container) => container.id.service === host);
  return found.length === 1 ? found[0] : undefined;
}

interface InStack {
  readonly scheme: string;
  readonly stack: string;
  readonly service: string;
  readonly port: string;
}

function stackAddress(node: SpecScalar, place: OriginId, address: InStack, path: string, reading: ServiceReading): FileValue {
  const stack = reading.stacks.find((one) => one.name === address.stack);
  const container = stack?.containers.find((one) => one.id.service === address.service);
  if (stack === undefined) mistake(reading.checking, node.origin, path, `there is no stack "${address.stack}"`, { help: reading.stacks.length === 0 ? 'name its Compose file beside this one' : `the stacks here are: ${reading.stacks.map((one) => one.name).join(', ')}` });
  else if (container === undefined) noService(node, stack, address, path, reading);
  if (container !== undefined) reading.containers.set(place, container);
  const hostPort = `${address.service}:${address.port}`;
  return text(reading.protocol === 'http' ? `${address.scheme === '' ? 'http://' : address.scheme}${hostPort}` : hostPort, node.origin);
}

function noService(node: SpecScalar, stack: Stack, address: InStack, path: string, reading: ServiceReading): void {
  const meant = suggest(address.service, stack.containers.map((one) => one.id.service));
  mistake(reading.checking, node.origin, path, `the stack "${stack.name}" has no service "${address.service}"`, meant === undefined ? {} : { label: `did you mean "${meant}"?` });
}

/** An entry of `services:`. */
export function serviceEntry(item: SpecEntry, path: string, reading: ServiceReading): FileEntry {
  const node = item.value;
  const kind = ['weighted', 'highestRandomWeight', 'mirror', 'failover'].find((one) => valueAt(node, one) !== undefined);
  const body = kind === undefined ? balancer(node, path, reading) : shared(node, kind);
  const use = valueAt(node, 'use');
  const middlewares = use === undefined ? undefined : entry('middlewares', use.origin, list(itemsOf(use).map(same), use.origin));
  return entry(item.key, item.origin, mapping([body, middlewares], node.origin));
}

function balancer(node: SpecNode, path: string, reading: ServiceReading): FileEntry {
  const endpoints = valueAt(node, 'endpoints');
  const servers = endpoints === undefined ? undefined : serversEntry(itemsOf(endpoints), path, endpoints.origin, reading);
  const options = entriesOf(node).filter((one) => !['endpoints', 'use'].includes(one.key) );
  return entry('loadBalancer', node.origin, mapping([servers, ...options.map((one) => entry(one.key, one.origin, same(one.value)))], node.origin));
}

function shared(node: SpecNode, kind: string): FileEntry {
  const value = valueAt(node, kind);
  const origin = value?.origin ?? node.origin;
  const others = entriesOf(node).filter((one) => !['use', kind].includes(one.key) ).map((one) => entry(one.key, one.origin, same(one.value)));
  if (value === undefined) return entry(kind, origin, mapping(others, origin));
  if (kind === 'mirror') return mirror(value, others);
  if (kind === 'failover') return entry('failover', origin, mapping([...renamed(value, { to: 'service' }), ...others], origin));
  const services = entriesOf(value).map((one) => mapping([entry('name', one.origin, text(one.key, one.origin)), entry('weight', one.value.origin, same(one.value))], one.origin));
  return entry(kind, origin, mapping([entry('services', origin, list(services, origin)), ...others], origin));
}

function mirror(value: SpecNode, others: readonly FileEntry[]): FileEntry {
  const copies = valueAt(value, 'copies');
  const mirrors = copies === undefined ? undefined : entry('mirrors', copies.origin, list(entriesOf(copies).map((one) => mapping([entry('name', one.origin, text(one.key, one.origin)), entry('percent', one.value.origin, same(one.value))], one.origin)), copies.origin));
  const rest = entriesOf(value).filter((one) => !['to', 'copies'].includes(one.key) ).map((one) => entry(one.key, one.origin, same(one.value)));
  const to = valueAt(value, 'to');
  return entry('mirroring', value.origin, mapping([to === undefined ? undefined : entry('service', to.origin, same(to)), mirrors, ...rest, ...others], value.origin));
}

function renamed(value: SpecNode, names: Readonly<Record<string, string>>): readonly FileEntry[] {
  return entriesOf(value).map((one) => entry(names[one.key] ?? one.key, one.origin, same(one.value)));
}
