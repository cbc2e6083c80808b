import type { Part, Word } from './plan.ts';

/** The variable that stands for a dollar sign: nginx has no escape for `$` where it expands variables (`\$host` still expands, ran on 1.22). */
export const DOLLAR = 'gw_dollar';

/** CR, LF and NUL cannot be written: a quoted line break in a header really begins another header (ran on 1.22). */
export function isQuotable(text: string): boolean {
  return !/[\r\n\0]/.test(text);
}

/** The text of a word as nginx reads it. */
export function printWord(word: Word): string {
  switch (word.kind) {
    case 'word': return trusted(word.text);
    case 'literal': return quote(word.text);
    case 'template': return quote(word.parts.map(printPart).join(''));
    // nginx turns `\n` into the byte.
    case 'message': return `"${word.text.replaceAll('\n', '\\n')}"`;
  }
}

/** True when a template holds a dollar sign of its own, so that {@link DOLLAR} must be defined. */
export function holdsDollar(parts: readonly Part[]): boolean {
  return parts.some((part) => typeof part === 'string' && part.includes('$'));
}

function printPart(part: Part, index: number, parts: readonly Part[]): string {
  if (typeof part === 'string') return part.replaceAll('$', `\${${DOLLAR}}`);
  // A capture is one digit and knows no braces.
  if (/^\d$/.test(part.variable)) return `$${part.variable}`;
  const next = parts[index + 1];
  return typeof next === 'string' && /^[A-Za-z0-9_]/.test(next) ? `\${${part.variable}}` : `$${part.variable}`;
}

/**
 * The one quoting function. Inside double quotes `; { } # '` and blanks are inert. nginx drops a backslash only before a quote
 * or a backslash, and turns `\t \r \n` into bytes, so only those backslashes are doubled.
 */
function quote(text: string): string {
  if (!isQuotable(text)) throw new Error('a value with a line break or NUL reached the printer');
  if (/^[A-Za-z0-9_./:@$~^*+?=,%&|()!<>-]+$/.test(text) && !/[${]/.test(text.replace(/\$[A-Za-z_]\w*/g, ''))) return text;
  const escaped = text.replace(/\\(?=["'\\trn]|$)/g, '\\\\').replaceAll('"', '\\"');
  return `"${escaped}"`;
}

function trusted(text: string): string {
  if (!/^[^\s;{}"'#\\]+$/.test(text)) throw new Error(`not a word of an nginx configuration: ${text}`);
  return text;
}
