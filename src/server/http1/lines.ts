import type { HeaderList } from '../../ir/index.ts';
import { isFieldValue, isToken } from '../../text/index.ts';

/** Names that were looked at before; bounded, as they come from outside. */
const safe = new Set<string>();
const REMEMBERED = 2000;

export function isName(name: string): boolean {
  if (safe.has(name)) return true;
  if (!isToken(name)) return false;
  if (safe.size >= REMEMBERED) safe.clear();
  safe.add(name);
  return true;
}

/** A field as Go writes it: line breaks become blanks, a name that is none is left out. */
export function fieldLine(name: string, value: string): string {
  if (!isName(name)) return '';
  return `${name}: ${isFieldValue(value) ? value : cleaned(value)}\r\n`;
}

/** Letters beyond a byte as their UTF-8. */
function cleaned(value: string): string {
  const bytes = [...value].map((letter) => ((letter.codePointAt(0) ?? 0) > 0xff ? Buffer.from(letter).toString('latin1') : letter)).join('');
  return bytes.replace(/[\x00-\x08\x0a-\x1f\x7f]/g, ' ').trim();
}

export function trailerLines(trailers: HeaderList): string {
  return trailers.map(([name, value]) => fieldLine(name, value)).join('');
}
