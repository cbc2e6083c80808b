const NOTHING = Buffer.alloc(0);

/** Bytes that came in pieces, in one buffer. A single piece is not copied; many small ones cost no more than their sum. */
export class Gather {
  #bytes: Buffer = NOTHING;
  #end = 0;

  get bytes(): Buffer {
    return this.#end === this.#bytes.length ? this.#bytes : this.#bytes.subarray(0, this.#end);
  }

  get length(): number {
    return this.#end;
  }

  add(piece: Buffer): void {
    if (this.#end === 0) {
      this.#bytes = piece;
      this.#end = piece.length;
      return;
    }
    const end = this.#end + piece.length;
    if (end > this.#bytes.length) {
      const wider = Buffer.allocUnsafe(end * 2);
      this.#bytes.copy(wider, 0, 0, this.#end);
      this.#bytes = wider;
    }
    piece.copy(this.#bytes, this.#end);
    this.#end = end;
  }

  /** Forgets the first `count` bytes. */
  drop(count: number): void {
    this.#end -= count;
    this.#bytes = this.#end === 0 ? NOTHING : this.#bytes.subarray(count);
  }
}
