import { createSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import type { TcpEndpoint } from '../ir/index.ts';

/** A made-up server on a free port of loopback. */
export interface MockServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

function nameOf({ host, port, container }: TcpEndpoint): string {
  return `mock of ${container?.service ?? host} (${host}:${String(port)})\n`;
}

/** Says its name to the first bytes that come, then gives back what it is sent. */
export async function mockTcp(endpoint: TcpEndpoint): Promise<MockServer> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => void open.delete(socket));
    socket.once('data', (data: Buffer) => {
      socket.write(nameOf(endpoint));
      socket.write(data);
      socket.pipe(socket);
    });
  });
  return {
    port: await listenOnLoopback(server),
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    }),
  };
}

/** Answers each packet with its name and the packet. */
export async function mockUdp(endpoint: TcpEndpoint): Promise<MockServer> {
  const socket = createSocket('udp4');
  socket.on('message', (data, client) => socket.send(Buffer.concat([Buffer.from(nameOf(endpoint), 'utf8'), data]), client.port, client.address));
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: '127.0.0.1', port: 0 }, resolve);
  });
  return { port: socket.address().port, close: () => new Promise((resolve) => void socket.close(() => resolve())) };
}

/** Listens on a free port of loopback; the promise is rejected when it cannot. */
export async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
