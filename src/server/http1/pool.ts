import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { ClientConnection } from './client-connection.ts';

/** Where a server is and how it is spoken to. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  /** undefined = plain. */
  readonly tls: ConnectionOptions | undefined;
  /** Connections of one key are alike. */
  readonly key: string;
  /** Milliseconds that a connection may take to come about. */
  readonly dialTimeout: number;
}

/** As Traefik's transport: so many, and so long, for each server. */
const MOST_IDLE = 200;
const IDLE = 90_000;
const SWEEP = 30_000;

/** Connections to one server; the one that was used last is used next, so that a spare one grows old. */
export class Pool {
  readonly #origin: Origin;
  readonly #idle: ClientConnection[] = [];
  #session: Buffer | undefined;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  get dialTimeout(): number {
    return this.#origin.dialTimeout;
  }

  get secure(): boolean {
    return this.#origin.tls !== undefined;
  }

  /** A connection that is open already. */
  take(): ClientConnection | undefined {
    for (let found = this.#idle.pop(); found !== undefined; found = this.#idle.pop()) if (found.usable) return found;
    return undefined;
  }

  give(connection: ClientConnection): void {
    if (this.#idle.length < MOST_IDLE) this.#idle.push(connection);
    else connection.destroy();
  }

  dial(): Socket {
    const { host, port, tls } = this.#origin;
    if (tls === undefined) return connect({ host, port, noDelay: true });
    const socket = connectTls({ host, port, ...tls, ...(this.#session === undefined ? {} : { session: this.#session }) });
    socket.setNoDelay(true);
    return socket.on('session', (session: Buffer) => void (this.#session = session));
  }

  sweep(now: number): void {
    const kept = this.#idle.filter((connection) => connection.usable && now - connection.idleSince < IDLE);
    for (const connection of this.#idle) if (!kept.includes(connection)) connection.destroy();
    this.#idle.splice(0, this.#idle.length, ...kept);
  }

  get empty(): boolean {
    return this.#idle.length === 0;
  }

  destroy(): void {
    for (const connection of this.#idle.splice(0)) connection.destroy();
  }
}

/** Connections to all servers. */
export interface Pools {
  readonly at: (origin: Origin) => Pool;
  readonly destroy: () => void;
}

export function pools(): Pools {
  const known = new Map<string, Pool>();
  let sweeper: NodeJS.Timeout | undefined;
  const sweep = (): void => {
    for (const [key, pool] of known) {
      pool.sweep(performance.now());
      if (pool.empty) known.delete(key);
    }
    if (known.size > 0) return;
    clearInterval(sweeper);
    sweeper = undefined;
  };
  return {
    at: (origin) => {
      const found = known.get(origin.key);
      if (found !== undefined) return found;
      const made = new Pool(origin);
      known.set(origin.key, made);
      sweeper ??= setInterval(sweep, SWEEP).unref();
      return made;
    },
    destroy: () => {
      clearInterval(sweeper);
      sweeper = undefined;
      for (const pool of known.values()) pool.destroy();
      known.clear();
    },
  };
}
