import type { Container, Problem } from '../../ir/index.ts';
import { leafAt, textAt, type ConfigObject } from '../../traefik-config/tree.ts';
import { known, type OriginId, type Text } from '../../text/index.ts';
import { joinHostPort } from '../go-url.ts';
import { quoted } from '../names.ts';
import { itemsAt, textLeaf, withEntry, withInstead } from '../tree.ts';
import { binding, exposedPorts, hostOf, type AddressContext, type Host } from './address.ts';

/** Why a container's server cannot be made; the engine loses the whole container then. */
export interface ServerFailure {
  readonly kind: Extract<Problem['kind'], 'port-missing' | 'address-missing' | 'url-with-port' | 'service-kind-missing'>;
  readonly says: string;
  readonly origin?: OriginId;
}
export interface ServerNote {
  readonly kind: 'port-chosen' | 'network-missing' | 'network-random' | 'portUnknown' | 'portAssumed' | 'hostUnknown';
  readonly subject: string;
}
export type ServerResult = { readonly ok: true; readonly service: ConfigObject; readonly origin: OriginId; readonly notes: readonly ServerNote[] } | { readonly ok: false; readonly failure: ServerFailure };

/** Gives a declared service this container's address as its server 0 (addServer, addServerTCP, addServerUDP). */
export function withServer(service: ConfigObject, protocol: 'http' | 'tcp' | 'udp', container: Container, context: AddressContext): ServerResult {
  const balancer = service.entries.get('loadBalancer');
  if (balancer?.kind !== 'object') return failed({ kind: 'service-kind-missing', says: 'load-balancer is not defined' });
  const server = itemsAt(balancer, 'servers')[0] ?? { kind: 'object', entries: new Map(), origin: balancer.origin };
  const put = (changed: ConfigObject, origin: OriginId, notes: readonly ServerNote[]): ServerResult => {
    const items = [changed];
    const servers = { kind: 'list', items, origin: server.origin } as const;
    return { ok: true, service: withEntry(service, 'loadBalancer', withEntry(balancer, 'servers', servers)), origin, notes };
  };
  if (protocol === 'http' && textAt(server, 'url') !== '') return ownUrl(server, put);
  const address = addressOf(server, container, context);
  if (!address.ok) return failed(address.failure);
  const scheme = textAt(server, 'scheme');
  const text = protocol === 'http' ? prefixed(`${scheme === '' ? 'http' : scheme}://`, address.text) : address.text;
  return put(withInstead(server, ADDRESS_PARTS, protocol === 'http' ? 'url' : 'address', textLeaf(text, address.origin)), address.origin, address.notes);
}

/** What a server's address is made of. */
const ADDRESS_PARTS = ['port', 'scheme'];

/** v3: a server with its own URL is taken as it is, and must not have a port or scheme (ran). */
function ownUrl(server: ConfigObject, put: (changed: ConfigObject, origin: OriginId, notes: readonly ServerNote[]) => ServerResult): ServerResult {
  const extra = leafAt(server, 'port') ?? leafAt(server, 'scheme');
  const url = leafAt(server, 'url');
  if (extra !== undefined && extra.value !== '') return failed({ kind: 'url-with-port', says: 'defining scheme or port is not allowed when URL is defined', origin: extra.origin });
  return put(server, url?.origin ?? server.origin, []);
}

function failed(failure: ServerFailure): ServerResult {
  return { ok: false, failure };
}

function prefixed(prefix: string, text: Text): Text {
  return { ...text, text: prefix + text.text };
}

type Address = { readonly ok: true; readonly text: Text; readonly origin: OriginId; readonly notes: readonly ServerNote[] } | { readonly ok: false; readonly failure: ServerFailure };

function addressOf(server: ConfigObject, container: Container, context: AddressContext): Address {
  const port = portOf(server, container, context);
  const bound = context.settings.useBindPortIP && !context.settings.swarm ? binding(container, port.text.text) : undefined;
  if (bound !== undefined) {
    const published = bound.published === undefined ? '0' : String(bound.published);
    return { ok: true, text: known(joinHostPort(bound.hostIp ?? '', published)), origin: bound.origin, notes: port.notes };
  }
  const host = hostOf(container, context);
  if (host.kind === 'none') return { ok: false, failure: { kind: 'address-missing', says: `unable to find the IP address for the container ${quoted(`/${containerName(container)}`)}: the server is ignored` } };
  if (port.text.text === '') return { ok: false, failure: { kind: 'port-missing', says: 'port is missing' } };
  const name = host.kind === 'host' ? host.host : container.id.service;
  const text = { ...port.text, text: joinHostPort(name, port.text.text) };
  const notes = [...port.notes, ...hostNotes(host, context)];
  return { ok: true, text, origin: port.origin, notes };
}

function hostNotes(host: Exclude<Host, { kind: 'none' }>, context: AddressContext): readonly ServerNote[] {
  if (host.kind === 'elsewhere') return [{ kind: 'hostUnknown', subject: host.mode }];
  if (host.note === 'networkMissing') return [{ kind: 'network-missing', subject: context.network }];
  return host.note === 'networkRandom' ? [{ kind: 'network-random', subject: '' }] : [];
}

const NO_NOTES: readonly ServerNote[] = [];

interface Port {
  readonly text: Text;
  readonly origin: OriginId;
  readonly notes: readonly ServerNote[];
}

/**
 * The label, else the lowest port known. What an image exposes is not in a Compose file: then the port may not be known.
 * The tasks of a Swarm have no ports at all: only the label counts (ran).
 */
function portOf(server: ConfigObject, container: Container, context: AddressContext): Port {
  const label = leafAt(server, 'port');
  if (label !== undefined && label.value !== '') {
    const text = { ...label.text, text: String(label.value) };
    return { text, origin: label.origin, notes: NO_NOTES };
  }
  const { swarm } = context.settings;
  const [lowest, ...more] = swarm ? [] : exposedPorts(container);
  const exact = swarm || (context.facts === 'complete' || container.live !== undefined) && (container.unknownPorts ?? []).length === 0;
  const origin = originOfPort(container, lowest);
  if (lowest === undefined) return exact ? { text: known(''), origin, notes: [] } : { text: known('0'), origin, notes: [{ kind: 'portUnknown', subject: container.id.service }] };
  const chosen: readonly ServerNote[] = more.length === 0 ? [] : [{ kind: 'port-chosen', subject: String(lowest) }];
  const assumed: readonly ServerNote[] = exact ? [] : [{ kind: 'portAssumed', subject: String(lowest) }];
  return { text: known(String(lowest)), origin, notes: [...chosen, ...assumed] };
}

function originOfPort(container: Container, port: number | undefined): OriginId {
  const published = container.ports.find((mapping) => mapping.container === port);
  return published?.origin ?? container.expose.find((exposed) => exposed.port === port)?.origin ?? container.origin;
}

/** The name Docker gives the container: live or `container_name`, else Compose's own scheme. */
export function containerName(container: Container): string {
  return container.containerName?.value.text ?? `${container.id.stack}-${container.id.service}-1`;
}
