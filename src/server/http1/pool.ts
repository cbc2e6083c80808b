import { connect, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Timeouts } from '../timeouts.ts';
import type { ClientConnection } from './client-connection.ts';

/** Where a server is and how it is spoken to. */
export interface Origin {
  readonly host: string;
  readonly port: number;
  /** undefined = plain. */
  readonly tls: ConnectionOptions | undefined;
  /** Connections of one key are alike. */
  readonly key: string;
  readonly timeouts: Timeouts;
}

/** How often connections that waited too long are looked for. */
const SWEEP = 30_000;

/** Connections to one server; the one that was used last is used next, so that a spare one grows old. */
export class Pool {
  readonly #origin: Origin;
  readonly #idle: ClientConnection[] = [];
  #session: Buffer | undefined;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  get timeouts(): Timeouts {
    return this.#origin.timeouts;
  }

  get secure(): boolean {
    return this.#origin.tls !== undefined;
  }

  /** A connection that is open already. */
  take(): ClientConnection | undefined {
    for (let found = this.#idle.pop(); found !== undefined; found = this.#idle.pop()) {
      if (found.usable && !this.#stale(found, performance.now())) return found;
      found.destroy();
    }
    return undefined;
  }

  give(connection: ClientConnection): void {
    if (this.#idle.length < this.#origin.timeouts.mostIdle) this.#idle.push(connection);
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
    const kept = this.#idle.filter((connection) => connection.usable && !this.#stale(connection, now));
    for (const connection of this.#idle) if (!kept.includes(connection)) connection.destroy();
    this.#idle.splice(0, this.#idle.length, ...kept);
  }

  #stale({ idleSince }: ClientConnection, now: number): boolean {
    const { idle } = this.#origin.timeouts;
    return idle > 0 && now - idleSince >= idle;
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
