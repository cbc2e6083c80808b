import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { hostname } from 'node:os';
import type { Endpoint, Routing } from '../ir/index.ts';
import { createRuntime, type Runtime } from '../runtime/index.ts';
import { certificateStore, type KeyPair } from './certificates.ts';
import { exchange } from './exchange.ts';
import { watchHealth } from './health.ts';
import { listen, type Listening } from './listen.ts';
import type { Place, Senders } from './send.ts';

export interface ServeOptions {
  /** Where an entry point listens, when not where it says (`--entrypoint`); port 0 = any. */
  readonly entryPoint?: (name: string) => Place | undefined;
  /** Where an endpoint is, when not where the routing says (`--endpoint`). */
  readonly endpoint?: (endpoint: Endpoint) => Place | undefined;
  /** Certificates of entry points with TLS routes, the default first. */
  readonly certificates?: readonly KeyPair[];
  /** Told of requests that broke us; the client got a 500 or its connection cut. */
  readonly onError?: (error: unknown) => void;
}

export interface Served {
  /** Port by entry point. */
  readonly ports: ReadonlyMap<string, number>;
  /** Takes another routing for the same entry points; requests under way end as they began. */
  readonly update: (routing: Routing) => void;
  readonly close: () => Promise<void>;
}

/** Serves a routing on sockets. Rejects when a port cannot be had; then none stays open. */
export async function serve(routing: Routing, options: ServeOptions = {}): Promise<Served> {
  const senders = sendersOf(options);
  const current = { runtime: runtimeOf(routing), stop: (): void => undefined };
  current.stop = watchHealth(current.runtime, senders);
  const open = new Map<string, Listening>();
  const close = async (): Promise<void> => {
    current.stop();
    await Promise.all([...open.values()].map((one) => one.close()));
    senders.http.destroy();
    senders.https.destroy();
  };
  try {
    for (const { entryPoint, tls, plain } of routing.listeners) {
      const store = tls.length > 0 ? certificateStore(options.certificates ?? []) : undefined;
      if (tls.length > 0 && plain.length === 0 && store === undefined) throw new Error(`entry point "${entryPoint.name}" has only TLS routes and no certificate was given`);
      const at = options.entryPoint?.(entryPoint.name) ?? entryPoint;
      const handle: Parameters<typeof listen>[1] = (message, response, client) => {
        exchange({ entryPoint: entryPoint.name, runtime: current.runtime, senders }, message, response, client).catch((error: unknown) => {
          options.onError?.(error);
          response.destroy();
        });
      };
      open.set(entryPoint.name, await listen(at, handle, store));
    }
  } catch (error) {
    await close();
    throw error;
  }
  const update = (next: Routing): void => {
    current.stop();
    current.runtime = runtimeOf(next);
    current.stop = watchHealth(current.runtime, senders);
  };
  return { ports: new Map([...open].map(([name, { port }]) => [name, port])), update, close };
}

function runtimeOf(routing: Routing): Runtime {
  return createRuntime(routing, { clock: () => performance.now(), random: Math.random, hostname: hostname() });
}

function sendersOf(options: ServeOptions): Senders {
  const agent = { keepAlive: true, maxFreeSockets: 200, scheduling: 'lifo' } as const;
  return {
    http: new Agent(agent),
    https: new SecureAgent(agent),
    place: (endpoint) => options.endpoint?.(endpoint) ?? { host: endpoint.host, port: endpoint.port },
  };
}
