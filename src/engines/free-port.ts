import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Below the range that kernels use for outgoing connections: a port handed out here is not taken by a proxy's own client side meanwhile. */
const FIRST = 15_000;
const LAST = 32_000;
const ATTEMPTS = 200;

const handedOut = new Set<number>();

/** What the port must be free for. */
export interface FreePortOptions {
  readonly protocol?: 'tcp' | 'udp';
  /** The wildcard address also notices listeners on any single address. */
  readonly address?: string;
}

/** A port that nothing listens on now and that this process has not handed out before. */
export async function freePort({ protocol = 'tcp', address = '0.0.0.0' }: FreePortOptions = {}): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    if (handedOut.has(port)) continue;
    const free = protocol === 'tcp' ? await canListen(port, address) : await canBind(port, address);
    if (!free) continue;
    handedOut.add(port);
    return port;
  }
  throw new Error(`no free ${protocol} port on ${address} after ${ATTEMPTS} attempts`);
}

/** Several different ports at once, in the order of the names. */
export async function freePorts(names: readonly string[], options: FreePortOptions = {}): Promise<Readonly<Record<string, number>>> {
  const ports: [string, number][] = [];
  for (const name of names) ports.push([name, await freePort(options)]);
  return Object.fromEntries(ports);
}

function canListen(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: address, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

function canBind(port: number, address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4');
    socket.once('error', () => resolve(false));
    socket.bind({ port, address, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}
