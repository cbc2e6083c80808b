import { createServer } from 'node:http';
import type { Place } from './send.ts';

export interface Admin {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Figures and a sign of life, for this machine only: the caller has refused any other address. */
export async function serveAdmin(at: Place, metrics: () => string): Promise<Admin> {
  const server = createServer((request, response) => {
    if (request.url === '/metrics') response.writeHead(200, { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics());
    else if (request.url === '/ping') response.writeHead(200, { 'Content-Type': 'text/plain' }).end('OK');
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: at.host, port: at.port }, resolve);
  });
  const address = server.address();
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return { port: typeof address === 'object' && address !== null ? address.port : 0, close };
}

/** Whether an address only reaches this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
