import { Readable } from 'node:stream';
import { ByteSource } from '../byte-source.ts';
import { rememberTrailers } from '../fields.ts';
import { BodyReader } from './body-reader.ts';
import type { Framing } from './framing.ts';

/** What a body asks of the connection that it comes from. */
export interface BodyHost {
  /** More is wanted, or wanted no longer for now. */
  readonly flow: (wanted: boolean) => void;
  /** Nobody wants the rest. */
  readonly dropped: () => void;
}

/** A body on its way in: whole at once where all of it came with the head, else a stream. */
export class BodyIn {
  readonly #reader: BodyReader;
  readonly #host: BodyHost;
  #early: Buffer[] | undefined = [];
  #stream: WireStream | undefined;

  constructor(framing: Framing, host: BodyHost) {
    this.#reader = new BodyReader(framing);
    this.#host = host;
  }

  get done(): boolean {
    return this.#reader.done;
  }

  get broken(): boolean {
    return this.#reader.broken;
  }

  /** Returns how many bytes were used up. */
  feed(bytes: Buffer): number {
    const used = this.#reader.read(bytes, this.#pass);
    if (this.#stream === undefined) return used;
    if (this.#reader.done) this.#end(this.#stream);
    else if (this.#reader.broken) this.fail();
    return used;
  }

  /** To be asked once, after the first bytes were fed. */
  source(): ByteSource {
    const early = this.#early ?? [];
    this.#early = undefined;
    if (this.#reader.done) return ByteSource.whole(early.length === 1 && early[0] !== undefined ? early[0] : Buffer.concat(early), this.#reader.trailers);
    this.#stream = new WireStream(this.#host);
    for (const piece of early) this.#stream.push(piece);
    if (this.#reader.broken) this.fail();
    return new ByteSource(this.#stream);
  }

  /** The connection ended: for a body without a frame that is its end. */
  close(frameless: boolean): void {
    if (this.#reader.done || this.#stream === undefined) return;
    if (frameless) this.#end(this.#stream);
    else this.fail();
  }

  fail(): void {
    this.#stream?.breakOff();
  }

  readonly #pass = (piece: Buffer): void => {
    if (this.#early !== undefined) this.#early.push(piece);
    else if (this.#stream?.destroyed === false && !this.#stream.push(piece)) this.#host.flow(false);
  };

  #end(stream: WireStream): void {
    rememberTrailers(stream, this.#reader.trailers);
    if (!stream.destroyed) stream.push(null);
  }
}

class WireStream extends Readable {
  readonly #host: BodyHost;
  #torn = false;

  constructor(host: BodyHost) {
    super({ highWaterMark: 65_536 });
    this.#host = host;
    // Whoever reads hears of it in the stream's end; whoever does not need not.
    this.on('error', () => undefined);
  }

  /** What came before is still there to be read (ran). */
  breakOff(): void {
    this.#torn = true;
    this.#failWhenEmpty();
  }

  #failWhenEmpty(): void {
    if (this.readableLength === 0) this.destroy(new Error('the body broke off'));
  }

  override read(size?: number): unknown {
    const piece: unknown = super.read(size);
    // Who takes a look puts back what was read.
    if (this.#torn) process.nextTick(() => this.#failWhenEmpty());
    return piece;
  }

  override _read(): void {
    if (!this.#torn) this.#host.flow(true);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#host.dropped();
    done(error);
  }
}
