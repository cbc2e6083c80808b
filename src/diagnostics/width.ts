/** Ranges of characters that take two columns of a terminal: East Asian wide and full-width forms, emoji. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f], [0x231a, 0x231b], [0x2329, 0x232a], [0x23e9, 0x23ec], [0x25fd, 0x25fe], [0x2614, 0x2615], [0x2648, 0x2653],
  [0x26aa, 0x26ab], [0x26bd, 0x26be], [0x26c4, 0x26c5], [0x2705, 0x2705], [0x270a, 0x270b], [0x274c, 0x274c], [0x2753, 0x2755],
  [0x2795, 0x2797], [0x2b1b, 0x2b1c], [0x2e80, 0x303e], [0x3041, 0x33ff], [0x3400, 0x4dbf], [0x4e00, 0x9fff], [0xa000, 0xa4cf],
  [0xa960, 0xa97c], [0xac00, 0xd7a3], [0xf900, 0xfaff], [0xfe30, 0xfe6f], [0xff00, 0xff60], [0xffe0, 0xffe6], [0x1f004, 0x1f004],
  [0x1f0cf, 0x1f0cf], [0x1f18e, 0x1f18e], [0x1f191, 0x1f19a], [0x1f200, 0x1f320], [0x1f32d, 0x1f64f], [0x1f680, 0x1f6ff],
  [0x1f7e0, 0x1f7eb], [0x1f90c, 0x1f9ff], [0x1fa70, 0x1faff], [0x20000, 0x3fffd],
];

/** Combining marks and variation selectors take none. */
const NONE = /^(?:\p{Mn}|\p{Me}|[\ufe00-\ufe0f])$/u;

/** How many columns a terminal gives one character (a code point). */
export function charWidth(char: string): 0 | 1 | 2 {
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (NONE.test(char)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/** How many columns a text takes that holds no control characters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += charWidth(char);
  return width;
}

/** The longest head of a text that fits into so many columns; never half a character. */
export function headWithin(text: string, columns: number): string {
  let width = 0;
  let at = 0;
  for (const char of text) {
    width += charWidth(char);
    if (width > columns) return text.slice(0, at);
    at += char.length;
  }
  return text;
}

/** The longest tail of a text that fits into so many columns. */
export function tailWithin(text: string, columns: number): string {
  let width = 0;
  let at = text.length;
  while (at > 0) {
    const pair = at > 1 && /[\udc00-\udfff]/.test(text.charAt(at - 1)) && /[\ud800-\udbff]/.test(text.charAt(at - 2));
    const size = pair ? 2 : 1;
    width += charWidth(text.slice(at - size, at));
    if (width > columns) return text.slice(at);
    at -= size;
  }
  return text;
}
