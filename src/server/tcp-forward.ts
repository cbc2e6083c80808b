import type { Socket } from 'node:net';
import { refKey, type TcpMiddleware, type TcpRoute } from '../ir/index.ts';
import { authorized, parseRanges } from '../runtime/ip.ts';
import { proxyLine } from './proxy-protocol.ts';
import type { Pick } from './tcp-pick.ts';
import { dial, type Way, type Ways } from './tcp-way.ts';

/** Takes a connection to a server of a route, or cuts it off. */
export type TcpForwarder = (client: Socket, route: TcpRoute, clientIp: string) => void;

/** Keeps counts for one configuration. */
export function tcpForwarder(pick: Pick, ways: Ways): TcpForwarder {
  const open = new Map<string, number>();
  return (client, route, clientIp) => {
    const chosen = pick(route.service, route.members);
    if (chosen === undefined || !route.chain.every((middleware) => admits(middleware, client, clientIp, open))) {
      client.destroy();
      return;
    }
    const way = ways(chosen);
    if (way === undefined) client.destroy();
    else forward(client, way);
  };
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

/** Bytes both ways until both sides are done; a side that ends first leaves the other a moment, a negative one for ever. */
function forward(client: Socket, way: Way): void {
  const server = dial(way, () => {
    if (way.proxyProtocol > 0) server.write(proxyLine(client, way.proxyProtocol));
    client.pipe(server);
    server.pipe(client);
  });
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  const ended = (): void => {
    if (way.terminationDelay >= 0) setTimeout(end, way.terminationDelay).unref();
  };
  for (const side of [client, server]) side.once('error', end).once('close', end).once('end', ended);
}
