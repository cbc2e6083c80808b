import type { Socket } from 'node:net';
import type { Held } from '../connections.ts';
import type { ClientSide } from '../exchange.ts';
import { refusalText } from './answer-lines.ts';
import { readArrival } from './arrival.ts';
import { BodyIn } from './body-in.ts';
import { Gather } from './gather.ts';
import { HeadReader } from './head.ts';
import { ServerExchange, type Wire } from './server-exchange.ts';

/** Bytes that may wait behind a request that is not answered yet. */
const AHEAD = 65_536;
/** Of a body that nobody read, so much is taken in for the sake of the connection, as in Go. */
const UNREAD = 262_144;
/** How long a client may take to read a last answer while it still sends. */
const LINGER = 500;

export interface ConnectionOptions {
  readonly entryPoint: string;
  readonly held: Held;
  readonly handle: (client: ClientSide) => void;
}

/** A client's connection: one request after the other, each answered before the next is looked at. */
export class ServerConnection implements Wire {
  readonly socket: Socket;
  readonly #options: ConnectionOptions;
  readonly #input = new Gather();
  readonly #heads = new HeadReader();
  #body: BodyIn | undefined;
  #exchange: ServerExchange | undefined;
  #lastMethod = '';
  #unread = -1;
  #dead = false;

  constructor(socket: Socket, options: ConnectionOptions) {
    this.socket = socket;
    this.#options = options;
    socket.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  get entryPoint(): string {
    return this.#options.entryPoint;
  }

  get closing(): boolean {
    return this.#options.held.closing;
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#dead) return;
    const rest = this.#body === undefined ? chunk : this.#feed(this.#body, chunk);
    if (rest.length === 0) return;
    this.#input.add(rest);
    if (this.#exchange === undefined) this.#next();
    else if (this.#input.length > AHEAD) this.socket.pause();
  };

  readonly #onEnd = (): void => {
    this.#exchange?.gone();
    this.#body?.close(false);
    // Nothing is under way: the client is done, and so are we.
    if (this.#exchange === undefined) this.socket.end();
  };

  readonly #onClose = (): void => {
    this.#dead = true;
    this.#exchange?.gone();
    this.#body?.close(false);
  };

  #feed(body: BodyIn, chunk: Buffer): Buffer {
    const used = body.feed(chunk);
    if (body.broken) {
      this.#dead = true;
      if (this.#exchange === undefined) this.socket.destroy();
      return chunk.subarray(chunk.length);
    }
    if (this.#unread >= 0) {
      this.#unread += used;
      if (this.#unread > UNREAD) this.socket.destroy();
    }
    if (!body.done) return chunk.subarray(used);
    this.#body = undefined;
    this.#unread = -1;
    return chunk.subarray(used);
  }

  /** Begins with the next request, if a whole head is there. */
  #next(): void {
    if (this.#lastMethod === 'POST') this.#skipBlankLine();
    const head = this.#heads.take(this.#input);
    if (head === undefined) return;
    if ('broken' in head) return this.#refuse(head.broken);
    const arrival = readArrival(head);
    if (typeof arrival === 'string') return this.#refuse(arrival);
    this.#lastMethod = arrival.method;
    this.#options.held.begin();
    const body = new BodyIn(arrival.framing, { flow: (wanted) => this.#flow(wanted), dropped: () => this.#dropped() });
    if (this.#input.length > 0) this.#input.drop(body.feed(this.#input.bytes));
    // The body's reader meets the error, and the connection ends with the answer.
    this.#dead = body.broken;
    this.#body = body.done || body.broken ? undefined : body;
    this.#exchange = new ServerExchange(this, arrival, body);
    this.#options.handle(this.#exchange);
  }

  /** Old clients send one behind a form; Go's server takes it there and nowhere else. */
  #skipBlankLine(): void {
    const { bytes } = this.#input;
    let count = 0;
    while (count < 4 && (bytes[count] === 13 || bytes[count] === 10)) count += 1;
    this.#input.drop(count);
  }

  #refuse(why: Parameters<typeof refusalText>[0]): void {
    this.socket.write(refusalText(why), 'latin1');
    this.#leave(true);
  }

  #flow(wanted: boolean): void {
    if (!wanted) {
      this.socket.pause();
      return;
    }
    this.socket.resume();
  }

  /** The rest of a body comes in and is forgotten. */
  #dropped(): void {
    if (this.#body === undefined || this.#body.done || this.#dead) return;
    this.#unread = 0;
    this.socket.resume();
  }

  /** An answer is over: on with the next request, unless the connection was to end with it. */
  over(keep: boolean): void {
    this.#exchange = undefined;
    this.#options.held.end();
    if (this.#dead || this.socket.destroyed) {
      this.socket.destroySoon();
      return;
    }
    if (!keep || this.socket.readableEnded) return this.#leave(this.#body !== undefined || this.#input.length > 0);
    if (this.#body !== undefined) this.#dropped();
    this.socket.resume();
    // Not from within: answers that are there at once would pile up on the stack.
    if (this.#input.length > 0 && this.#body === undefined) setImmediate(() => {
      if (!this.#dead && this.#exchange === undefined && this.#body === undefined) this.#next();
    });
  }

  /** What is unread would make the system take back what was written. */
  #leave(unread: boolean): void {
    this.#dead = true;
    if (!unread) {
      this.socket.destroySoon();
      return;
    }
    this.socket.end();
    this.socket.resume();
    setTimeout(() => this.socket.destroy(), LINGER).unref();
  }

  /** Gives the connection away; returns what came in and was not looked at. */
  release(): Buffer {
    this.#dead = true;
    this.socket.off('data', this.#onData).off('end', this.#onEnd);
    return this.#input.bytes;
  }
}

