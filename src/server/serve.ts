import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { hostname } from 'node:os';
import type { Endpoint, Listener, Routing } from '../ir/index.ts';
import { createRuntime, type Incoming, type Runtime } from '../runtime/index.ts';
import { certificateStore, type KeyPair, type Tls } from './certificates.ts';
import { exchange, type ClientSide } from './exchange.ts';
import { watchHealth } from './health.ts';
import { http1Side } from './http1.ts';
import { http2Side } from './http2.ts';
import { listen, type Doors, type Listening } from './listen.ts';
import type { Observer } from './observer.ts';
import { selfSigned } from './self-signed.ts';
import type { Place, Senders } from './send.ts';
import { tcpDoor, type TcpDoor } from './tcp.ts';
import { tcpForwarder, type TcpForwarder } from './tcp-forward.ts';

export interface ServeOptions {
  /** Where an entry point listens, when not where it says (`--entrypoint`); port 0 = any. */
  readonly entryPoint?: (name: string) => Place | undefined;
  /** Where an endpoint is, when not where the routing says (`--endpoint`). */
  readonly endpoint?: (endpoint: Endpoint) => Place | undefined;
  /** Certificates for TLS, the default first; without any, one made for this run. */
  readonly certificates?: readonly KeyPair[];
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
  readonly update: (routing: Routing, certificates?: readonly KeyPair[]) => void;
  /** Stops listening; what is under way has `grace` milliseconds to end. */
  readonly close: (grace?: number) => Promise<void>;
}

/** What is in force: one routing, never half of two. */
interface Current {
  readonly runtime: Runtime;
  readonly doors: ReadonlyMap<string, TcpDoor>;
  readonly tcp: TcpForwarder;
  readonly tls: Tls;
  readonly stop: () => void;
}

/** Serves a routing on sockets. Rejects when a port cannot be had; then none stays open. */
export async function serve(routing: Routing, options: ServeOptions = {}): Promise<Served> {
  const senders = sendersOf(options);
  const own = selfSigned(['localhost', '127.0.0.1']);
  const make = (next: Routing, certificates: readonly KeyPair[]): Current => inForce(next, senders, certificates.length === 0 ? [own] : certificates);
  let current = make(routing, options.certificates ?? []);
  const open = new Map<string, Listening>();
  const close = async (grace = 0): Promise<void> => {
    await Promise.all([...open.values()].map((one) => one.close(grace)));
    current.stop();
    senders.http.destroy();
    senders.https.destroy();
  };
  try {
    for (const listener of routing.listeners) {
      if (listener.entryPoint.udp) continue;
      const { name } = listener.entryPoint;
      open.set(name, await listen(options.entryPoint?.(name) ?? listener.entryPoint, doorsOf(listener, () => current, senders, options)));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const update = (next: Routing, certificates: readonly KeyPair[] = options.certificates ?? []): void => {
    const before = current;
    current = make(next, certificates);
    before.stop();
  };
  return { ports: new Map([...open].map(([name, { port }]) => [name, port])), update, close };
}

function inForce(routing: Routing, senders: Senders, certificates: readonly KeyPair[]): Current {
  const runtime = createRuntime(routing, { clock: () => performance.now(), random: Math.random, hostname: hostname() });
  const tls = certificateStore(certificates);
  if (tls === undefined) throw new TypeError('no certificate at all');
  return {
    runtime,
    doors: new Map(routing.listeners.map((listener) => [listener.entryPoint.name, tcpDoor(listener)])),
    tcp: tcpForwarder(),
    tls,
    stop: watchHealth(runtime, senders),
  };
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
    request: (message, response, client) => run(http1Side(name, message, response, client)),
    stream: (stream) => run(http2Side(name, stream)),
    tcp: () => current().doors.get(name) ?? CLOSED,
    tcpRoute: (client, { route }, clientIp) => current().tcp(client, route, clientIp),
    tls: () => current().tls,
  };
}

function sendersOf(options: ServeOptions): Senders {
  const agent = { keepAlive: true, maxFreeSockets: 200, scheduling: 'lifo' } as const;
  return {
    http: new Agent(agent),
    https: new SecureAgent(agent),
    place: (endpoint) => options.endpoint?.(endpoint) ?? { host: endpoint.host, port: endpoint.port },
  };
}
