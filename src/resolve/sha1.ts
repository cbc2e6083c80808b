/** SHA-1 of a text in UTF-8, as lower-case hex. Traefik names sticky cookies with it; no secret depends on it. */
export function sha1(text: string): string {
  const bytes = padded(new TextEncoder().encode(text));
  const state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < bytes.length; at += 64) block(state, new DataView(bytes.buffer, at, 64));
  return state.map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}

function padded(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array((((message.length + 8) >> 6) + 1) * 64);
  out.set(message);
  out[message.length] = 0x80;
  new DataView(out.buffer).setUint32(out.length - 4, message.length * 8);
  return out;
}

function block(state: number[], view: DataView): void {
  const words: number[] = [];
  for (let i = 0; i < 80; i += 1) {
    words.push(i < 16 ? view.getUint32(i * 4) : rotate((words[i - 3] ?? 0) ^ (words[i - 8] ?? 0) ^ (words[i - 14] ?? 0) ^ (words[i - 16] ?? 0), 1));
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0] = state;
  words.forEach((word, i) => {
    const [f, k] = round(i, b, c, d);
    const next = (rotate(a, 5) + f + e + k + word) | 0;
    [a, b, c, d, e] = [next, a, rotate(b, 30), c, d];
  });
  [a, b, c, d, e].forEach((value, i) => {
    state[i] = ((state[i] ?? 0) + value) | 0;
  });
}

function round(i: number, b: number, c: number, d: number): readonly [number, number] {
  if (i < 20) return [(b & c) | (~b & d), 0x5a827999];
  if (i < 40) return [b ^ c ^ d, 0x6ed9eba1];
  if (i < 60) return [(b & c) | (b & d) | (c & d), 0x8f1bbcdc];
  return [b ^ c ^ d, 0xca62c1d6];
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}
