/** The bytes of a text as nginx sees them: patterns of nginx match bytes. */
function bytes(text: string): readonly number[] {
  return [...new TextEncoder().encode(text)];
}

/** A pattern that matches exactly this text. Everything but letters, digits and `/ _ -` is written as a byte or in a class. */
export function literalPattern(text: string): string {
  return bytes(text).map(bytePattern).join('');
}

/** As {@link literalPattern}; each character may also be written as a percent escape in either case. */
export function escapedPattern(text: string, plain: (character: string) => boolean, special: Readonly<Record<string, string>> = {}): string {
  return bytes(text).map((byte) => {
    const character = String.fromCharCode(byte);
    const hex = hexClass(byte);
    const written = special[character];
    if (written !== undefined) return `(?:${written}|%${hex})`;
    return byte < 0x80 && plain(character) ? `(?:${bytePattern(byte)}|%${hex})` : byte < 0x80 ? `%${hex}` : `(?:${bytePattern(byte)}|%${hex})`;
  }).join('');
}

function bytePattern(byte: number): string {
  const character = String.fromCharCode(byte);
  if (/[A-Za-z0-9/_-]/.test(character)) return character;
  if (/[.+*?()[\]^|$]/.test(character)) return `\\${character}`;
  return `\\x${byte.toString(16).padStart(2, '0')}`;
}

function hexClass(byte: number): string {
  return [...byte.toString(16).padStart(2, '0')].map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join('');
}
