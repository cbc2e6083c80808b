import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Endpoint } from '../ir/index.ts';
import { endpointAddress } from '../runtime/index.ts';
import { pairs } from './fields.ts';
import type { Place } from './send.ts';

/** Backends that say what reached them, one for each endpoint. */
export interface Mocks {
  readonly place: (endpoint: Endpoint) => Place;
  readonly close: () => Promise<void>;
}

/** Starts them on free ports of loopback. */
export async function startMocks(endpoints: readonly Endpoint[]): Promise<Mocks> {
  const known = new Map<string, Server>();
  const ports = new Map<string, number>();
  for (const endpoint of endpoints) {
    const name = endpointAddress(endpoint);
    if (known.has(name)) continue;
    const server = createServer((request, response) => echo(nameOf(endpoint), request, response));
    server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n'));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
    const address = server.address();
    known.set(name, server);
    ports.set(name, typeof address === 'object' && address !== null ? address.port : 0);
  }
  return {
    place: (endpoint) => ({ host: '127.0.0.1', port: ports.get(endpointAddress(endpoint)) ?? 0, plain: true }),
    close: async () => {
      await Promise.all([...known.values()].map((server) => new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })));
    },
  };
}

function nameOf(endpoint: Endpoint): string {
  return `${endpoint.container?.service ?? endpoint.host} (${endpointAddress(endpoint)})`;
}

function echo(name: string, request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const fields = pairs(request.rawHeaders).map(([key, value]) => `${key}: ${value}\n`).join('');
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.end(Buffer.from(`mock of ${name}\n${request.method ?? ''} ${request.url ?? ''}\n${fields}`, 'latin1'));
}
