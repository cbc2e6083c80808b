import { textWidth } from './width.ts';

/** Narrower than this nothing can be read. */
const LEAST = 24;

/**
 * A line of prose in lines of at most so many columns, broken at blanks; a word that is longer stays whole. Without a width, and
 * for what is set in by blanks (something to be copied), it stays as it is.
 */
export function wrapLine(line: string, columns: number | undefined): readonly string[] {
  if (columns === undefined || line.startsWith(' ')) return [line];
  const room = Math.max(LEAST, columns);
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && textWidth(current) + 1 + textWidth(word) > room) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
