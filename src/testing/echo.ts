import { createServer, type Server } from 'node:http';
import { freePort } from '../engines/free-port.ts';
import type { HeaderList } from '../ir/index.ts';

/** What a backend received, strings as latin-1 views of bytes. */
export interface Received {
  readonly backend: string;
  readonly method: string;
  readonly target: string;
  readonly headers: HeaderList;
}

/** Backends on loopback that answer 200 and remember what they were asked. */
export interface EchoBackends {
  /** Port of each, by name. */
  readonly ports: ReadonlyMap<string, number>;
  /** What came since the last call, in order. */
  readonly take: () => readonly Received[];
  readonly stop: () => Promise<void>;
}

export async function startEchoBackends(names: readonly string[]): Promise<EchoBackends> {
  let received: Received[] = [];
  const ports = new Map<string, number>();
  const servers: Server[] = [];
  for (const backend of new Set(names)) {
    const server = createServer((request, response) => {
      const flat = request.rawHeaders;
      const headers = flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] as const] : []));
      received.push({ backend, method: request.method ?? '', target: request.url ?? '', headers });
      request.resume();
      response.writeHead(200, { 'Content-Type': 'text/plain' }).end(`${backend}\n`);
    });
    const port = await freePort({ address: '127.0.0.1' });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port }, resolve);
    });
    servers.push(server);
    ports.set(backend, port);
  }
  return {
    ports,
    take: () => {
      const taken = received;
      received = [];
      return taken;
    },
    stop: async () => {
      await Promise.all(servers.map((server) => new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      })));
    },
  };
}
