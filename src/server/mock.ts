import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Endpoint, TcpEndpoint } from '../ir/index.ts';
import { endpointAddress } from '../runtime/index.ts';
import { pairs } from './fields.ts';
import { listenOnLoopback, mockTcp, mockUdp, type MockServer } from './mock-tcp.ts';
import type { Place } from './send.ts';

/** Backends that say what reached them, one for each endpoint. */
export interface Mocks {
  readonly place: (endpoint: Endpoint) => Place;
  readonly streamPlace: (endpoint: TcpEndpoint, protocol: 'tcp' | 'udp') => Place;
  /** Servers that middlewares ask by address: one for all. */
  readonly address: (url: string) => Place;
  readonly close: () => Promise<void>;
}

/** Servers that are no HTTP servers. */
export interface StreamEndpoint {
  readonly endpoint: TcpEndpoint;
  readonly protocol: 'tcp' | 'udp';
}

/** No endpoint has such an address. */
const ASKED = 'asked by middlewares';

/** Starts them on free ports of loopback. */
export async function startMocks(endpoints: readonly Endpoint[], streams: readonly StreamEndpoint[] = []): Promise<Mocks> {
  const started = new Map<string, MockServer>();
  const once = async (name: string, start: () => Promise<MockServer>): Promise<void> => {
    if (!started.has(name)) started.set(name, await start());
  };
  for (const endpoint of endpoints) await once(endpointAddress(endpoint), () => mockHttp(`${endpoint.container?.service ?? endpoint.host} (${endpointAddress(endpoint)})`));
  for (const { endpoint, protocol } of streams) await once(streamName(endpoint, protocol), () => (protocol === 'udp' ? mockUdp(endpoint) : mockTcp(endpoint)));
  await once(ASKED, () => mockHttp('a server that a middleware asks'));
  const at = (name: string): Place => ({ host: '127.0.0.1', port: started.get(name)?.port ?? 0, plain: true });
  return {
    place: (endpoint) => at(endpointAddress(endpoint)),
    streamPlace: (endpoint, protocol) => at(streamName(endpoint, protocol)),
    address: () => at(ASKED),
    close: async () => {
      await Promise.all([...started.values()].map(({ close }) => close()));
    },
  };
}

function streamName({ host, port }: TcpEndpoint, protocol: string): string {
  return `${protocol} ${host}:${String(port)}`;
}

async function mockHttp(name: string): Promise<MockServer> {
  const server: Server = createServer((request, response) => echo(name, request, response));
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n'));
  return {
    port: await listenOnLoopback(server),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
}

function echo(name: string, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const fields = pairs(request.rawHeaders).map(([key, value]) => `${key}: ${value}\n`).join('');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(Buffer.from(`mock of ${name}\n${request.method ?? ''} ${request.url ?? ''}\n${fields}`, 'latin1'));
}
