import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { refKey, type TcpEndpoint, type TcpMiddleware, type TcpRoute, type TcpService } from '../ir/index.ts';
import { authorized, parseRanges } from '../runtime/ip.ts';
import { proxyLine } from './proxy-protocol.ts';

/** Takes a connection to a server of a route, or cuts it off. */
export type TcpForwarder = (client: Socket, route: TcpRoute, clientIp: string) => void;

/** Keeps turns and counts for one configuration. */
export function tcpForwarder(): TcpForwarder {
  const turns = new Map<string, number>();
  const open = new Map<string, number>();
  return (client, route, clientIp) => {
    const chosen = pick(route.service, route.members, turns);
    if (chosen === undefined || !route.chain.every((middleware) => admits(middleware, client, clientIp, open))) {
      client.destroy();
      return;
    }
    forward(client, chosen);
  };
}

interface Chosen {
  readonly endpoint: TcpEndpoint;
  /** Version of the PROXY line that the server is told first; 0 = none. */
  readonly proxyProtocol: number;
}

/** Servers in turn; members of a weighted service as often as they weigh. */
function pick({ ref, spec }: TcpService, members: readonly TcpService[], turns: Map<string, number>): Chosen | undefined {
  const key = refKey(ref);
  const turn = turns.get(key) ?? 0;
  turns.set(key, turn + 1);
  if (spec.kind === 'loadBalancer') {
    const endpoint = spec.endpoints[turn % Math.max(1, spec.endpoints.length)];
    return endpoint === undefined ? undefined : { endpoint, proxyProtocol: spec.proxyProtocol ?? 0 };
  }
  const total = spec.services.reduce((sum, { weight }) => sum + weight, 0);
  let left = total === 0 ? 0 : turn % total;
  const chosen = spec.services.find(({ weight }) => {
    left -= weight;
    return left < 0;
  });
  const member = chosen === undefined ? undefined : members.find((one) => refKey(one.ref) === refKey(chosen.service));
  return member === undefined ? undefined : pick(member, members, turns);
}

function admits({ ref, spec }: TcpMiddleware, client: Socket, clientIp: string, open: Map<string, number>): boolean {
  if (spec.kind === 'ipAllowList') return authorized(parseRanges(spec.sourceRange), clientIp);
  const key = `${refKey(ref)} ${clientIp}`;
  const count = open.get(key) ?? 0;
  if (count >= spec.amount) return false;
  open.set(key, count + 1);
  client.once('close', () => {
    const now = (open.get(key) ?? 1) - 1;
    if (now === 0) open.delete(key);
    else open.set(key, now);
  });
  return true;
}

const TERMINATION_DELAY = 100;
const DIAL_TIMEOUT = 30_000;

/** Bytes both ways until both sides are done; a side that ends first leaves the other a moment. */
function forward(client: Socket, { endpoint: { host, port, tls }, proxyProtocol }: Chosen): void {
  const at = { host: host.replace(/^\[|\]$/g, ''), port };
  const server = tls ? connectTls({ ...at, rejectUnauthorized: false }) : connect({ ...at, allowHalfOpen: true });
  const dial = setTimeout(() => server.destroy(), DIAL_TIMEOUT);
  server.once('close', () => clearTimeout(dial));
  server.once(tls ? 'secureConnect' : 'connect', () => {
    clearTimeout(dial);
    if (proxyProtocol > 0) server.write(proxyLine(client, proxyProtocol));
    client.pipe(server);
    server.pipe(client);
  });
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  for (const side of [client, server]) side.once('error', end).once('close', end).once('end', () => void setTimeout(end, TERMINATION_DELAY).unref());
}
