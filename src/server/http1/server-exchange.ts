import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { HeaderList } from '../../ir/index.ts';
import { HELD_BACK } from '../../runtime/index.ts';
import type { Body, Incoming, RuntimeResponse } from '../../runtime/index.ts';
import { bodyOf, isStream, outgoing } from '../answer.ts';
import { brokeOff, counted } from '../counted.ts';
import type { ClientSide } from '../exchange.ts';
import { announcedBy, trailersOf } from '../fields.ts';
import { clientAddress, tlsState } from '../peer.ts';
import { isUpgraded, tie } from '../upgraded.ts';
import { answerHead, earlyHead, saidAndDone, type AnswerHead } from './answer-lines.ts';
import type { Arrival } from './arrival.ts';
import type { BodyIn } from './body-in.ts';
import { pump, writeWhole } from './pump.ts';

/** The connection that an exchange is part of. */
export interface Wire {
  readonly socket: Socket;
  readonly entryPoint: string;
  readonly closing: boolean;
  readonly over: (keep: boolean) => void;
  readonly release: () => Buffer;
}

/** What a server may say ahead of its answer to a client that does not read: the rest is dropped. */
const MOST_AHEAD = 1_048_576;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** The client's side of an exchange over HTTP/1. */
export class ServerExchange implements ClientSide {
  readonly protocol: string;
  readonly incoming: Incoming;
  readonly #wire: Wire;
  readonly #arrival: Arrival;
  readonly #body: BodyIn;
  #state: 'waiting' | 'answering' | 'over' = 'waiting';
  #onGone: (() => void) | undefined;
  #source: Readable | undefined;
  #toldToGoOn: boolean;

  constructor(wire: Wire, arrival: Arrival, body: BodyIn) {
    this.#wire = wire;
    this.#arrival = arrival;
    this.#body = body;
    this.#toldToGoOn = !arrival.expects || isEmpty(arrival);
    this.protocol = arrival.http10 ? 'HTTP/1.0' : 'HTTP/1.1';
    this.incoming = incoming(wire, arrival, body, () => this.wanted());
  }

  onGone(then: () => void): void {
    this.#onGone = then;
  }

  /** The client left. */
  gone(): void {
    if (this.#state === 'over') return;
    this.#onGone?.();
    this.#onGone = undefined;
    this.#source?.destroy();
  }

  /** Somebody reads the body: a client that asked first is told to send it. */
  wanted(): void {
    if (this.#toldToGoOn || this.#state !== 'waiting') return;
    this.#toldToGoOn = true;
    this.#wire.socket.write(CONTINUE, 'latin1');
  }

  readonly inform = (status: number, headers: HeaderList): void => {
    const { socket } = this.#wire;
    if (this.#state !== 'waiting' || socket.destroyed || socket.writableLength > MOST_AHEAD) return;
    if (status === 100) this.#toldToGoOn = true;
    socket.write(earlyHead(status, headers, this.#arrival.http10), 'latin1');
  };

  destroy(): void {
    this.#state = 'over';
    this.#wire.socket.destroy();
  }

  async write(answer: RuntimeResponse): Promise<number> {
    const { socket } = this.#wire;
    // A status below 100 cannot be told: Go's server gives up (ran).
    if (socket.destroyed || answer.status < 100) return this.#cut(answer);
    this.#state = 'answering';
    if (isWorded(answer)) return this.#refuse(answer.body.bytes);
    if (answer.status === 101 && isUpgraded(answer.upgrade)) {
      this.#state = 'over';
      return tie(answer, answer.upgrade, { socket, head: this.#wire.release() });
    }
    const bodied = answer.status >= 200 && answer.status !== 204 && answer.status !== 304 && this.#arrival.method !== 'HEAD';
    const { status, headers, body } = bodied ? await counted(answer, HELD_BACK.http1, (stream) => void (this.#source = stream)) : outgoing(answer);
    if (isStream(body) && brokeOff(body)) {
      this.#over(0, false, false);
      return 0;
    }
    const head = answerHead(status, headers, { http10: this.#arrival.http10, close: this.#arrival.close || this.#wire.closing || !this.#toldToGoOn || this.#body.broken || isRefusal(answer), bodied, announced: announcedBy(answer.body) });
    if (bodied && isStream(body)) return this.#stream(answer, head, body);
    if (isStream(body)) body.destroy();
    return this.#whole(answer, head, bodied && !isStream(body) ? bodyOf(body) : NOTHING, bodied);
  }

  /** In the words of Go's server, also to HEAD. */
  #refuse(words: Uint8Array): number {
    this.#wire.socket.write(saidAndDone(Buffer.from(words).toString('latin1')), 'latin1');
    this.#over(0, false, true);
    return words.length;
  }

  #cut(answer: RuntimeResponse): number {
    const { body } = outgoing(answer);
    if (isStream(body)) body.destroy();
    this.destroy();
    this.#wire.over(false);
    return 0;
  }

  #whole(answer: RuntimeResponse, { text, framing, close }: AnswerHead, body: Buffer, bodied: boolean): number {
    const { socket } = this.#wire;
    const promised = bodied && typeof framing === 'number' ? framing : body.length;
    // More than was announced would be read as another answer; less can only be told by the connection's end.
    const sent = body.length > promised ? NOTHING : body;
    writeWhole(socket, text, sent, framing === 'chunked' && bodied, () => trailersOf(answer.body));
    this.#over(sent.length, !close && framing !== 'bare' && sent.length === promised, sent.length === promised);
    return sent.length;
  }

  #stream(answer: RuntimeResponse, { text, framing, close }: AnswerHead, body: Readable): Promise<number> {
    const { socket } = this.#wire;
    socket.cork();
    socket.write(text, 'latin1');
    return new Promise((resolve) => {
      pump(body, socket, {
        framing,
        trailers: () => trailersOf(answer.body),
        over: (bytes, whole) => {
          this.#over(bytes, whole && !close && framing !== 'bare', whole);
          body.destroy();
          resolve(bytes);
        },
      });
      process.nextTick(() => socket.uncork());
    });
  }

  /** An answer that broke off takes the client's connection with it, so that nobody takes half for all. */
  #over(_: number, keep: boolean, whole: boolean): void {
    if (!whole && this.#state !== 'over') this.gone();
    this.#state = 'over';
    if (!whole) this.#wire.socket.destroy();
    this.#wire.over(keep);
  }
}

/** What Go's server itself refuses is the last thing on its connection; Traefik's own refusals are not (ran). */
function isRefusal(answer: RuntimeResponse): boolean {
  return isOfNobody(answer) && (answer.status === 417 || answer.status === 501);
}

/** What Go's server refuses while it still reads the head: the body says how. */
function isWorded(answer: RuntimeResponse): answer is RuntimeResponse & { readonly body: Extract<Body, { kind: 'bytes' }> } {
  return isOfNobody(answer) && answer.status === 400 && answer.body.kind === 'bytes';
}

function isOfNobody({ route, via }: RuntimeResponse): boolean {
  return route === undefined && via === undefined;
}

const NOTHING = Buffer.alloc(0);

/** The message as it was sent: target and header values as bytes, names in their spelling. */
function incoming({ socket, entryPoint }: Wire, arrival: Arrival, body: BodyIn, wanted: () => void): Incoming {
  const { method, target, host, headers, http10 } = arrival;
  const base = { entryPoint, method, target, host, headers, tls: tlsState(socket), clientIp: clientAddress(socket), body: bodyOn(arrival, body, wanted) };
  return http10 ? { ...base, http10 } : base;
}

const NO_BODY = { kind: 'none' } as const;

function isEmpty({ framing }: Arrival): boolean {
  return framing.kind === 'length' && framing.length === 0;
}

function bodyOn(arrival: Arrival, body: BodyIn, wanted: () => void): Body {
  if (isEmpty(arrival)) return NO_BODY;
  const { framing, announced, expects } = arrival;
  const source = body.source();
  source.announced = announced;
  if (expects) source.wanted = wanted;
  return { kind: 'stream', source, length: framing.kind === 'length' ? framing.length : undefined };
}
