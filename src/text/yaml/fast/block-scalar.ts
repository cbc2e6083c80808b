import type { YamlScalar } from '../node.ts';
import { blockEnd } from '../runs.ts';
import type { Cursor } from './cursor.ts';
import { cookedScalar } from './nodes.ts';

const HEADER = /([|>])(-?) *\n/y;

interface Line {
  readonly text: string;
  /** Empty lines before it. */
  readonly blanks: number;
  /** Further right than the first line: folding leaves it alone. */
  readonly deeper: boolean;
}

/** `|`, `>`, `|-`, `>-` with lines of text further right than `holder`; ends at the start of the line behind it. */
export function readBlockScalar(cursor: Cursor, holder: number): YamlScalar | undefined {
  HEADER.lastIndex = cursor.at;
  const header = HEADER.exec(cursor.text);
  if (header === null) return undefined;
  const start = cursor.at;
  cursor.newLine(start + header[0].length);
  const lines: Line[] = [];
  const whole = readLines(cursor, holder, lines);
  if (whole === undefined) return undefined;
  const folded = header[1] === '>';
  const text = (folded ? fold(lines) : lines.map((line, index) => '\n'.repeat(line.blanks + (index === 0 ? 0 : 1)) + line.text).join('')) + (header[2] === '-' ? '' : '\n');
  cursor.tail = whole;
  return cookedScalar(cursor, { text, style: folded ? 'folded' : 'literal', start, end: blockEnd(cursor.text, start, whole) }, whole);
}

/** The lines, and where the last of them ends, its line break counted in. */
function readLines(cursor: Cursor, holder: number, lines: Line[]): number | undefined {
  const { text } = cursor;
  let indent: number | undefined;
  let widest = 0;
  let blanks = 0;
  let end = cursor.at;
  for (;;) {
    const lineStart = cursor.at;
    cursor.skipSpaces();
    const width = cursor.at - lineStart;
    const stop = cursor.lineEnd();
    if (cursor.at === stop) {
      widest = Math.max(widest, width);
      blanks += 1;
    } else if (width > holder && width >= (indent ?? 0)) {
      if (cursor.char() === '\t') return undefined;
      indent ??= width;
      lines.push({ text: text.slice(lineStart + indent, stop), blanks, deeper: width > indent });
      blanks = 0;
      end = Math.min(stop + 1, text.length);
    } else {
      cursor.newLine(lineStart);
      break;
    }
    cursor.newLine(Math.min(stop + 1, text.length));
    if (stop >= text.length) break;
  }
  // Blanks behind the indentation are text; a tab there is an error.
  return indent === undefined || widest > indent || cursor.char() === '\t' ? undefined : end;
}

function fold(lines: readonly Line[]): string {
  let out = '';
  let last: Line | undefined;
  for (const line of lines) {
    if (last === undefined) out += '\n'.repeat(line.blanks);
    else if (last.deeper || line.deeper) out += '\n'.repeat(line.blanks + 1);
    else out += line.blanks === 0 ? ' ' : '\n'.repeat(line.blanks);
    out += line.text;
    last = line;
  }
  return out;
}
