/**
 * Two views of one Go string.
 *
 * - *bytes*: one UTF-16 unit (0-255) per byte, "latin-1". Everything on the wire is bytes: targets, hosts, header values.
 *   Literal comparisons (`Path`, `PathPrefix`, `Header`, ...) compare bytes, as Go does.
 * - *text*: the bytes read as UTF-8. A byte that is not part of valid UTF-8 becomes the lone surrogate U+DC00 + byte, so
 *   nothing is lost and `encodeUtf8(decodeUtf8(b)) === b` for all bytes. Patterns run over text; Go shows a pattern such
 *   a byte as U+FFFD of width one, and so do the translations in `re2/`.
 *
 * Rules and configuration are text; the YAML they came from is UTF-8.
 */
const ASCII = /^[\x00-\x7f]*$/;

/** Text to bytes. */
export function encodeUtf8(text: string): string {
  if (ASCII.test(text)) return text;
  let out = '';
  for (const char of text) out += encodeRune(char.codePointAt(0) ?? 0);
  return out;
}

/** The bytes of one code point; U+DC80..U+DCFF stand for the byte itself, other lone surrogates for U+FFFD. */
export function encodeRune(rune: number): string {
  if (rune < 0x80) return String.fromCharCode(rune);
  if (rune >= 0xdc80 && rune <= 0xdcff) return String.fromCharCode(rune - 0xdc00);
  if (rune >= 0xd800 && rune <= 0xdfff) return '\xef\xbf\xbd';
  if (rune < 0x800) return String.fromCharCode(0xc0 | (rune >> 6), 0x80 | (rune & 63));
  if (rune < 0x10000) return String.fromCharCode(0xe0 | (rune >> 12), 0x80 | ((rune >> 6) & 63), 0x80 | (rune & 63));
  return String.fromCharCode(0xf0 | (rune >> 18), 0x80 | ((rune >> 12) & 63), 0x80 | ((rune >> 6) & 63), 0x80 | (rune & 63));
}

/** Bytes to text. */
export function decodeUtf8(bytes: string): string {
  if (ASCII.test(bytes)) return bytes;
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const size = sequenceLength(bytes, at);
    out += size === 0 ? String.fromCharCode(0xdc00 + bytes.charCodeAt(at)) : String.fromCodePoint(runeAt(bytes, at, size));
    at += size === 0 ? 1 : size;
  }
  return out;
}

/** The bytes that escapes stand for; what is no escape stays. */
export function percentDecoded(bytes: string): string {
  return bytes.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/** Length of the valid UTF-8 sequence that begins here; 0 when there is none (Go's `utf8.DecodeRune` gives U+FFFD, width 1). */
function sequenceLength(bytes: string, at: number): number {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return 1;
  const size = first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0;
  if (size === 0 || at + size > bytes.length) return 0;
  const second = bytes.charCodeAt(at + 1);
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let index = 2; index < size; index += 1) if ((bytes.charCodeAt(at + index) & 0xc0) !== 0x80) return 0;
  return size;
}

function runeAt(bytes: string, at: number, size: number): number {
  const first = bytes.charCodeAt(at);
  if (size === 1) return first;
  let rune = first & (0x7f >> size);
  for (let index = 1; index < size; index += 1) rune = (rune << 6) | (bytes.charCodeAt(at + index) & 63);
  return rune;
}
