import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import type { EffectResult, Failure, Inform, UpstreamRequest, UpstreamResponse } from '../../runtime/index.ts';
import type { HeaderList } from '../../ir/index.ts';
import { isFieldValue } from '../../text/index.ts';
import { lengthOf, streamOf } from '../body.ts';
import { announcedBy } from '../fields.ts';
import { bodyOf } from '../answer.ts';
import type { Waiter } from '../waiter.ts';
import { ClientConnection, type Asker, type Failed } from './client-connection.ts';
import { expectsGoAhead, is } from './framing.ts';
import { isName } from './lines.ts';
import type { Pool } from './pool.ts';
import { pump, writeWhole } from './pump.ts';

type Sent = Extract<EffectResult, { kind: 'sent' }>['outcome'];
export interface AskOptions {
  /** Milliseconds until the answer must have begun; 0 = for ever. */
  readonly timeout: number;
  readonly waiter: Waiter;
  readonly informed: Inform | undefined;
}

/** How long a server that says nothing is waited for before it gets a body that was announced, in milliseconds (Traefik's transport; ran). */
const LONGEST_WAIT = 1000;

/** Requests that a server may get twice without harm, as Go's transport sees it. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

/** Sends a request as the runtime wrote it; nothing is added but the body's frame. */
export function askHttp1(pool: Pool, request: UpstreamRequest, options: AskOptions): Promise<Sent> {
  const head = requestHead(request);
  // Text that cannot stand in a request is refused before anybody is asked (Go's client does the same).
  if (head === undefined) return Promise.resolve({ kind: 'failure', failure: 'unsupported' });
  return new Promise((resolve) => new Asking(pool, { request, head, resolve, options }).start());
}

interface Errand {
  readonly request: UpstreamRequest;
  readonly head: string;
  readonly resolve: (sent: Sent) => void;
  readonly options: AskOptions;
}

class Asking implements Asker {
  readonly method: string;
  readonly upgrades: boolean;
  sent = false;
  readonly #pool: Pool;
  readonly #errand: Errand;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #forget: () => void;
  #connection: ClientConnection | undefined;
  #connected = false;
  #failure: Failure | undefined;
  #settled = false;
  #dialing: NodeJS.Timeout | undefined;
  #writing: NodeJS.Timeout | undefined;
  #held: NodeJS.Timeout | undefined;
  /** Sends the body that is held back. */
  #goOn: (() => void) | undefined;

  constructor(pool: Pool, errand: Errand) {
    this.#pool = pool;
    this.#errand = errand;
    this.method = errand.request.method;
    this.upgrades = errand.request.upgrade !== undefined;
    const { timeout, waiter } = errand.options;
    this.#timer = timeout > 0 ? setTimeout(() => this.#giveUp('timeout'), timeout) : undefined;
    this.#forget = waiter.onLeave(() => this.#giveUp('cancelled'));
  }

  start(): void {
    const open = this.#pool.take();
    if (open === undefined) this.#dial();
    else {
      this.#connected = true;
      this.#use(open);
      this.#write(open);
    }
  }

  #dial(): void {
    const socket = this.#pool.dial();
    const connection = new ClientConnection(socket, this.#pool);
    this.#connected = false;
    this.#use(connection);
    const { dial } = this.#pool.timeouts;
    if (dial > 0) this.#dialing = setTimeout(() => this.#giveUp('unreached'), dial);
    // The body waits for the connection, so that a refused one leaves it for the next attempt.
    socket.once(this.#pool.secure ? 'secureConnect' : 'connect', () => {
      clearTimeout(this.#dialing);
      this.#connected = true;
      if (!this.#settled) this.#write(connection);
    });
  }

  #use(connection: ClientConnection): void {
    this.#connection = connection;
    connection.attend(this);
  }

  #write({ socket }: ClientConnection): void {
    const { request, head } = this.#errand;
    this.#watchWrites(socket);
    if (lengthOf(request.body) === 0 || !expectsGoAhead(request.headers)) return this.#send(socket, head);
    // The server is asked first whether it wants the body (ran).
    socket.write(head, 'latin1');
    this.#goOn = () => {
      this.#goOn = undefined;
      clearTimeout(this.#held);
      this.#send(socket, '');
    };
    this.#held = setTimeout(this.#goOn, LONGEST_WAIT);
  }

  #send(socket: Socket, head: string): void {
    const { request } = this.#errand;
    const body = streamOf(request.body);
    if (!(body instanceof Readable)) {
      writeWhole(socket, head, bodyOf(body), lengthOf(request.body) === undefined, noTrailers);
      this.sent = true;
      return;
    }
    if (head !== '') socket.write(head, 'latin1');
    pump(body, socket, {
      framing: lengthOf(request.body) ?? 'chunked',
      trailers: noTrailers,
      over: (_, whole) => {
        this.sent = whole;
        // Half a request must not look whole.
        if (!whole) this.#giveUp('unsupported');
      },
    });
  }

  informed(status: number, headers: HeaderList): void {
    if (this.#settled) return;
    this.#errand.options.informed?.(status, headers);
    if (status === 100) this.#goOn?.();
  }

  answered(response: UpstreamResponse): void {
    this.#settle({ kind: 'response', response });
  }

  /** A kept connection that its server closed in the meantime says nothing about the server. */
  failed(how: Failed, error: Error | null): void {
    const { request } = this.#errand;
    if (!this.#settled && this.#failure === undefined && how === 'silent' && this.#connection?.reused === true && request.body.kind === 'none' && REPEATABLE.has(request.method)) return this.start();
    this.#settle({ kind: 'failure', failure: this.#failure ?? this.#meaning(how, error) });
  }

  /** Nothing said for too long counts as late once the request is out; before that its sending broke off (ran). */
  #meaning(how: Failed, error: Error | null): Failure {
    if (!this.#connected) return isDistrust(error) ? 'distrusted' : 'refused';
    if (how === 'late') return this.sent ? 'timeout' : 'closed';
    return how === 'garbled' ? 'garbled' : 'closed';
  }

  /** A server that takes nothing of a request is given up. */
  #watchWrites(socket: Socket): void {
    const { write } = this.#pool.timeouts;
    if (write <= 0) return;
    let taken = -1;
    this.#writing = setInterval(() => {
      const now = socket.bytesWritten - socket.writableLength;
      if (this.sent && socket.writableLength === 0) clearInterval(this.#writing);
      else if (now === taken && socket.writableLength > 0) this.#giveUp('timeout');
      taken = now;
    }, write).unref();
  }

  #giveUp(failure: Failure): void {
    this.#failure = failure;
    this.#connection?.destroy();
    this.#settle({ kind: 'failure', failure });
  }

  #settle(sent: Sent): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#dialing);
    clearInterval(this.#writing);
    clearTimeout(this.#held);
    this.#goOn = undefined;
    this.#forget();
    this.#errand.resolve(sent);
  }
}

/** Host first, then the fields in order, with the body's own length; undefined = something in it cannot be said. */
function requestHead({ method, target, host, headers, body }: UpstreamRequest): string | undefined {
  if (!isName(method) || !TARGET.test(target) || !isFieldValue(host)) return undefined;
  let text = `${method} ${target} HTTP/1.1\r\nHost: ${host}\r\n`;
  for (const [name, value] of headers) {
    if (is(name, 'content-length') || is(name, 'transfer-encoding')) continue;
    if (!isName(name) || !isFieldValue(value)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  const length = lengthOf(body);
  if (length === undefined) return chunkedHead(text, announcedBy(body));
  return length > 0 || WITH_LENGTH.has(method) ? `${text}Content-Length: ${String(length)}\r\n\r\n` : `${text}\r\n`;
}

/** Only names of trailers are handed on (see {@link announcement}). */
function chunkedHead(text: string, announced: string | undefined): string | undefined {
  if (announced === undefined) return `${text}Transfer-Encoding: chunked\r\n\r\n`;
  return announced.split(',').every(isName) ? `${text}Transfer-Encoding: chunked\r\nTrailer: ${announced}\r\n\r\n` : undefined;
}

const noTrailers = (): HeaderList => [];

/** What was shown in the handshake is not what was wanted, or no handshake at all. Trouble of the network is something else, and so is a server that says no (ran). */
function isDistrust(error: Error | null): boolean {
  if (error === null || !('code' in error) || typeof error.code !== 'string' || error.code === 'ECONNRESET') return false;
  return (error.code === 'EPROTO' || !('syscall' in error)) && !/alert/i.test(`${error.code} ${error.message}`);
}

const TARGET = /^[\x21-\x7e\x80-\xff]+$/;
const WITH_LENGTH = new Set(['POST', 'PUT', 'PATCH']);
