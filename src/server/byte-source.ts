import type { Readable } from 'node:stream';

/** A stream that can be looked into before it is passed on. */
export class ByteSource {
  readonly #stream: Readable;
  #held: Buffer[] = [];
  #length = 0;
  #ended = false;

  constructor(stream: Readable) {
    this.#stream = stream;
  }

  /** The stream itself, for what else it knows (trailers). */
  get origin(): Readable {
    return this.#stream;
  }

  /** The first bytes, `atMost` of them, and whether the stream ends there. They stay in the stream. */
  async peek(atMost: number): Promise<{ readonly bytes: Uint8Array; readonly complete: boolean }> {
    while (this.#length <= atMost && !this.#ended) await this.#more();
    const bytes = Buffer.concat(this.#held);
    this.#held = [bytes];
    return { bytes: bytes.subarray(0, atMost), complete: this.#ended && bytes.length <= atMost };
  }

  /** The whole stream, from its first byte. To be asked once. */
  stream(): Readable {
    const bytes = Buffer.concat(this.#held);
    this.#held = [];
    this.#length = 0;
    if (bytes.length > 0 && !this.#ended) this.#stream.unshift(bytes);
    return this.#stream;
  }

  /** The bytes when all have been read; undefined = there is more to come. */
  whole(): Uint8Array | undefined {
    return this.#ended ? Buffer.concat(this.#held) : undefined;
  }

  async #more(): Promise<void> {
    const chunk: unknown = this.#stream.read();
    if (chunk instanceof Buffer) {
      this.#held.push(chunk);
      this.#length += chunk.length;
      return;
    }
    if (this.#stream.readableEnded || this.#stream.destroyed) this.#ended = true;
    else this.#ended = await nextEvent(this.#stream);
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
