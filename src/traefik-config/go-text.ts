/** Text as Go treats it: byte order, case folding, blanks, quoting. */

const SURROGATE = /[\ud800-\udfff]/;

/** Whether the order of UTF-16 units may be another than that of the bytes. */
export function hasSurrogates(text: string): boolean {
  return SURROGATE.test(text);
}

/** Order of the UTF-8 bytes, as Go's `sort.Strings`: UTF-16 order differs above U+FFFF. */
export function compareBytes(a: string, b: string): number {
  if (!SURROGATE.test(a) && !SURROGATE.test(b)) return a < b ? -1 : a === b ? 0 : 1;
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const left = a.charCodeAt(i);
    const right = b.charCodeAt(i);
    if (left !== right) return surrogatesLast(left) - surrogatesLast(right);
  }
  return a.length - b.length;
}

function surrogatesLast(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

/** Two texts have one fold exactly if Go's `strings.EqualFold` holds: simple folding, no `ß` to `SS`, no Turkish i. */
export function fold(text: string): string {
  if (/^[\x20-@[-~]*$/.test(text)) return text;
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase();
  let out = '';
  for (const char of text) out += foldChar(char);
  return out;
}

function foldChar(char: string): string {
  if (char === '\u0130' || char === '\u0131') return char;
  const upper = char.toUpperCase();
  const one = [...upper].length === 1 ? upper : char;
  const lower = one.toLowerCase();
  return [...lower].length === 1 ? lower : one;
}

/** Lower case of ASCII letters only. */
export function asciiLower(text: string): string {
  return !/[A-Z]/.test(text) ? text : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const SPACE = /[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** The part that `strings.TrimSpace` keeps, as offsets. */
export function trimmed(text: string, from: number, to: number): { readonly from: number; readonly to: number } {
  let start = from;
  let end = to;
  while (start < end && SPACE.test(text[start] ?? '')) start += 1;
  while (end > start && SPACE.test(text[end - 1] ?? '')) end -= 1;
  return { from: start, to: end };
}

/** The quoting of package time, which knows only quotes, backslashes and bytes. */
export function timeQuote(text: string): string {
  let out = '"';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    if (char === '"' || char === '\\') out += `\\${char}`;
    else if (code >= 0x20 && code < 0x80) out += char;
    else for (const byte of new TextEncoder().encode(char)) out += `\\x${hex(byte, 2)}`;
  }
  return `${out}"`;
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
