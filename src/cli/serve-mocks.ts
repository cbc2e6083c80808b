import { printable } from '../diagnostics/paint.ts';
import type { Endpoint, ResolvedService, Routing } from '../index.ts';
import type { Mocks, StreamEndpoint } from '../server/index.ts';

/** Echo backends that follow the configuration. */
export interface Followers {
  readonly place: Mocks['place'];
  readonly streamPlace: Mocks['streamPlace'];
  readonly address: Mocks['address'];
  readonly follow: (routing: Routing) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Starts them for what a routing reaches. */
export async function mocksFor(server: typeof import('../server/index.ts'), routing: Routing): Promise<Followers> {
  let current = await server.startMocks(endpointsOf(routing), streamsOf(routing));
  return {
    place: (endpoint) => current.place(endpoint),
    streamPlace: (endpoint, protocol) => current.streamPlace(endpoint, protocol),
    address: (url) => current.address(url),
    follow: async (next) => {
      const before = current;
      current = await server.startMocks(endpointsOf(next), streamsOf(next));
      await before.close();
    },
    close: () => current.close(),
  };
}

/** What no echo can know, and lets pass. */
export function madeUp({ listeners }: Routing): readonly string[] {
  const routes = listeners.flatMap(({ plain, tls }) => [...plain, ...tls]);
  const asking = routes.flatMap(({ chain, service }) => [...chain, ...service.chain]).filter(({ spec }) => spec.kind === 'forwardAuth');
  return [...new Set(asking.map(({ ref }) => ref.name))].map((name) => `the server that the middleware "${printable(name)}" asks is made up: it lets everybody in`);
}

/** All servers that a request may reach, also those of error pages and mirrors. */
function endpointsOf(routing: Routing): readonly Endpoint[] {
  const of = ({ service: { spec }, members }: ResolvedService): readonly Endpoint[] => [...(spec.kind === 'loadBalancer' ? spec.endpoints : []), ...members.flatMap(of)];
  const services = [...routing.listeners.flatMap(({ plain, tls }) => [...plain, ...tls].map(({ service }) => service)), ...(routing.services ?? [])];
  return services.flatMap(of);
}

function streamsOf(routing: Routing): readonly StreamEndpoint[] {
  return routing.listeners.flatMap(({ tcp, udp }) => {
    const of = (protocol: 'tcp' | 'udp') => ({ service, members }: Pick<(typeof tcp)[number], 'service' | 'members'>): readonly StreamEndpoint[] =>
      [service, ...members].flatMap(({ spec }) => (spec.kind === 'loadBalancer' ? spec.endpoints.map((endpoint) => ({ endpoint, protocol })) : []));
    return [...tcp.flatMap(of('tcp')), ...(udp === undefined ? [] : of('udp')(udp))];
  });
}
