import { printable } from '../diagnostics/index.ts';
import { maskSecrets } from '../diagnostics/mask.ts';

/** Longer texts are cut: a table with them could not be read. */
const LONGEST = 500;
/** A character of no width. */
const GAP = '\u200b';

/** One line of code that GFM shows literally: its fence is longer than any run of backticks inside. */
export function code(text: string): string {
  const flat = shortened(commandless(printable(maskSecrets(text)).replace(/[\n\t]/g, ' ')));
  if (flat.trim() === '') return '';
  const fence = '`'.repeat(longestRun(flat) + 1);
  const pad = /^[` ]|[` ]$/.test(flat) ? ' ' : '';
  return `${fence}${pad}${flat}${pad}${fence}`;
}

/**
 * The same inside of a table. There a bar ends the cell even in code, unless a backslash escapes it; a backslash that
 * the text itself has in front of the bar would be taken for half of a pair, so it is kept apart.
 */
export function cell(text: string): string {
  return code(text).replace(/(\\*)\|/g, (_whole, slashes: string) => `${slashes}${slashes.length % 2 === 1 ? GAP : ''}\\|`);
}

/** A fence longer than any run of backticks inside. */
export function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}diff\n${commandless(text.split('\n').map(printable).join('\n'))}${fence}\n`;
}

function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}

/**
 * Backticks do not hold everywhere: services that mail a comment, or find mentions in its raw text, take no notice of
 * them. What would be a mention, a comment of HTML or an order to a runner is broken up with a character of no width.
 */
function commandless(text: string): string {
  return text.replace(/@(?=[\w-])/g, `@${GAP}`).replace(/<(?=!--)/g, `<${GAP}`).replace(/::(?=[\w-]+[\s:])/g, `:${GAP}:`).replace(/##(?=\[)/g, `#${GAP}#`);
}
