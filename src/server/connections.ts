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
interface Held {
  readonly socket: Socket;
  active: number;
  timer: NodeJS.Timeout | undefined;
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

  add(socket: Socket): void {
    const key = keyOf(socket);
    const held: Held = { socket, active: 0, timer: undefined };
    this.#held.set(key, held);
    wait(held, HEAD_PATIENCE);
    socket.once('close', () => {
      clearTimeout(held.timer);
      this.#held.delete(key);
    });
  }

  /** Something goes on with this client until the returned function is called. */
  begin(peer: Peer): () => void {
    const held = this.#held.get(keyOf(peer));
    if (held === undefined) return () => undefined;
    held.active += 1;
    clearTimeout(held.timer);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      held.active -= 1;
      if (held.active > 0) return;
      if (this.#closing) held.socket.end();
      else wait(held, IDLE_PATIENCE);
    };
  }

  /** Stops listening, lets what is under way end within `grace` milliseconds, and cuts the rest. */
  close(server: SocketServer, grace: number): Promise<void> {
    this.#closing = true;
    const done = new Promise<void>((resolve) => void server.close(() => resolve()));
    for (const { socket, active } of this.#held.values()) if (active === 0 || grace === 0) socket.destroy();
    const cut = setTimeout(() => {
      for (const { socket } of this.#held.values()) socket.destroy();
    }, grace);
    return done.finally(() => clearTimeout(cut));
  }
}

function keyOf({ remoteAddress = '', remotePort = 0 }: Peer): string {
  return `${remoteAddress} ${String(remotePort)}`;
}

/** A socket that is gone needs no patience, and a timer would keep it in memory until it ran out. */
function wait(held: Held, patience: number): void {
  if (held.socket.destroyed) return;
  held.timer = setTimeout(() => held.socket.destroy(), patience).unref();
}
