import { hostname } from 'node:os';
import { optionTable } from '../ir/index.ts';
import type { Listener, Routing } from '../ir/index.ts';
import { createRuntime, type Incoming, type Runtime } from '../runtime/index.ts';
import type { KeyPair } from './certificates.ts';
import { PACKS } from './body.ts';
import { exchange, type ClientSide } from './exchange.ts';
import { watchHealth } from './health.ts';
import { http2Side } from './http2.ts';
import { listen, type Doors, type Listening } from './listen.ts';
import type { Observer } from './observer.ts';
import { selfSigned } from './self-signed.ts';
import type { Place, Senders } from './send.ts';
import { sendersOf, type SendOptions } from './senders.ts';
import { tcpDoor, type TcpDoor } from './tcp.ts';
import { tcpForwarder, type TcpForwarder } from './tcp-forward.ts';
import { watchTcp } from './tcp-health.ts';
import { waysOf } from './tcp-way.ts';
import { tlsSides, type Certificates, type Tls } from './tls.ts';
import { turnTaker } from './tcp-pick.ts';
import { milliseconds } from './timeouts.ts';
import { REFUSED_KINDS } from './unservable.ts';
import { listenUdp, type UdpDoor } from './udp.ts';

export interface ServeOptions extends SendOptions {
  /** Where an entry point listens, when not where it says (`--entrypoint`); port 0 = any. */
  readonly entryPoint?: (name: string) => Place | undefined;
  /** Certificates for TLS, each for the names that it covers. */
  readonly certificates?: readonly KeyPair[];
  /** For names that none of them covers; else one made for this run. */
  readonly defaultCertificate?: KeyPair;
  /** Told of every request. */
  readonly observer?: Observer;
  /** What a 404 says where no router matches. */
  readonly unmatched?: (incoming: Incoming) => string;
  /** Told of requests that broke us; the client got a 500 or its connection cut. */
  readonly onError?: (error: unknown) => void;
}

export interface Served {
  /** Port by entry point. */
  readonly ports: ReadonlyMap<string, number>;
  /** Takes another routing for the same entry points; requests under way end as they began. */
  readonly update: (routing: Routing, shown?: Pick<ServeOptions, 'certificates' | 'defaultCertificate'>) => void;
  /** Stops listening; what is under way has `grace` milliseconds to end. */
  readonly close: (grace?: number) => Promise<void>;
}

/** What is in force: one routing, never half of two. */
interface Current {
  readonly runtime: Runtime;
  readonly doors: ReadonlyMap<string, TcpDoor>;
  readonly tcp: TcpForwarder;
  readonly udp: ReadonlyMap<string, UdpDoor>;
  readonly tls: ReadonlyMap<string, Tls>;
  readonly stop: () => void;
}

/** Serves a routing on sockets. Rejects when a port cannot be had; then none stays open. */
export async function serve(routing: Routing, options: ServeOptions = {}): Promise<Served> {
  const senders = sendersOf(options);
  const own = selfSigned(['localhost', '127.0.0.1']);
  const make = (next: Routing, { certificates = [], defaultCertificate = own }: Pick<ServeOptions, 'certificates' | 'defaultCertificate'>): Current =>
    inForce(next, senders, { pairs: certificates, fallback: defaultCertificate, readFile: senders.readFile });
  let current = make(routing, options);
  const open = new Map<string, Pick<Listening, 'port' | 'close'>>();
  const close = async (grace = 0): Promise<void> => {
    await Promise.all([...open.values()].map((one) => one.close(grace)));
    current.stop();
    senders.http1.destroy();
    senders.http2.destroy();
  };
  try {
    for (const listener of routing.listeners) {
      const { name, udp } = listener.entryPoint;
      const at = options.entryPoint?.(name) ?? listener.entryPoint;
      open.set(name, udp ? await listenUdp(at, udpTimeout(listener), () => current.udp.get(name) ?? NO_UDP) : await listen(at, doorsOf(listener, () => current, senders, options)));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const update: Served['update'] = (next, shown = options) => {
    const before = current;
    current = make(next, shown);
    before.stop();
  };
  return { ports: new Map([...open].map(([name, { port }]) => [name, port])), update, close };
}

function inForce(routing: Routing, senders: Senders, certificates: Certificates): Current {
  const runtime = createRuntime(routing, { clock: () => performance.now(), random: Math.random, hostname: hostname(), refused: REFUSED_KINDS, packs: PACKS, handshakesDone: true });
  const ways = waysOf(routing, { transportTls: senders.transportTls, place: (endpoint) => senders.streamPlace(endpoint, 'tcp') });
  const [health, tcpHealth] = [watchHealth(runtime, senders), watchTcp(routing, ways)];
  return {
    runtime,
    doors: new Map(routing.listeners.map((listener) => [listener.entryPoint.name, tcpDoor(listener)])),
    tcp: tcpForwarder(turnTaker(tcpHealth.isUp), ways),
    udp: udpDoors(routing, senders),
    tls: tlsSides(routing, certificates),
    stop: () => {
      health();
      tcpHealth.stop();
    },
  };
}

function udpDoors({ listeners }: Routing, { streamPlace }: Senders): ReadonlyMap<string, UdpDoor> {
  const pick = turnTaker();
  const place: UdpDoor['place'] = (endpoint) => streamPlace(endpoint, 'udp');
  return new Map(listeners.map(({ entryPoint: { name }, udp }) => [name, { route: udp, pick, place }]));
}

const NO_UDP: UdpDoor = { route: undefined, pick: () => undefined, place: ({ host, port }) => ({ host, port }) };

/** `udp.timeout` of the entry point. */
function udpTimeout({ entryPoint: { raw } }: Listener): number {
  return milliseconds(optionTable(optionTable(raw).get('udp')).get('timeout')) ?? 3000;
}

const CLOSED: TcpDoor = { blind: false, plain: () => ({ kind: 'http' }), tls: () => ({ kind: 'http' }) };

function doorsOf({ entryPoint: { name } }: Listener, current: () => Current, senders: Senders, options: ServeOptions): Doors {
  const run = (client: ClientSide): void => {
    exchange({ runtime: current().runtime, senders, observer: options.observer, unmatched: options.unmatched }, client).catch((error: unknown) => {
      options.onError?.(error);
      client.destroy();
    });
  };
  return {
    entryPoint: name,
    request: run,
    stream: (stream) => run(http2Side(name, stream)),
    tcp: () => current().doors.get(name) ?? CLOSED,
    tcpRoute: (client, { route }, clientIp) => current().tcp(client, route, clientIp),
    tls: (serverName) => current().tls.get(name)?.http(serverName),
    tcpTls: (route, serverName) => current().tls.get(name)?.tcp(route, serverName),
  };
}
