import type { Container, Gateway, Service, TcpService, UdpService } from '../../ir/index.ts';
import { map } from '../../text/index.ts';
import type { YamlEntry, YamlMap, YamlValue } from '../../text/index.ts';
import { endpointUrl, when } from '../traefik-common/entities.ts';

/**
 * A load balancer as one container says it: Docker knows the address, so its labels only hold the port, the scheme and
 * what belongs to this one server.
 */
export function forContainer(tree: YamlValue, service: Service | TcpService | UdpService | undefined, container: Container, gateway: Gateway): YamlValue {
  if (service === undefined || !isMap(tree)) return tree;
  const balancer = tree.entries.find((entry) => entry.key === 'loadBalancer')?.value;
  if (balancer === undefined || !isMap(balancer)) return tree;
  const server = serverEntries(service, container, gateway);
  const rest = balancer.entries.filter((entry) => entry.key !== 'servers');
  const own: YamlEntry = { key: 'loadBalancer', value: map([...(server.length === 0 ? [] : [{ key: 'servers', value: map(server) }]), ...rest]) };
  return map(tree.entries.map((entry) => (entry.key === 'loadBalancer' ? own : entry)));
}

function serverEntries(service: Service | TcpService | UdpService, container: Container, gateway: Gateway): readonly YamlEntry[] {
  const { spec } = service;
  if (spec.kind !== 'loadBalancer') return [];
  const written = `traefik.${service.ref.protocol}.services.${service.ref.name}.loadbalancer.server.`.toLowerCase();
  const labels = new Map(container.labels.map((label) => [label.key.value.text.toLowerCase(), label.value.value.text]));
  const port = labels.get(`${written}port`);
  const bound = gateway.proxy.static !== 'unknown' && gateway.proxy.static.docker?.useBindPortIP === true;
  const portEntry = (known: number): readonly YamlEntry[] => (port !== undefined ? [{ key: 'port', value: port }] : bound || known === 0 ? [] : [{ key: 'port', value: String(known) }]);
  for (const endpoint of spec.endpoints) {
    if (!isBehind(endpoint.container, container)) continue;
    if (!('scheme' in endpoint)) return [...portEntry(endpoint.port), ...when(endpoint.tls, 'tls', () => true)];
    const own = when(endpoint.weight !== 1, 'weight', () => endpoint.weight);
    const path = when(endpoint.preservePath, 'preservePath', () => true);
    if (labels.has(`${written}url`)) return [{ key: 'url', value: endpointUrl(endpoint) }, ...own, ...path];
    return [...portEntry(endpoint.port), ...when(endpoint.scheme !== 'http', 'scheme', () => endpoint.scheme), ...own, ...path];
  }
  return [];
}

/** True when the endpoint is this container. */
function isBehind(id: { readonly stack: string; readonly service: string } | undefined, container: Container): boolean {
  return id !== undefined && id.stack === container.id.stack && id.service === container.id.service;
}

function isMap(value: YamlValue): value is YamlMap {
  return typeof value === 'object' && !Array.isArray(value) && 'entries' in value;
}
