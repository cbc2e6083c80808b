import type { Socket } from 'node:net';
import type { HeaderList } from '../../ir/index.ts';
import { withCacheControl, type UpstreamResponse } from '../../runtime/index.ts';
import { ByteSource } from '../byte-source.ts';
import type { Upgraded } from '../upgraded.ts';
import { BodyIn } from './body-in.ts';
import { is, marksOf, responseFraming, type Framing } from './framing.ts';
import { Gather } from './gather.ts';
import { HeadReader, type Head } from './head.ts';
import type { Pool } from './pool.ts';

/** The connection ended without a word, or in the middle of one; what came is no answer; nothing came for too long. */
export type Failed = 'silent' | 'broken' | 'garbled' | 'late';

/** Who waits for an answer on a connection. */
export interface Asker {
  readonly method: string;
  /** It wants to leave HTTP. */
  readonly upgrades: boolean;
  /** The request went out whole. */
  readonly sent: boolean;
  /** Something comes ahead of the answer. */
  readonly informed: (status: number, headers: HeaderList) => void;
  readonly answered: (response: UpstreamResponse) => void;
  /** No answer. */
  readonly failed: (how: Failed, error: Error | null) => void;
}

/** A connection to a server: one request at a time, kept for the next. */
export class ClientConnection {
  readonly socket: Socket;
  readonly #pool: Pool;
  readonly #input = new Gather();
  readonly #heads = new HeadReader();
  #asker: Asker | undefined;
  #body: BodyIn | undefined;
  #frameless = false;
  #keep = false;
  #anything = false;
  #dead = false;
  /** It answered before. */
  reused = false;
  idleSince = 0;
  /** Runs out when the server is silent for too long. */
  readonly #patience: NodeJS.Timeout | undefined;

  constructor(socket: Socket, pool: Pool) {
    this.socket = socket;
    this.#pool = pool;
    const { read } = pool.timeouts;
    this.#patience = read > 0 ? setTimeout(this.#onSilence, read).unref() : undefined;
    socket.on('data', this.#onData).on('end', this.#onClose).on('error', this.#onClose).on('close', this.#onClose);
  }

  get usable(): boolean {
    return !this.#dead && !this.socket.destroyed;
  }

  /** The next answer is for this asker. */
  attend(asker: Asker): void {
    this.#asker = asker;
    this.#anything = false;
    this.#patience?.refresh();
    if (this.reused) this.socket.ref();
  }

  destroy(): void {
    this.#dead = true;
    this.socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#dead) return;
    this.#anything = true;
    this.#patience?.refresh();
    if (this.#body !== undefined) return this.#feed(this.#body, chunk);
    // Nobody asked.
    if (this.#asker === undefined) return this.destroy();
    this.#input.add(chunk);
    this.#readHeads(this.#asker);
  };

  #readHeads(asker: Asker): void {
    for (;;) {
      const head = this.#heads.takeLenient(this.#input);
      if (head === undefined) return;
      const status = 'broken' in head ? undefined : statusOf(head.start);
      if ('broken' in head || status === undefined) return this.#fail('garbled');
      if (status === 101) return this.#upgrade(asker, head);
      if (status >= 200 || status < 100) return this.#answer(asker, head, status);
      asker.informed(status, head.fields);
    }
  }

  #answer(asker: Asker, { start, fields }: Head, status: number): void {
    const read = marksOf(fields);
    // Before HTTP/1.1 there were no codings (ran).
    const marks = /^HTTP\/(?:0|1\.0)/.test(start) ? { ...read, codings: [] } : read;
    const bodiless = asker.method === 'HEAD' || status === 204 || status === 304;
    const framing = responseFraming(marks, bodiless);
    if (framing.kind === 'broken') return this.#fail('garbled');
    this.#frameless = framing.kind === 'close';
    this.#keep = !marks.close && !this.#frameless && (start.startsWith('HTTP/1.1') || marks.keepAlive) && (marks.length === undefined || marks.codings.length === 0);
    const { source, body } = this.#begin(framing);
    const length = marks.length === undefined || marks.codings.length > 0 ? undefined : Number(marks.length);
    source.announced = fields.find(([name]) => is(name, 'trailer'))?.[1];
    // Chunks have won over a length: it says nothing.
    const counted = marks.codings.length === 0 ? fields : fields.filter(([name]) => !is(name, 'content-length'));
    // What stands beside `close` is forgotten with it, and so names no field that ends here (Go's shouldClose).
    const headers = marks.close && !start.startsWith('HTTP/1.0') ? counted.filter(([name]) => !is(name, 'connection')) : counted;
    asker.answered({ status, headers: withCacheControl(headers), body: status === 204 || status === 304 ? { kind: 'none' } : { kind: 'stream', source, length: Number.isSafeInteger(length) ? length : undefined } });
    if (body.done) this.#free();
  }

  /** What came with the head is read at once. */
  #begin(framing: Framing): { readonly source: ByteSource; readonly body: BodyIn } {
    const body = new BodyIn(framing, {
      flow: (wanted) => void (wanted ? this.socket.resume() : this.socket.pause()),
      dropped: () => {
        if (this.#body === body) this.destroy();
      },
    });
    if (!body.done && this.#input.length > 0) this.#input.drop(body.feed(this.#input.bytes));
    this.#body = body.done ? undefined : body;
    const source = body.source();
    if (body.broken) this.destroy();
    return { source, body };
  }

  #feed(body: BodyIn, chunk: Buffer): void {
    const used = body.feed(chunk);
    if (body.broken) return this.destroy();
    if (!body.done) return;
    this.#body = undefined;
    if (used < chunk.length) this.#keep = false;
    this.#free();
  }

  #upgrade(asker: Asker, { fields }: Head): void {
    if (!asker.upgrades) return this.#fail('garbled');
    clearTimeout(this.#patience);
    this.#dead = true;
    this.#asker = undefined;
    this.socket.off('data', this.#onData).off('end', this.#onClose).off('close', this.#onClose);
    this.socket.pause();
    asker.answered({ status: 101, headers: fields, body: { kind: 'none' }, upgrade: { socket: this.socket, head: this.#input.bytes } satisfies Upgraded });
  }

  /** An answer is over. Bytes behind it would be read as the next one. */
  #free(): void {
    const asker = this.#asker;
    this.#asker = undefined;
    if (!this.#keep || this.#input.length > 0 || asker?.sent !== true || this.socket.destroyed) return this.destroy();
    this.reused = true;
    this.idleSince = performance.now();
    this.socket.resume();
    this.socket.unref();
    this.#pool.give(this);
  }

  #fail(how: Failed): void {
    const asker = this.#asker;
    this.#asker = undefined;
    this.destroy();
    asker?.failed(how, null);
  }

  readonly #onSilence = (): void => {
    // Whoever takes nothing has no right to be told anything.
    if (this.socket.isPaused()) this.#patience?.refresh();
    else this.#fail('late');
  };

  readonly #onClose = (): void => {
    this.#dead = true;
    clearTimeout(this.#patience);
    const asker = this.#asker;
    this.#asker = undefined;
    const body = this.#body;
    this.#body = undefined;
    // After a clean end only: a reset is no end of a body.
    if (body !== undefined) body.close(this.#frameless && this.socket.readableEnded && this.socket.errored === null);
    else asker?.failed(!this.#anything ? 'silent' : this.socket.errored === null ? 'garbled' : 'broken', this.socket.errored);
    this.socket.destroy();
  };
}

/** A number of three characters that is not below zero, behind any version (ran: `+99` counts as 99). */
function statusOf(start: string): number | undefined {
  const found = /^HTTP\/\d\.\d +(\d{3}|[+-]\d\d)(?: |$)/.exec(start);
  const status = found === null ? -1 : Number(found[1]);
  return status >= 0 ? status : undefined;
}
