/** What the first bytes of a connection are. */
export type Hello =
  | { readonly kind: 'more' }
  /** `http2`: the preface of HTTP/2 without TLS. */
  | { readonly kind: 'plain'; readonly http2: boolean }
  | { readonly kind: 'tls'; readonly serverName: string; readonly alpn: readonly string[] };

const HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;
/** A hello that is longer than a record may be is none. */
const MAX_RECORD = 16_384 + 5;

/** Reads the names out of a TLS ClientHello without answering it. A record that is no ClientHello is left to the TLS stack. */
export function readHello(bytes: Buffer): Hello {
  if (bytes.length === 0) return { kind: 'more' };
  if (bytes[0] !== HANDSHAKE) return plain(bytes);
  if (bytes.length < 5) return { kind: 'more' };
  const end = 5 + bytes.readUInt16BE(3);
  if (end > MAX_RECORD) return { kind: 'tls', serverName: '', alpn: [] };
  if (bytes.length < end) return { kind: 'more' };
  return { kind: 'tls', ...namesOf(new Reader(bytes.subarray(5, end))) };
}

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n');

function plain(bytes: Buffer): Hello {
  const same = bytes.subarray(0, PREFACE.length).equals(PREFACE.subarray(0, bytes.length));
  return same && bytes.length < PREFACE.length ? { kind: 'more' } : { kind: 'plain', http2: same };
}

function namesOf(hello: Reader): { readonly serverName: string; readonly alpn: readonly string[] } {
  let serverName = '';
  let alpn: readonly string[] = [];
  if (hello.number(1) !== CLIENT_HELLO) return { serverName, alpn };
  // Length, version, random; then session, ciphers, compressions.
  hello.take(3 + 2 + 32);
  hello.take(hello.number(1));
  hello.take(hello.number(2));
  hello.take(hello.number(1));
  const extensions = new Reader(hello.take(hello.number(2)));
  while (extensions.left > 0) {
    const type = extensions.number(2);
    const body = new Reader(extensions.take(extensions.number(2)));
    if (type === 0) serverName = firstName(body);
    if (type === 16) alpn = protocols(body);
  }
  return { serverName, alpn };
}

function firstName(body: Reader): string {
  const list = new Reader(body.take(body.number(2)));
  while (list.left > 0) {
    const type = list.number(1);
    const name = list.take(list.number(2));
    if (type === 0) return name.toString('latin1').toLowerCase();
  }
  return '';
}

function protocols(body: Reader): readonly string[] {
  const list = new Reader(body.take(body.number(2)));
  const out: string[] = [];
  while (list.left > 0) out.push(list.take(list.number(1)).toString('latin1'));
  return out;
}

/** Reads forward and never beyond the end: what is missing reads as nothing, and then there is nothing left. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  take(length: number): Buffer {
    const out = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at = Math.min(this.#bytes.length, this.#at + length);
    return out;
  }

  number(size: number): number {
    const bytes = this.take(size);
    return bytes.length < size ? 0 : bytes.readUIntBE(0, size);
  }
}
