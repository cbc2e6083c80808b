import { Readable } from 'node:stream';

/** A stream that can be looked into before it is passed on. */
export class ByteSource {
  #stream: Readable | undefined;
  #held: Buffer[] = [];
  #length = 0;
  #ended = false;

  #failed = false;
  /** Names of trailers to come. */
  announced: string | undefined;
  /** Told when somebody begins to read. */
  wanted: (() => void) | undefined;
  #trailers: readonly [string, string][] | undefined;

  constructor(stream: Readable | undefined) {
    this.#stream = stream;
  }

  /** Bytes that are all there already, and what came behind them. */
  static whole(bytes: Buffer, trailers: readonly [string, string][]): ByteSource {
    const made = new ByteSource(undefined);
    made.#held = [bytes];
    made.#length = bytes.length;
    made.#ended = true;
    made.#trailers = trailers;
    return made;
  }

  /** The stream itself, for what else it knows; undefined = none is needed. */
  get origin(): Readable | undefined {
    return this.#stream;
  }

  /** Known before the end only where everything is there. */
  get trailers(): readonly [string, string][] | undefined {
    return this.#trailers;
  }

  /** Nobody wants what is left. */
  drop(): void {
    if (this.#stream?.destroyed === false && !this.#stream.readableEnded) this.#stream.destroy();
  }

  /** The first bytes, `atMost` of them, and whether the stream ends or breaks off there. They stay in the stream. */
  async peek(atMost: number): Promise<{ readonly bytes: Uint8Array; readonly complete: boolean; readonly torn: boolean }> {
    this.wanted?.();
    while (this.#length <= atMost && !this.#ended && !this.#failed) await this.#more();
    const bytes = Buffer.concat(this.#held);
    this.#held = [bytes];
    return { bytes: bytes.subarray(0, atMost), complete: this.#ended && bytes.length <= atMost, torn: this.#failed && bytes.length <= atMost };
  }

  /** The whole stream, from its first byte. To be asked once. */
  stream(): Readable {
    this.wanted?.();
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#length = 0;
    this.#stream ??= Readable.from([bytes]);
    if (bytes.length > 0 && !this.#ended) this.#stream.unshift(bytes);
    return this.#stream;
  }

  /** The bytes when all have been read; undefined = there is more to come. */
  whole(): Uint8Array | undefined {
    const [only] = this.#held;
    if (!this.#ended) return undefined;
    this.wanted?.();
    return this.#held.length === 1 && only !== undefined ? only : Buffer.concat(this.#held);
  }

  async #more(): Promise<void> {
    if (this.#stream === undefined) {
      this.#ended = true;
      return;
    }
    const chunk: unknown = this.#stream.read();
    if (chunk instanceof Buffer) {
      this.#held.push(chunk);
      this.#length += chunk.length;
      return;
    }
    // Half a body must not look whole: who goes on with it meets the error.
    if (this.#stream.errored !== null) this.#failed = true;
    else if (this.#stream.readableEnded || this.#stream.destroyed) this.#ended = true;
    else this.#ended = await nextEvent(this.#stream).catch(() => !(this.#failed = true));
  }
}

/** True when the stream is over. */
function nextEvent(stream: Readable): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const done = (act: () => void) => () => {
      stream.off('readable', onReadable).off('end', onEnd).off('close', onEnd).off('error', onError);
      act();
    };
    const onReadable = done(() => resolve(false));
    const onEnd = done(() => resolve(true));
    const onError = (error: Error) => done(() => reject(error))();
    stream.on('readable', onReadable).on('end', onEnd).on('close', onEnd).on('error', onError);
  });
}
