/** Lines of context around a change, as `diff -u` shows them. */
const CONTEXT = 3;

interface Change {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** What `lint --fix-dry-run` prints for one file: a unified diff; empty when nothing changed. */
export function unifiedDiff(path: string, before: string, after: string): string {
  if (before === after) return '';
  const changes = compare(linesOf(before), linesOf(after));
  const body = hunks(changes).map((range) => hunk(changes, range)).join('');
  return `--- a/${path}\n+++ b/${path}\n${body}`;
}

/** Each with its line break, so that a missing last one shows. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Common lines at both ends are cut off first: what is left of a fix is small. */
function compare(before: readonly string[], after: readonly string[]): readonly Change[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const keep = (line: string): Change => ({ sign: ' ', line });
  return [
    ...before.slice(0, head).map(keep),
    ...middle(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(keep),
  ];
}

/** Longest common subsequence of the lines. */
function middle(before: readonly string[], after: readonly string[]): readonly Change[] {
  const lengths = table(before, after);
  const out: Change[] = [];
  let i = 0;
  let j = 0;
  while (i < before.length || j < after.length) {
    const left = before[i];
    const right = after[j];
    if (left !== undefined && left === right) {
      out.push({ sign: ' ', line: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))) {
      out.push({ sign: '-', line: left });
      i += 1;
    } else if (right !== undefined) {
      out.push({ sign: '+', line: right });
      j += 1;
    }
  }
  return out;
}

function table(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const row = rows[i];
      if (row !== undefined) row[j] = before[i] === after[j] ? (rows[i + 1]?.[j + 1] ?? 0) + 1 : Math.max(rows[i + 1]?.[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  return rows;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function hunks(changes: readonly Change[]): readonly Range[] {
  const out: Range[] = [];
  changes.forEach((change, index) => {
    if (change.sign === ' ') return;
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(changes.length, index + CONTEXT + 1);
    const last = out.at(-1);
    if (last !== undefined && from <= last.to) out[out.length - 1] = { from: last.from, to };
    else out.push({ from, to });
  });
  return out;
}

function hunk(changes: readonly Change[], { from, to }: Range): string {
  const before = changes.slice(0, from);
  const shown = changes.slice(from, to);
  const count = (list: readonly Change[], sign: '-' | '+'): number => list.filter((change) => change.sign === ' ' || change.sign === sign).length;
  const side = (sign: '-' | '+'): string => {
    const length = count(shown, sign);
    return `${sign}${String(count(before, sign) + (length === 0 ? 0 : 1))}${length === 1 ? '' : `,${String(length)}`}`;
  };
  const text = shown.map(({ sign, line }) => (line.endsWith('\n') ? `${sign}${line}` : `${sign}${line}\n\\ No newline at end of file\n`)).join('');
  return `@@ ${side('-')} ${side('+')} @@\n${text}`;
}
