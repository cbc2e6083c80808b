import type { Protocol, TcpEndpoint, TcpService, TcpServiceSpec } from '../../ir/index.ts';
import { resolveName } from '../names.ts';
import { plain } from '../tree.ts';
import { leafAt } from '../../traefik-config/tree.ts';
import type { Declared, ServerSource } from '../types.ts';
import { provenance } from '../../traefik-config/provenance.ts';
import { read, type Reader } from './read.ts';

/** A TCP or UDP service; undefined unless it has exactly one kind. */
export function toTcpService(declared: Declared): TcpService | undefined {
  const from = read(declared.node);
  const balancer = from.child('loadBalancer');
  const weighted = from.child('weighted');
  if ((balancer === undefined) === (weighted === undefined)) return undefined;
  const spec = balancer === undefined ? weightedSpec(weighted ?? from, declared) : balancerSpec(balancer, declared);
  return { ref: declared.ref, spec, origin: declared.origin, ...provenance(declared.node), symbol: declared.symbol };
}

function weightedSpec(from: Reader, declared: Declared): TcpServiceSpec {
  const target = { protocol: declared.ref.protocol, kind: 'service' } as const;
  return {
    kind: 'weighted',
    services: from.items('services').map((item) => ({ service: resolveName(item.text('name'), declared.ref.namespace, target), weight: item.number('weight', 1) })),
    ...(from.has('healthCheck') ? { healthCheck: true } : {}),
  };
}

function balancerSpec(from: Reader, declared: Declared): TcpServiceSpec {
  const transport = leafAt(from.node, 'serversTransport');
  const proxyProtocol = from.child('proxyProtocol');
  const health = from.child('healthCheck')?.node;
  return {
    kind: 'loadBalancer',
    endpoints: from.items('servers').flatMap((server, index) => endpoint(server, declared.servers[index], declared)),
    ...(proxyProtocol === undefined ? {} : { proxyProtocol: proxyProtocol.number('version', 2) }),
    ...(from.has('terminationDelay') ? { terminationDelay: from.number('terminationDelay') } : {}),
    ...(transport === undefined || transport.value === ''
      ? {}
      : { transport: { value: resolveName(String(transport.value), declared.ref.namespace, { protocol: protocolOf(declared), kind: 'transport' }), origin: transport.origin } }),
    ...(health === undefined ? {} : { healthCheck: plain(health) }),
  };
}

function protocolOf(declared: Declared): Protocol {
  return declared.ref.protocol;
}

/** A server whose address does not split into host and port is skipped with a log line (pkg/server/service/tcp). */
function endpoint(server: Reader, source: ServerSource | undefined, declared: Declared): readonly TcpEndpoint[] {
  const match = /^(?:\[([^\]]*)\]|([^:]*)):([^:]*)$/.exec(server.text('address'));
  if (match === null) return [];
  return [
    {
      host: match[1] ?? match[2] ?? '',
      port: /^\d+$/.test(match[3] ?? '') ? Number(match[3]) : 0,
      tls: server.flag('tls'),
      ...(source?.container === undefined ? {} : { container: { ...source.container.id, replica: 1 } }),
      origin: source?.origin ?? leafAt(server.node, 'address')?.origin ?? declared.origin,
    },
  ];
}
