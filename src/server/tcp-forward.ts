import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { optionTable, refKey, type Ref, type Routing, type TcpEndpoint, type TcpMiddleware, type TcpRoute, type Transport } from '../ir/index.ts';
import { authorized, parseRanges } from '../runtime/ip.ts';
import { proxyLine } from './proxy-protocol.ts';
import type { Place } from './send.ts';
import { turnTaker, type Chosen } from './tcp-pick.ts';
import type { ClientTls } from './transport.ts';

/** Takes a connection to a server of a route, or cuts it off. */
export type TcpForwarder = (client: Socket, route: TcpRoute, clientIp: string) => void;

/** What forwarding needs to know of the world. */
export interface TcpWorld {
  readonly transportTls: (transport: Transport | undefined) => ClientTls;
  readonly place: (endpoint: TcpEndpoint) => Place;
}

/** Keeps turns and counts for one configuration. */
export function tcpForwarder({ tcpTransports = [] }: Routing, world: TcpWorld): TcpForwarder {
  const pick = turnTaker();
  const open = new Map<string, number>();
  const transports = new Map(tcpTransports.map((one) => [refKey(one.ref), one]));
  return (client, route, clientIp) => {
    const chosen = pick(route.service, route.members);
    if (chosen === undefined || !route.chain.every((middleware) => admits(middleware, client, clientIp, open))) {
      client.destroy();
      return;
    }
    const way = wayTo(chosen, (ref) => transports.get(refKey(ref)), world);
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

interface Way {
  readonly at: { readonly host: string; readonly port: number };
  /** undefined = plain. */
  readonly tls: ClientTls;
  /** Version of the PROXY line that the server is told first; 0 = none. */
  readonly proxyProtocol: number;
  /** Milliseconds. */
  readonly terminationDelay: number;
  readonly dialTimeout: number;
}

const TERMINATION_DELAY = 100;
const DIAL_TIMEOUT = 30_000;

/** What the service says itself is the older spelling of what its transport says. */
function wayTo({ endpoint, service: { spec } }: Chosen, transportOf: (ref: Ref) => Transport | undefined, { place, transportTls }: TcpWorld): Way | undefined {
  const { host, port, plain } = place(endpoint);
  const balancer = spec.kind === 'loadBalancer' ? spec : undefined;
  const transport = balancer?.transport === undefined ? undefined : transportOf(balancer.transport.value);
  const raw = optionTable(transport?.raw);
  const proxy = raw.get('proxyprotocol');
  const tls = endpoint.tls && plain !== true ? transportTls(transport) : undefined;
  // Without a name to check and without leave not to, Traefik begins no handshake (ran); nobody speaks plain instead.
  const named = transport !== undefined && (transport.serverName !== '' || transport.insecureSkipVerify);
  if (endpoint.tls && plain !== true && (tls === undefined || !named)) return undefined;
  return {
    at: { host: host.replace(/^\[|\]$/g, ''), port },
    tls,
    proxyProtocol: balancer?.proxyProtocol ?? (proxy === undefined ? 0 : Number(optionTable(proxy).get('version') ?? 2)),
    terminationDelay: balancer?.terminationDelay ?? milliseconds(raw.get('terminationdelay')) ?? TERMINATION_DELAY,
    dialTimeout: transport?.dialTimeout ?? DIAL_TIMEOUT,
  };
}

/** A Go duration; a bare number is seconds, as Traefik's files have it. */
export function milliseconds(value: unknown): number | undefined {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : typeof value === 'string' ? value : '';
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : unit === 'm' ? 60_000 : 3_600_000), 0);
}

/** Bytes both ways until both sides are done; a side that ends first leaves the other a moment, a negative one for ever. */
function forward(client: Socket, { at, tls, proxyProtocol, terminationDelay, dialTimeout }: Way): void {
  const server = tls === undefined ? connect({ ...at, allowHalfOpen: true }) : connectTls({ ...tls, ...at });
  const dial = setTimeout(() => server.destroy(), dialTimeout);
  server.once('close', () => clearTimeout(dial));
  server.once(tls === undefined ? 'connect' : 'secureConnect', () => {
    clearTimeout(dial);
    if (proxyProtocol > 0) server.write(proxyLine(client, proxyProtocol));
    client.pipe(server);
    server.pipe(client);
  });
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  const ended = (): void => {
    if (terminationDelay >= 0) setTimeout(end, terminationDelay).unref();
  };
  for (const side of [client, server]) side.once('error', end).once('close', end).once('end', ended);
}
