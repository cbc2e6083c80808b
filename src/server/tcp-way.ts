import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { optionTable, refKey, type Ref, type Routing, type TcpEndpoint, type Transport } from '../ir/index.ts';
import { withoutBrackets, type Place } from './send.ts';
import type { Chosen } from './tcp-pick.ts';
import { duration, TIMEOUTS } from './timeouts.ts';
import type { ClientTls } from './transport.ts';

/** What reaching servers needs to know of the world. */
export interface TcpWorld {
  readonly transportTls: (transport: Transport | undefined) => ClientTls;
  readonly place: (endpoint: TcpEndpoint) => Place;
}

/** How a server is reached and left. */
export interface Way {
  readonly at: { readonly host: string; readonly port: number };
  /** undefined = plain. */
  readonly tls: ClientTls;
  /** Version of the PROXY line that the server is told first; 0 = none. */
  readonly proxyProtocol: number;
  /** Milliseconds. */
  readonly terminationDelay: number;
  readonly dialTimeout: number;
  /** Milliseconds between signs of life; negative = none are sent. */
  readonly keepAlive: number;
}
export type Ways = (chosen: Chosen) => Way | undefined;

const TERMINATION_DELAY = 100;
const KEEP_ALIVE = 15_000;

/** Finds the way to a server; undefined = Traefik gets nowhere either. */
export function waysOf({ tcpTransports = [] }: Routing, world: TcpWorld): Ways {
  const transports = new Map(tcpTransports.map((one) => [refKey(one.ref), one]));
  return (chosen) => wayTo(chosen, (ref) => transports.get(refKey(ref)), world);
}

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
    at: { host: withoutBrackets(host), port },
    tls,
    proxyProtocol: balancer?.proxyProtocol ?? (proxy === undefined ? 0 : Number(optionTable(proxy).get('version') ?? 2)),
    terminationDelay: balancer?.terminationDelay ?? duration(raw.get('terminationdelay')) ?? TERMINATION_DELAY,
    dialTimeout: transport?.dialTimeout ?? TIMEOUTS.dial,
    keepAlive: duration(raw.get('dialkeepalive')) ?? KEEP_ALIVE,
  };
}

/** Begins a connection; `ready` is called when it is there, within the time it may take. */
export function dial({ at, tls, dialTimeout, keepAlive }: Way, ready: (server: Socket) => void): Socket {
  const server = tls === undefined ? connect({ ...at, allowHalfOpen: true }) : connectTls({ ...tls, ...at });
  if (keepAlive >= 0) server.setKeepAlive(true, keepAlive === 0 ? KEEP_ALIVE : keepAlive);
  const late = dialTimeout > 0 ? setTimeout(() => server.destroy(), dialTimeout) : undefined;
  server.once('close', () => clearTimeout(late));
  server.once(tls === undefined ? 'connect' : 'secureConnect', () => {
    clearTimeout(late);
    ready(server);
  });
  return server;
}
