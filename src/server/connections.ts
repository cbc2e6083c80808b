import type { Server as SocketServer, Socket } from 'node:net';

/** Until a request's head has come whole; a body may take as long as it likes. */
const HEAD_PATIENCE = 60_000;
/** Between two requests of one connection, as Traefik's idleTimeout. */
const IDLE_PATIENCE = 180_000;

/** The client's end: the same for a TCP socket and for whatever is layered upon it. */
export interface Peer {
  readonly remoteAddress?: string | undefined;
  readonly remotePort?: number | undefined;
}
/** One connection: how much goes on in it, and how long it may stay silent. */
export class Held {
  readonly socket: Socket;
  readonly #all: { readonly closing: boolean };
  #active = 0;
  /** Since when nothing goes on, and how long that may last. */
  #since = performance.now();
  #patience = HEAD_PATIENCE;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, all: { readonly closing: boolean }) {
    this.socket = socket;
    this.#all = all;
    this.#watch(HEAD_PATIENCE);
  }

  get closing(): boolean {
    return this.#all.closing;
  }

  get busy(): boolean {
    return this.#active > 0;
  }

  begin(): void {
    this.#active += 1;
  }

  end(): void {
    this.#active -= 1;
    if (this.#active > 0) return;
    this.#since = performance.now();
    this.#patience = IDLE_PATIENCE;
    if (this.#all.closing) this.socket.end();
  }

  forget(): void {
    clearTimeout(this.#timer);
  }

  /** One timer for a connection's whole life: setting one for each request would cost more than the request's routing. */
  #watch(milliseconds: number): void {
    this.#timer = setTimeout(() => {
      const left = this.busy ? this.#patience : this.#since + this.#patience - performance.now();
      if (left <= 1) this.socket.destroy();
      else this.#watch(left);
    }, milliseconds).unref();
  }
}

/** Connections of one entry point: who trickles is cut off, and who is in the middle of something may end it. */
export class Connections {
  readonly #held = new Map<string, Held>();
  #closing = false;

  get closing(): boolean {
    return this.#closing;
  }

  get size(): number {
    return this.#held.size;
  }

  add(socket: Socket): Held {
    const key = keyOf(socket);
    const held = new Held(socket, this);
    this.#held.set(key, held);
    socket.once('close', () => {
      held.forget();
      this.#held.delete(key);
    });
    return held;
  }

  /** Something goes on with this client until the returned function is called. */
  begin(peer: Peer): () => void {
    const held = this.#held.get(keyOf(peer));
    held?.begin();
    let ended = held === undefined;
    return () => {
      if (!ended) held?.end();
      ended = true;
    };
  }

  /** Stops listening, lets what is under way end within `grace` milliseconds, and cuts the rest. */
  close(server: SocketServer, grace: number): Promise<void> {
    this.#closing = true;
    const done = new Promise<void>((resolve) => void server.close(() => resolve()));
    for (const held of this.#held.values()) if (!held.busy || grace === 0) held.socket.destroy();
    const cut = setTimeout(() => {
      for (const { socket } of this.#held.values()) socket.destroy();
    }, grace);
    return done.finally(() => clearTimeout(cut));
  }
}

function keyOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${String(remotePort)}`;
}
